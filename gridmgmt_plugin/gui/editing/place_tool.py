"""Tools that need one place only: the mouse shows what a click would do."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from qgis.core import QgsPointXY

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.gui.editing.base_tool import GridTool
from gridmgmt_plugin.gui.editing.rubber import Area

Place = tuple[float, float]


class PlaceTool(GridTool):
    """Works out the gesture for the place under the mouse; a click makes it."""

    @abstractmethod
    def plan(self, place: Place) -> tuple[Any, Any] | None:
        """Return what a click at a place of the layer would do, ``None`` where there is nothing to do.

        :raises InputError: why it would do nothing.
        """

    @abstractmethod
    def areas_before(self, near: Any, edit: Any) -> list[Area]:
        """Return what to draw besides the result: what is going to vanish."""

    def is_agreed(self, near: Any, edit: Any) -> bool:  # noqa: ARG002  for subclasses
        """Return whether the planner wants it, where a click alone does not say so."""
        return True

    def is_busy(self) -> bool:
        """Tell whether a gesture has begun: a click begins and ends it."""
        return False

    def clicked(self, point: QgsPointXY, event: Any) -> None:  # noqa: ARG002
        """Make the gesture.

        :raises InputError: why it cannot be made.
        """
        found = self.plan(self.on_layer(point))
        if found is not None and self.is_agreed(*found):
            self.desk.apply(*found)
            self.reset()

    def preview(self) -> None:
        """Show what a click here would do."""
        if self.cursor is None:
            return
        try:
            found = self.plan(self.on_layer(self.cursor))
        except InputError as error:
            self.show_refusal(error)
            return
        if found is None:
            self.rubber.draw_areas([], self.desk.layer)
            self.desk.panel.show_rows(())
            return
        areas, rows = self.desk.preview(*found)
        self.rubber.draw_areas([*areas, *self.areas_before(*found)], self.desk.layer)
        self.desk.panel.show_rows(rows)

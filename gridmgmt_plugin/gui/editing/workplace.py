"""What all tools on a map share: the edited layer, the map, the panel, snapping, and how a refusal is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import Qgis, QgsPointXY, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow, FiguresPanel
from gridmgmt_plugin.gui.editing.rubber import Area
from gridmgmt_plugin.gui.editing.snapping import GridSnapping
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.project.shown_workspace import shown_layers


class Workplace(ABC):
    """The place of work of one layer, from opening its workspace to closing it."""

    def __init__(self, iface: Any, tell: Tell, withdraw: Callable[[Any], None], layer: QgsVectorLayer) -> None:
        self.iface = iface
        self.layer = layer
        self.canvas = iface.mapCanvas()
        self.panel = FiguresPanel(self.canvas)
        self.snapping = GridSnapping(self.canvas)
        #: Called with the place on the map where the mouse goes down for a gesture.
        self.on_press: list[Callable[[QgsPointXY], object]] = []
        self._tell, self._withdraw = tell, withdraw
        self._refusal: Any = None

    def close(self) -> None:
        """Take everything away from the map."""
        self.snapping.take_off()
        self.canvas.removeEventFilter(self.panel)  # it is deleted later, and Python may forget it before
        self.panel.hide()
        self.panel.deleteLater()

    @abstractmethod
    def start(self) -> None:
        """Begin editing, or go on with it.

        :raises WorkspaceError: why the layer cannot be edited.
        """

    @abstractmethod
    def preview(self, near: Any, edit: Any) -> tuple[list[Area], list[FigureRow]]:
        """Return what to draw and what to list for an edit that was not made yet."""

    @abstractmethod
    def apply(self, near: Any, edit: Any) -> Any:
        """Make the edit that was worked out from what lies ``near``: one undo step, one repaint.

        :raises GridError: with nothing changed.
        """

    @abstractmethod
    def snap(self) -> None:
        """Snap to what this layer is drawn along, from now on."""

    def snap_to(self, tables: Sequence[str], others: Callable[[], Sequence[QgsVectorLayer]] = tuple) -> None:
        """Snap to the layers of these tables, and to others, from now on; to those of them that are not edited here
        while the map shows them.

        :param others: is asked again whenever the map shows other layers.
        """

        def wanted() -> list[QgsVectorLayer]:
            layers = shown_layers(QgsProject.instance())
            return [*(layers[name] for name in tables if name in layers), *others()]

        edited = self.layer if self.layer in wanted() else None
        self.snapping.put_on(edited, lambda: [layer for layer in wanted() if layer is not edited])

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Do something; tell what stands in its way. Return whether it was done."""
        try:
            deed()
        except GridError as error:
            self._refusal = self._tell(self.wording(error), Qgis.MessageLevel.Warning)
            return False
        return True

    def wording(self, error: GridError) -> Message:
        """Return what stands in the way of a gesture in words about what is edited here."""
        return error.message

    def withdraw_refusal(self) -> None:
        """Take back what stood in the way of a gesture that is over by now."""
        refusal, self._refusal = self._refusal, None
        if refusal is not None:
            self._withdraw(refusal)

    def tell_dropped(self) -> None:
        """Say that a gesture was given up: elsewhere in QGIS the right button ends a line, here it forgets it."""
        self._tell(Message("gesture_dropped"), Qgis.MessageLevel.Info)

    def say(self, hint: str) -> None:
        """Say in the panel and in the status bar what to do next."""
        self.panel.show_hint(hint)
        self.iface.statusBarIface().showMessage(hint)

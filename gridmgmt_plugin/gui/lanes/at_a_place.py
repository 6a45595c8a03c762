"""Tools that need one click on a lane: 分割 split it there, 反向 turn it, 撤销 abolish it."""

from __future__ import annotations

from abc import abstractmethod

from gridmgmt_plugin.core.lanes.gestures import abolish, reverse
from gridmgmt_plugin.core.lanes.lane_edit import LaneEdit, named
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.editing.place_tool import Place, PlaceTool
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk
from gridmgmt_plugin.project.i18n import tr


class _LanePlaceTool(PlaceTool):
    desk: LaneDesk

    @abstractmethod
    def edit(self, lanes: Rows, at: int, place: Place) -> LaneEdit:
        """Return what a click on a lane does.

        :raises InputError: why it does nothing.
        """

    def plan(self, place: Place) -> tuple[Rows, LaneEdit] | None:
        """Return what a click at a place would do, ``None`` where there is no lane."""
        within = self.within_m()
        x, y = place
        lanes = self.desk.editor.near((x - within, y - within, x + within, y + within))
        at = self.desk.lane_at(lanes, place, within)
        return None if at is None else (lanes, self.edit(lanes, at, place))

    def areas_before(self, near: Rows, edit: LaneEdit) -> list[Area]:  # noqa: ARG002  for subclasses
        """Return nothing more: the bands say it all."""
        return []


class SplitLaneTool(_LanePlaceTool):
    """Parts a lane where it is clicked."""

    key = "lane_split"

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Split lane")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Click a lane where it is to be parted; the longer part keeps the code")

    def edit(self, lanes: Rows, at: int, place: Place) -> LaneEdit:
        """Return the split."""
        policy = self.desk.editor.workspace.info.split_policy
        return split(lanes, at, place, self.desk.editor.options, policy)


class ReverseLaneTool(_LanePlaceTool):
    """Turns a lane round."""

    key = "lane_reverse"

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Reverse lane")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Click a lane: from and to change places")

    def edit(self, lanes: Rows, at: int, place: Place) -> LaneEdit:  # noqa: ARG002
        """Return the turn."""
        return reverse(lanes, at)


class AbolishLaneTool(_LanePlaceTool):
    """Ends a lane, after the planner has agreed."""

    key = "lane_abolish"

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Abolish lane")

    def hint(self) -> str:
        """Return what the planner can do next."""
        return tr("Click a lane that is no more: its posts end, its row stays as history")

    def edit(self, lanes: Rows, at: int, place: Place) -> LaneEdit:  # noqa: ARG002
        """Return the end of the lane."""
        return abolish([at])

    def areas_before(self, near: Rows, edit: LaneEdit) -> list[Area]:
        """Return the lane that ends."""
        return [Area(self.desk.band(near.shapes[at]), Look.TROUBLE) for at in edit.ended.tolist()]

    def is_agreed(self, near: Rows, edit: LaneEdit) -> bool:
        """Ask: an abolished lane leaves the map."""
        (at,) = edit.ended.tolist()
        text = tr("Abolish the lane {name}? Its posts end when it is saved, and its code is never given again.")
        question = text.format(name=named(near, at))
        window = self.desk.iface.mainWindow()
        return is_wanted("gridmgmt_abolish_question", question, tr("Abolish"), window)

"""What happens when the planner asks for the officers of street-lanes, brushes over lanes, or drops a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from qgis.core import Qgis, QgsExpression, QgsProject

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.lane_classes import BY_WALKED, lane_classes, walk_classes
from gridmgmt_plugin.core.posts.lane_staff import LaneStaff
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.gui.editing.controller import Editing
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.map_focus import MapFocus, bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.lanes.assign_page import BRUSH, SECTION, WALK
from gridmgmt_plugin.gui.lanes.choices import day_in
from gridmgmt_plugin.gui.lanes.day_clock import DayClock
from gridmgmt_plugin.gui.lanes.officer_tool import OfficerTool
from gridmgmt_plugin.gui.lanes.officers_dock import PATROLS, PERSONS, OfficersDock
from gridmgmt_plugin.gui.lanes.patrol_page import GAPS, PLAN, WALKED
from gridmgmt_plugin.gui.lanes.walk_dialog import WalkDialog
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.gui.people.dragging import OFFICER_MIME, DraggedPerson, PersonTarget
from gridmgmt_plugin.gui.people.end_dialog import EndDialog, named_post
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, end_officers, read_officers
from gridmgmt_plugin.jobs.lanes.patrols import PatrolBoard, read_patrols
from gridmgmt_plugin.jobs.lanes.walk_entry import enter_patrols
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.officer_style import colour_by_officers, show_officers, shows_officers
from gridmgmt_plugin.project.map.themes import apply_theme
from gridmgmt_plugin.project.shown_workspace import placed_layer, shown_layer
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists, read_lists
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace

LANE = "lane"
_JOBS = {
    "hand_over": ("hand_over_posts", {}),
    "list": ("import_posts", {"TARGET": LANE}),
    "export": ("export_officers", {}),
    PLAN: ("plan_patrols", {}),
    GAPS: ("patrol_gaps", {}),
}
_REASONS_TOLD = 5
# A click this near to an end of the lane means the end.
_AT_THE_END_M = 5.0


class _Read(NamedTuple):
    staff: LaneStaff
    lists: WorkspaceLists
    patrols: PatrolBoard | None


class LaneOfficers(Desk):
    """Answers ``lane_officers``: the dock, the brush, persons dropped on lanes, and the colours of the map."""

    ACTION, HEIGHT_PX = "lane_officers", 330

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, OfficersDock(shell.iface.mainWindow()))
        self._canvas = shell.iface.mapCanvas()
        self._focus = MapFocus(shell.iface)
        self._lists = WorkspaceLists()
        self._staff: LaneStaff | None = None
        self._patrols: PatrolBoard | None = None
        self._tool_kind = BRUSH
        #: Codes of lanes to select as soon as they have been read.
        self._wanted: tuple[str, ...] = ()
        self.tool, self._clock = OfficerTool(self._canvas), DayClock(self._canvas)
        self._targets = [
            PersonTarget(widget, lambda _: True, self._dropped, OFFICER_MIME)
            for widget in (self._canvas.viewport(), self._canvas)
        ]
        self._connect()

    def close(self) -> None:
        """Take dock and tool out of QGIS."""
        self._session.leaving.disconnect(self._let_go)
        self._canvas.mapToolSet.disconnect(self._tool_changed)
        self._clock.leave()
        for target in self._targets:
            if is_alive(target):
                target.leave()
        if is_alive(self.tool):
            self._lay_down()
            self.tool.deleteLater()
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the officers again, in the background, while somebody sees them: in the dock or on the map."""
        location = self._session.location
        self._errands.forget_question()
        if location is None:
            self._lists, self._wanted = WorkspaceLists(), ()
            self.dock.show_choices((), ())
            self._forget(tr("No workspace is open."))
            return
        if self.dock.isHidden() and not self._is_on_map():
            self._forget()  # it is read when somebody looks again, and the workspace may be another one by then
            return
        if not self._clock.is_set:
            self.dock.follow_calendar()
        day, area, period = self.dock.chosen_day(), self.dock.chosen_area(), self.dock.chosen_period()
        with_patrols = self.dock.wants_patrols()

        def read(at: Location) -> _Read:
            workspace = Workspace.open(at)
            staff = read_officers(workspace, day, area, period)
            return _Read(staff, read_lists(at), read_patrols(workspace, day, area) if with_patrols else None)

        title = tr("Reading the officers of street-lanes")
        self._errands.ask(title, location, read, lambda answer, error: self._read(area, answer, error))

    def take_up(self, key: str, keys: Sequence[Sequence[str]], shapes: Sequence[Any]) -> None:  # noqa: ARG002
        """Show the lanes of today, with those selected that are named first in ``keys``."""
        self._wanted = tuple(dict.fromkeys(own[0] for own in keys if own))
        self.dock.forget_area()
        self.dock.show_day(clock.today().isoformat())
        self.trigger(key, True)

    def assign(self, lanes: Sequence[str], person: str = "", section: tuple[str, str] = ("", "")) -> None:
        """Give the person the role that is chosen at lanes: one act, to be taken back.

        :param person: id of who was dragged; the one that is chosen when "".
        :raises GridError: ``officer_choose``, or when an act is still being written, unsaved edits wait, or nobody
            says who is working.
        """
        role, person = self.dock.chosen_role(), person or self.dock.chosen_person()
        if not role or not person:
            raise InputError("officer_choose")
        author = self._errands.prepare(self._shell.iface.mainWindow())
        wanted = OfficersWanted(
            person,
            role,
            tuple(lanes),
            section=section,
            on=self.dock.chosen_day(),
            until=day_in(self.dock.until),
            letter_rule=self.dock.letters.text().strip(),
            signed_on=day_in(self.dock.signed),
        )

        def write(workspace: Workspace, progress: Progress) -> Report:
            return assign_officers(workspace, wanted, author, progress)

        self._errands.act(tr("Assigning officers"), write, _told_of_assigned)

    # Showing.

    def _connect(self) -> None:
        dock, shell = self.dock, self._shell
        dock.staff_wanted.connect(self.refresh)
        dock.colours_wanted.connect(self._colour)
        dock.tool_wanted.connect(self._choose_tool)
        dock.lanes_chosen.connect(self._select)
        dock.lanes_wanted.connect(self._go)
        dock.deed_wanted.connect(lambda key: shell.attempt(lambda: self._do(key)))
        self.tool.brushed.connect(lambda lanes: shell.attempt(lambda: self._brushed(lanes)))
        self.tool.section.connect(lambda *found: shell.attempt(lambda: self._assign_section(*found)))
        self._canvas.mapToolSet.connect(self._tool_changed)
        self._clock.moved.connect(dock.show_day)
        dock.day.valueChanged.connect(lambda _: self._clock.show(dock.chosen_day()))
        self._session.leaving.connect(self._let_go)

    def _read(self, area: str, read: _Read | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None and area and error.code == "scope_unknown":
            # Another workspace is open, or the area was removed from this one: look at all of it.
            self.dock.forget_area()
            self.refresh()
        elif error is not None:
            self._forget(error.message.text())
            if error.code != "scope_not_in_force":  # an animation would have it said for each of its frames
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
        elif read is not None:
            self._staff, self._lists, self._patrols = read
            areas = [(area.code, area.name) for area in self._lists.areas if area.level != "county"]
            self.dock.show_choices(areas, self._lists.persons)
            self.dock.show_staff(self._staff, self._lists.persons)
            self.dock.show_patrols(self._patrols)
            wanted, self._wanted = self._wanted, ()
            if wanted:
                self.dock.select_lanes(wanted)
            self._draw()

    def _forget(self, why: str = "") -> None:
        self._staff = self._patrols = None
        self.dock.show_nothing(why)

    # The map.

    def _is_on_map(self) -> bool:
        layer = placed_layer(QgsProject.instance(), LANE)
        return layer is not None and shows_officers(layer)

    def _colour(self) -> None:
        """Let the map have the colours that are chosen."""
        layer = placed_layer(QgsProject.instance(), LANE)
        if layer is None or not self.dock.colours.currentData():
            return
        if not shows_officers(layer) and not apply_theme(QgsProject.instance(), "officers"):
            show_officers(layer)  # a project that was made before there was such a theme
        if self._patrols is None and self.dock.wants_patrols():
            self.refresh()
        else:
            self._draw()

    def _draw(self) -> None:
        layer, by = placed_layer(QgsProject.instance(), LANE), str(self.dock.colours.currentData() or "officer")
        if layer is None or self._staff is None or not shows_officers(layer):
            return
        if by != BY_WALKED:
            colour_by_officers(layer, lane_classes(self._staff, by, self.dock.chosen_role()))
        elif self._patrols is not None:
            board, days = self._patrols, self.dock.patrols.days.value()
            colour_by_officers(layer, walk_classes(board.lanes, board.day, days))

    def _select(self, codes: list[str]) -> None:
        layer = shown_layer(QgsProject.instance(), LANE)
        if layer is not None:
            layer.selectByExpression(_among(codes)) if codes else layer.removeSelection()

    def _go(self, codes: list[str]) -> None:
        layer = shown_layer(QgsProject.instance(), LANE)
        if layer is None or not codes:
            return
        self._select(codes)
        bring_into_view(layer)
        shapes = [feature.geometry() for feature in layer.selectedFeatures() if feature.hasGeometry()]
        if shapes:
            self._focus.show_geometries(shapes, layer)

    # The tool.

    def _choose_tool(self, kind: str) -> None:
        if not kind:
            self._lay_down()
            return
        self.tool.forget()
        self._tool_kind, self.tool.by_section = kind, kind == SECTION
        self._canvas.setMapTool(self.tool)
        self.dock.show_tool(kind)

    def _lay_down(self) -> None:
        if self._canvas.mapTool() is self.tool:
            self._canvas.unsetMapTool(self.tool)
            self._shell.iface.actionPan().trigger()

    def _tool_changed(self, tool: Any, *_: object) -> None:
        if is_alive(self.dock):
            self.dock.show_tool(self._tool_kind if tool is self.tool else "")

    def _let_go(self, tables: list[str]) -> None:
        if LANE in tables:
            self._lay_down()

    # Acts.

    def _do(self, key: str) -> None:
        if key in _JOBS:
            action, values = _JOBS[key]
            self._open(action, {**values, **self._given(key)})
        elif key == "take_back":
            self._shell.always(Editing).take_back()
        elif key == "end":
            self._end()
        elif key == WALKED:
            self._walked(self.dock.chosen_lanes())
        else:
            self._assign_area()

    def _given(self, key: str) -> dict[str, Any]:
        """Return what a job can be told of what is chosen here."""
        if key == "hand_over":
            rows = self.dock.chosen_rows() if self.dock.list_in_front() == PERSONS else []
            return {"PERSON": (rows[0].person[0] if rows else self.dock.chosen_person()) or None}
        if key == "export":
            return {"ON": self.dock.chosen_day(), "SCOPE": self.dock.chosen_area() or None}
        if key == PLAN:
            return {"FROM": self.dock.chosen_day(), "SCOPE": self.dock.chosen_area() or None}
        if key == GAPS:
            given = {"ON": self.dock.chosen_day(), "SCOPE": self.dock.chosen_area() or None}
            return {**given, "DAYS": self.dock.patrols.days.value()}
        return {}

    def _open(self, action: str, values: dict[str, Any]) -> None:
        if self._shell.has_action(action):
            jobs: Any = self._shell.controller(action)
            jobs.trigger_with(action, values)

    def _dropped(self, person: DraggedPerson, position: Any) -> None:
        point = self._canvas.getCoordinateTransform().toMapCoordinates(position)
        lane = self.tool.lane_at(point)
        if not lane:
            self._shell.tell(Message("drop_outside_lanes"), Qgis.MessageLevel.Warning)
            return
        self._shell.attempt(lambda: self.assign([lane], person.id))

    def _brushed(self, lanes: list[str]) -> None:
        if self._tool_kind == WALK:
            self._walked(lanes)
        else:
            self.assign(lanes)

    def _walked(self, lanes: list[str]) -> None:
        """Ask who walked lanes, and enter it."""
        if not lanes:
            raise InputError("patrol_choose_lanes")
        author = self._errands.prepare(self._shell.iface.mainWindow())
        names = {} if self._staff is None else {lane.code: lane.name for lane in self._staff.lanes}
        told = [(code, names.get(code, "")) for code in lanes]
        dialog = WalkDialog(told, self.dock.chosen_day(), self._lists.persons, self._shell.iface.mainWindow())
        try:
            if not dialog.agreed():
                return
            walked = dialog.chosen()
        finally:
            dialog.deleteLater()

        def write(workspace: Workspace, progress: Progress) -> Report:
            return enter_patrols(workspace, walked, author, progress)

        self._errands.act(tr("Entering walks"), write, _told_of_walks)

    def _assign_section(self, lane: str, first_m: float, last_m: float, length_m: float) -> None:
        first = "" if first_m < _AT_THE_END_M else tr("{metres} m").format(metres=f"{first_m:.0f}")
        last = "" if length_m - last_m < _AT_THE_END_M else tr("{metres} m").format(metres=f"{last_m:.0f}")
        self.assign([lane], section=(first, last))

    def _assign_area(self) -> None:
        if self._staff is None or not self._staff.lanes:
            raise InputError("officer_no_lanes")
        if not self.dock.chosen_role() or not self.dock.chosen_person():
            raise InputError("officer_choose")
        text = tr(
            "{person} becomes {role} of all {count} {count:lane|lanes} of {area}.",
            person=self.dock.person.currentText(),
            role=self.dock.role.currentText(),
            count=len(self._staff.lanes),
            area=self.dock.area.currentText(),
        )
        if is_wanted("gridmgmt_officers_whole", text, tr("Assign"), self._shell.iface.mainWindow()):
            self.assign([lane.code for lane in self._staff.lanes])

    def _end(self) -> None:
        """End the posts of the rows that are selected, of the role that is chosen."""
        role, rows = self.dock.chosen_role(), [row.what for row in self.dock.chosen_rows()]
        lanes = self._staff.lanes if self._staff is not None else ()
        if self.dock.list_in_front() == PATROLS:
            chosen = set(self.dock.chosen_lanes())
            rows = [lane for lane in lanes if lane.code in chosen]
        if self.dock.list_in_front() == PERSONS:
            persons = {load.person_id for load in rows}
            ending = [post for lane in lanes for post in lane.of_role(role) if post.person_id in persons]
        else:
            ending = [post for lane in rows for post in lane.of_role(role)]
        if not ending:
            raise InputError("officer_choose_posts")
        author = self._errands.prepare(self._shell.iface.mainWindow())
        names = {lane.code: lane.name or lane.code for lane in lanes}
        posts_named = [named_post(post.person, post.role, names.get(post.lane, post.lane)) for post in ending]
        dialog = EndDialog(posts_named, self.dock.chosen_day(), "lane_officers", self._shell.iface.mainWindow())
        try:
            if not dialog.agreed():
                return
            day, reason = dialog.chosen()
        finally:
            dialog.deleteLater()
        posts = [post.post for post in ending]

        def write(workspace: Workspace, progress: Progress) -> Report:
            return end_officers(workspace, posts, day, reason, author, progress)

        self._errands.act(tr("Ending posts"), write, lambda report: report.notes)


def _told_of_assigned(report: Report) -> Sequence[Message]:
    """Return what came of it; where nothing did, why: here is no report that would say it."""
    return [*report.notes, *(row.message for row in report.rejected_rows[:_REASONS_TOLD])]


def _told_of_walks(report: Report) -> Sequence[Message]:
    """Return what came of it; where nothing did, why, before all else."""
    told, notes = _told_of_assigned(report), len(report.notes)
    return told if report.accepted else [*told[notes:], *told[:notes]]


def _among(codes: Sequence[str]) -> str:
    return f'"code" IN ({", ".join(map(QgsExpression.quotedString, codes))})'

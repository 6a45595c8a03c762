"""The guard of every save and the tools on the map, from opening a workspace to closing it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from qgis.core import Qgis, QgsProject

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import CapabilityError, GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.map_focus import bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import placed_layer, shown_layer
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.editing.gestures.editor import GridEditor
    from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch
    from gridmgmt_plugin.gui.editing.base_tool import GridTool
    from gridmgmt_plugin.gui.editing.desk import Desk
    from gridmgmt_plugin.gui.editing.save_watch import SaveWatch
    from gridmgmt_plugin.gui.editing.workplace import Workplace
    from gridmgmt_plugin.gui.editing.zone_desk import ZoneDesk
    from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk

_PACKAGE = "gridmgmt_plugin.gui.editing"
#: Action key → "module:class" of its tool, here or by its whole name, imported when it is first chosen.
TOOLS: dict[str, str] = {
    "draw": "draw:DrawTool",
    "split": "split:SplitTool",
    "merge": "merge:MergeTool",
    "reshape": "reshape:ReshapeTool",
    "vertex": "vertex:VertexTool",
    "absorb": "absorb:AbsorbTool",
    "enclose": "enclose:EncloseTool",
    "paint": "gridmgmt_plugin.gui.painting.tool:PaintTool",
    "lane_make": "gridmgmt_plugin.gui.lanes.make:MakeLaneTool",
    "lane_draw": "gridmgmt_plugin.gui.lanes.draw:DrawLaneTool",
    "lane_extend": "gridmgmt_plugin.gui.lanes.draw:ExtendLaneTool",
    "lane_split": "gridmgmt_plugin.gui.lanes.at_a_place:SplitLaneTool",
    "lane_merge": "gridmgmt_plugin.gui.lanes.merge:MergeLanesTool",
    "lane_reverse": "gridmgmt_plugin.gui.lanes.at_a_place:ReverseLaneTool",
    "lane_abolish": "gridmgmt_plugin.gui.lanes.at_a_place:AbolishLaneTool",
}
#: Those that work on duty zones as well, while that layer is the active one.
ZONES = "duty_zone"
ZONE_TOOLS: dict[str, str] = {
    "draw": "zone_tools:ZoneDrawTool",
    "split": "zone_tools:ZoneSplitTool",
    "merge": "zone_tools:ZoneMergeTool",
    "reshape": "zone_tools:ZoneReshapeTool",
    "vertex": "zone_tools:ZoneVertexTool",
}
#: Tables that have tools, and what a planner is told where the map does not show them.
_MISSING = {"unit_grid": "editing_no_unit_grids", ZONES: "editing_no_unit_grids", "lane": "editing_no_lanes"}
_TRANSACTION_GROUPS = ("edits_in_transaction_group", "edits_in_buffered_group")


class Editing:
    """Guards every save of the open workspace, whoever edits; answers the tools.

    It lives as long as the window, with or without actions for tools: the guard hangs on none of them.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._editor: GridEditor | None = None
        self._watch: SaveWatch | None = None
        #: Table → its place of work.
        self._desks: dict[str, Workplace] = {}
        #: Action key and table → its tool.
        self._tools: dict[tuple[str, str], GridTool] = {}
        shell.session.changed.connect(self._follow)
        shell.session.leaving.connect(self._let_go)
        self._follow()

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  a Qt signal hands it over
        """Choose a tool, or lay it down.

        :raises GridError: why the unit grids cannot be edited now.
        """
        if key == "take_back":
            self.take_back()
        elif checked:
            self._choose(key)
        else:
            for (own, _), tool in self._tools.items():
                if own == key and tool.isActive():
                    self._canvas.unsetMapTool(tool)

    def take_back(self) -> None:
        """Take the last save or act back, after a look at what that gives up.

        :raises GridError: why nothing can be taken back now.
        """
        if self._watch is None:
            raise WorkspaceError("editing_no_unit_grids")
        self._watch.take_back()

    def take_up(self, key: str, keys: Sequence[Sequence[str]], shapes: Sequence[Any]) -> None:
        """Take a tool in hand with objects chosen: their keys and shapes, as the list of issues has them.

        :raises GridError: why the layer cannot be edited now.
        """
        self._choose(key)
        tool = self._tools.get((key, self._table_for(key)))
        if tool is not None and tool.isActive():
            tool.offer(keys, shapes)

    def close(self) -> None:
        """Lay the tools down and let go of the layers."""
        self._shell.session.changed.disconnect(self._follow)
        self._shell.session.leaving.disconnect(self._let_go)
        self._clear()

    @property
    def desk(self) -> Desk | None:
        """Return the place of work, ``None`` while there is nothing to edit."""
        return cast("Desk | None", self._desks.get("unit_grid"))

    @property
    def watch(self) -> SaveWatch | None:
        """Return who guards the saves, ``None`` while nothing is open or libraries are missing."""
        return self._watch

    @property
    def _canvas(self) -> Any:
        return self._shell.iface.mapCanvas()

    def _choose(self, key: str) -> None:
        table = self._table_for(key)
        desk = self._desk_for(table)
        if desk is None:
            raise WorkspaceError(_MISSING[table])
        # A map that is being drawn holds its own connections to the file; editing must not begin beside them.
        self._canvas.stopRendering()
        try:
            desk.start()
        except WorkspaceError as error:
            if error.code not in _TRANSACTION_GROUPS:
                raise
            more = (tr("Turn it off"), lambda: self._leave_transactions(key))
            self._shell.tell(error.message, Qgis.MessageLevel.Warning, more)
            self._shell.action(key).setChecked(False)
            return
        bring_into_view(desk.layer)
        self._canvas.refresh()
        self._shell.iface.setActiveLayer(desk.layer)
        tool = self._tool(key, table, desk)
        tool.ready()
        self._canvas.setMapTool(tool)

    def _table_for(self, key: str) -> str:
        """Return the table that a tool edits now: duty zones while their layer is the active one and the tool knows
        them.
        """
        if key.startswith("lane_"):
            return "lane"
        active, zones = self._shell.iface.activeLayer(), placed_layer(QgsProject.instance(), ZONES)
        on_zones = zones is not None and is_alive(active) and active.id() == zones.id()
        return ZONES if on_zones and key in ZONE_TOOLS else "unit_grid"

    def _desk_for(self, table: str) -> Workplace | None:
        """Return the place of work on a table; that on duty zones or lanes is made when it is first asked for."""
        known, watch = self._desks.get(table), self._watch
        layer = shown_layer(QgsProject.instance(), table)
        if known is not None or watch is None or layer is None or table == "unit_grid" or table not in watch.guards:
            return known
        desk = self._desks[table] = self._made_desk(table, layer, watch)
        desk.on_press.append(self._presence().warn_at)
        desk.editor.before_gesture.append(watch.guards[table].sweep)
        layer.editingStopped.connect(self._lay_down)
        return desk

    def _made_desk(self, table: str, layer: Any, watch: SaveWatch) -> ZoneDesk | LaneDesk:
        from gridmgmt_plugin.editing.zones.editor import ZoneEditor  # noqa: PLC0415  these need shapely
        from gridmgmt_plugin.gui.editing.zone_desk import ZoneDesk  # noqa: PLC0415
        from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk  # noqa: PLC0415

        parts = (self._shell.iface, self._shell.tell, self._shell.withdraw)
        if table == ZONES:
            return ZoneDesk(*parts, ZoneEditor(layer, watch.workspace))
        return LaneDesk(*parts, layer, watch.workspace)

    def _tool(self, key: str, table: str, desk: Workplace) -> GridTool:
        own = key, table
        if own not in self._tools:
            place, _, name = (ZONE_TOOLS if table == ZONES else TOOLS)[key].partition(":")
            module = importlib.import_module(place if "." in place else f"{_PACKAGE}.{place}")
            tool = getattr(module, name)(desk)
            tool.setAction(self._shell.action(key))
            self._tools[own] = tool
        return self._tools[own]

    def _leave_transactions(self, key: str) -> None:
        """Turn QGIS's transaction mode off for this project and take the tool up."""

        def leave() -> None:
            project = QgsProject.instance()
            if hasattr(project, "setTransactionMode"):
                project.setTransactionMode(Qgis.TransactionMode.Disabled)
            else:
                project.setAutoTransaction(False)
            self._choose(key)
            self._shell.tell(Message("transactions_off"), Qgis.MessageLevel.Success)

        self._shell.attempt(leave)

    # The workspace that is open.

    def _follow(self) -> None:
        self._clear()
        location = self._shell.session.location
        if location is None:
            return
        try:
            require_libraries()
            self._open(location)
        except CapabilityError as error:
            # Who can only look at the workspace here must not believe that what he saves is looked after.
            self._shell.tell(Message("saves_unguarded", {"reason": error.message}), Qgis.MessageLevel.Warning)
        except GridError as error:
            self._shell.tell(error.message, Qgis.MessageLevel.Warning)

    def _open(self, location: Location) -> None:
        from gridmgmt_plugin.editing.gestures.editor import GridEditor  # noqa: PLC0415  these need shapely
        from gridmgmt_plugin.gui.editing.desk import Desk  # noqa: PLC0415
        from gridmgmt_plugin.gui.editing.save_watch import SaveWatch  # noqa: PLC0415
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415

        workspace = Workspace.open(location)
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        self._editor = GridEditor(layer, workspace) if layer is not None else None
        # First of all: what the tools lack must not leave a save unguarded.
        self._watch = SaveWatch(self._shell, workspace, self._editor)
        parts = (self._shell.iface, self._shell.tell, self._shell.withdraw)
        if self._editor is not None:
            desk = self._desks["unit_grid"] = Desk(*parts, self._editor)
            desk.on_press.append(self._presence().warn_at)
            desk.layer.editingStopped.connect(self._lay_down)

    def _presence(self) -> PresenceWatch:
        from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch  # noqa: PLC0415  when there is a workspace

        return self._shell.always(PresenceWatch)

    def _lay_down(self) -> None:
        """End the tool that is in use when its layer is no longer edited."""
        for tool in self._tools.values():
            layer = tool.desk.layer
            if tool.isActive() and not (is_alive(layer) and layer.isEditable()):
                self._canvas.unsetMapTool(tool)

    def _put_away(self, table: str) -> None:
        """Take tools and place of work of a table away: its layer goes. The other layers stay guarded."""
        tools = {own: tool for own, tool in self._tools.items() if own[1] == table}
        try:
            for tool in tools.values():
                if tool.isActive():
                    self._canvas.unsetMapTool(tool)
        finally:
            self._delete_tools(tools)
        desk = self._desks.pop(table, None)
        if desk is None:
            return
        if is_alive(desk.layer):
            desk.layer.editingStopped.disconnect(self._lay_down)
        desk.close()

    def _delete_tools(self, tools: dict[tuple[str, str], GridTool]) -> None:
        """Delete the tools, once QGIS and its map remember none of them as the tool to return to.

        QGIS takes the last tool that was none of its own for editing up again when editing of any layer ends, and
        the map returns to the one before zooming: one of ours that is gone would end QGIS.
        """
        self._tools = {own: tool for own, tool in self._tools.items() if own not in tools}
        if not tools:
            return
        in_hand = self._canvas.mapTool()
        self._shell.iface.actionPan().trigger()
        if in_hand is not None and in_hand not in tools.values():
            self._canvas.setMapTool(in_hand)
        for tool in tools.values():
            self._canvas.unsetMapTool(tool)
            tool.close()
            tool.deleteLater()

    def _let_go(self, tables: list[str]) -> None:
        """Let go of layers that are about to be removed, with a tool in hand or not."""
        for table in _MISSING:
            if table in tables:
                self._put_away(table)
        if self._watch is not None:
            self._watch.let_go(tables)
        if "unit_grid" in tables:
            self._close_editor()

    def _clear(self) -> None:
        for table in _MISSING:
            self._put_away(table)
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        self._close_editor()

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.close()

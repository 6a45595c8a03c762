"""The workspace that the planner has open: one at a time, a file or a database, shown by QGIS's current project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core._compat import missing_libraries, require_libraries
from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.opening.database_opening import DatabaseOpening, OpenedDatabase
from gridmgmt_plugin.gui.opening.last_check import LastCheck
from gridmgmt_plugin.gui.opening.late_tables import LateTables, late_tables_of
from gridmgmt_plugin.gui.opening.limits import tell_limits, tell_only_read
from gridmgmt_plugin.gui.opening.local_frame import expect_nothing_more, measure_in_metres
from gridmgmt_plugin.gui.opening.open_tables import read_again, renew_ledgers
from gridmgmt_plugin.gui.opening.recent import remember_workspace
from gridmgmt_plugin.gui.opening.schema_upgrade import SchemaUpgrade
from gridmgmt_plugin.gui.opening.selection import make_selection_translucent
from gridmgmt_plugin.gui.opening.upgrade import schema_upgrade, upgrade_file
from gridmgmt_plugin.project.i18n import locale_tag, tr
from gridmgmt_plugin.project.postgis_source import take_up_new_columns
from gridmgmt_plugin.project.shown_workspace import leave_project_file, placed_layer, shown_layers, shown_location
from gridmgmt_plugin.workspace.gpkg.recovery import recovered_files
from gridmgmt_plugin.workspace.handover.settled import settled_handovers
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation, parse_location

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.workspace import Workspace

_OF_LEDGERS = ("ledger", "ledger_item")
Opened = Callable[["GridError | None"], None]


class Session(QObject):
    """Opens, recognises and closes the workspace, and says so to whoever listens.

    ``changed``: another workspace is open, or none. ``data_changed``: its content was written. ``read_anew``: it
    shall be read again. ``leaving``: layers of the workspace are about to go, whoever takes them away; told with the
    names of their tables while they are still whole. Whoever holds one lets go of it: then Qt has nothing behind it.
    ``checking``: how far a check is, 0 to 1, ``None`` when none runs. ``checked``: a check was made, or its list
    got shorter. ``place_shown``: the planner went to a place of the tree.
    """

    changed = pyqtSignal()
    data_changed = pyqtSignal()
    read_anew = pyqtSignal()
    leaving = pyqtSignal(list)
    checking = pyqtSignal(object)
    checked = pyqtSignal()
    place_shown = pyqtSignal(object)

    def __init__(self, iface: Any, tell: Tell) -> None:
        super().__init__()
        self._iface, self._tell = iface, tell
        self._location: Location | None = None
        self._opening: SchemaUpgrade | DatabaseOpening | None = None
        self._late: LateTables | None = None
        self._watched: list[tuple[QgsVectorLayer, Any]] = []
        #: The grid scheme that the planner looks at; the tree sets it, dialogs are filled in with it.
        self.scheme: str | None = None
        #: What the last check of the open workspace found, ``None`` before the first.
        self.last_check: LastCheck | None = None
        self.data_changed.connect(self._outdate_check)

    def note_check(self, errors: int, warnings: int) -> None:
        """Remember what a check found just now, or what is left of it."""
        self.take_check(LastCheck(errors, warnings, clock.now().isoformat(timespec="seconds")))

    def take_check(self, check: LastCheck) -> None:
        """Remember a check, unless a later one is known; what is read anew knows better than what changed here."""
        if self.last_check is None or check.at >= self.last_check.at:
            self.last_check = check
            self.checked.emit()

    def _outdate_check(self) -> None:
        if self.last_check is not None:
            self.last_check = replace(self.last_check, is_outdated=True)

    @property
    def location(self) -> Location | None:
        """Return where the open workspace lies, ``None`` while none is open."""
        return self._location

    @property
    def path(self) -> Path | None:
        """Return the file of the open workspace, ``None`` while none is open or it lies in a database."""
        return self._location.path if isinstance(self._location, GeoPackageLocation) else None

    def start(self) -> None:
        """Follow QGIS's project from now on; one that is open already is recognised at once."""
        project = QgsProject.instance()
        project.readProject.connect(self._project_read)
        project.cleared.connect(self._project_cleared)
        project.layersWillBeRemoved.connect(self._layers_leave)
        project.layersRemoved.connect(self._layers_removed)
        self._recognise()

    def stop(self) -> None:
        """Stop following; what QGIS shows stays."""
        project = QgsProject.instance()
        project.readProject.disconnect(self._project_read)
        project.cleared.disconnect(self._project_cleared)
        project.layersWillBeRemoved.disconnect(self._layers_leave)
        project.layersRemoved.disconnect(self._layers_removed)
        self.cancel_opening()
        expect_nothing_more(self)
        if self._late is not None:
            self._late.finish()
        self._forget()

    def open(self, given: str | Path | Location, on_opened: Opened | None = None) -> None:
        """Show a workspace in the current project, in place of another one.

        A file is open when this returns; a database is connected to in the background, and ``on_opened`` is called
        with what stood in the way, or ``None``; without it that is told in the message bar.

        :raises GridError: when it is missing, foreign, locked, damaged or of a newer program, or when the present
            one has unsaved edits. An older one is migrated if the planner agrees, else left alone.
        """
        location = parse_location(given)
        if location == self._location:
            self.zoom_to_all()
            return
        self.refuse_pending_edits()
        self._drop_opening()
        if isinstance(location, PostgresLocation):
            self._open_database(location, on_opened or self._tell_refusal)
            return
        if not self._is_current(location):
            return
        load_shapely()
        if missing_libraries():
            self._open_project_beside(location.path)
            return
        from gridmgmt_plugin.project.layers import open_layers  # noqa: PLC0415  these need shapely
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415

        workspace = Workspace.open(location)
        self._show(workspace, open_layers(workspace, locale_tag()))

    def cancel_opening(self) -> None:
        """Stop waiting for a database; an upgrade that has begun goes on, and its end is told."""
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.cancel()

    def _open_database(self, location: PostgresLocation, on_opened: Opened) -> None:
        load_shapely()
        require_libraries()

        def done(opened: OpenedDatabase | None, error: GridError | None) -> None:
            self._opening = None
            if error is not None and error.code == "workspace_too_old":
                self._offer_upgrade(location, error, upgraded)
                return
            try:
                if opened is not None:
                    self.refuse_pending_edits()
                    self._show(opened.workspace, opened.layers.dressed())
            except GridError as refused:
                error = refused
            on_opened(error)

        def upgraded(error: GridError | None) -> None:
            if error is None:
                self._open_database(location, on_opened)
            else:
                on_opened(error)

        self._opening = DatabaseOpening(location, done, self._tell if on_opened == self._tell_refusal else None)
        self._opening.start()

    def _offer_upgrade(self, location: PostgresLocation, reason: GridError, on_upgraded: Opened) -> None:
        """Upgrade a workspace in a database in the background if the planner agrees.

        ``on_upgraded`` is called with what stood in the way, or ``None``; once another one is wanted, what stood in
        the way is only told.
        """

        def upgraded(error: GridError | None) -> None:
            if self._opening is not upgrade:
                self._tell_refusal(error)
                return
            self._opening = None
            on_upgraded(error)

        upgrade = schema_upgrade(location, reason.message, self._iface.mainWindow(), self._tell, upgraded)
        if upgrade is None:
            on_upgraded(reason)
            return
        self._opening = upgrade
        upgrade.start()

    def _drop_opening(self) -> None:
        """Open nothing more; an upgrade that is under way goes on, and its end is told."""
        if isinstance(self._opening, DatabaseOpening):
            self._opening.cancel()
        self._opening = None

    def _tell_refusal(self, error: GridError | None) -> None:
        if error is not None:
            self._tell(error.message, Qgis.MessageLevel.Warning)

    def _show(self, workspace: Workspace, layers: Mapping[str, QgsVectorLayer]) -> None:
        """Show a workspace in place of another one, whose layers go only now that the new ones stand."""
        from gridmgmt_plugin.project.project_file import place_layers, remove_workspace  # noqa: PLC0415  need shapely

        project, language = QgsProject.instance(), locale_tag()
        leave_project_file(project, self._location)
        self._forget()
        remove_workspace(project)
        place_layers(project, workspace, layers, language)
        make_selection_translucent(project)
        self._adopt(workspace.location)
        tell_limits(self._tell, workspace, layers, language)
        self._late = late_tables_of(workspace.location, self._iface, self._tell)
        # QGIS zooms by itself to the first layers of an empty project, once it is back in its event loop.
        QTimer.singleShot(0, self.zoom_to_all)

    def close_workspace(self) -> None:
        """Take the workspace out of the project.

        :raises WorkspaceError: ``workspace_edits_pending``.
        """
        self.refuse_pending_edits()
        project, layers = QgsProject.instance(), shown_layers(QgsProject.instance())
        leave_project_file(project, self._location)
        self._forget()
        load_shapely()
        if missing_libraries():
            project.removeMapLayers([layer.id() for layer in layers.values()])
        else:
            from gridmgmt_plugin.project.project_file import remove_workspace  # noqa: PLC0415  needs shapely

            remove_workspace(project)
        self.changed.emit()
        self._repaint()

    def refuse_pending_edits(self) -> None:
        """Make sure that nothing of the workspace waits to be saved.

        :raises WorkspaceError: ``workspace_edits_pending``, naming the layers.
        """
        layers = shown_layers(QgsProject.instance()).values()
        names = [layer.name() for layer in layers if layer.isEditable() and layer.isModified()]
        if names:
            raise WorkspaceError("workspace_edits_pending", layers=tr(", ").join(names))

    def reload(self) -> None:
        """Show what a job wrote: new rows, new columns, new outlines."""
        read_again(shown_layers(QgsProject.instance()), self._location)
        from gridmgmt_plugin.project.layers import renew_forms  # noqa: PLC0415  needs shapely, as the job did

        renew_forms(QgsProject.instance(), shown_layers(QgsProject.instance()), locale_tag())
        renew_ledgers()
        self.data_changed.emit()

    def zoom_to_all(self) -> None:
        """Show the whole district."""
        if not is_alive(self):
            return
        layer = placed_layer(QgsProject.instance(), "area")
        if layer is not None and not layer.extent().isEmpty():
            extent = layer.extent()
            extent.scale(1.05)
            self._iface.mapCanvas().setExtent(extent)
        self._repaint()

    def shows_all(self) -> bool:
        """Tell whether the map shows the whole district."""
        layer = placed_layer(QgsProject.instance(), "area")
        return layer is not None and self._iface.mapCanvas().extent().contains(layer.extent())

    def _is_current(self, location: GeoPackageLocation) -> bool:
        from gridmgmt_plugin.workspace.light.opening import read_entries  # noqa: PLC0415  QGIS's start need not wait

        try:
            read_entries(location)
        except WorkspaceError as error:
            if error.code != "workspace_too_old":
                raise
            return upgrade_file(location.path, error.message, self._iface.mainWindow(), self._tell)
        return True

    def _open_project_beside(self, path: Path) -> None:
        """Open the project that was made with the workspace: the layers are ready in it."""
        project_file = path.with_suffix(".qgz")
        if not project_file.is_file():
            require_libraries()
        elif self._iface.newProject(True):
            self._iface.addProject(str(project_file))

    def _project_read(self, *_: object) -> None:
        # The layers of the project are all there only when QGIS has come back to its event loop.
        QTimer.singleShot(0, self._recognise)

    def _recognise(self) -> None:
        if not is_alive(self):
            return
        try:
            location, layers = shown_location(QgsProject.instance()), shown_layers(QgsProject.instance())
            if location is None or location == self._location or not layers:
                return
            if self._is_sound(location):
                self._adopt(location)
                tell_only_read(self._tell, location, layers)
                self._late = late_tables_of(location, self._iface, self._tell)
        except GridError as error:
            self._tell(error.message, Qgis.MessageLevel.Warning)

    def _is_sound(self, location: Location) -> bool:
        """Tell whether the workspace that a project shows can be worked with; a database is not asked by us.

        QGIS has connected by itself when it read the project; what it found is all that is looked at.
        """
        if isinstance(location, GeoPackageLocation):
            return self._is_current(location)
        from gridmgmt_plugin.workspace.light.opening import check_entries  # noqa: PLC0415  QGIS's start need not wait

        entries = shown_layers(QgsProject.instance()).get("workspace_info")
        if entries is None or not entries.isValid():
            raise WorkspaceError("postgres_project_unreachable", place=location.label)
        try:
            check_entries({row["key"]: row["value"] for row in entries.getFeatures()}, location)
        except WorkspaceError as error:
            if error.code != "workspace_too_old":
                raise
            self._offer_upgrade(location, error, lambda refused: self._adopt_upgraded(location, refused))
            return False
        return True

    def _adopt_upgraded(self, location: PostgresLocation, refused: GridError | None) -> None:
        layers = shown_layers(QgsProject.instance())
        if refused is not None:
            self._tell_refusal(refused)
        elif layers and shown_location(QgsProject.instance()) == location:
            take_up_new_columns(layers, location)
            self._adopt(location)

    def _project_cleared(self) -> None:
        if self._location is not None:
            self._forget()
            self.changed.emit()

    def _layers_leave(self, identifiers: list[str]) -> None:
        shown = shown_layers(QgsProject.instance())
        tables = [table for table, layer in shown.items() if layer.id() in set(identifiers)]
        if tables:
            self.leaving.emit(tables)

    def _layers_removed(self, _: object) -> None:
        if self._location is not None and not shown_layers(QgsProject.instance()):
            self._forget()
            self.changed.emit()

    def _adopt(self, location: Location) -> None:
        self._unwatch()
        # The login is kept beside it: when another is typed later, that is the one that counts.
        self._location = replace(location, password=None) if isinstance(location, PostgresLocation) else location
        remember_workspace(location)
        for path in recovered_files():
            self._tell(Message("workspace_recovered", {"path": path.name}), Qgis.MessageLevel.Warning)
        for message in settled_handovers():
            self._tell(message, Qgis.MessageLevel.Warning)
        measure_in_metres(QgsProject.instance(), self._iface.messageBar(), self)
        self._watched = [
            (layer, told)
            for name, layer in shown_layers(QgsProject.instance()).items()
            for told in ((renew_ledgers, self.data_changed) if name in _OF_LEDGERS else (self.data_changed,))
        ]
        for layer, told in self._watched:
            layer.afterCommitChanges.connect(told)
        self.changed.emit()

    def _forget(self) -> None:
        self._unwatch()
        if self._late is not None:
            self._late.stop()
        self.last_check = self._location = self._late = None

    def _unwatch(self) -> None:
        for layer, told in self._watched:
            if is_alive(layer):
                layer.afterCommitChanges.disconnect(told)
        self._watched = []

    def _repaint(self) -> None:
        self._iface.mapCanvas().refresh()

"""Open a workspace that lies in a database: QGIS's stored connections to choose from, and the workspaces of one.

Nothing is connected to before the planner clicks a connection, or presses Enter on it; the window lives on while
a server is asked.
"""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.postgis_source import place_of_connection, stored_connections
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.light_reading import FoundWorkspace, list_workspaces

_PLACE_ROLE = Qt.ItemDataRole.UserRole
_SIZE = (760, 440)
_LAST_USED = "database_used_last"


class OpenPostgis:
    """Answers ``open_postgis``."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._dialog: DatabaseDialog | None = None

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action
        """Show the dialog; a second click brings the same one to the front."""
        if not is_alive(self._dialog):
            self._dialog = DatabaseDialog(self._shell)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def close(self) -> None:
        """Close the dialog."""
        if is_alive(self._dialog):
            self._dialog.close()
        self._dialog = None


class DatabaseDialog(QDialog):
    """Lists connections and workspaces, opens one, and says in place what stands in the way."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell.iface.mainWindow())
        self._shell = shell
        self._call: BackgroundCall | None = None
        self._is_opening = False
        self._listed_names: list[str] | None = None
        self._asked = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("gridmgmt_postgis_dialog")
        self.setWindowTitle(tr("Open workspace in a database"))
        self._build()
        self._list_connections()
        self.resize(*_SIZE)

    def event(self, event: Any) -> bool:
        """Look again for connections when the planner comes back from QGIS's own dialog."""
        if event.type() == QEvent.Type.WindowActivate:
            self._list_connections()
        return bool(super().event(event))

    def done(self, result: int) -> None:
        """Stop waiting, then close."""
        self._stop()
        super().done(result)

    # How it is built.

    def _build(self) -> None:
        self._connections = QListWidget(self)
        self._connections.setObjectName("gridmgmt_postgis_connections")
        explain(self._connections, tr("A click, or Enter, asks this database for its workspaces."))
        self._connections.itemClicked.connect(self._ask_connection)
        self._connections.itemActivated.connect(self._ask_connection)
        self._workspaces = QTreeWidget(self)
        self._workspaces.setObjectName("gridmgmt_postgis_workspaces")
        self._workspaces.setRootIsDecorated(False)
        explain(self._workspaces, tr("A double click, or the button below, opens the workspace."))
        self._workspaces.setHeaderLabels([tr("District"), tr("Code"), tr("Schema")])
        self._workspaces.itemSelectionChanged.connect(self._refresh_buttons)
        self._workspaces.itemDoubleClicked.connect(lambda *_: self._open())
        self._status = QLabel("", self)
        self._status.setObjectName("gridmgmt_postgis_status")
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)  # a server's own words stand in it
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._stopper = QPushButton(tr("Stop"), self)
        self._stopper.setObjectName("gridmgmt_postgis_stop")
        explain(self._stopper, tr("Stops waiting for the server."))
        self._stopper.clicked.connect(self._stop_asked)
        layout = QGridLayout(self)
        layout.addWidget(QLabel(tr("PostgreSQL connections in QGIS"), self), 0, 0)
        layout.addWidget(QLabel(tr("Workspaces in the database"), self), 0, 1, 1, 2)
        layout.addWidget(self._connections, 1, 0)
        layout.addWidget(self._workspaces, 1, 1, 1, 2)
        layout.addWidget(self._manager_button(), 2, 0)
        layout.addWidget(self._busy, 2, 1)
        layout.addWidget(self._stopper, 2, 2)
        layout.addWidget(self._status, 3, 0, 1, 3)
        layout.addWidget(self._buttons(), 4, 0, 1, 3)
        layout.setColumnStretch(0, 2)
        layout.setColumnStretch(1, 3)
        self._show_busy(is_busy=False)

    def _manager_button(self) -> QPushButton:
        button = QPushButton(tr("New or change…"), self)
        button.setObjectName("gridmgmt_postgis_manage")
        explain(button, tr("Set up connections in QGIS's Data Source Manager"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._shell.iface.actionAddPgLayer().trigger())
        return button

    def _buttons(self) -> QDialogButtonBox:
        buttons, self._opener = answer_buttons(
            self, tr("Open"), "gridmgmt_postgis_open", "open_postgis", on_yes=self._open
        )
        self._opener.setEnabled(False)
        return buttons

    # What happens.

    def _list_connections(self) -> None:
        names = sorted(stored_connections())
        if names == self._listed_names:
            return
        self._listed_names = names
        self._stop()
        self._workspaces.clear()
        self._connections.clear()
        self._connections.addItems(names)
        last = self._last_used()[0]
        if len(names) == 1 or last in names:
            self._connections.setCurrentRow(names.index(last) if last in names else 0)
            self._connections.setFocus()
            self._say(tr("Press Enter, or click a connection, to see its workspaces."))
        elif names:
            self._say(tr("Click a connection to see its workspaces."))
        else:
            self._say(tr("QGIS has no PostgreSQL connection yet. Set one up with “New or change…”."))

    def _ask_connection(self, item: QListWidgetItem) -> None:
        try:
            server = place_of_connection(item.text())
        except GridError as error:
            self._say(error.text(language()))
            return
        if self._call is not None and self._call.location == server:
            return  # the second click of a double click
        self._stop()
        self._workspaces.clear()
        title = tr("Connecting to {place}").format(place=server.server)
        self._say(f"{title} …")
        self._show_busy(is_busy=True)
        self._asked = item.text()
        self._call = BackgroundCall(title, server, list_workspaces, self._listed)
        self._call.start()

    def _listed(self, found: tuple[FoundWorkspace, ...] | None, error: GridError | None) -> None:
        self._call = None
        self._show_busy(is_busy=False)
        if error is not None:
            self._say(error.text(language()))
            return
        for workspace in found or ():
            texts = [workspace.county_name, workspace.county_code, workspace.location.schema]
            QTreeWidgetItem(self._workspaces, texts).setData(0, _PLACE_ROLE, workspace.location)
        for column in range(self._workspaces.columnCount()):
            self._workspaces.resizeColumnToContents(column)
        if found:
            schemas = [workspace.location.schema for workspace in found]
            connection, schema = self._last_used()
            is_known = connection == self._asked and schema in schemas
            self._workspaces.setCurrentItem(self._workspaces.topLevelItem(schemas.index(schema) if is_known else 0))
            self._workspaces.setFocus()
            self._say(tr("Workspaces found: {count}").format(count=len(found)))
        else:
            self._say(tr("This database holds no workspace that you may read."))

    def _open(self) -> None:
        item = self._workspaces.currentItem()
        if item is None or self._is_opening:
            return
        location: PostgresLocation = item.data(0, _PLACE_ROLE)
        self._is_opening = True
        self._say(tr("Opening {name} …").format(name=location.place))
        self._show_busy(is_busy=True)
        try:
            self._shell.session.open(location, self._opened)
        except GridError as error:
            self._opened(error)
        if self._shell.session.location == location:  # it was open already
            self._remember_used()
            self.accept()

    def _opened(self, error: GridError | None) -> None:
        self._is_opening = False
        if not is_alive(self):
            return
        self._show_busy(is_busy=False)
        if error is None:
            self._remember_used()
            self.accept()
        else:
            self._say(error.text(language()))

    def _remember_used(self) -> None:
        item = self._workspaces.currentItem()
        if item is not None:
            remember(_LAST_USED, [self._asked, item.data(0, _PLACE_ROLE).schema])

    @staticmethod
    def _last_used() -> tuple[str, str]:
        """Return the connection and the schema that were opened last, two empty texts at first."""
        connection, schema = remembered(_LAST_USED) or ("", "")
        return connection, schema

    def _stop_asked(self) -> None:
        self._stop()
        self._say(tr("Stopped."))

    def _stop(self) -> None:
        if self._call is not None:
            self._call.cancel()
            self._call = None
        if self._is_opening:
            self._shell.session.cancel_opening()
            self._is_opening = False
        self._show_busy(is_busy=False)

    def _say(self, text: str) -> None:
        self._status.setText(text)

    def _show_busy(self, *, is_busy: bool) -> None:
        self._busy.setVisible(is_busy)
        self._stopper.setVisible(is_busy)
        self.setCursor(Qt.CursorShape.BusyCursor if is_busy else Qt.CursorShape.ArrowCursor)
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        self._opener.setEnabled(self._workspaces.currentItem() is not None and not self._is_opening)

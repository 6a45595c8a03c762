"""Our page in QGIS's Options: what the plugin remembers, in the place where planners look for settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.frame.manual import open_manual
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.opening.recent import documents, forget_workspaces, recent_workspaces
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import SAMPLE_FOLDER, author, forget_layout, remember, remembered

if TYPE_CHECKING:
    from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch


class OptionsPage(QgsOptionsPageWidget):
    """Shows the settings; nothing is kept before QGIS calls :meth:`apply`."""

    def __init__(self, parent: Any, presence: PresenceWatch) -> None:
        super().__init__(parent)
        self._presence = presence
        self.setObjectName("gridmgmt_options")
        around = QScrollArea(self)  # with large letters it is higher than QGIS's window
        around.setFrameShape(QScrollArea.Shape.NoFrame)
        around.setWidgetResizable(True)
        page = QWidget(around)
        around.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(around)
        layout = QVBoxLayout(page)
        layout.addWidget(self._person())
        layout.addWidget(self._places())
        layout.addWidget(self._window())
        layout.addStretch(1)

    def apply(self) -> None:
        """Keep what the page says."""
        remember("author", self._name.text().strip())
        remember(SAMPLE_FOLDER, self._sample.filePath().strip())
        if self._colleagues.isChecked() != self._presence.is_on_map:
            self._presence.show_on_map(self._colleagues.isChecked())
        if self._forget_recent.isChecked():
            forget_workspaces()
        if self._forget_layout.isChecked():
            forget_layout()

    def helpKey(self) -> str:  # noqa: N802  QGIS's name
        """Return nothing: QGIS would lead into its own manual on the network; ours opens from the page."""
        return ""

    def _person(self) -> QGroupBox:
        box = QGroupBox(tr("Who is working"), self)
        self._name = QLineEdit(author(), box)
        self._name.setObjectName("gridmgmt_options_author")
        explain(
            self._name, tr("Your name or staff number goes into the change log of the workspace, and nowhere else.")
        )
        told = QLabel(
            tr("Your name or staff number goes into the change log of the workspace, and nowhere else."), box
        )
        told.setWordWrap(True)
        form = QFormLayout(box)
        form.addRow(tr("Name or staff number"), self._name)
        form.addRow(told)
        return box

    def _places(self) -> QGroupBox:
        box = QGroupBox(tr("Workspaces"), self)
        self._sample = QgsFileWidget(box)
        self._sample.setObjectName("gridmgmt_options_sample")
        self._sample.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self._sample.setFilePath(str(remembered(SAMPLE_FOLDER) or documents() / tr("Grid sample")))
        explain(self._sample, tr("Where the next copy of the sample district is put."))
        count = len(recent_workspaces())
        self._forget_recent = QCheckBox(tr("Empty the list of recent workspaces ({count})").format(count=count), box)
        self._forget_recent.setObjectName("gridmgmt_options_forget_recent")
        self._forget_recent.setEnabled(count > 0)
        explain(self._forget_recent, tr("Empties the list in menu and start page; no workspace is deleted."))
        form = QFormLayout(box)
        form.addRow(tr("Folder of the sample"), self._sample)
        form.addRow(self._forget_recent)
        return box

    def _window(self) -> QGroupBox:
        box = QGroupBox(tr("Window"), self)
        self._colleagues = QCheckBox(tr("Show on the map where colleagues edit"), box)
        self._colleagues.setObjectName("gridmgmt_options_colleagues_on_map")
        self._colleagues.setChecked(self._presence.is_on_map)
        explain(self._colleagues, tr("Hatches and names what colleagues have not saved yet, in a database."))
        self._forget_layout = QCheckBox(tr("Panels and columns as at the beginning (at the next start)"), box)
        self._forget_layout.setObjectName("gridmgmt_options_forget_layout")
        explain(self._forget_layout, tr("Forgets widths, corners and which panels are open."))
        manual = QPushButton(QIcon(str(resource_path("icons/manual.svg"))), tr("Manual"), box)
        manual.setObjectName("gridmgmt_help")
        explain(manual, tr("Opens the page of the manual about this in the browser."))
        manual.clicked.connect(lambda: open_manual(self, "settings"))
        form = QFormLayout(box)
        form.addRow(self._colleagues)
        form.addRow(self._forget_layout)
        manual.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        form.addRow(manual)
        return box


class _Factory(QgsOptionsWidgetFactory):
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        super().__init__(tr("Grid Management"), QIcon(str(resource_path("icons/plugin.svg"))))

    def createWidget(self, parent: Any = None) -> OptionsPage:  # noqa: N802  QGIS's name
        from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch  # noqa: PLC0415  when the page is shown

        return OptionsPage(parent, self._shell.always(PresenceWatch))


class Options:
    """Puts the page into QGIS's Options as long as the plugin lives."""

    def __init__(self, shell: Shell) -> None:
        self._iface = shell.iface
        self._factory = _Factory(shell)
        self._iface.registerOptionsWidgetFactory(self._factory)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Serve no action: QGIS opens the page."""

    def close(self) -> None:
        """Take the page out of QGIS."""
        self._iface.unregisterOptionsWidgetFactory(self._factory)

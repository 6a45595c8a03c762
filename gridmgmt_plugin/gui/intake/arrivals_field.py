"""The field for a file of cases: chosen as any file, or from a folder in which such files arrive."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.intake.arriving_files import ArrivedFile, KnownDigests, PartsOf, arrived_files
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs.place_fields import LAYER_OPTION, FileField, last_folder
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

#: Where files of cases arrive on this computer.
ARRIVALS = "arrivals_folder"
_EACH_MS = 60_000
_LISTED = 12


class ArrivalsField(FileField):
    """A file of cases. The folder is looked at when asked, and each minute while the window is open; files that were
    not taken in yet are offered, and nothing is taken unasked.
    """

    looks_again = True

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.files: QgsFileWidget = self.widget
        self.widget = QWidget()
        self.files.setParent(self.widget)  # before the buttons: the Tab key goes through them as they were made
        self.look: QPushButton = QPushButton(tr("Look now"), self.widget)
        self.found: QPushButton = QPushButton(self.widget)
        self.menu: QMenu = QMenu(self.found)
        self._taken: frozenset[str] = frozenset()
        self._known: KnownDigests = {}
        self._parts: PartsOf | None = None
        self._arrived: tuple[ArrivedFile, ...] = ()
        self._problem = ""
        self._reading: JobTask | None = None
        self._arrange()
        self._again = QTimer(self.widget)
        self._again.setInterval(_EACH_MS)
        self._again.timeout.connect(self._look_again)
        self._again.start()
        self._show_arrived()

    def fill(self, lists: WorkspaceLists) -> None:
        """Know what this workspace has taken in, and look."""
        if not self._is_filled:
            self.widget.window().finished.connect(self._stop)
        self._taken = lists.taken_files
        if self._folder():
            self._look()

    def value(self) -> str | None:
        """Return the path."""
        return self.files.filePath().strip().strip('"') or None

    def show_value(self, value: Any) -> None:
        """Show a path."""
        self.files.setFilePath("" if is_null(value) else str(value))

    def _arrange(self) -> None:
        self.found.setMenu(self.menu)
        for name, button in (("look", self.look), ("found", self.found)):
            button.setObjectName(f"gridmgmt_arrivals_{name}")
            button.setAutoDefault(False)
        explain(
            self.look,
            tr("Look for new files in the folder in which files of cases arrive. Nothing is imported unasked."),
        )
        explain(
            self.found,
            tr("Each minute while this window is open the folder is looked at. Files taken in before are left out."),
        )
        self.look.clicked.connect(lambda _: self._look() if self._folder() else self._choose_folder())
        row = QHBoxLayout()
        row.addWidget(self.look)
        row.addWidget(self.found)
        row.addStretch(1)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.files)
        column.addLayout(row)
        self.widget.setFocusProxy(self.files)

    @staticmethod
    def _folder() -> str:
        return str(remembered(ARRIVALS) or "")

    def _choose_folder(self, *_: object) -> None:
        title = tr("Folder in which files of cases arrive")
        folder = QFileDialog.getExistingDirectory(self.widget, title, self._folder() or last_folder())
        if folder:
            self._watch(folder)

    def _watch(self, folder: str) -> None:
        remember(ARRIVALS, folder)
        self._arrived, self._problem = (), ""
        self._show_arrived()
        if folder:
            self._look()

    def _look_again(self) -> None:
        # A look that failed by a mistake of ours hands nothing over.
        is_looking = self._reading is not None and is_alive(self._reading) and self._reading.isActive()
        if self._folder() and not is_looking and self.widget.isVisible():
            self._look()

    def _stop(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.drop()
            self._reading = None

    def _look(self) -> None:
        self._stop()
        from gridmgmt_plugin.jobs.intake.cases.arrivals import PartsWithCases  # noqa: PLC0415  heavy

        self._parts = parts = self._parts or PartsWithCases()
        folder, taken, known = Path(self._folder()), self._taken, self._known

        def job(progress: Progress) -> tuple[ArrivedFile, ...]:
            return arrived_files(folder, taken, known, parts, progress)

        def done(found: tuple[ArrivedFile, ...] | None, error: GridError | None) -> None:
            self._reading = None
            if is_alive(self.widget) and str(folder) == str(Path(self._folder())):
                self._arrived, self._problem = found or (), "" if error is None else error.text(language())
                self._show_arrived()

        self._reading = JobTask(tr("Looking for new files"), job, done, only_looks=True).start()

    def _show_arrived(self) -> None:
        folder, count = self._folder(), len(self._arrived)
        name = Path(folder).name or folder
        if not folder:
            text = tr("No folder is looked at")
        elif self._problem:
            text = tr("“{folder}” cannot be read").format(folder=name)
        elif count:
            text = tr("{count} new {count:file|files} in “{folder}”", count=count, folder=name)
        else:
            text = tr("Nothing new in “{folder}”").format(folder=name)
        self.found.setText(text.replace("&", "&&"))
        self.menu.clear()
        if self._problem:
            self.menu.addAction(self._problem.replace("&", "&&")).setEnabled(False)
        for one in self._arrived[:_LISTED]:
            for part in one.parts or ("",):
                name = f"{one.path.name}: {part}" if part else one.path.name
                action = self.menu.addAction(name.replace("&", "&&"))
                given = f"{one.path}{LAYER_OPTION}{part}" if part else str(one.path)
                action.triggered.connect(partial(self._take, given))
        if count > _LISTED:
            self.menu.addAction(tr("… and {count} more", count=count - _LISTED)).setEnabled(False)
        self.menu.addSeparator()
        self.menu.addAction(tr("Choose the folder…")).triggered.connect(self._choose_folder)
        if folder:
            self.menu.addAction(tr("Look at no folder")).triggered.connect(lambda _: self._watch(""))

    def _take(self, path: str, *_: object) -> None:
        self.show_value(path)

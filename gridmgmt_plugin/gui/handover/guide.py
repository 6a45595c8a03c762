"""A hand-over step by step: the check, receiver and target, what changes, the release, then delivery and receipt.

Widgets only. What is done on a page is a job of its own, which its dialog does as well; the pages only lead through.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
    QWizard,
    QWizardPage,
)

from gridmgmt_plugin.gui.frame.colours import link_style, mark_trouble
from gridmgmt_plugin.gui.frame.manual import open_manual
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.jobs.field_kinds import make_field
from gridmgmt_plugin.gui.jobs.fields import Field, add_row, title_of
from gridmgmt_plugin.gui.jobs.tips import window_tip
from gridmgmt_plugin.gui.jobs.workspace_fields import TITLES
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

TOPIC = "handover_guide"
# What is asked; all else that an export can be told stands in its own dialog.
_ASKED = ("SCHEME", "PROFILE", "FOLDER", "FORMATS", "EFFECTIVE_FROM", "NOTE")
_WIDTH_PX, _HEIGHT_PX = 720, 540
# With large letters the window is so many of them wide.
_WIDTH_LETTERS = 100


def _show_in(bar: QProgressBar, percent: float | None) -> None:
    """Show how far something is, moving while that is not known; ``None`` where nothing is under way."""
    bar.setVisible(percent is not None)
    if percent is not None:
        bar.setRange(0, 100 if percent > 0 else 0)
        bar.setValue(int(percent))


class CheckPage(QWizardPage):
    """What the last check found, and a button for the next one."""

    check_wanted = pyqtSignal()
    list_wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(tr("Check"))
        self.setSubTitle(tr("What is handed over has to pass the checks. Errors stop a release; warnings go along."))
        self.told = QLabel("", self)
        self.told.setObjectName("gridmgmt_guide_check_told")
        self.told.setWordWrap(True)
        self.checker, self.lister = QPushButton(tr("Check everything"), self), QPushButton(tr("Issue list"), self)
        row = QHBoxLayout()
        for button, name, tip, wanted in (
            (self.checker, "check", tr("Checks the whole workspace again"), self.check_wanted),
            (self.lister, "list", tr("Shows what the check found, to be walked through and fixed"), self.list_wanted),
        ):
            button.setObjectName(f"gridmgmt_guide_{name}")
            button.setAutoDefault(False)
            explain(button, tip)
            button.clicked.connect(lambda _=False, wanted=wanted: wanted.emit())
            row.addWidget(button)
        row.addStretch(1)
        self.bar = QProgressBar(self)
        self.bar.setVisible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.told)
        layout.addLayout(row)
        layout.addWidget(self.bar)
        layout.addStretch(1)

    def show_progress(self, percent: float | None) -> None:
        """Show a check that is under way, or with ``None`` that none is."""
        _show_in(self.bar, percent)
        self.checker.setEnabled(percent is None)

    def show_check(self, text: str, *, is_trouble: bool) -> None:
        """Say how the workspace stood at the last check."""
        self.told.setText(text)
        mark_trouble(self.told, is_trouble=is_trouble)


class TargetPage(QWizardPage):
    """Which scheme goes to whom, where, and from which day on: fields of the export's dialog."""

    def __init__(self, algorithm: GridAlgorithm, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(tr("Receiver and target"))
        self.setSubTitle(tr("Who gets the release, in which form, and where the package is written."))
        self.fields: dict[str, Field] = {}
        definitions = {one.name(): one for one in algorithm.parameterDefinitions()}
        titles = {name: one.description() for name, one in definitions.items()}
        layout = QFormLayout(self)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name in _ASKED:
            field = make_field(definitions[name], algorithm.KEY, self.fields)
            if field is None:
                continue
            self.fields[name] = field
            field.widget.setObjectName(f"gridmgmt_guide_field_{name}")
            explain(field.widget, field.tip or window_tip(field.definition, titles) or field.title)
            field.changed.connect(self._changed)
            add_row(layout, field, TITLES)
        self.told = QLabel("", self)
        self.told.setObjectName("gridmgmt_guide_target_told")
        self.told.setWordWrap(True)
        layout.addRow(self.told)

    def _changed(self) -> None:
        """Say what is wrong with a field, since nobody goes on with it."""
        problems = ((title_of(field, TITLES), _problem(name, field)) for name, field in self.fields.items())
        texts = [
            tr("{field} {problem}").format(field=title, problem=problem) for title, problem in problems if problem
        ]
        self.told.setText("\n".join(texts))
        mark_trouble(self.told, is_trouble=bool(texts))
        self.completeChanged.emit()

    def parameters(self) -> dict[str, Any]:
        """Return parameter → value as the export takes them, without what is left out."""
        found: dict[str, Any] = {}
        for field in self.fields.values():
            found.update(field.values())
        return found

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what is known already."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].show_value(value)

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer what the workspace has."""
        for field in self.fields.values():
            field.learn(lists)
        self._changed()

    def isComplete(self) -> bool:  # noqa: N802  Qt's name
        """Tell whether nothing is missing or wrong."""
        needed = ("SCHEME", "FOLDER")
        return all(self.fields[name].values() for name in needed) and not any(
            _problem(name, field) for name, field in self.fields.items()
        )


def _problem(name: str, field: Field) -> str:
    """Return what is wrong with a field. No export makes a folder: to hear that on the next page would be late."""
    folder = Path(str(field.value() or "/"))
    if name != "FOLDER" or field.problem() or folder.is_dir():
        return field.problem()
    return tr("is not a folder that exists: {path}").format(path=folder)


class RunPage(QWizardPage):
    """A job and what came of it; the next page waits until it has been done.

    :param verb: what the button says that starts it. ``is_eager``: it starts by itself when the page is shown.
    """

    run_wanted = pyqtSignal()
    link_clicked = pyqtSignal(QUrl)

    def __init__(self, name: str, verb: str, parent: QWidget, *, is_eager: bool) -> None:
        super().__init__(parent)
        self._is_eager, self._is_done, self._is_running = is_eager, False, False
        self.runner = QPushButton(verb, self)
        self.runner.setObjectName(f"gridmgmt_guide_{name}_run")
        self.runner.setAutoDefault(False)
        self.runner.clicked.connect(lambda _=False: self.run_wanted.emit())
        self.bar = QProgressBar(self)
        self.bar.setVisible(False)
        self.result = QTextBrowser(self)
        self.result.setObjectName(f"gridmgmt_guide_{name}_result")
        self.result.setOpenLinks(False)
        explain(self.result, tr("What the job did. Links lead to places on the map, to lists and folders."))
        self.result.anchorClicked.connect(self.link_clicked)
        row = QHBoxLayout()
        row.addWidget(self.runner)
        row.addWidget(self.bar, 1)
        row.addStretch(0)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.result, 1)

    def initializePage(self) -> None:  # noqa: N802  Qt's name
        """Begin anew: what was chosen before may be otherwise now.

        A job that starts by itself waits until the page is turned, because QWizard sets its buttons anew by then.
        """
        self.show_result("", is_done=False)
        if self._is_eager:
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if is_alive(self) and self.isVisible():
            self.run_wanted.emit()

    def isComplete(self) -> bool:  # noqa: N802  Qt's name
        """Tell whether the job was done, and is not being done again."""
        return self._is_done and not self._is_running

    def show_progress(self, percent: float | None) -> None:
        """Show a run that is under way, or with ``None`` that none is."""
        was_running, self._is_running = self._is_running, percent is not None
        _show_in(self.bar, percent)
        self.runner.setEnabled(percent is None and (self._is_eager or not self._is_done))
        if was_running != self._is_running:
            self.completeChanged.emit()

    def show_result(self, html: str, *, is_done: bool) -> None:
        """Show what came of the job, or what stands in its way."""
        self._is_done = is_done
        self.result.setHtml(link_style(self.result) + html if html else "")
        self.show_progress(None)
        self.completeChanged.emit()


class LastPage(RunPage):
    """What comes after the release; there is nothing to run."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("after", "", parent, is_eager=False)
        self.runner.setVisible(False)

    def initializePage(self) -> None:  # noqa: N802  Qt's name
        """Leave what the release brought with it."""


class HandoverGuide(QWizard):
    """The pages in their order; ``stop_wanted``: Esc or Close while a job runs."""

    stop_wanted = pyqtSignal()

    def __init__(self, algorithm: GridAlgorithm, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_handover_guide")
        self.setWindowTitle(tr("Hand-over step by step"))
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.is_running = False
        self.check = CheckPage(self)
        self.target = TargetPage(algorithm, self)
        self.changes = RunPage("changes", tr("Look again"), self, is_eager=True)
        self.changes.setTitle(tr("What changes"))
        self.changes.setSubTitle(
            tr("What the release changes for people since the one that its receiver has; only a sheet is written.")
        )
        explain(self.changes.runner, tr("Works it out anew, and writes the sheet again"))
        self.release = RunPage("release", tr("Hand over"), self, is_eager=False)
        self.release.setTitle(tr("Hand over"))
        self.release.setSubTitle(
            tr("Checks, writes the package, reads it back and enters the release. Codes are for ever from then on.")
        )
        explain(self.release.runner, algorithm.tip())
        self.release.setCommitPage(True)
        self.after = LastPage(self)
        self.after.setTitle(tr("Delivery and receipt"))
        self.after.setSubTitle(tr("Where the package goes next, and what is done when its receiver answers."))
        for page in (self.check, self.target, self.changes, self.release, self.after):
            self.addPage(page)
            page.completeChanged.connect(self._shut_way_back)
        self.currentIdChanged.connect(self._shut_way_back)
        self._name_buttons()
        self.resize(max(_WIDTH_PX, self.fontMetrics().averageCharWidth() * _WIDTH_LETTERS), _HEIGHT_PX)

    def show_progress(self, page: RunPage, percent: float | None) -> None:
        """Show how far the job of a page is; nobody leaves the page meanwhile."""
        self.is_running = percent is not None
        page.show_progress(percent)
        kinds = QWizard.WizardButton
        self._shut_way_back()
        self.button(kinds.CancelButton).setText(tr("Stop") if self.is_running else tr("Close"))

    def released(self, report: str, steps: str) -> None:
        """Show a release that went out and what comes next; no way leads back before it."""
        self.release.show_result(report, is_done=True)
        self.after.show_result(steps, is_done=True)

    def reject(self) -> None:
        """Stop a run with the first Esc, close with the next."""
        if self.is_running:
            self.stop_wanted.emit()
        else:
            super().reject()

    def _shut_way_back(self, *_: object) -> None:
        """Shut it while a job runs and after the release: QWizard opens it whenever a page says how far it is."""
        if self.is_running or self.release.isComplete():
            self.button(QWizard.WizardButton.BackButton).setEnabled(False)

    def _name_buttons(self) -> None:
        kinds = QWizard.WizardButton
        closing = tr("Closes the dialog; while the job runs, stops it. Esc does the same.")
        self.setOption(QWizard.WizardOption.HaveHelpButton, True)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage, True)
        for kind, name, text, tip in (
            (kinds.BackButton, "back", tr("Step before"), tr("Back to what was chosen before")),
            (kinds.NextButton, "next", tr("Next step"), tr("Goes on, once this step is done")),
            (kinds.CommitButton, "commit", tr("Next step"), tr("Goes on, once this step is done")),
            (kinds.FinishButton, "finish", tr("Finish"), tr("Closes the window; all that was done stays done")),
            (kinds.CancelButton, "close", tr("Close"), closing),
        ):  # fmt: skip
            self.setButtonText(kind, text)
            button = self.button(kind)
            button.setObjectName(f"gridmgmt_guide_{name}")
            explain(button, tip)
        self.setButtonText(kinds.HelpButton, tr("Help"))
        helper = self.button(kinds.HelpButton)
        helper.setObjectName("gridmgmt_help")
        helper.setShortcut("F1")
        explain(helper, tr("Opens the page of the manual about this in the browser. F1 does the same."))
        self.helpRequested.connect(lambda: open_manual(self, TOPIC))

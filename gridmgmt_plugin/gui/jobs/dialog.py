"""The dialog of a job: what it does, few fields, the rest folded, what will happen, progress, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import Qt, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.colours import link_style, mark_trouble
from gridmgmt_plugin.gui.frame.keyboard import tab_stops
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.jobs.columns_panel import ColumnsPanel
from gridmgmt_plugin.gui.jobs.field_kinds import make_field
from gridmgmt_plugin.gui.jobs.fields import Field, FixedField, add_row, title_of
from gridmgmt_plugin.gui.jobs.forms import FILLED_IN, JobForm
from gridmgmt_plugin.gui.jobs.parts import (
    JobButtons,
    JobHead,
    PartLinks,
    fit_and_centre,
    grow,
    keep_on_screen,
    problem_html,
    room_px,
    step_aside,
)
from gridmgmt_plugin.gui.jobs.place_fields import FileField, LayerField
from gridmgmt_plugin.gui.jobs.tips import window_tip
from gridmgmt_plugin.gui.jobs.workspace_fields import TITLES
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

# What fits beside the docks of a window of 1366 × 768.
_WIDTH_PX, _TALLEST_PX = 700, 680
_RESULT_WIDTH_PX, _RESULT_PX = 500, 360
_WITH_FILE_PX = 900
_WIDEST_PX = 1100
_RESERVE_PX = 24


class JobDialog(QDialog):
    """Widgets only; it tells what is wanted by signals.

    ``run_wanted``, ``trial_wanted``, ``stop_wanted``; ``settings_changed``: any field changed;
    ``file_changed``: another file, or another way to read it; ``link_clicked``: a place or a list of the result.
    """

    run_wanted = pyqtSignal()
    trial_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    settings_changed = pyqtSignal()
    file_changed = pyqtSignal()
    link_clicked = pyqtSignal(QUrl)

    def __init__(self, algorithm: GridAlgorithm, form: JobForm, parent: QWidget) -> None:
        super().__init__(parent)
        self.algorithm, self.form = algorithm, form
        self.fields: dict[str, Field] = {}
        self._titles: dict[str, QWidget] = {}
        self._is_running = False
        self._part_links = PartLinks()
        #: A trial is made when the planner asks for it, not by itself.
        self.offers_trial = form.tries and not form.tries_at_once
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(f"gridmgmt_job_{algorithm.KEY}")
        self.setWindowTitle(algorithm.displayName())
        self.setWindowIcon(algorithm.icon())
        self.setAcceptDrops(True)
        self._make_fields()
        self._build()
        for field in self.fields.values():
            field.changed.connect(lambda name=field.name: self._changed(name))
        self._follow_choices()
        self._order_tabs()
        self._fit()

    # What is chosen.

    def parameters(self) -> dict[str, Any]:
        """Return parameter → value as the algorithm takes them, without what is left out."""
        found: dict[str, Any] = {}
        for field in self.fields.values():
            if self.is_used(field.name):
                found.update(field.values())
        return found

    def is_used(self, name: str) -> bool:
        """Tell whether a parameter has a meaning with what is chosen elsewhere."""
        if name not in self.form.only_when:
            return True
        other, keys = self.form.only_when[name]
        return self.fields[other].chosen_key() in keys if keys else bool(self.fields[other].value())

    def problems(self) -> list[tuple[QWidget, str]]:
        """Return what is missing or wrong: the widget to look at, and a text."""
        found: list[tuple[QWidget, str]] = []
        for field in self.fields.values():
            title, problem = title_of(field, TITLES), field.problem()
            if isinstance(field, FixedField) or not self.is_used(field.name):
                continue
            has_default = not is_null(field.definition.defaultValue())
            if problem:
                found.append((field.widget, tr("{field} {problem}").format(field=title, problem=problem)))
            elif not field.is_optional and not has_default and not field.values():
                found.append((field.widget, tr("Please choose: {field}").format(field=title)))
        if self.columns is not None:
            found += [
                (self.columns, tr("Please choose the column: {field}").format(field=title))
                for title in self.columns.missing()
            ]
        return found

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what is known already, for those parameters that have a field."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].show_value(value)
        self._follow_choices()

    def fill(self, lists: WorkspaceLists, place: str) -> None:
        """Offer what the workspace has; ``place`` says where it lies, in words."""
        name = lists.county_name
        self._head.show_place(tr("Workspace: {name} – {place}").format(name=name, place=place) if name else place)
        for field in self.fields.values():
            field.learn(lists)
        self.settings_changed.emit()

    # What is told.

    def show_forecast(self, html: str, *, is_trouble: bool = False) -> None:
        """Tell what will happen, or what is in the way of it."""
        self._forecast.setText(link_style(self._forecast) + html if html else "")
        self._forecast.setVisible(bool(html))
        mark_trouble(self._forecast, is_trouble=is_trouble)
        grow(self, _TALLEST_PX)

    def show_refusal(self, text: str, refusal: GridError | None) -> None:
        """Tell what is in the way; where a file has several layers or sheets, each of them is a link."""
        html = problem_html([text]) + self._part_links.html(refusal, self.fields.values())
        self.show_forecast(html, is_trouble=True)

    def takes_part(self, link: str) -> bool:
        """Choose the layer or sheet that a link of the forecast stands for; tell whether it is one of these."""
        if not self._part_links.take(link):
            return False
        self.show_forecast("")
        return True

    def show_progress(self, text: str, percent: float | None) -> None:
        """Show a run that is under way, or with ``None`` that none is."""
        self._is_running = percent is not None
        self._bar.setVisible(self._is_running)
        self._status.setText(text)
        self._status.setVisible(bool(text))
        if percent is not None:
            self._bar.setRange(0, 100 if percent > 0 else 0)
            self._bar.setValue(int(percent))
        self._pages.setEnabled(not self._is_running)
        for button in (self.runner, self.trial):
            button.setEnabled(not self._is_running)
        self.closer.setText(tr("Stop") if self._is_running else tr("Close"))

    def show_result(self, html: str) -> None:
        """Show what was done in place of the fields."""
        self.result.setHtml(link_style(self.result) + html)
        self._pages.setCurrentIndex(1)
        self.show_forecast("")
        self.trial.setVisible(False)
        self.runner.setText(tr("Once more"))
        self.closer.setDefault(True)
        self.closer.setFocus()
        step_aside(self, _RESULT_WIDTH_PX, _RESULT_PX, _RESERVE_PX)

    def show_settings(self) -> None:
        """Show the fields again."""
        self._pages.setCurrentIndex(0)
        self.trial.setVisible(self.offers_trial)
        self.runner.setText(tr(self.form.verb))
        self.runner.setDefault(True)
        self._fit()
        self.settings_changed.emit()

    def shows_result(self) -> bool:
        """Tell whether it shows what was done."""
        return bool(self._pages.currentIndex() == 1)

    def take_file(self, path: str) -> None:
        """Choose a file to read, where the job reads one."""
        taker = self._taker()
        if taker is not None:
            taker.take(path)

    def show_columns(self, *, are_known: bool) -> None:
        """Make room for the columns of a file, or take it away."""
        if self.columns is not None:
            self.columns.setVisible(are_known)
            self._order_tabs()
            self._fit()

    # Qt.

    def showEvent(self, event: Any) -> None:
        """Hide again what a box of buttons shows by itself."""
        super().showEvent(event)
        self.trial.setVisible(self.offers_trial)
        QTimer.singleShot(0, lambda: fit_and_centre(self, self._fit))  # what is folded takes no room only when shown

    def reject(self) -> None:
        """Stop a run with the first Esc, close with the next."""
        if self._is_running:
            self.stop_wanted.emit()
        else:
            super().reject()

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Take files."""
        if event.mimeData().hasUrls() and self._taker() is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802
        """Take the first file that is dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and self._taker() is not None:
            event.acceptProposedAction()
            self.take_file(paths[0])

    def _taker(self) -> Field | None:
        """Return the field that takes a dropped file: the first for one that is empty, else the first of all."""
        takers = [f for f in self.fields.values() if isinstance(f, (FileField, LayerField)) and f.takes_drops]
        return next((f for f in takers if f.value() is None), takers[0] if takers else None)

    # How it is built.

    def _make_fields(self) -> None:
        made: dict[str, Field] = {}
        definitions = self.algorithm.parameterDefinitions()
        titles = {definition.name(): definition.description() for definition in definitions}
        for definition in definitions:
            field = make_field(definition, self.algorithm.KEY, made)
            if field is not None:
                made[field.name] = field
                field.widget.setObjectName(f"gridmgmt_job_field_{field.name}")
                explain(field.widget, field.tip or window_tip(definition, titles) or field.title)
        self.fields = made

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        self._head = JobHead(self.algorithm, self)
        layout.addWidget(self._head)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._settings_page())
        self.result = QTextBrowser(self)
        self.result.setObjectName("gridmgmt_job_result")
        self.result.setOpenLinks(False)
        explain(self.result, tr("What the job did. Links lead to places on the map, to lists and folders."))
        self.result.anchorClicked.connect(self.link_clicked)
        self._pages.addWidget(self.result)
        layout.addWidget(self._pages, 1)
        self._forecast = QLabel("", self)
        self._forecast.setObjectName("gridmgmt_job_forecast")
        self._forecast.setWordWrap(True)
        self._forecast.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._forecast.linkActivated.connect(lambda link: self.link_clicked.emit(QUrl(link)))
        self._forecast.setVisible(False)
        layout.addWidget(self._forecast)
        self._status = QLabel("", self)
        self._status.setObjectName("gridmgmt_job_status")
        self._status.setVisible(False)
        self._bar = QProgressBar(self)
        self._bar.setVisible(False)
        layout.addWidget(self._status)
        layout.addWidget(self._bar)
        buttons = JobButtons(self.algorithm, tr(self.form.verb), self)
        self.runner, self.trial, self.closer, self.helper = (
            buttons.runner, buttons.trial, buttons.closer, buttons.helper,
        )  # fmt: skip
        buttons.accepted.connect(self.run_wanted)
        buttons.rejected.connect(self.reject)
        self.trial.clicked.connect(self.trial_wanted)
        layout.addWidget(buttons)

    def _settings_page(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        by_file = set(self.form.file.columns.values()) if self.form.file else set()
        first = [name for name in self.form.first if name in self.fields]
        rest = [name for name in self.fields if name not in first and name not in by_file and name not in FILLED_IN]
        self._in_order = tuple([self.fields[name].widget for name in names] for names in (first, rest))
        layout.addLayout(self._form_of(first, page))
        self.columns = ColumnsPanel(page) if self.form.file else None
        if self.columns is not None:
            self.columns.setVisible(False)
            self.columns.changed.connect(self.settings_changed)
            layout.addWidget(self.columns, 1)
        self.more: QgsCollapsibleGroupBox | None = None
        if rest:
            self.more = QgsCollapsibleGroupBox(tr("More settings"), page)
            self.more.setObjectName("gridmgmt_job_more")
            explain(self.more, tr("Settings that are good for most as they are."))
            self.more.setSaveCollapsedState(False)
            self.more.setLayout(self._form_of(rest, self.more))
            self.more.setCollapsed(True)
            self.more.collapsedStateChanged.connect(lambda _: QTimer.singleShot(0, self._fit))
            layout.addWidget(self.more)
        layout.addStretch(0 if self.columns is not None else 1)
        holder = QScrollArea(self)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it scrolls as the keyboard goes through it
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setWidgetResizable(True)
        holder.setWidget(page)
        self._page = page
        return holder

    def _order_tabs(self) -> None:
        """Let the keyboard go through the fields as they stand, then through the buttons, and round again."""
        columns = [] if self.columns is None else self.columns.stops()
        before, after = self._in_order
        unfold = [] if self.more is None else self.more.findChildren(QToolButton, "collapseButton")
        stops = [stop for widget in (*before, *columns, *unfold, *after) for stop in tab_stops(widget)]
        stops += [self._forecast, self.runner, self.trial, self.closer, self.helper]
        for one, next_one in zip(stops, stops[1:]):
            self.setTabOrder(one, next_one)

    def _fit(self) -> None:
        """Take the height that the fields ask for, as far as the screen has it."""
        if not is_alive(self) or self.shows_result():
            return
        has_columns = self.columns is not None and self.columns.isVisibleTo(self)
        narrowest = _WITH_FILE_PX if has_columns else _WIDTH_PX
        width = min(max(narrowest, self._page.minimumSizeHint().width() + 2 * _RESERVE_PX), _WIDEST_PX)
        whole = max(self.layout().totalHeightForWidth(width), self.layout().sizeHint().height())
        around = whole - self._pages.sizeHint().height()
        wanted = _TALLEST_PX if has_columns else self._page.sizeHint().height() + around + 2 * _RESERVE_PX
        self.resize(width, min(wanted, _TALLEST_PX, room_px(self)))
        keep_on_screen(self)

    def _form_of(self, names: list[str], parent: QWidget) -> QFormLayout:
        layout = QFormLayout()
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name in names:
            field = self.fields[name]
            field.widget.setParent(parent)
            label = add_row(layout, field, TITLES)
            if label is not None:
                self._titles[name] = label
        return layout

    def _changed(self, name: str) -> None:
        self._follow_choices()
        if self.form.file is not None and name in (self.form.file.parameter, self.form.file.kind, "ENCODING"):
            self.file_changed.emit()
        else:
            self.settings_changed.emit()

    def _follow_choices(self) -> None:
        """Grey what has no meaning with what is chosen elsewhere."""
        for name in self.form.only_when:
            if name in self.fields:
                self.fields[name].widget.setEnabled(self.is_used(name))
                if name in self._titles:  # what is ticked bears its title itself
                    self._titles[name].setEnabled(self.is_used(name))

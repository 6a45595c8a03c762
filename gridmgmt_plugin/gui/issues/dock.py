"""The dock with the issues: filters above, the list, what can be done below."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QItemSelectionModel, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.frame.flow import FlowLayout
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.issues.filter_bar import FilterBar
from gridmgmt_plugin.gui.issues.filters import IssueFilter
from gridmgmt_plugin.gui.issues.model import IssueModel
from gridmgmt_plugin.gui.issues.table import IssueTable
from gridmgmt_plugin.gui.issues.tools import tool_of
from gridmgmt_plugin.gui.issues.view import IssueView
from gridmgmt_plugin.project.i18n import tr, translatable

#: Title of a check among the jobs of the list.
CHECKING = translatable("Checking")
_IN_BUTTON_PX = 14
_TIPS = {
    "previous": translatable("Previous issue, with its place on the map"),
    "next": translatable("Next issue, with its place on the map"),
    "fix": translatable("Works out a fix for the selected issues and shows it before anything is changed"),
    "fix_all": translatable("The same for all issues of the selected rule"),
    "tool": translatable("Opens the tool or list in which the selected issues are settled by hand, at their place"),
    "exempt": translatable("Keeps the selected issues in the list as exempted, with a reason; or lifts that"),
    "done": translatable("Strikes the selected issues out; a new check lists them again if they are still there"),
    "check": translatable("Checks the whole workspace again"),
    "export": translatable("Writes the list as it is shown into a file"),
}


class IssueDock(GridDock):
    """Shows issues and says what the planner wants; it knows neither workspace nor map.

    ``chosen``: an issue was walked or clicked to (its position in the table). The other signals are buttons.
    """

    chosen = pyqtSignal(int)
    check_wanted = pyqtSignal()
    fix_wanted = pyqtSignal(list)
    tool_wanted = pyqtSignal(list)
    exempt_wanted = pyqtSignal(list)
    lift_wanted = pyqtSignal(list)
    export_wanted = pyqtSignal(list)
    cancel_wanted = pyqtSignal()
    extent_wanted = pyqtSignal()
    #: The filters, or what is marked as done, let other issues through.
    filtered = pyqtSignal()
    #: How far a check is, 0 to 1, ``None`` once a job of the list is over.
    check_progressed = pyqtSignal(object)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Issue list"), parent)
        self.setObjectName("gridmgmt_issues_dock")
        self.view = IssueView(self)
        self.model = IssueModel(self.view)
        self._pages, self._empty = QStackedWidget(self), QLabel("", self)
        self._filters = FilterBar(self)
        self._progress, self._cancel = QProgressBar(self), QToolButton(self)
        self._buttons: dict[str, QPushButton] = {}
        self._titles: dict[str, str] = {}
        self._known, self._can_check = "", True
        self._build()
        self.show_table(IssueTable(Rows()), "")

    # What is shown.

    def show_table(self, table: IssueTable, checked: str) -> None:
        """List issues. ``checked``: what to say when there are none: what was checked, "" for nothing yet."""
        self._checked = checked
        current = self.current()
        kept = None if current is None else (self.model.table.text("rule")[current], self.model.table.keys(current))
        self.model.show(table)
        self._titles = dict(zip(table.text("rule"), table.text("title")))
        self.view.make_room_for(self._titles.values())
        self._filters.forget_gone(self._titles)
        self._refresh()
        if kept is not None:
            self._select_named(*kept)

    def say_known(self, known: str, *, can_check: bool = True) -> None:
        """Say of an empty list what an earlier check found, "" for nothing. ``can_check``: a workspace is open."""
        self._known, self._can_check = known, can_check
        self._empty.setText(self._empty_text(len(self.model.table)))
        self._update_buttons()

    def show_progress(self, title: str, fraction: float | None) -> None:
        """Show how far a job is, ``None`` when none runs."""
        running = fraction is not None
        if title == tr(CHECKING) or not running:
            self.check_progressed.emit(fraction)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        if running:
            self._progress.setFormat(f"{title} %p%")
            self._progress.setValue(int(100 * (fraction or 0.0)))
        for button in self._buttons.values():
            button.setEnabled(not running)
        if not running:
            self._update_buttons()

    def set_extent(self, extent: tuple[float, float, float, float]) -> None:
        """Follow the map, while only what it shows is wanted."""
        self._filters.set_extent(extent)

    @property
    def follows_map(self) -> bool:
        """Tell whether only what the map shows is wanted."""
        return self._filters.follows_map

    def current(self) -> int | None:
        """Return the issue that the planner looks at."""
        index = self.view.currentIndex()
        return self.model.issue(index.row()) if index.isValid() else None

    def selected(self) -> list[int]:
        """Return the issues that are selected."""
        rows = self.view.selectionModel().selectedRows()
        return [self.model.issue(index.row()) for index in sorted(rows, key=lambda index: index.row())]

    def step(self, by: int) -> None:
        """Go to the next or the one before; from the end to the beginning."""
        count = self.model.rowCount()
        if count == 0:
            return
        index = self.view.currentIndex()
        row = (index.row() + by) % count if index.isValid() else (0 if by > 0 else count - 1)
        self._go_to(row)

    def select_rule(self, rule: str) -> None:
        """Show one rule, "" for all."""
        self._filters.choose_rule(rule)

    # Building.

    def _build(self) -> None:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self._filters)
        self._build_view()
        self._empty.setObjectName("gridmgmt_issues_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        layout.addWidget(self._pages)
        layout.addLayout(self._button_row())
        self.setWidget(page)
        self._filters.changed.connect(self._apply)
        self._filters.extent_wanted.connect(self.extent_wanted)

    def _build_view(self) -> None:
        view = self.view
        view.setObjectName("gridmgmt_issues_view")
        view.setModel(self.model)
        explain(
            view,
            tr(
                "A click, or Enter, leads to the place on the map. Several rows can be selected. Right click, or the"
                " menu key: fix, exempt and more; Ctrl+C copies the rows."
            ),
        )
        list_rows(view, several=True)
        view.fit_headings()
        view.clicked.connect(lambda index: self.chosen.emit(self.model.issue(index.row())))
        view.activated.connect(lambda index: self.chosen.emit(self.model.issue(index.row())))
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        self.model.modelReset.connect(self._after_reset)

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        bar = QWidget(self)
        flow = FlowLayout(bar)
        row.addWidget(bar, 1)
        deeds = (
            ("previous", tr("Previous"), lambda: self.step(-1)),
            ("next", tr("Next"), lambda: self.step(1)),
            ("fix", tr("Fix…"), lambda: self.fix_wanted.emit(self.selected())),
            ("fix_all", tr("Fix all of the rule…"), self._fix_all),
            ("tool", tr("Settle by hand"), lambda: self.tool_wanted.emit(self.selected())),
            ("exempt", tr("Exempt…"), self._exempt),
            ("done", tr("Mark as done"), self._mark_done),
            ("check", tr("Check again"), self.check_wanted.emit),
            ("export", tr("Export…"), lambda: self.export_wanted.emit(self.model.shown().tolist())),
        )
        for key, title, deed in deeds:
            button = QPushButton(title, self)
            explain(button, tr(_TIPS[key]))
            button.setObjectName(f"gridmgmt_issues_{key}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, deed=deed: deed())
            self._buttons[key] = button
            flow.addWidget(button)
        self._make_slim()
        self._progress.setObjectName("gridmgmt_issues_progress")
        self._progress.setMaximumWidth(260)
        self._cancel.setObjectName("gridmgmt_issues_cancel")
        self._cancel.setText(tr("Cancel"))
        explain(self._cancel, tr("Stops what is under way; nothing is written."))
        self._cancel.clicked.connect(self.cancel_wanted)
        row.addWidget(self._progress)
        row.addWidget(self._cancel)
        row.addWidget(help_button(self, "issues"))
        self._progress.hide()
        self._cancel.hide()
        return row

    def _make_slim(self) -> None:
        """Have all buttons fit between two docks on a small screen; none moves when its text changes."""
        for key, arrow in (("previous", "◀"), ("next", "▶")):
            button = self._buttons[key]
            button.setAccessibleName(button.text())
            button.setText(arrow)
        pairs = {"exempt": (tr("Exempt…"), tr("Lift exemption")), "done": (tr("Mark as done"), tr("Not done"))}
        for key, button in self._buttons.items():
            texts = pairs.get(key, (button.text(),))
            width_px = max(button.fontMetrics().horizontalAdvance(text) for text in texts) + _IN_BUTTON_PX
            button.setFixedWidth(width_px)

    # Filters.

    def _apply(self, chosen: IssueFilter) -> None:
        current = self.current()
        self.model.set_filter(chosen)
        self._refresh()
        row = -1 if current is None else self.model.row_of(current)
        if row >= 0:
            self._select(row)
        self.filtered.emit()

    def _refresh(self) -> None:
        """Bring counts, the empty page and the buttons up to date."""
        facets = self.model.facets()
        self._filters.show_counts(facets, self._titles)
        total, shown = len(self.model.table), self.model.rowCount()
        exempted = int(self.model.table.exempted.sum())
        text = tr("{shown} of {total} {total:issue|issues}", shown=shown, total=total)
        if exempted:
            text += tr(", {count} exempted").format(count=exempted)
        self.setWindowTitle(f"{tr('Issue list')} · {text}" if total else tr("Issue list"))
        self._empty.setText(self._empty_text(total))
        self._pages.setCurrentIndex(0 if shown else 1)
        self._update_buttons()

    def _empty_text(self, total: int) -> str:
        if total:
            return tr("No issue passes the filters.")
        if not self._can_check:
            return tr("Open a workspace first.")
        return (
            self._checked
            or self._known
            or tr("Nothing has been checked yet. “Check again” checks the whole workspace.")
        )

    # The list.

    def _go_to(self, row: int) -> None:
        self._select(row)
        self.chosen.emit(self.model.issue(row))

    def _select(self, row: int) -> None:
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(index, flags)
        self.view.scrollTo(index)

    def _select_named(self, rule: str, keys: tuple[str, ...]) -> None:
        table = self.model.table
        for row, issue in enumerate(self.model.shown().tolist()):
            if table.text("rule")[issue] == rule and table.keys(issue) == keys:
                self._select(row)
                return

    def _after_reset(self) -> None:
        selection = self.view.selectionModel()
        if selection is not None and not getattr(self, "_listening", False):
            self._listening = True
            selection.selectionChanged.connect(lambda *_: self._update_buttons())

    def _update_buttons(self) -> None:
        chosen, table = self.selected(), self.model.table
        shown = self.model.rowCount()
        fixable = any(table.fixable[issue] and not table.exempted[issue] for issue in chosen)
        rules = {table.text("rule")[issue] for issue in chosen}
        states = {
            "previous": shown > 0,
            "next": shown > 0,
            "fix": fixable,
            "fix_all": fixable and len(rules) == 1,
            "tool": len(rules) == 1 and all(map(tool_of, rules)),
            "exempt": len(rules) == 1,
            "done": bool(chosen),
            "check": self._can_check,
            "export": shown > 0,
        }
        for key, on in states.items():
            self._buttons[key].setEnabled(on and not self._progress.isVisibleTo(self))
        lifting = bool(chosen) and all(table.exempted[issue] for issue in chosen)
        self._buttons["exempt"].setText(tr("Lift exemption") if lifting else tr("Exempt…"))
        all_done = bool(chosen) and all(self.model.is_done(issue) for issue in chosen)
        self._buttons["done"].setText(tr("Not done") if all_done else tr("Mark as done"))

    def _fix_all(self) -> None:
        rule, table = self.model.table.text("rule")[self.selected()[0]], self.model.table
        mine = [i for i in range(len(table)) if table.text("rule")[i] == rule and table.fixable[i]]
        self.fix_wanted.emit([issue for issue in mine if not table.exempted[issue]])

    def _exempt(self) -> None:
        chosen = self.selected()
        lifting = all(self.model.table.exempted[issue] for issue in chosen)
        (self.lift_wanted if lifting else self.exempt_wanted).emit(chosen)

    def mark_done(self, issues: list[int]) -> None:
        """Mark issues as done."""
        self.model.mark_done(issues, done=True)
        self._refresh()
        self.filtered.emit()

    def _mark_done(self) -> None:
        chosen = self.selected()
        done = not all(self.model.is_done(issue) for issue in chosen)
        row = self.view.currentIndex().row()
        self.model.mark_done(chosen, done=done)
        self._refresh()
        if self.model.rowCount():
            self._select(min(row, self.model.rowCount() - 1))
        self.filtered.emit()

    def _show_menu(self, place: Any) -> None:
        menu = QMenu(self.view)
        menu.setObjectName("gridmgmt_issues_menu")
        menu.addAction(tr("Copy"), self.copy)
        rule = self.current()
        if rule is not None:
            name = self.model.table.text("rule")[rule]
            menu.addAction(tr("Show this rule only"), lambda: self.select_rule(name))
        menu.addSeparator()
        for key in ("fix", "fix_all", "tool", "exempt", "done"):
            button = self._buttons[key]
            menu.addAction(button.text(), button.click).setEnabled(button.isEnabled())
        menu.exec(self.view.viewport().mapToGlobal(place))
        menu.deleteLater()

    def copy(self) -> None:
        """Put the selected issues on the clipboard, tab between columns."""
        columns = range(self.model.columnCount())
        lines = ["\t".join(self.model.cell_text(issue, column) for column in columns) for issue in self.selected()]
        QApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: Any) -> None:
        """Copy with the usual keys."""
        if event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copy()
            return
        super().keyPressEvent(event)

"""The dock of the ledgers (台账): each with its figures, and the items of the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QPushButton, QSplitter, QTableView, QVBoxLayout, QWidget

from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.gui.frame.flow import flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, fit_columns, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.jobs.ledgers.ledger_desk import ListedItem, ListedLedger
from gridmgmt_plugin.project.i18n import tr, translatable

_FIGURES = ("items", "open", "overdue", "new", "changed", "gone")
_TITLES = {
    "items": translatable("Items"),
    "open": translatable("Still open"),
    "done": translatable("Done"),
    "overdue": translatable("Overdue"),
    "new": translatable("New"),
    "changed": translatable("Changed"),
    "gone": translatable("Gone"),
}
_ITEM_HEADINGS = (
    translatable("Number"), translatable("Name"), translatable("Status"), translatable("Status before"),
    translatable("Due on"), translatable("Changed on"), translatable("Unit grid"),
)  # fmt: skip
_LEDGER_CHARACTERS, _ITEM_CHARACTERS = 40, 40
# The least that is seen of a list, in lines and characters; both stand side by side below a map on a small screen.
_LINES, _CHARACTERS = 4, 18


class LedgersDock(GridDock):
    """Shows ledgers and items and says what is wanted; it knows neither workspace nor map.

    ``ledger_shown``: a ledger was clicked (its key). ``item_shown``: an item was clicked. ``import_wanted``: a file
    for a ledger, "" for a new one. ``change_wanted``, ``removal_wanted``: for a ledger.
    """

    ledger_shown = pyqtSignal(str)
    item_shown = pyqtSignal(object)
    import_wanted = pyqtSignal(str)
    change_wanted = pyqtSignal(object)
    removal_wanted = pyqtSignal(object)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Ledgers of the city"), parent)
        self.setObjectName("gridmgmt_ledgers_dock")
        page = QWidget(self)
        self.ledgers, self.state, self.search = QTableView(page), QComboBox(page), QgsFilterLineEdit(page)
        self.items, self.told = QTableView(page), QLabel("", page)
        self.importer, self.changer, self.remover = (QPushButton(page) for _ in range(3))
        headings = [tr("Ledger"), *(tr(_TITLES[name]) for name in _FIGURES), tr("Last imported")]
        self._known = BoardModel(headings, self.ledgers, right=range(1, len(_FIGURES) + 1))
        self._listed = BoardModel([tr(title) for title in _ITEM_HEADINGS], self.items)
        self._rows, self._shown = SortedRows(self._known, self.ledgers), SortedRows(self._listed, self.items)
        self._all: tuple[ListedLedger, ...] = ()
        self._current = ""
        layout = self.stack(page)
        layout.addWidget(self._body(page), 1)
        layout.addWidget(self._foot(page))
        self._wire()
        self.show_ledgers(())

    def show_ledgers(self, ledgers: Sequence[ListedLedger], why: str = "") -> None:
        """Show ledgers; the one that was looked at stays so. ``why``: what to say where there is none."""
        self._all = tuple(ledgers)
        self._known.show([_ledger_row(one) for one in self._all])
        keys = [one.ledger.key for one in self._all]
        at = keys.index(self._current) if self._current in keys else 0
        self._current = keys[at] if keys else ""
        if keys:
            self.ledgers.selectRow(self._rows.mapFromSource(self._known.index(at, 0)).row())
        fit_columns(self.ledgers, _LEDGER_CHARACTERS // 2)
        self._show_items()
        if why or not keys:
            self.told.setText(why or tr("There is no ledger yet. Import one."))

    def current(self) -> ListedLedger | None:
        """Return the ledger that is looked at."""
        return next((one for one in self._all if one.ledger.key == self._current), None)

    # Inside.

    def _body(self, page: QWidget) -> QWidget:
        letter = self.told.fontMetrics()
        right = QWidget(page)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(flow_row(self.state, self.search))
        column.addWidget(self.items, 1)
        for view in (self.ledgers, self.items):
            view.setMinimumWidth(letter.averageCharWidth() * _CHARACTERS)
            view.setMinimumHeight(letter.lineSpacing() * _LINES)
        both = QSplitter(page)
        for at, (block, share) in enumerate(((self.ledgers, _LEDGER_CHARACTERS), (right, _ITEM_CHARACTERS))):
            both.addWidget(block)
            both.setStretchFactor(at, share)
        both.setChildrenCollapsible(False)
        return both

    def _foot(self, page: QWidget) -> QWidget:
        self.told.setObjectName("gridmgmt_ledgers_told")
        for button, name, text, tip in (
            (
                self.importer,
                "import",
                tr("Import a file…"),
                tr("Take in a newer file of this ledger, or a new one"),
            ),
            (self.changer, "change", tr("Change…"), tr("Another name, look, or other statuses that count as done")),
            (self.remover, "remove", tr("Remove…"), tr("Take the ledger away with its items; it can be taken back")),
        ):
            button.setObjectName(f"gridmgmt_ledgers_{name}")
            button.setText(text)
            explain(button, tip)
        buttons = (self.importer, self.changer, self.remover)
        return flow_row(self.told, *buttons, help_button(page, "ledgers"), to_right=True)

    def _wire(self) -> None:
        for view, model, name, tip in (
            (self.ledgers, self._rows, "list", tr("A click, or Enter, shows the items and the map of a ledger.")),
            (self.items, self._shown, "items", tr("A click, or Enter, shows the item on the map.")),
        ):
            view.setObjectName(f"gridmgmt_ledgers_{name}")
            view.setModel(model)
            list_rows(view, several=False)
            explain(view, tip)
        self.ledgers.clicked.connect(lambda _: self._choose_ledger())
        on_enter(self.ledgers, self._choose_ledger)
        self.items.clicked.connect(lambda _: self._choose_item())
        on_enter(self.items, self._choose_item)
        self.state.setObjectName("gridmgmt_ledgers_state")
        for name in ("items", "open", "overdue", "new", "changed", "gone", "done"):
            self.state.addItem(tr("all that is listed") if name == "items" else tr(_TITLES[name]), name)
        explain(self.state, tr("Which items of the ledger are listed"))
        self.state.currentIndexChanged.connect(lambda _: self._filter())
        self.search.setObjectName("gridmgmt_ledgers_search")
        self.search.setPlaceholderText(tr("Part of a name, key or status"))
        explain(self.search, tr("Only items in which this stands"))
        self.search.textChanged.connect(lambda _: self._filter())
        self.importer.clicked.connect(lambda: self.import_wanted.emit(self._current))
        self.changer.clicked.connect(lambda: self._ask(self.change_wanted))
        self.remover.clicked.connect(lambda: self._ask(self.removal_wanted))

    def _show_items(self) -> None:
        ledger = self.current()
        self._listed.show([] if ledger is None else [_item_row(item) for item in ledger.items])
        fit_columns(self.items, _ITEM_CHARACTERS // 2)
        for button in (self.changer, self.remover):
            button.setEnabled(ledger is not None)
        self._filter()

    def _filter(self) -> None:
        state, part = str(self.state.currentData()), folded(self.search.text())

        def passes(row: Row) -> bool:
            return state in row.what.states and (not part or any(part in folded(cell) for cell in row.cells))

        self._shown.filter_by(passes)
        ledger = self.current()
        if ledger is not None:
            count, title = self._shown.rowCount(), ledger.ledger.title
            self.told.setText(tr("{title}: {count} {count:item|items}", title=title, count=count))

    def _choose_ledger(self) -> None:
        index = self._rows.mapToSource(self.ledgers.currentIndex())
        if index.isValid():
            self._current = self._known.row_at(index.row()).what.ledger.key
            self._show_items()
            self.ledger_shown.emit(self._current)

    def _choose_item(self) -> None:
        index = self._shown.mapToSource(self.items.currentIndex())
        if index.isValid():
            self.item_shown.emit(self._listed.row_at(index.row()).what)

    def _ask(self, signal: Any) -> None:
        ledger = self.current()
        if ledger is not None:
            signal.emit(ledger.ledger)


def _ledger_row(one: ListedLedger) -> Row:
    counts, day = [one.counts[name] for name in _FIGURES], one.ledger.imported_on
    cells = (one.ledger.title, *(f"{count:,}" for count in counts), day)
    return Row(cells, (one.ledger.title, *counts, day), ("", ""), int(one.counts["overdue"] > 0), one)


def _item_row(item: ListedItem) -> Row:
    changed = item.gone_on or item.changed_on
    cells = (item.key, item.name, item.status, item.prior_status, item.due_on, changed, item.unit_grid)
    return Row(cells, cells, ("", ""), 2 if "overdue" in item.states else 0, item)

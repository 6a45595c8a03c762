"""The dock of the releases (成果版本): each with its state and dates, and what was done with the one looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QPushButton, QSplitter, QTableView, QVBoxLayout, QWidget

from gridmgmt_plugin.core.release.life import ACCEPT, DRAFT, HANDED_OVER, PUT_IN_FORCE, REJECT, REJECTED, REOPEN
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.flow import flow_row
from gridmgmt_plugin.gui.frame.keyboard import GridDock, list_rows, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.people.model import BoardModel, Row, SortedRows
from gridmgmt_plugin.gui.tree.columns import GivingWay
from gridmgmt_plugin.jobs.handover.release_desk import ListedAct, ListedRelease
from gridmgmt_plugin.project.i18n import language, tr, translatable

_RELEASE_HEADINGS = (
    translatable("Release"), translatable("Receiver"), translatable("Grid scheme"), translatable("State"),
    translatable("Base"), translatable("Corrects"), translatable("Handed over"), translatable("Answered"),
    translatable("In force from"), translatable("Made by"), translatable("Document number"),
)  # fmt: skip
_ACT_HEADINGS = (
    translatable("Day"), translatable("Act"), translatable("By"), translatable("Means"),
    translatable("Document number"), translatable("Classification"), translatable("Remarks"),
)  # fmt: skip
_RELEASE_CHARACTERS, _ACT_CHARACTERS, _AROUND, _DAY = 40, 36, 4, 10
# The column that takes what the others leave, and those that go where there is little room, the first one first.
_RECEIVER, _RELEASES_GO = 1, (9, 10, 5, 4, 7, 8, 2, 6)
_ACT, _ACTS_GO = 1, (5, 4, 3, 6, 2)
_ALL_THERE_IS_PX = 4000
# The least that is seen of a list, in lines and characters; both stand side by side below a map on a small screen.
_LINES, _CHARACTERS = 4, 18


class ReleasesDock(GridDock):
    """Shows releases and says what is wanted; it knows no workspace.

    ``act_wanted``: an act (see :mod:`..release.life`) on a release. ``receipt_wanted``, ``comparison_wanted``,
    ``restoring_wanted``: of a release.
    """

    act_wanted = pyqtSignal(str, object)
    receipt_wanted = pyqtSignal(object)
    comparison_wanted = pyqtSignal(object)
    restoring_wanted = pyqtSignal(object)

    def __init__(self, parent: Any) -> None:
        super().__init__(tr("Releases"), parent)
        self.setObjectName("gridmgmt_releases_dock")
        page = QWidget(self)
        self.receiver, self.releases = QComboBox(page), QTableView(page)
        self.history, self.told = QTableView(page), QLabel("", page)
        self.acts = {act: QPushButton(page) for act in (ACCEPT, REJECT, PUT_IN_FORCE, REOPEN)}
        self.receipt, self.comparer, self.restorer = (QPushButton(page) for _ in range(3))
        self._known = BoardModel([tr(title) for title in _RELEASE_HEADINGS], self.releases)
        self._done = BoardModel([tr(title) for title in _ACT_HEADINGS], self.history)
        self._rows = SortedRows(self._known, self.releases)
        self._acts_done = SortedRows(self._done, self.history)
        self._columns: list[GivingWay] = []
        self._all: tuple[ListedRelease, ...] = ()
        self._current = ""
        layout = self.stack(page)
        layout.addWidget(self._body(page), 1)
        layout.addWidget(self.told)
        layout.addWidget(self._foot(page))
        self._wire()
        self.show_releases(())

    def show_releases(self, releases: Sequence[ListedRelease], why: str = "") -> None:
        """Show releases; the one that was looked at stays so. ``why``: what to say where there is none."""
        self._all = tuple(releases)
        self._known.show([_release_row(one) for one in self._all])
        _fit_columns(self.releases, self._columns[0], _RECEIVER, _RELEASE_CHARACTERS)
        chosen = self.receiver.currentData()
        self.receiver.blockSignals(True)
        self.receiver.clear()
        self.receiver.addItem(tr("all receivers"), None)
        for receiver in sorted({one.receiver for one in self._all}):
            self.receiver.addItem(receiver or tr("no receiver named"), receiver)
        self.receiver.setCurrentIndex(max(self.receiver.findData(chosen), 0) if chosen is not None else 0)
        self.receiver.blockSignals(False)
        self._filter()
        if why or not self._all:
            self.told.setText(why or tr("Nothing was handed over yet. Export a package."))

    def current(self) -> ListedRelease | None:
        """Return the release that is looked at."""
        return next((one for one in self._all if one.number == self._current), None)

    # Inside.

    def _body(self, page: QWidget) -> QWidget:
        letter = self.told.fontMetrics()
        left = QWidget(page)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.receiver)
        column.addWidget(self.releases, 1)
        for view in (self.releases, self.history):
            view.setMinimumWidth(letter.averageCharWidth() * _CHARACTERS)
            view.setMinimumHeight(letter.lineSpacing() * _LINES)
        both = QSplitter(page)
        for at, (block, share) in enumerate(((left, _RELEASE_CHARACTERS), (self.history, _ACT_CHARACTERS))):
            both.addWidget(block)
            both.setStretchFactor(at, share)
        both.setChildrenCollapsible(False)
        return both

    def _foot(self, page: QWidget) -> QWidget:
        self.told.setObjectName("gridmgmt_releases_told")
        self.told.setWordWrap(True)
        for button, name, text, tip in (
            (self.acts[ACCEPT], "accept", tr("Accepted…"), tr("Its receiver has taken the release over")),
            (self.acts[REJECT], "reject", tr("Rejected…"), tr("Its receiver refuses the release, and says why")),
            (
                self.acts[PUT_IN_FORCE],
                "force",
                tr("Put in force…"),
                tr("Its receiver works with the release from now on; the one before is superseded"),
            ),
            (
                self.acts[REOPEN],
                "reopen",
                tr("Withdraw the answer…"),
                tr("The answer was wrong or was taken back: the release waits again"),
            ),
            (
                self.receipt,
                "receipt",
                tr("Import a receipt…"),
                tr("Enter row by row what the receiver accepted and refused"),
            ),
            (
                self.comparer,
                "compare",
                tr("Compare…"),
                tr("What differs from its base, from today or another release"),
            ),
            (
                self.restorer,
                "restore",
                tr("Restore as a plan…"),
                tr("Bring its responsibility grids back as an alternative plan; nothing in force changes"),
            ),
        ):
            button.setObjectName(f"gridmgmt_releases_{name}")
            button.setText(text)
            explain(button, tip)
        buttons = (*self.acts.values(), self.receipt, self.comparer, self.restorer)
        return flow_row(*buttons, help_button(page, "releases"), to_right=True)

    def _wire(self) -> None:
        self.receiver.setObjectName("gridmgmt_releases_receiver")
        explain(self.receiver, tr("Whose releases are listed"))
        self.receiver.currentIndexChanged.connect(lambda _: self._filter())
        for view, model, name, tip in (
            (self.releases, self._rows, "list", tr("A click, or Enter, shows what was done with a release.")),
            (self.history, self._acts_done, "history", tr("What was done with the release, and who did it.")),
        ):
            view.setObjectName(f"gridmgmt_releases_{name}")
            view.setModel(model)
            list_rows(view, several=False)
            view.horizontalHeader().setStretchLastSection(False)
            explain(view, tip)
        least_px = self.told.fontMetrics().averageCharWidth() * _DAY
        self._columns = [
            GivingWay(view, view.horizontalHeader(), name, least_px, order)
            for view, name, order in ((self.releases, _RECEIVER, _RELEASES_GO), (self.history, _ACT, _ACTS_GO))
        ]
        self.releases.clicked.connect(lambda _: self._choose())
        on_enter(self.releases, self._choose)
        for act, button in self.acts.items():
            button.clicked.connect(lambda _=False, act=act: self._ask(lambda one: self.act_wanted.emit(act, one)))
        self.receipt.clicked.connect(lambda: self._ask(self.receipt_wanted.emit))
        self.comparer.clicked.connect(lambda: self._ask(self.comparison_wanted.emit))
        self.restorer.clicked.connect(lambda: self._ask(self.restoring_wanted.emit))

    def _filter(self) -> None:
        receiver = self.receiver.currentData()
        self._rows.filter_by(None if receiver is None else lambda row: row.what.receiver == receiver)
        shown = [self._number_at(row) for row in range(self._rows.rowCount())]
        if self._current not in shown:
            self._current = shown[0] if shown else ""
        if shown:
            self.releases.selectRow(shown.index(self._current))
        self._show_current()

    def _number_at(self, row: int) -> str:
        source = self._rows.mapToSource(self._rows.index(row, 0))
        return str(self._known.row_at(source.row()).what.number)

    def _choose(self) -> None:
        index = self.releases.currentIndex()
        if index.isValid():
            self._current = self._number_at(index.row())
            self._show_current()

    def _show_current(self) -> None:
        release = self.current()
        self._done.show([] if release is None else [_act_row(one) for one in release.history])
        _fit_columns(self.history, self._columns[1], _ACT, _ACT_CHARACTERS)
        for act, button in self.acts.items():
            button.setEnabled(release is not None and act in release.acts)
        self.receipt.setEnabled(release is not None and bool({ACCEPT, REOPEN} & set(release.acts)))
        for button in (self.comparer, self.restorer):
            button.setEnabled(release is not None and release.state != DRAFT)
        if release is not None:
            state = value_label("release_state", release.state, language())
            about = [release.number, release.scheme_title, release.receiver, state, release.receipt_note]
            self.told.setText(" · ".join(part for part in about if part))

    def _ask(self, wanted: Any) -> None:
        release = self.current()
        if release is not None:
            wanted(release)


def _release_row(one: ListedRelease) -> Row:
    state = value_label("release_state", one.state, language())
    cells = (
        one.number, one.receiver, one.scheme_title, state, one.base_number, one.replaces, one.delivered_at[:_DAY],
        one.receipt_at[:_DAY], one.effective_from[:_DAY], one.author, one.document_no,
    )  # fmt: skip
    tone = {REJECTED: 2, HANDED_OVER: 1}.get(one.state, 0)
    return Row(cells, cells, ("", ""), tone, one, _whole(_RELEASE_HEADINGS, cells, one.receipt_note))


def _act_row(one: ListedAct) -> Row:
    means = value_label("handover_means", one.means, language())
    act = value_label("release_act", one.act, language()) if one.act else ""
    cells = (one.handed_at[:_DAY], act, one.handed_by, means, one.document_no, one.classification, one.note)
    return Row(cells, (one.handed_at, *cells[1:]), ("", ""), 0, one, _whole(_ACT_HEADINGS, cells))


def _whole(headings: Sequence[str], cells: Sequence[str], note: str = "") -> str:
    """Return all that a row says, line by line, also what a narrow list has no column for."""
    lines = [f"{tr(heading)}{tr(': ')}{cell}" for heading, cell in zip(headings, cells) if cell]
    return "\n".join([*lines, *([note] if note else [])])


def _fit_columns(view: QTableView, columns: GivingWay, widest: int, most: int) -> None:
    """Show the columns that say anything, as many as there is room for, without scrolling sideways."""
    header, model = view.horizontalHeader(), view.model()
    letters, rows = header.fontMetrics(), range(model.rowCount())
    most_px, around_px = letters.averageCharWidth() * most // 2, letters.averageCharWidth() * _AROUND
    widths_px, empty = [], set()
    for column in range(model.columnCount()):
        heading = str(model.headerData(column, Qt.Orientation.Horizontal))
        content_px = min(view.sizeHintForColumn(column), most_px)
        widths_px.append(max(letters.horizontalAdvance(heading) + around_px, content_px))
        if rows and not any(model.index(row, column).data() for row in rows):
            empty.add(column)
    widths_px[widest] = _ALL_THERE_IS_PX
    columns.hidden = empty - {widest}
    columns.take_widths(widths_px)

"""The dock: the tree from county to unit grid with figures, a search box, the choice of the grid scheme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QModelIndex, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.gui.frame.colours import link_style
from gridmgmt_plugin.gui.frame.keyboard import GridDock, on_enter
from gridmgmt_plugin.gui.frame.manual import help_button
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.map.theme_box import ThemeBox
from gridmgmt_plugin.gui.opening.recent import known_name, place_tip
from gridmgmt_plugin.gui.opening.start_page import StartPage
from gridmgmt_plugin.gui.state.follower import PLACE
from gridmgmt_plugin.gui.state.panel import StatePanel
from gridmgmt_plugin.gui.tree.answer_card import AnswerCard
from gridmgmt_plugin.gui.tree.columns import GivingWay
from gridmgmt_plugin.gui.tree.names import NameDelegate, room_for_names
from gridmgmt_plugin.gui.tree.results_list import ResultsList
from gridmgmt_plugin.gui.tree.search_bar import SearchBar
from gridmgmt_plugin.gui.tree.tree_model import CODE_COLUMN, NAME_COLUMN, TreeModel
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import layout_key, remember, remembered
from gridmgmt_plugin.workspace.light.places import HEADINGS, Place, Summary
from gridmgmt_plugin.workspace.location import Location

_HEADER, _HIDDEN = layout_key("tree_header"), layout_key("tree_hidden")
# The columns in the order in which they make room: what is used least goes first.
_GIVING_WAY = (CODE_COLUMN, 2, 3, 6, 4, 5, 1)
_INDENT_PX, _ICON_ROOM_PX, _CELL_MARGIN_PX, _SCROLL_BAR_PX = 14, 24, 14, 24
_LEVELS, _FEWEST_LINES = 5, 3
# How long the keyboard rests on a place before it is asked about.
_RESTING_MS = 300

#: Suffixes of what can be dropped on the dock: a workspace to open, a file to import into the open one.
WORKSPACE = ".gpkg"
IMPORTED = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".shp", ".geojson", ".json", ".zip", ".dxf")


class TreeDock(GridDock):
    """Shows what it is given; ``place_wanted``, ``form_wanted`` … say what the planner asks for."""

    place_wanted = pyqtSignal(object)
    #: The keyboard rests on a place: who answers for it, while the map stays.
    place_reached = pyqtSignal(object)
    form_wanted = pyqtSignal(object)
    scheme_chosen = pyqtSignal(str)
    refresh_wanted = pyqtSignal()
    file_dropped = pyqtSignal(object)
    #: Look for a text outside the tree as well.
    search_wanted = pyqtSignal(str)

    def __init__(self, actions: list[Any], on_open: Callable[[Location], None], parent: QWidget) -> None:
        super().__init__(tr("Grid Management"), parent)
        self.setObjectName("gridmgmt_dock")
        self.setAcceptDrops(True)
        self.model = TreeModel(self)
        self._places: list[Place] = []
        self._records: list[Place] = []
        self.pages = QStackedWidget(self)
        self.start = StartPage(actions, on_open, self.pages)
        self.pages.addWidget(self.start)
        self.pages.addWidget(self._tree_page())
        self.setWidget(self.pages)
        self._is_filling = False

    # What is shown.

    def show_nothing(self) -> None:
        """Show how to begin: no workspace is open."""
        self.model.show_summary(None)
        self._fill_schemes((), None)
        self._about.clear()
        self._about.setToolTip("")
        self.search.show_hits(())
        self.results.hide()
        self.card.hide()
        self.start.refresh()
        self.pages.setCurrentIndex(0)

    def show_reading(self, location: Location) -> None:
        """Say that the tree is being read."""
        self._about.setText(escape(tr("Reading {name} …").format(name=known_name(location))))
        self._about.setToolTip(place_tip(location))
        self.pages.setCurrentIndex(1)

    def show_failure(self, reason: str) -> None:
        """Say why there is no tree; what was shown before stays."""
        self._about.setText(escape(reason))

    def show_summary(self, summary: Summary, location: Location) -> None:
        """Show the tree; what was open and chosen stays so."""
        opened, current = self._opened_keys(), self._current_key()
        is_first = self.model.summary is None
        self.model.show_summary(summary)
        self._fill_schemes(summary.schemes, summary.scheme)
        self.columns.need_for_names(room_for_names(summary, self.tree))
        if is_first:
            self.tree.expandToDepth(1)
            for root in (at for at in summary.roots if summary.places[at].level in HEADINGS):
                self.tree.collapse(self.model.index_of(root))
        for key in opened:
            self.tree.expand(self.model.index_of_key(key))
        if current is not None:
            self.tree.setCurrentIndex(self.model.index_of_key(current))
        self._about.setText(link_style(self._about) + _about(summary, location))
        self._about.setToolTip(place_tip(location))
        self.pages.setCurrentIndex(1)
        if self.search.line.text():  # the planner has gone on from what was found: the selection stays
            self._places = [summary.places[at] for at in summary.find(self.search.line.text())]
            self.search.keep_hits(summary.find(self.search.line.text()))
            self._list()

    def show_records(self, text: str, records: Sequence[Place]) -> None:
        """Add what was found outside the tree; an answer to what is no longer asked is dropped."""
        if text != self.search.line.text() or not records:
            return
        self._records = list(records)
        self._list()
        self.search.add_hits(records)

    def wanted_width(self) -> int:
        """Return the width in pixels at which every column can be read."""
        return self.columns.wanted_width() + _SCROLL_BAR_PX

    def remember_state(self) -> None:
        """Keep widths and order of the columns, and what the planner has hidden, for the next time."""
        remember(_HEADER, self.tree.header().saveState())
        remember(_HIDDEN, ",".join(str(column) for column in sorted(self.columns.hidden)))

    # Files dropped on the dock.

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802  Qt calls it
        """Take one GeoPackage, or with a workspace open one file to import."""
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802
        """Hand the file over once the drag has ended."""
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    def _dropped(self, event: Any) -> Path | None:
        urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
        path = Path(urls[0].toLocalFile()) if len(urls) == 1 else None
        kinds = (WORKSPACE, *(IMPORTED if self.model.summary is not None else ()))
        return path if path is not None and path.suffix.lower() in kinds else None

    # How it is built.

    def _tree_page(self) -> QWidget:
        page = QWidget(self.pages)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        # Made in the order in which they stand: the Tab key goes through them so.
        self.state = StatePanel(page)
        self._about = self.state.about
        row = self._scheme_row(page)
        self.search = SearchBar(page)
        self.search.typed.connect(self._search)
        self.search.found.connect(self._go_to)
        self.results = ResultsList(self.model.icon, page)
        self.results.chosen.connect(self.search.go_to)
        self.search.list_wanted.connect(self.results.take_focus)
        tree = self._tree(page)
        self.card = AnswerCard(page)
        layout.addWidget(self.state)
        layout.addLayout(row)
        layout.addWidget(self.search)
        layout.addWidget(self.results)
        layout.addWidget(tree, 1)
        layout.addWidget(self.card)
        return page

    def _scheme_row(self, page: QWidget) -> QHBoxLayout:
        self.schemes = QComboBox(page)
        self.schemes.setObjectName("gridmgmt_schemes")
        explain(self.schemes, tr("Grid scheme whose responsibility grids the tree shows"))
        self.schemes.currentIndexChanged.connect(self._scheme_changed)
        label = QLabel(tr("Scheme"), page)
        label.setBuddy(self.schemes)
        self.themes = ThemeBox(page)
        theme_label = QLabel(tr("Map"), page)
        theme_label.setBuddy(self.themes)
        refresh = QToolButton(page)
        refresh.setObjectName("gridmgmt_refresh")
        refresh.setAutoRaise(True)
        refresh.setText("⟳")
        explain(refresh, tr("Read again what tree and docks show"))
        refresh.clicked.connect(lambda _: self.refresh_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.schemes, 1)
        row.addWidget(theme_label)
        row.addWidget(self.themes)
        row.addWidget(refresh)
        row.addWidget(help_button(page, "tree"))
        return row

    def _tree(self, page: QWidget) -> QTreeView:
        self.tree = QTreeView(page)
        self.tree.setObjectName("gridmgmt_tree_view")
        self.tree.setModel(self.model)
        explain(
            self.tree,
            tr(
                "Click, or Enter: show on the map and say who answers. Double click: the form. Right click, or the"
                " menu key: copy the code and more. Arrow keys: walk and say who answers, open and close."
            ),
        )
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(_INDENT_PX)
        self.tree.setItemDelegate(NameDelegate(self.tree))
        self.tree.setAlternatingRowColors(True)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._context_menu)
        self.tree.clicked.connect(self._clicked)
        self._resting = QTimer(self.tree)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_RESTING_MS)
        self._resting.timeout.connect(lambda: self._ask(self.place_reached, self.tree.currentIndex()))
        self.tree.selectionModel().currentChanged.connect(self._moved_on)
        self.tree.doubleClicked.connect(lambda index: self._ask(self.form_wanted, index))
        on_enter(self.tree, lambda: self._clicked(self.tree.currentIndex()))
        self.tree.setMinimumHeight(_FEWEST_LINES * self.tree.fontMetrics().lineSpacing())
        self.model.draw_selected_for(self.tree)
        self._dress_header(self.tree.header())
        return self.tree

    def _dress_header(self, header: QHeaderView) -> None:
        header.setMinimumSectionSize(28)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        metrics = header.fontMetrics()
        for column in range(NAME_COLUMN + 1, CODE_COLUMN):
            heading = self.model.headerData(column, Qt.Orientation.Horizontal)
            widest = max(metrics.horizontalAdvance(text) for text in (heading, "9,999"))
            header.resizeSection(column, widest + _CELL_MARGIN_PX)
        code_px = metrics.horizontalAdvance("9" * 15) + _CELL_MARGIN_PX
        header.resizeSection(NAME_COLUMN, code_px + _LEVELS * _INDENT_PX + _ICON_ROOM_PX)
        header.resizeSection(CODE_COLUMN, code_px)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._column_menu)
        self.columns = GivingWay(self.tree, header, NAME_COLUMN, code_px, _GIVING_WAY)
        self.columns.hidden.add(CODE_COLUMN)
        state, hidden = remembered(_HEADER), remembered(_HIDDEN)
        if state is not None:
            header.restoreState(state)
        if hidden is not None:
            self.columns.hidden = {int(column) for column in str(hidden).split(",") if column}
        self.columns.fit()

    # What happens.

    def _search(self, text: str) -> None:
        summary = self.model.summary
        hits = summary.find(text) if summary is not None else ()
        self._places, self._records = [summary.places[at] for at in hits] if summary is not None else [], []
        self._list()
        self.search.show_hits(hits)
        self.search_wanted.emit(text)

    def _list(self) -> None:
        """List what was found, unless the one hit is in the tree and can be seen there."""
        is_seen = not self._records and len(self._places) == 1
        self.results.show_places([] if is_seen else [*self._places, *self._records])

    def _go_to(self, hit: int | Place, on_map: bool) -> None:  # noqa: FBT001  a signal hands it over
        place = self.model.summary.places[hit] if isinstance(hit, int) and self.model.summary is not None else hit
        if isinstance(place, Place):
            self.show_in_tree(place)
            if on_map and place.level not in HEADINGS:
                self.place_wanted.emit(place)

    def show_in_tree(self, place: Place) -> None:
        """Go to a place in the tree, if it is there."""
        index = self.model.index_of_key((place.level, place.code))
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _clicked(self, index: QModelIndex) -> None:
        self._resting.stop()
        self._ask(self.place_wanted, index)

    def _moved_on(self, *_: object) -> None:
        if self.tree.hasFocus():  # the keyboard, not a tree that was read again
            self._resting.start()

    def _ask(self, signal: Any, index: QModelIndex) -> None:
        place = self.model.place(index)
        if place is not None and place.level not in HEADINGS:
            signal.emit(place)

    def _context_menu(self, point: Any) -> None:
        index = self.tree.indexAt(point)
        place = self.model.place(index)
        if place is None or place.level in HEADINGS:
            return
        menu = QMenu(self.tree)
        menu.setObjectName("gridmgmt_place_menu")
        menu.addAction(tr("Show on the map"), lambda: self._clicked(index))
        menu.addAction(tr("Open form"), lambda: self._ask(self.form_wanted, index))
        menu.addSeparator()
        menu.addAction(tr("Copy code"), lambda: _copy(place.code))
        if place.name:
            menu.addAction(tr("Copy name"), lambda: _copy(place.name))
        if self.model.rowCount(index):
            menu.addSeparator()
            menu.addAction(tr("Open everything below"), lambda: self.tree.expandRecursively(index))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.tree.viewport().mapToGlobal(point))

    def _column_menu(self, point: Any) -> None:
        header, menu = self.tree.header(), QMenu(self.tree)
        for column in range(NAME_COLUMN + 1, self.model.columnCount()):
            title = self.model.headerData(column, Qt.Orientation.Horizontal)
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(column not in self.columns.hidden)
            action.toggled.connect(lambda shown, c=column: self.columns.hide_for_good(c, hidden=not shown))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(header.mapToGlobal(point))

    def _scheme_changed(self, row: int) -> None:
        if not self._is_filling and row >= 0:
            self.scheme_chosen.emit(self.schemes.itemData(row))

    def _fill_schemes(self, schemes: Sequence[tuple[str, str]], shown: str | None) -> None:
        self._is_filling = True
        self.schemes.clear()
        for key, title in schemes:
            self.schemes.addItem(f"{title}  ({key})" if title != key else key, key)
        self.schemes.setCurrentIndex(self.schemes.findData(shown))
        self.schemes.setEnabled(bool(schemes))
        self.schemes.setPlaceholderText(tr("no responsibility grids yet"))
        self._is_filling = False

    def _opened_keys(self) -> list[tuple[str, str]]:
        summary = self.model.summary
        if summary is None:
            return []
        return [
            (place.level, place.code)
            for position, place in enumerate(summary.places)
            if summary.children[position] and self.tree.isExpanded(self.model.index_of(position))
        ]

    def _current_key(self) -> tuple[str, str] | None:
        place = self.model.place(self.tree.currentIndex())
        return None if place is None else (place.level, place.code)


def _about(summary: Summary, location: Location) -> str:
    outside = [
        counted(text, count=count)
        for text, count in (
            (tr("{count} {count:component lies|components lie} in no unit grid"), summary.components_outside),
            (tr("{count} {count:case lies|cases lie} in no unit grid"), summary.cases_outside),
        )
        if count
    ]
    named = f'<a href="{PLACE}" style="text-decoration:none"><b>{escape(summary.county or location.label)}</b></a>'
    return escape(tr("; ")).join([f"{named} – {escape(location.place)}", *map(escape, outside)])


def _copy(text: str) -> None:
    QApplication.clipboard().setText(text)

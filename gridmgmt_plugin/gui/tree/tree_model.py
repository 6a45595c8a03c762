"""The tree of a workspace as an item model: names in the first column, figures beside them.

The view asks only for what it shows, and every answer is a look-up by position, so 20 000 unit grids weigh nothing.
"""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.frame.colours import readable
from gridmgmt_plugin.gui.frame.qt import ALIGN_RIGHT
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.light.places import Place, Summary

LEVEL_TITLES = {
    "county": translatable("County"),
    "street_office": translatable("Street office"),
    "community": translatable("Community"),
    "responsibility_grid": translatable("Responsibility grid"),
    "unit_grid": translatable("Unit grid"),
    "lanes": translatable("Street-lanes"),
    "lanes_of": translatable("Street office"),
    "lane": translatable("Street-lane"),
    "persons": translatable("Persons"),
    "persons_of": translatable("Department"),
    "person": translatable("Person"),
    "component": translatable("Component"),
    "cases": translatable("Case"),
}
# Levels that are drawn like another thing.
_ICONS = {
    "lanes": "lane",
    "lanes_of": "street_office",
    "persons": "post",
    "persons_of": "post",
    "person": "post",
    "cases": "case",
}
# Attribute of the figures, heading, what the heading stands for.
_FIGURES = (
    ("unit_grids", translatable("Units"), translatable("Unit grids")),
    ("responsibility_grids", translatable("Groups"), translatable("Responsibility grids of the chosen scheme")),
    ("lanes", translatable("Lanes"), translatable("Street-lanes that run through")),
    ("components", translatable("Parts"), translatable("Components")),
    ("cases", translatable("Cases"), translatable("Cases")),
    ("officers", translatable("Staff"), translatable("People who hold a post today")),
)
NAME_COLUMN, CODE_COLUMN = 0, len(_FIGURES) + 1
_ICON_PX = 64
_SELECTION = QPalette.ColorRole.Highlight
_ROOT = QModelIndex()
Key = tuple[str, str]


class TreeModel(QAbstractItemModel):
    """Shows a :class:`Summary`; an index carries the position of its place."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._summary: Summary | None = None
        self._rows: list[int] = []
        self._positions: dict[Key, int] = {}
        self._icons = {level: _icon(_ICONS.get(level, level)) for level in LEVEL_TITLES}

    def draw_selected_for(self, view: QWidget) -> None:
        """Draw icons of selected rows in a colour that stands out there, as blue does not show on blue."""
        view.ensurePolished()
        chosen, text = (view.palette().color(role) for role in (_SELECTION, QPalette.ColorRole.HighlightedText))
        colour = readable(text.name(), chosen)
        self._icons = {level: _icon(_ICONS.get(level, level), colour) for level in LEVEL_TITLES}

    @property
    def summary(self) -> Summary | None:
        """Return what is shown, ``None`` while no workspace is open."""
        return self._summary

    def show_summary(self, summary: Summary | None) -> None:
        """Show another tree, or none."""
        self.beginResetModel()
        self._summary = summary
        self._rows, self._positions = [], {}
        if summary is not None:
            self._rows = [0] * len(summary.places)
            for siblings in (summary.roots, *summary.children):
                for row, position in enumerate(siblings):
                    self._rows[position] = row
            self._positions = {(place.level, place.code): i for i, place in enumerate(summary.places)}
        self.endResetModel()

    def place(self, index: QModelIndex) -> Place | None:
        """Return the place at an index."""
        return self._summary.places[index.internalId()] if index.isValid() and self._summary else None

    def icon(self, level: str) -> QIcon:
        """Return the icon of a level."""
        return self._icons[level]

    def index_of(self, position: int) -> QModelIndex:
        """Return the index (first column) of the place at a position."""
        return self.createIndex(self._rows[position], NAME_COLUMN, position)

    def index_of_key(self, key: Key) -> QModelIndex:
        """Return the index of the place with this level and code; an invalid one when it is gone."""
        position = self._positions.get(key)
        return QModelIndex() if position is None else self.index_of(position)

    def index(self, row: int, column: int, parent: QModelIndex = _ROOT) -> QModelIndex:
        """Return the index of a child."""
        siblings = self._siblings(parent)
        if 0 <= row < len(siblings) and 0 <= column < self.columnCount():
            return self.createIndex(row, column, siblings[row])
        return QModelIndex()

    def parent(self, index: QModelIndex) -> QModelIndex:
        """Return the index of the place above."""
        place = self.place(index)
        return QModelIndex() if place is None or place.parent < 0 else self.index_of(place.parent)

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return how many places lie directly below."""
        return len(self._siblings(parent))

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        """Return the number of columns: name, figures, code."""
        return CODE_COLUMN + 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, icon, tip or alignment of one cell."""
        place = self.place(index)
        if place is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(place, column)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME_COLUMN:
            return self._icons[place.level]
        if role == Qt.ItemDataRole.ToolTipRole:
            return " ".join((tr(LEVEL_TITLES[place.level]), place.code, place.name)).strip()
        if role == Qt.ItemDataRole.TextAlignmentRole and NAME_COLUMN < column < CODE_COLUMN:
            return ALIGN_RIGHT
        return None

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the headings, with the long form as tip."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return [tr("Name"), *(tr(short) for _, short, _ in _FIGURES), tr("Code")][section]
        if role == Qt.ItemDataRole.ToolTipRole and NAME_COLUMN < section < CODE_COLUMN:
            return tr(_FIGURES[section - 1][2])
        if role == Qt.ItemDataRole.TextAlignmentRole and NAME_COLUMN < section < CODE_COLUMN:
            return ALIGN_RIGHT
        return None

    def _siblings(self, parent: QModelIndex) -> tuple[int, ...]:
        if self._summary is None or parent.column() > NAME_COLUMN:
            return ()
        return self._summary.children[parent.internalId()] if parent.isValid() else self._summary.roots

    @staticmethod
    def _text(place: Place, column: int) -> str:
        if column == NAME_COLUMN:
            return place_title(place)
        if column == CODE_COLUMN:
            return place.code
        number = getattr(place.figures, _FIGURES[column - 1][0])
        return "" if number is None else f"{number:,}"


def place_title(place: Place) -> str:
    """Return what a place is called: its name, else its code; a heading says what it holds."""
    if place.level in ("lanes", "persons"):
        return tr(LEVEL_TITLES[place.level])
    return place.name or place.code or tr("without")


def _icon(level: str, selected: QColor | None = None) -> QIcon:
    """Return the icon of a level; on a selected row in another colour."""
    picture = QIcon(str(resource_path(f"icons/{level}.svg"))).pixmap(_ICON_PX, _ICON_PX)
    icon = QIcon(picture)
    if selected is None:
        return icon
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), selected)
    painter.end()
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon

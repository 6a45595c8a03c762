"""街段成巷: pieces of street become a lane; with Ctrl a lane is named that gets them or gives them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.gestures import add, make, remove
from gridmgmt_plugin.core.lanes.lane_edit import SHARED_M, LaneEdit
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.editing.base_tool import GridTool, option_row
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.lanes.lane_desk import LaneDesk, nearest, told_length
from gridmgmt_plugin.project.i18n import tr

Place = tuple[float, float]
#: Line, name and road class of a piece of street.
Piece = tuple[shapely.LineString, "str | None", "str | None"]


class MakeLaneTool(GridTool):
    """Collects pieces of street by their lines; ``target``: the lane that gets them, or gives them up."""

    key = "lane_make"
    desk: LaneDesk

    def __init__(self, desk: LaneDesk) -> None:
        super().__init__(desk)
        self.pieces: dict[bytes, Piece] = {}
        self.target: int | None = None
        self._options, self.name = name_field(self)

    def title(self) -> str:
        """Return the name of the tool."""
        return tr("Lane from streets")

    def options(self) -> QWidget:
        """Return the field for the name."""
        return self._options

    def hint(self) -> str:
        """Return what the planner can do next."""
        if not self.pieces:
            if self.target is not None:
                return tr("Click pieces of street to add, or pieces of this lane to take out; Esc cancels")
            return tr("Click pieces of street, or drag across them; Ctrl+click names a lane to change")
        lines = as_column(line for line, *_ in self.pieces.values())
        told = told_length(len(lines), float(shapely.length(lines).sum()))
        return tr("{told}: Enter or double click takes them, Backspace leaves the last one out").format(told=told)

    def offer(self, keys: Sequence[Sequence[str]], shapes: Sequence[Any]) -> None:
        """Choose pieces of street: the first key of each is its name."""
        self.reset()
        for (name, *_), shape in zip(keys, shapes):
            for line in shapely.get_parts(shape).tolist():
                self.pieces[line.wkb] = line, name or None, None
        self.show_soon()

    def is_busy(self) -> bool:
        """Tell whether a piece or a lane is chosen."""
        return bool(self.pieces) or self.target is not None

    def clicked(self, point: QgsPointXY, event: Any) -> None:
        """Choose a piece or leave it out again; with Ctrl: name the lane that is to change."""
        place = self.on_layer(point)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            lanes = self._lanes([place])
            at = self.desk.lane_at(lanes, place, self.within_m())
            if at is None:
                raise InputError("lane_no_lane_here")
            self.target = int(lanes.fids[at])
            return
        piece = self._piece_at(place)
        if piece is not None and self.pieces.pop(piece[0].wkb, None) is None:
            self.pieces[piece[0].wkb] = piece

    def stroke_moved(self, stroke: list[QgsPointXY]) -> None:
        """Choose what the stroke comes across."""
        self._choose_along(stroke[-2:])

    def dragged(self, stroke: list[QgsPointXY]) -> None:
        """Choose all that the stroke came across."""
        self._choose_along(stroke)

    def double_clicked(self) -> None:
        """Take the pieces, with the one that was clicked twice among them."""
        if self.cursor is not None:
            piece = self._piece_at(self.on_layer(self.cursor))
            if piece is not None:
                self.pieces.setdefault(piece[0].wkb, piece)
        self.finish()

    def finish(self) -> None:
        """Make the lane, or change the one that was named.

        :raises InputError: why it cannot be done; the pieces stay chosen.
        """
        self.desk.apply(*self._plan())
        self.name.clear()
        self.reset()

    def step_back(self) -> None:
        """Leave out the piece that was chosen last, then the lane."""
        if self.pieces:
            self.pieces.popitem()
        else:
            self.target = None

    def reset(self) -> None:
        """Forget the choice."""
        self.pieces, self.target = {}, None
        super().reset()

    def preview(self) -> None:
        """Show what is chosen and what it becomes."""
        chosen = [Area(self.desk.band(line), Look.CHOSEN) for line, *_ in self.pieces.values()]
        if self.pieces:
            try:
                areas, _ = self.desk.preview(*self._plan())
                chosen = [*areas, *chosen]
                self.desk.panel.show_rows(())
            except InputError as error:
                self.show_refusal(error)
                chosen = [Area(area.shape, Look.TROUBLE) for area in chosen]
        elif self.cursor is not None:
            piece = self._piece_at(self.on_layer(self.cursor))
            chosen = [] if piece is None else [Area(self.desk.band(piece[0]), Look.BEFORE)]
        self.name.setPlaceholderText(self._proposed() or tr("no name"))
        self.rubber.draw_areas([*chosen, *self._shown_target()], self.desk.layer)

    def _plan(self) -> tuple[Rows, LaneEdit]:
        lines = as_column(line for line, *_ in self.pieces.values())
        lanes = self._lanes(shapely.get_coordinates(lines).tolist())
        options = self.desk.editor.options
        if self.target is None:
            values = {"name": normalise_name(self.name.text()) or self._proposed(), "road_class": self._mostly(2)}
            return lanes, make(lanes, lines, {key: value for key, value in values.items() if value}, options)
        at = lanes.fids.tolist().index(self.target) if self.target in lanes.fids else None
        if at is None:
            raise InputError("lane_pieces_apart", parts=2, gap=f"{options.join_gap_m:.0f}")
        mine = shapely.length(shapely.intersection(lines, lanes.shapes[at])) > SHARED_M
        if mine.all() and len(mine):
            return lanes, remove(lanes, at, lines, options)
        return lanes, add(lanes, at, lines[~mine], options)

    def _proposed(self) -> str | None:
        """Return the name that most metres of the pieces have."""
        return self._mostly(1)

    def _mostly(self, part: Literal[1, 2]) -> str | None:
        """Return the name, or the road class, that most metres of the pieces have."""
        metres: dict[str, float] = defaultdict(float)
        for piece in self.pieces.values():
            value = piece[part]
            if value:
                metres[value] += piece[0].length
        return max(metres, key=lambda value: (metres[value], value)) if metres else None

    def _lanes(self, places: list[Any]) -> Rows:
        if not places:
            return self.desk.editor.near((0.0, 0.0, 0.0, 0.0))
        xs, ys = np.array(places, dtype=np.float64).T
        within = self.within_m()
        return self.desk.editor.near((xs.min() - within, ys.min() - within, xs.max() + within, ys.max() + within))

    def _pieces(self, places: list[Place]) -> list[Piece]:
        """Return the pieces of street around places, and of the lane that is named its own."""
        xs, ys = np.array(places, dtype=np.float64).T
        within = self.within_m()
        box = (xs.min() - within, ys.min() - within, xs.max() + within, ys.max() + within)
        streets = self.desk.street_pieces(box)
        found: list[Piece] = list(zip(streets.lines.tolist(), streets.names.tolist(), streets.classes.tolist()))
        lanes = self._lanes(list(places))
        for at in np.flatnonzero(lanes.fids == self.target).tolist() if self.target is not None else ():
            found += [(part, lanes["name"][at], None) for part in shapely.get_parts(lanes.shapes[at])]
        return found

    def _piece_at(self, place: Place) -> Piece | None:
        pieces = self._pieces([place])
        at = nearest(as_column(line for line, *_ in pieces), place, self.within_m())
        return None if at is None else pieces[at]

    def _choose_along(self, stroke: list[QgsPointXY]) -> None:
        places = [self.on_layer(point) for point in stroke]
        way = shapely.LineString(places if len(places) > 1 else [*places, *places])
        for piece in self._pieces(places):
            if shapely.dwithin(piece[0], way, self.within_m() / 2.0):
                self.pieces.setdefault(piece[0].wkb, piece)

    def _shown_target(self) -> list[Area]:
        if self.target is None:
            return []
        feature = self.desk.layer.getFeature(self.target)
        if not feature.hasGeometry():
            return []
        return [Area(self.desk.band(shapely.from_wkb(feature.geometry().asWkb().data())), Look.KEEPER)]


def name_field(tool: GridTool) -> tuple[QWidget, QLineEdit]:
    """Return the row of the panel in which a lane is named, and its field."""
    field = QLineEdit()
    field.setObjectName(f"gridmgmt_{tool.key}_name")
    explain(field, tr("Name of the new lane; empty = the name that most of the picked street has"))
    return option_row(tool, tr("Name"), field), field

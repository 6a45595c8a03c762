"""One scheme under the brush: the model of who belongs where, kept equal to the edit buffer, and its strokes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from qgis.PyQt import sip

from gridmgmt_plugin.core.assignment.model import NOBODY, Assignment, Grid, Move, PaintedUnits
from gridmgmt_plugin.core.assignment.scheme_grids import AREA_COLUMNS, GRID_COLUMNS, SchemeGrids, scheme_grids
from gridmgmt_plugin.core.assignment.stroke_reach import StrokeReach
from gridmgmt_plugin.core.geometry.adjacency import Adjacency, rook_adjacency
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.painting.strokes import Stroke, write_stroke
from gridmgmt_plugin.editing.painting.unit_rows import UnitRows, read_units
from gridmgmt_plugin.workspace.changes.gestures import Gesture, GridStep
from gridmgmt_plugin.workspace.grid_numbers import GridNumbers
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules


class PaintedScheme:
    """The unit grids of a layer and their grids in one scheme.

    ``rows``: the unit grids as they were read. ``assignment``: who belongs where, as the edit buffer has it once
    :meth:`refresh` was called. ``reach``: the unit grids under the mouse. Units are numbered as in ``rows``.
    ``rules``: what the scheme asks of its grids, ``None`` where nobody said; then the grids themselves show in which
    areas they stay. ``edition``: another number once unit grids or their grids are others than strokes left them.
    """

    def __init__(self, editor: GridEditor, scheme: str) -> None:
        """Read the layer and the scheme's grids.

        :raises WorkspaceError: ``editing_layer_silent``, ``scheme_key_malformed``.
        """
        self.editor, self.scheme, self.column = editor, scheme, scheme_column(scheme)
        self.rows: UnitRows
        self.assignment: Assignment
        self.reach: StrokeReach
        self.rules: SchemeRules | None = None
        self._loads: Mapping[str, Mapping[str, float]] = {}
        self._found: SchemeGrids
        self._numbers: GridNumbers
        self._at: dict[int, int] = {}
        self._changed: dict[int, Any] = {}
        self._locked_codes: set[str] = set()
        self._made: dict[str, Grid] = {}
        self.edition = 0
        self._is_stale, self._is_writing = True, False
        for signal in self._redrawing():
            signal.connect(self._forget)
        editor.layer.attributeValueChanged.connect(self._value_changed)
        editor.learned.append(self._learn)
        self.refresh()

    def close(self) -> None:
        """Let go of the layer; one that is gone already has let go by itself."""
        self.editor.learned.remove(self._learn)
        if sip.isdeleted(self.editor.layer):
            return
        for signal in self._redrawing():
            signal.disconnect(self._forget)
        self.editor.layer.attributeValueChanged.disconnect(self._value_changed)

    # As the edit buffer has it.

    def refresh(self) -> bool:
        """Take in what others changed: undo, redo, forms, other tools, a save. Return whether anything was.

        :raises WorkspaceError: ``editing_layer_silent``.
        """
        if self._is_stale:
            before = self._held() if self._at else ()
            self._read()
            self.edition += self._held() != before
            return True
        changed, self._changed = self._changed, {}
        places = [(self._at[fid], self._grid_numbered(value)) for fid, value in changed.items() if fid in self._at]
        if not places:
            return False
        units, after = np.array(sorted(places), dtype=np.int64).T
        self.assignment.apply(Move(units, self.assignment.grid_of[units], after))
        self.edition += 1
        return True

    def give_loads(self, loads: Mapping[str, Mapping[str, float]]) -> None:
        """Take over figures of the stored unit grids.

        :param loads: figure → code of the unit grid → pieces, m² or m. A unit grid that is not named there, one that
            was drawn since, has none that is known.
        """
        self._loads = loads
        if not self._is_stale:
            units = self.assignment.units
            self.assignment.units = replace(units, loads=self._figures(self.rows, units.loads["area"]))

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit grid at a place of the layer."""
        return self.reach.at(x, y)

    def community_of(self, unit: int) -> np.ndarray:
        """Return all unit grids of the area that a unit grid lies in, int64."""
        return np.flatnonzero(self.rows.area_code == self.rows.area_code[unit])

    def lock(self, grids: Sequence[int]) -> None:
        """Lock these grids and no others; locks stay when the layer is read anew."""
        self.lock_codes([self.assignment.grids[grid].code for grid in grids])

    def lock_codes(self, codes: Iterable[str]) -> None:
        """Lock the grids with these codes and no others; a code that no grid has locks nothing."""
        self._locked_codes = set(codes)
        numbers = map(self.assignment.number, self._locked_codes)
        self.assignment.locked = {number for number in numbers if number is not None}

    @property
    def locked_codes(self) -> list[str]:
        """Return the codes of the grids that are locked."""
        return sorted(self.assignment.grids[grid].code for grid in self.assignment.locked)

    # What is written.

    def new_grid(self, unit: int) -> int:
        """Enter a grid without unit grids, numbered in the area of a unit grid; the save stores it once it has some.

        :raises InputError: ``code_sequence_full``, or what is wrong with the area code.
        """
        area = self._numbers.area_of(self.rows.area_code[unit])
        pending = [
            grid.code for at, grid in enumerate(self.assignment.grids) if grid.is_new and self.assignment.size(at)
        ]
        grid = self._found.fresh(self._numbers.next(area, pending), area, unit)
        self._made[grid.code] = grid
        return self.assignment.add_grid(grid)

    def write(self, move: Move, kind: str = "paint", ended: Sequence[int] = ()) -> Gesture:
        """Make a move: one undo step on the layer.

        :param ended: grids that shall be no more when the save finds them without unit grids.
        :raises InputError: ``paint_nothing``, ``editing_cells_changed_meanwhile``; nothing is changed.
        :raises WorkspaceError: ``editing_not_editable``, ``editing_refused``; nothing is changed.
        """
        grids = self.assignment.grids
        gaining = sorted({*move.after.tolist()} - {NOBODY})
        named = [grids[at] for at in (gaining or move.grids)]
        made = tuple((grids[at].code, grids[at].area_code) for at in gaining if grids[at].is_new)
        units = tuple(str(code) for code in self.rows.code[move.units] if code is not None)
        gone = tuple(grids[at].code for at in ended)
        stroke = Stroke(
            self.column,
            kind,
            self.rows.fid[move.units].tolist(),
            [self._code(at) for at in move.before.tolist()],
            [self._code(at) for at in move.after.tolist()],
            [grid.code for grid in named],
            GridStep(self.scheme, units, made, gone),
        )
        self._is_writing = True
        try:
            gesture = write_stroke(self.editor, stroke)
        finally:
            self._is_writing = False
        self.assignment.apply(move)
        return gesture

    def _code(self, grid: int) -> str | None:
        return None if grid == NOBODY else self.assignment.grids[grid].code

    def _held(self) -> tuple[Any, ...]:
        """Return what the figures of grids come from: every unit grid, its area and the code of its grid."""
        codes = [self._code(at) for at in self.assignment.grid_of.tolist()]
        return self.rows.fid.tolist(), codes, shapely.area(self.rows.shapes).tolist()

    # Reading.

    def _read(self) -> None:
        rows = read_units(self.editor.layer, self.column)
        workspace = self.editor.workspace
        stored = workspace.read(
            "responsibility_grid",
            list(GRID_COLUMNS),
            {"scheme": self.scheme},
            geometry=False,
        )
        self._changed, self._is_stale = {}, False
        self._at = {fid: at for at, fid in enumerate(rows.fid.tolist())}
        areas = workspace.read("area", list(AREA_COLUMNS), geometry=False)
        self.rules = stored_rules(workspace).get(self.scheme)
        found = scheme_grids(stored, areas, rows.area_code, rows.grid, self.rules, self._made)
        self._found = found
        self._numbers = GridNumbers(workspace, self.scheme, found.digits)
        self.rows = rows
        self.reach = StrokeReach(rows.shapes)
        area_m2 = np.asarray(shapely.area(rows.shapes), dtype=np.float64)
        loads = self._figures(rows, area_m2)
        units = PaintedUnits(rows.shapes, rows.area_code, found.zone, self._graph(rows), loads)
        self.assignment = Assignment(units, found.grids, found.grid_of)
        self.lock_codes(self._locked_codes)

    def _graph(self, rows: UnitRows) -> Adjacency:
        shapes = rows.shapes.copy()
        shapes[~np.isin(shapely.get_type_id(shapes), (3, 6))] = None  # of a broken row, which has no neighbours
        return rook_adjacency(shapes, precision_m=self.editor.workspace.info.precision_m)

    def _figures(self, rows: UnitRows, area_m2: np.ndarray) -> dict[str, np.ndarray]:
        found = {"area": area_m2}
        for name, known in self._loads.items():
            found[name] = np.array([known.get(code, np.nan) for code in rows.code], dtype=np.float64)
        return {**found, **rows.counts}

    def _grid_numbered(self, value: Any) -> int:
        """Return the number of the grid with the code that an attribute holds; one that is unknown is entered."""
        code = plain(value)
        if not code:
            return NOBODY
        number = self.assignment.number(str(code))
        return self.assignment.add_grid(Grid(str(code))) if number is None else number

    # From the layer.

    def _redrawing(self) -> tuple[Any, ...]:
        """Return the signals after which outlines, rows or what is stored may differ."""
        layer = self.editor.layer
        return (
            layer.featureAdded,
            layer.featureDeleted,
            layer.geometryChanged,
            layer.dataChanged,
            layer.afterCommitChanges,
            layer.afterRollBack,
        )

    def _forget(self, *_: object) -> None:
        self._is_stale = True

    def _learn(self, cells: Rows | None) -> None:
        """Take in what a colleague wrote; where that is not known, or not only values, everything is read anew."""
        if cells is None or self.column not in cells:
            self._is_stale = True
        if self._is_stale or cells is None:
            return
        places = {code: at for at, code in enumerate(self.rows.code)}
        buffer, column = self.editor.layer.editBuffer(), self.editor.layer.fields().lookupField(self.column)
        edited = {} if buffer is None else buffer.changedAttributeValues()
        for code, area, grid in zip(cells["code"], cells["area_code"], cells[self.column]):
            at = places.get(code)
            if at is None or self.rows.area_code[at] != area:
                self._is_stale = True
                return
            fid = int(self.rows.fid[at])
            if column not in edited.get(fid, {}):
                self._changed[fid] = grid

    def _value_changed(self, fid: int, index: int, value: Any) -> None:
        name = self.editor.layer.fields()[index].name()
        if name == self.column:
            if not self._is_writing:
                self._changed[fid] = value
        elif name in ("code", "area_code"):
            self._is_stale = True

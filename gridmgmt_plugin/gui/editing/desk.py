"""What the tools for unit grids share: the cells around a gesture, and how it is shown and done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsProject

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit, EditTolerance
from gridmgmt_plugin.core.validation.thresholds import effective_parameters, read_thresholds
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.editing.gestures.plan import by_policy
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow
from gridmgmt_plugin.gui.editing.rubber import Area, part_colour
from gridmgmt_plugin.gui.editing.workplace import Workplace
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.forms.schemes import scheme_columns, scheme_of, scheme_titles
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.changes.gestures import Gesture
from gridmgmt_plugin.workspace.changes.row_reading import Bounds

# Cells are read for this much more ground than a gesture needs, so that a line that grows needs no second reading.
_REACH_BEYOND = 0.25
# A cell whose area changed by less than this got a vertex only; the panel need not list it.
_UNCHANGED_M2 = 0.01
_SNAPPED_TABLES = ("lane", "area")


class Desk(Workplace):
    """The place of work of one unit-grid layer, from opening its workspace to closing it."""

    def __init__(self, iface: Any, tell: Tell, withdraw: Callable[[Any], None], editor: GridEditor) -> None:
        super().__init__(iface, tell, withdraw, editor.layer)
        self.editor = editor
        own = read_thresholds(editor.workspace.info.more.get("rules"))
        parameters = effective_parameters(own)
        #: Kind of grid → smallest and largest suitable area, as the checks have it.
        self._area_ranges_m2: Mapping[str, Sequence[float]] = parameters["area_ranges_m2"]
        self._sliver_width_m = float(parameters["sliver_width_m"])
        self._near: Neighbourhood | None = None
        self._near_bounds: Bounds = (0.0, 0.0, 0.0, 0.0)
        for signal in self._signals():
            signal.connect(self.forget)
        editor.learned.append(self.forget)

    def close(self) -> None:
        """Take everything away from map and layer."""
        if is_alive(self.layer):
            for signal in self._signals():
                signal.disconnect(self.forget)
        super().close()

    def start(self) -> None:
        """Begin editing, or go on with it."""
        self.editor.start()

    @property
    def tolerance(self) -> EditTolerance:
        """Return the tolerances of the workspace."""
        return self.editor.tolerance

    def snap(self, *, to_cells: bool = True) -> None:
        """Snap to streets and boundaries, and to cells if wanted, from now on."""
        self.snap_to(("unit_grid", *_SNAPPED_TABLES) if to_cells else _SNAPPED_TABLES)

    # Cells.

    def forget(self, *_: object) -> None:
        """Read the cells anew at the next movement: something changed them."""
        self._near = None

    def near(self, bounds: Bounds) -> Neighbourhood:
        """Return the cells that meet ``bounds`` and all that touch these; read again only when need be."""
        if self._near is None or not _holds(self._near_bounds, bounds):
            minx, miny, maxx, maxy = bounds
            more_m = _REACH_BEYOND * max(maxx - minx, maxy - miny) + self.tolerance.snap_m
            self._near_bounds = (minx - more_m, miny - more_m, maxx + more_m, maxy + more_m)
            self._near = self.editor.neighbourhood(self._near_bounds)
        return self._near

    def settled(self, near: Neighbourhood, edit: CoverageEdit) -> CoverageEdit:
        """Return the edit as the workspace's policy for codes makes it."""
        return by_policy(near, edit, self.editor.split_policy, None)

    def apply(self, near: Neighbourhood, edit: CoverageEdit) -> Gesture:
        """Make the gesture: one undo step, one repaint.

        :raises GridError: with nothing changed.
        """
        gesture = self.editor.apply(near, edit)
        # QGIS undoes and saves the layer that is active: that must be the one that just changed.
        self.iface.setActiveLayer(self.layer)
        return gesture

    # What a gesture would do.

    def preview(self, near: Neighbourhood, edit: CoverageEdit) -> tuple[list[Area], list[FigureRow]]:
        """Return what to draw and what to list for an edit that was not made yet."""
        settled = self.editor.whole(near, self.settled(near, edit))
        figures = self.editor.figures(near, edit)
        shapes = np.concatenate([settled.changed_geometry, settled.added_geometry])
        before = shapely.area(near.rows.shapes[settled.changed])
        areas: list[Area] = []
        rows: list[FigureRow] = []
        sources = [*settled.changed.tolist(), *settled.added_from.tolist()]
        for index, (shape, figure) in enumerate(zip(shapes, figures)):
            is_old = index < len(settled.changed)
            gain_m2 = figure.area_m2 - float(before[index]) if is_old else None
            if gain_m2 is not None and abs(gain_m2) < _UNCHANGED_M2:
                continue
            number = len(rows)
            smallest, largest = self._range_m2(near, sources[index])
            areas.append(Area(shape, number))
            rows.append(
                FigureRow(
                    part_colour(number),
                    figure.code or tr("new"),
                    figure.area_m2,
                    figure.deviation_percent,
                    figure.components,
                    figure.cases,
                    None if edit.kind == "split" else gain_m2,
                    not smallest <= figure.area_m2 <= largest,
                    smallest if not is_old and figure.area_m2 < smallest else None,
                )
            )
        return areas, rows

    def done_rows(self, near: Neighbourhood, edit: CoverageEdit, gesture: Gesture) -> list[FigureRow]:
        """Return what to list for a settled edit that was just made: new cells with their codes."""
        _, rows = self.preview(near, edit)
        count = len(edit.added_geometry)
        given = [state.code or "–" for state in gesture.after[len(gesture.after) - count :]]
        kept = len(rows) - count
        return [replace(row, title=given[i - kept] if i >= kept else row.title) for i, row in enumerate(rows)]

    def position_at(self, near: Neighbourhood, place: tuple[float, float]) -> int | None:
        """Return the cell of the neighbourhood at a place, the smaller code on a shared edge."""
        there = np.flatnonzero(shapely.intersects_xy(near.cells.geometry, *place))
        return int(there[0]) if len(there) else None  # cells stand in the order of their codes

    def is_sliver(self, near: Neighbourhood, position: int) -> bool:
        """Tell whether a cell is smaller than any of its kind should be, or narrower than the checks let pass."""
        shape = near.cells.geometry[position]
        width_m = 2.0 * shape.area / shape.length if shape.length else 0.0
        return bool(shape.area < self._range_m2(near, position)[0] or width_m < self._sliver_width_m)

    def crossed_schemes(self, near: Neighbourhood, gone: int, taker: int) -> list[str]:
        """Return the grid schemes in which two cells are in different responsibility grids."""
        columns = [name for name in scheme_columns(self.layer) if name in near.rows.columns]
        differ = [name for name in columns if (near.rows[name][gone] or "") != (near.rows[name][taker] or "")]
        titles = scheme_titles(shown_layers(QgsProject.instance()).get("scheme"))
        return [titles.get(scheme_of(name)) or scheme_of(name) for name in differ]

    def _range_m2(self, near: Neighbourhood, source: int) -> tuple[float, float]:
        """Return the smallest and largest suitable area for the kind of the cell that ground comes from."""
        kind = near.rows["grid_kind"][source] if source >= 0 else None
        smallest, largest = self._area_ranges_m2.get(kind or "", self._area_ranges_m2["other"])
        return float(smallest), float(largest)

    def _signals(self) -> tuple[Any, ...]:
        layer = self.editor.layer
        return (
            layer.undoStack().indexChanged,
            layer.featureAdded,
            layer.featureDeleted,
            layer.geometryChanged,
            layer.attributeValueChanged,
            layer.dataChanged,
            layer.afterRollBack,
        )


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def bounds_around(shapes: Sequence[shapely.Geometry]) -> Bounds:
    """Return minx, miny, maxx, maxy of all shapes together, not-a-number where there are none."""
    minx, miny, maxx, maxy = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    return minx, miny, maxx, maxy

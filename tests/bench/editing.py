"""Gestures beside QGIS's own editing: from the click to the changed layer, at two sizes of the layer.

Ours reads the neighbourhood, computes the edit with its lineage, checks it, gives codes and writes one edit command.
QGIS's own does less: no codes, no check, and of a merge or a move only the geometries.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsVectorLayer
from qgis.gui import QgsAttributeEditorContext, QgsDualView, QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.coverage.gestures.merging import merge
from gridmgmt_plugin.core.coverage.gestures.reshaping import reshape
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.coverage.gestures.vertices import move_vertex
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from tests.bench.contest import Contest, Work
from tests.bench.district import made_apart
from tests.bench.editing_peers import places, qgis_merge, qgis_move_vertex, qgis_split, unit_grid_layer
from tests.bench.postgis_peers import split_rows
from tests.bench.qgis_peers import start_qgis

SIZES = (141, 316)  # 19 881 and 99 856 cells
GESTURES = 60
open_tables: list[QgsDualView] = []
Edit = Callable[[GridEditor, Neighbourhood, int], CoverageEdit]


def opened(side: int, points: int = 0) -> tuple[GridEditor, Iterator[int]]:
    """Return an editor on a fresh workspace in edit mode, and row numbers in random order."""
    workspace = made_apart(Path(tempfile.mkdtemp()) / "bench.gpkg", side, points)
    start_qgis()
    layer = unit_grid_layer(workspace)
    editor = GridEditor(layer, workspace)
    editor.start()
    return editor, iter(places(layer).tolist())


def gesture(edit: Edit, *, attribute_table: bool = False) -> Callable[[int], Work]:
    """Return a contender that makes one gesture after the other, each somewhere else.

    :param attribute_table: beside a filled attribute table of QGIS, which follows every change of the layer.
    """

    def prepare(side: int) -> Work:
        editor, fids = opened(side)
        if attribute_table:
            open_tables.append(with_attribute_table(editor.layer))

        def work() -> None:
            while True:
                fid = next(fids)
                box = editor.layer.getGeometry(fid).boundingBox()
                bounds = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
                near = editor.neighbourhood(bounds)
                at = near.position(fid)
                try:
                    editor.apply(near, edit(editor, near, at))
                except InputError:  # two cells of different areas, a vertex of an area's border: try elsewhere
                    continue
                return

        return work

    return prepare


def with_attribute_table(layer: QgsVectorLayer) -> QgsDualView:
    """Return QGIS's attribute table as its window holds it, with every row of the layer in it."""
    canvas = QgsMapCanvas()
    view = QgsDualView()
    canvas.setParent(view)
    view.init(layer, canvas, QgsFeatureRequest(), QgsAttributeEditorContext())
    view.show()
    QCoreApplication.processEvents()
    if view.featureCount() != layer.featureCount():
        raise RuntimeError(f"the attribute table holds {view.featureCount()} of {layer.featureCount()} rows")
    return view


def split_across(editor: GridEditor, near: Neighbourhood, at: int) -> CoverageEdit:
    """Cut a cell right through, from west to east past its middle."""
    cell = near.cells.geometry[at]
    west, _, east, _ = cell.bounds
    y = shapely.point_on_surface(cell).y
    return split(near.cells, shapely.LineString([(west - 1, y), (east + 1, y)]), editor.tolerance, np.array([at]))


def merge_two(editor: GridEditor, near: Neighbourhood, at: int) -> CoverageEdit:
    """Merge a cell with the neighbour that comes first."""
    beside = np.flatnonzero(shapely.relate_pattern(near.cells.geometry, near.cells.geometry[at], "F***1****"))
    return merge(near.cells, np.array([at, beside[0]]), editor.tolerance)


def move(editor: GridEditor, near: Neighbourhood, at: int) -> CoverageEdit:
    """Move the second vertex of a cell by 0.2 m each way."""
    x, y = near.cells.geometry[at].exterior.coords[1]
    return move_vertex(near.cells, (x, y), (x + 0.2, y + 0.2), editor.tolerance)


def reshape_east(editor: GridEditor, near: Neighbourhood, at: int) -> CoverageEdit:
    """Draw a bulge over the eastern border of a cell."""
    cell = near.cells.geometry[at]
    _, south, east, north = cell.bounds
    middle = shapely.point_on_surface(cell)
    low, high = south + (north - south) * 0.35, south + (north - south) * 0.65
    line = shapely.LineString([(middle.x, low), (east + 8, low), (east + 8, high), (middle.x, high)])
    return reshape(near.cells, line, editor.tolerance, at)


CONTESTS = (
    Contest(
        "split",
        "split a cell",
        {
            "ours": gesture(split_across),
            "ours, attribute table open": gesture(split_across, attribute_table=True),
            "QGIS split features": qgis_split,
            "PostGIS ST_Split, committed": split_rows,
        },
        SIZES,
        GESTURES,
    ),
    Contest("merge", "merge two cells", {"ours": gesture(merge_two), "QGIS merge": qgis_merge}, SIZES, GESTURES),
    Contest(
        "move_vertex",
        "move a shared vertex",
        {"ours": gesture(move), "QGIS vertex, topological": qgis_move_vertex},
        SIZES,
        GESTURES,
    ),
    Contest("reshape", "reshape a border", {"ours": gesture(reshape_east)}, SIZES, GESTURES),
)

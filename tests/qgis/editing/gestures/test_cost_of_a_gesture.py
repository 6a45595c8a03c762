"""A gesture costs the same in a small layer and in a large one: it asks for, and touches, its own cells only."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.edited_grid import SIDE, X0, Y0, cell_at, cell_bounds, split_square, unit_layer

FRAME = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")


def wide_workspace(path, columns, rows):
    """Write squares, one community per column, so that codes suffice."""
    at = np.arange(columns * rows)
    x, y = X0 + SIDE * (at // rows), Y0 + SIDE * (at % rows)
    area = [f"990101{column // 900 + 1:03d}{column % 900 + 1:03d}" for column in range(columns)]
    code = as_column(f"{area[i // rows]}{i % rows + 1:03d}" for i in at)
    columns_of = {"code": code, "area_code": as_column(area[i // rows] for i in at)}
    units = Rows({**columns_of, "area_m2": as_column([SIDE * SIDE] * len(at))}, shapely.box(x, y, x + SIDE, y + SIDE))
    register = Rows(
        {"code": code, "kind": as_column(["unit_grid"] * len(at)), "state": as_column(["valid"] * len(at))}
    )
    with Workspace.create(path, WorkspaceInfo(FRAME, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", units)
        transaction.insert("code_register", register)
    return Workspace.open(path)


@pytest.fixture
def counted(monkeypatch):
    """Count rows that the layer hands over and tables that are read from the workspace."""
    counts = {"features": 0, "requests": 0, "reads": 0}
    get_features, read = QgsVectorLayer.getFeatures, Workspace.read

    def get(layer, *args):
        counts["requests"] += 1
        for feature in get_features(layer, *args):
            counts["features"] += 1
            yield feature

    def read_table(workspace, *args, **options):
        counts["reads"] += 1
        return read(workspace, *args, **options)

    monkeypatch.setattr(QgsVectorLayer, "getFeatures", get)
    monkeypatch.setattr(Workspace, "read", read_table)
    return counts


def cost_of_gestures(workspace, counts):
    layer = unit_layer(workspace)
    editor = GridEditor(layer, workspace)
    editor.start()
    costs = []
    for row in range(5):
        near = editor.neighbourhood(cell_bounds(2, row))
        fid = cell_at(editor.layer, X0 + 2 * SIDE + 50, Y0 + row * SIDE + 50)
        editor.apply(near, split_square(near, near.position(fid)))
        costs.append(dict(counts))
        counts.update(dict.fromkeys(counts, 0))
    touched = (len(layer.editBuffer().changedGeometries()), len(layer.editBuffer().addedFeatures()))
    layer.rollBack()
    return costs[1:], touched  # the first gesture reads the outline of its area


def test_a_gesture_in_twenty_thousand_cells_asks_for_as_much_as_in_sixty(tmp_path, qgis_app, counted):
    small = cost_of_gestures(wide_workspace(tmp_path / "small.gpkg", 6, 10), counted)
    large = cost_of_gestures(wide_workspace(tmp_path / "large.gpkg", 40, 500), counted)
    assert large == small
    costs, touched = large
    assert touched == (5, 5)
    assert max(cost["features"] for cost in costs) < 60
    assert max(cost["requests"] for cost in costs) <= 4
    assert max(cost["reads"] for cost in costs) == 0

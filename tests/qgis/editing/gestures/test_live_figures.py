"""Figures of a gesture before it is made: areas, deviation from the target, components and cases inside."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.edited_grid import (
    WEST,
    X0,
    Y0,
    cell_bounds,
    make_workspace,
    split_square,
    unit_layer,
)


def put_points(workspace, table, x, y):
    key = {"component": "code", "cases": "id"}[table]
    with workspace.transaction("甲", "test") as transaction:
        columns = {key: as_column(f"{table}{i}" for i in range(len(x)))}
        transaction.insert(table, Rows(columns, shapely.points(x, y)))


def split_of(editor, share=0.7):
    near = editor.neighbourhood(cell_bounds(0, 0))
    return near, split_square(near, near.code.tolist().index(f"{WEST}001"), share)


def test_parts_are_counted_before_the_split_is_made(workspace, layer):
    put_points(workspace, "component", [X0 + 10, X0 + 20, X0 + 70, X0 + 90, X0 + 150], [Y0 + 10] * 5)
    put_points(workspace, "cases", [X0 + 90, X0 + 91], [Y0 + 10] * 2)
    editor = GridEditor(layer, workspace)
    editor.start()
    kept, new = editor.figures(*split_of(editor))
    assert (kept.code, kept.area_m2, kept.components, kept.cases) == (f"{WEST}001", 7000.0, 3, 0)
    assert (new.code, new.area_m2, new.components, new.cases) == (None, 3000.0, 1, 2)
    assert kept.deviation_percent == pytest.approx(-30)
    assert new.deviation_percent == pytest.approx(-70)
    assert not layer.isModified()
    smaller = editor.figures(*split_of(editor), keep=0)[0]
    assert (smaller.code, smaller.area_m2) == (f"{WEST}001", 3000.0)


def test_the_workspace_may_name_another_target(tmp_path, qgis_app):
    workspace = make_workspace(tmp_path / "a.gpkg", more={"target_area_m2": "3500"})
    editor = GridEditor(unit_layer(workspace), workspace)
    assert editor.figures(*split_of(editor))[0].deviation_percent == pytest.approx(100)


def test_a_preview_reads_the_points_once(workspace, layer, monkeypatch):
    rng = np.random.default_rng(7)
    put_points(workspace, "component", X0 + rng.uniform(0, 200, 3000), Y0 + rng.uniform(0, 200, 3000))
    editor = GridEditor(layer, workspace)
    editor.start()
    near, edit = split_of(editor)
    first = editor.figures(near, edit)
    monkeypatch.setattr(Workspace, "read", lambda *_a, **_k: pytest.fail("read again"))
    assert editor.figures(near, edit) == first
    for share in np.linspace(0.51, 0.9, 9):
        parts = editor.figures(near, split_square(near, near.code.tolist().index(f"{WEST}001"), share))
        assert sum(part.components for part in parts) == sum(part.components for part in first)


def test_points_that_came_meanwhile_are_counted_after_a_save(workspace, layer):
    editor = GridEditor(layer, workspace)
    assert editor.figures(*split_of(editor))[0].cases == 0
    put_points(workspace, "cases", [X0 + 5], [Y0 + 5])
    assert editor.figures(*split_of(editor))[0].cases == 0
    editor.invalidate()
    assert editor.figures(*split_of(editor))[0].cases == 1

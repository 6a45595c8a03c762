"""Two whole districts under a wild hand: what holds after each hundred gestures, in any order, with undo and redo."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgmt_plugin.core.coverage.health.examine import examine
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.project.layers import TABLE_PROPERTY
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.conftest import shared_file
from tests.jobs.districts import dongcheng, draw_dongcheng
from tests.made_once import made_once
from tests.qgis.editing.gestures.random_gestures import AREA_TOLERANCE_M2, Hand
from tools.demo.sample import sample_inputs

GESTURES = 100
BLOCKING = {"overlap", "duplicate", "gap", "hole", "uncovered", "overshoot", "invalid_ring", "multipart", "empty"}
BLOCKING |= {"missing_vertex"}


def make_sample(path):
    inputs = sample_inputs()
    create_workspace([entry.source for entry in inputs.areas], path, local_frame=inputs.local_frame)
    generate_unit_grids(Workspace.open(path), inputs.streets.source)


def make_dongcheng(path):
    draw_dongcheng(shared_file("beijing_dongcheng/dongcheng_raw_gcj02.gpkg"), path)


def draw_sample(path, factory):
    shutil.copy(drawn_sample(factory), path)


def drawn_sample(factory):
    """Return the sample with its unit grids, to be copied; it is drawn once for all processes of a run."""
    name = "库.gpkg"
    return made_once(factory, "drawn_sample", lambda folder: make_sample(folder / name)) / name


def copy_dongcheng(path, factory):
    shutil.copy(dongcheng(shared_file, factory), path)


@pytest.fixture(scope="module", params=[draw_sample, copy_dongcheng], ids=["sample", "dongcheng"])
def district_editor(request, tmp_path_factory, qgis_app):
    from qgis.core import QgsVectorLayer

    path = tmp_path_factory.mktemp("proof") / "库.gpkg"
    request.param(path, tmp_path_factory)
    workspace = Workspace.open(path)
    layer = QgsVectorLayer(f"{path}|layername=unit_grid", "单元网格", "ogr")
    layer.setCustomProperty(TABLE_PROPERTY, "unit_grid")
    editor = GridEditor(layer, workspace)
    yield editor
    editor.close()
    if layer.isEditable():
        layer.rollBack()


def state_of(layer):
    """Return every row to the last bit."""
    return {f.id(): (f.geometry().asWkb().data(), tuple(map(str, f.attributes()))) for f in layer.getFeatures()}


def cells_of(layer):
    return shapely.from_wkb(np.array([f.geometry().asWkb().data() for f in layer.getFeatures()], dtype=object))


def assert_district_sound(layer, ground_m2, faults_before):
    cells = cells_of(layer)
    assert abs(shapely.area(cells).sum() - ground_m2) <= AREA_TOLERANCE_M2 * (GESTURES + 1)
    found = examine(cells).counts()
    worse = {kind: n for kind, n in found.items() if kind in BLOCKING and n > faults_before.get(kind, 0)}
    assert not worse


def assert_codes_sound(layer, stored):
    """No code twice; a code that was stored stands on no other cell than then."""
    codes = {feature.id(): str(feature["code"]) for feature in layer.getFeatures()}
    assert len(set(codes.values())) == len(codes)
    owner = {code: fid for fid, code in stored.items()}
    assert all(owner.get(code, fid) == fid for fid, code in codes.items())


def assert_holds_in_any_order(editor: GridEditor, examples: int) -> None:
    """Make ``examples`` times a hundred gestures; partition and codes hold, and undo brings everything back."""
    layer = editor.layer
    original = state_of(layer)
    stored = {feature.id(): str(feature["code"]) for feature in layer.getFeatures()}
    cells = cells_of(layer)
    ground_m2, faults_before = shapely.area(cells).sum(), examine(cells).counts()
    total = {"done": 0, "refused": 0}

    @settings(max_examples=examples, database=None)
    @given(st.integers(0, 2**32 - 1))
    def hundred_gestures(seed):
        editor.start()
        hand = Hand(editor, seed)
        count = 0
        while count < GESTURES:
            if hand.random.random() < 0.08:
                hand.undo_or_redo()
            count += hand.gesture()
        assert_district_sound(layer, ground_m2, faults_before)
        assert_codes_sound(layer, stored)
        done = state_of(layer)
        stack = layer.undoStack()
        steps = stack.index()
        stack.setIndex(0)
        assert state_of(layer) == original
        stack.setIndex(steps)
        assert state_of(layer) == done
        assert layer.rollBack()
        total["done"] += count
        total["refused"] += hand.refused

    hundred_gestures()
    assert total["done"] >= examples * GESTURES
    assert total["refused"] < 2 * total["done"]

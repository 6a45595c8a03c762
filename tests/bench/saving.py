"""Guard and save of ten touched cells, from QGIS's Save to the reloaded layer, beside QGIS's native commit.

Ours checks the neighbourhood and writes cells, history, change log, outlines of responsibility grids, what hangs on
the cells and a take-back record in one transaction. The native commit only writes the geometries, phase by phase.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from qgis.PyQt.QtCore import QCoreApplication

from gridmgmt_plugin.core.coverage.gestures.vertices import move_vertex
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.editing.saving.reports import Refusal, SaveReport
from tests.bench.contest import Contest, Work
from tests.bench.district import bench_workspace
from tests.bench.editing import SIZES, opened
from tests.bench.editing_peers import qgis_save_ten, unit_grid_layer
from tests.bench.postgis_peers import started
from tests.bench.qgis_peers import start_qgis

POINTS = 200_000
RUNS = 15


def save_ten(side: int) -> Work:
    """Move vertices until ten cells are touched, then save."""
    return saving(*opened(side, POINTS))


def save_ten_in_database(side: int) -> Work:
    """Do the same in a PostgreSQL database on this machine."""
    location = started().location("bench")
    workspace = bench_workspace(location, side, POINTS)
    start_qgis()
    layer = unit_grid_layer(workspace)
    editor = GridEditor(layer, workspace)
    editor.start()
    numbers = [feature.id() for feature in layer.getFeatures()]
    return saving(editor, iter(np.random.default_rng(3).permutation(numbers).tolist()))


def saving(editor: GridEditor, fids: Iterator[int]) -> Work:
    """Return the work: ten cells touched, then the save, of which alone the time counts."""
    saved: list[SaveReport] = []

    def refused(refusal: Refusal) -> None:
        raise RuntimeError(refusal.message.text())

    guard = SaveGuard(editor.layer, editor.workspace, editor.journal, lambda: "bench", refused, saved.append)
    guard.attach()
    editor.before_gesture.append(guard.sweep)

    def work() -> float:
        touched: set[int] = set()
        while len(touched) < 10:
            touched |= moved_somewhere(editor, fids)
        start = time.perf_counter()
        if not editor.layer.commitChanges(False):
            raise RuntimeError("the save was refused")
        QCoreApplication.processEvents()
        elapsed = time.perf_counter() - start
        if not saved:
            raise RuntimeError("nothing was saved")
        saved.clear()
        return elapsed

    return work


def moved_somewhere(editor: GridEditor, fids: Iterator[int]) -> set[int]:
    """Move one vertex of the next cell where that is possible; return the row numbers of the cells that have it."""
    while True:
        fid = next(fids)
        box = editor.layer.getGeometry(fid).boundingBox()
        near = editor.neighbourhood((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
        at = near.position(fid)
        x, y = near.cells.geometry[at].exterior.coords[0]
        try:
            edit = move_vertex(near.cells, (x, y), (x + 0.2, y + 0.2), editor.tolerance)
            editor.apply(near, edit)
        except InputError:
            continue
        return set(np.asarray(near.fid)[edit.changed].tolist())


CONTESTS = (
    Contest(
        "save_ten",
        "guard and save ten cells",
        {"ours": save_ten, "ours on PostGIS": save_ten_in_database, "QGIS native commit": qgis_save_ten},
        SIZES,
        RUNS,
    ),
)

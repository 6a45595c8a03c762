"""Gestures, saves and forms of a workspace in a database, over a network that takes its time.

    python -m tests.bench.distant_editing 20 80         round trips in ms

Told of each: the messages that were waited for and the seconds, with the figures that the panel shows of a gesture.
The layer and our tools are those of the window, without the window itself: what the map reads meanwhile is behind it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import shapely
from qgis.core import QgsApplication, QgsFeature, QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.saving.guard import SaveGuard
from gridmgmt_plugin.project.layers import TABLE_PROPERTY, open_layers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.district import bench_workspace
from tests.bench.editing import split_across
from tests.network_proxy import NetworkApart
from tests.postgis_cluster import Cluster

_SIDE, _POINTS, _TIMES = 40, 2_000, 5


class _Figures:
    """What each deed cost, every time it was done."""

    def __init__(self, network: NetworkApart) -> None:
        self._network = network
        self._took: dict[str, list[tuple[int, float]]] = {}

    def take(self, what: str, deed: Callable[[], object]) -> None:
        """Do something and note what it cost."""
        self._network.set("messages", 0)
        begun = time.monotonic()
        if deed() is False:
            raise RuntimeError(f"{what}: refused")
        took = time.monotonic() - begun
        self._took.setdefault(what, []).append((self._network.ask("messages"), took))

    def tell(self) -> None:
        """Print the medians."""
        for what, took in self._took.items():
            messages, seconds = (statistics.median(one) for one in zip(*took))
            sys.stdout.write(f"  {what}: {messages:g} messages, {seconds:.2f} s (median of {len(took)})\n")


def _guarded(layer: QgsVectorLayer, workspace: Workspace, table: str, editor: GridEditor | None) -> SaveGuard:
    def refused(refusal: object) -> None:
        raise RuntimeError(str(refusal))

    layer.setCustomProperty(TABLE_PROPERTY, table)
    journal = None if editor is None else editor.journal
    guard = SaveGuard(layer, workspace, journal, lambda: "测试员", refused, lambda report: None)
    guard.attach()
    return guard


def _split(editor: GridEditor, places: Iterator[tuple[float, float, float, float]]) -> None:
    """Split the cell in whose middle a place lies."""
    bounds = next(places)
    near = editor.neighbourhood(bounds)
    at = int(np.flatnonzero(shapely.contains(near.cells.geometry, shapely.box(*bounds)))[0])
    edit = split_across(editor, near, at)
    editor.figures(near, edit)
    editor.apply(near, edit)


def _places(workspace: Workspace) -> Iterator[tuple[float, float, float, float]]:
    """Yield the middles of cells, in random order."""
    shapes = workspace.read("unit_grid", []).shapes
    for at in np.random.default_rng(1).permutation(len(shapes)).tolist():
        point = shapes[at].representative_point()
        yield (point.x - 1, point.y - 1, point.x + 1, point.y + 1)


def _gestures_and_saves(workspace: Workspace, layer: QgsVectorLayer, figures: _Figures) -> None:
    editor = GridEditor(layer, workspace)
    guard = _guarded(layer, workspace, "unit_grid", editor)
    editor.before_gesture.append(guard.sweep)
    places = _places(workspace)
    figures.take("editing begins", editor.start)
    figures.take("first split after it", lambda: _split(editor, places))
    for _ in range(_TIMES):
        figures.take("next split", lambda: _split(editor, places))
    layer.commitChanges(False)
    for _ in range(_TIMES):
        figures.take("first split after a save", lambda: _split(editor, places))
        figures.take("save of one split", lambda: layer.commitChanges(False))
    layer.rollBack()
    guard.detach()
    editor.close()


def _forms(workspace: Workspace, layer: QgsVectorLayer, figures: _Figures) -> None:
    guard = _guarded(layer, workspace, "area", None)
    layer.startEditing()
    at = layer.fields().lookupField("name")
    rows: list[QgsFeature] = list(layer.getFeatures(QgsFeatureRequest().setLimit(_TIMES)))
    for row in rows:
        layer.changeAttributeValue(row.id(), at, f"{row['name']}一", row["name"])  # as a form does
        figures.take("save of a form", lambda: layer.commitChanges(False))
    layer.rollBack()
    guard.detach()


def main(round_trips_ms: list[float]) -> None:
    """Print what editing costs at each round trip."""
    application = QgsApplication([], True)
    application.initQgis()
    cluster = Cluster().start()
    try:
        for round_trip_ms in round_trips_ms:
            place = cluster.location(f"bench_{round_trip_ms:g}")
            bench_workspace(place, _SIDE, _POINTS)
            with NetworkApart(cluster.port) as network:
                workspace = Workspace.open(replace(place, port=network.port))
                layers = open_layers(workspace, "zh_CN")
                network.set("delay_s", round_trip_ms / 2000)
                figures = _Figures(network)
                _gestures_and_saves(workspace, layers["unit_grid"], figures)
                _forms(workspace, layers["area"], figures)
                sys.stdout.write(f"{round_trip_ms:g} ms\n")
                figures.tell()
                layers.clear()
    finally:
        cluster.stop()


if __name__ == "__main__":
    main([float(given) for given in sys.argv[1:]] or [20.0, 80.0])

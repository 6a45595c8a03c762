"""How many cases stand where, prepared for small scales: a layer in memory with a few hundred discs.

A layer of a million points takes seconds to cluster at every redraw. This one is made from the number of cases of
each unit grid, which the tree has counted anyway, so a redraw costs the same whatever the workspace holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.project.map.styles import CLUSTER_COUNT, CLUSTER_LEVEL, style_clusters
from gridmgmt_plugin.project.shown_workspace import CLUSTERS, DERIVED_PROPERTY

_ALIASES = {CLUSTER_COUNT: ("件数", "Cases"), CLUSTER_LEVEL: ("聚合级别", "Level")}
# Ground of one disc at each level, in metres: about a centimetre and a half on the map.
_BLOCKS_M = {0: 200.0, 1: 600.0, 2: 2000.0}
_ALL, _NARROWED = "gridmgmt_all", "gridmgmt_narrowed"
Place = tuple[float, float, int]


def cluster_layer(project: QgsProject) -> QgsVectorLayer | None:
    """Return the layer in a project, ``None`` when there is none."""
    for layer in project.mapLayers().values():
        if layer.customProperty(DERIVED_PROPERTY) == CLUSTERS:
            return layer
    return None


def make_cluster_layer(crs: QgsCoordinateReferenceSystem, language: str) -> QgsVectorLayer:
    """Return the empty layer, dressed; its content is made anew whenever a workspace is opened."""
    options = QgsVectorLayer.LayerOptions()
    options.skipCrsValidation = True
    source = f"Point?field={CLUSTER_COUNT}:integer&field={CLUSTER_LEVEL}:integer"
    title = "案件（聚合）" if is_chinese(language) else "Cases (clustered)"
    layer = QgsVectorLayer(source, title, "memory", options)
    layer.setCrs(crs)
    layer.setCustomProperty(DERIVED_PROPERTY, CLUSTERS)
    layer.setCustomProperty("skipMemoryLayersCheck", 1)  # QGIS need not warn of losing what can be made anew
    layer.setReadOnly(True)
    for name, (chinese, english) in _ALIASES.items():
        layer.setFieldAlias(layer.fields().indexOf(name), chinese if is_chinese(language) else english)
    style_clusters(layer)
    return layer


def fill_clusters(layer: QgsVectorLayer, places: Iterable[Place]) -> None:
    """Put what lies at each place, (x, y, number of cases), together by blocks of ground; while the layer is narrowed
    this is kept for afterwards."""
    everything = list(places)
    layer.setProperty(_ALL, everything)  # of the object and not of the layer, so that no project file has it
    if layer.property(_NARROWED) is None:
        _draw(layer, everything)


def narrow_clusters(layer: QgsVectorLayer, places: Sequence[Place] | None) -> None:
    """Show other places than those that the layer was filled with; ``None``: these again."""
    if places is None and layer.property(_NARROWED) is None:
        return
    layer.setProperty(_NARROWED, None if places is None else True)
    _draw(layer, layer.property(_ALL) or () if places is None else places)


def _draw(layer: QgsVectorLayer, places: Iterable[Place]) -> None:
    known = [(x, y, count) for x, y, count in places if count > 0]
    provider = layer.dataProvider()
    provider.truncate()
    features = []
    for level, block_m in _BLOCKS_M.items():
        for x, y, count in _together(known, block_m):
            feature = QgsFeature(layer.fields())
            feature.setAttributes([count, level])
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
            features.append(feature)
    provider.addFeatures(features, QgsFeatureSink.Flag.FastInsert)
    layer.updateExtents()
    layer.triggerRepaint()


def _together(places: Iterable[Place], block_m: float) -> list[Place]:
    """Return per block of ground the middle of its cases and their number."""
    blocks: dict[tuple[int, int], list[float]] = {}
    for x, y, count in places:
        block = blocks.setdefault((math.floor(x / block_m), math.floor(y / block_m)), [0.0, 0.0, 0.0])
        block[0] += x * count
        block[1] += y * count
        block[2] += count
    return [(x / count, y / count, int(count)) for x, y, count in blocks.values()]

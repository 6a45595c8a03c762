"""QGIS's own editing of the same cells: split, merge, move a vertex, with topological editing switched on."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.project.layers import open_layers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.contest import Work
from tests.bench.district import made_apart
from tests.bench.qgis_peers import start_qgis


def edited_layer(side: int) -> QgsVectorLayer:
    """Return the unit grids of a fresh workspace as a layer in edit mode."""
    workspace = made_apart(Path(tempfile.mkdtemp()) / "bench.gpkg", side)
    start_qgis()
    layer = unit_grid_layer(workspace)
    layer.startEditing()
    QgsProject.instance().setTopologicalEditing(True)
    return layer


def unit_grid_layer(workspace: Workspace) -> QgsVectorLayer:
    """Return the unit grids as the project shows them; the other layers live as long as the project does."""
    layers = open_layers(workspace, "zh_CN")
    QgsProject.instance().addMapLayers(list(layers.values()), False)
    return layers["unit_grid"]


def places(layer: QgsVectorLayer, seed: int = 3) -> np.ndarray:
    """Return the row numbers of cells in random order: each gesture happens somewhere else."""
    return np.random.default_rng(seed).permutation(layer.featureCount()) + 1


def across(cell: QgsGeometry) -> list[QgsPointXY]:
    """Return a line that cuts a cell right through, from west to east past its middle."""
    box, middle = cell.boundingBox(), cell.pointOnSurface().asPoint()
    return [QgsPointXY(box.xMinimum() - 1, middle.y()), QgsPointXY(box.xMaximum() + 1, middle.y())]


def qgis_split(side: int) -> Work:
    """Split features: as the map tool does it, with topological points for the neighbours."""
    layer = edited_layer(side)
    fids = iter(places(layer).tolist())

    def work() -> None:
        fid = next(fids)
        layer.selectByIds([fid])
        layer.beginEditCommand("split")
        layer.splitFeatures(across(layer.getGeometry(fid)), True)
        layer.endEditCommand()

    return work


def qgis_merge(side: int) -> Work:
    """Merge selected features: union, one geometry changed, the other feature deleted."""
    layer = edited_layer(side)
    fids = iter(places(layer).tolist())

    def work() -> None:
        one = layer.getGeometry(next(fids))
        request = QgsFeatureRequest(one.boundingBox())
        beside = [f for f in layer.getFeatures(request) if f.geometry().intersects(one)][:2]
        layer.beginEditCommand("merge")
        layer.changeGeometry(beside[0].id(), QgsGeometry.unaryUnion([f.geometry() for f in beside]))
        layer.deleteFeature(beside[-1].id())
        layer.endEditCommand()

    return work


def qgis_move_vertex(side: int) -> Work:
    """Move a vertex in every feature that has it, as the vertex tool does with topological editing."""
    layer = edited_layer(side)
    fids = iter(places(layer).tolist())

    def work() -> None:
        vertex = layer.getGeometry(next(fids)).vertexAt(1)
        at = QgsRectangle(vertex.x() - 1e-6, vertex.y() - 1e-6, vertex.x() + 1e-6, vertex.y() + 1e-6)
        layer.beginEditCommand("vertex")
        for feature in layer.getFeatures(QgsFeatureRequest(at)):
            geometry = feature.geometry()
            _, number, _, _, distance = geometry.closestVertex(QgsPointXY(vertex.x(), vertex.y()))
            if distance < 1e-12:
                geometry.moveVertex(vertex.x() + 0.2, vertex.y() + 0.2, number)
                layer.changeGeometry(feature.id(), geometry)
        layer.endEditCommand()

    return work


def qgis_save_ten(side: int) -> Work:
    """The native commit of ten changed geometries: no check, not atomic."""
    layer = edited_layer(side)
    fids = iter(places(layer).tolist())

    def work() -> float:
        for fid in [next(fids) for _ in range(10)]:
            geometry = layer.getGeometry(fid)
            geometry.moveVertex(geometry.vertexAt(1).x() + 0.01, geometry.vertexAt(1).y(), 1)
            layer.changeGeometry(fid, geometry)
        start = time.perf_counter()
        layer.commitChanges(False)
        return time.perf_counter() - start

    return work


def as_shape(geometry: QgsGeometry) -> shapely.Geometry:
    """Return a QGIS geometry as shapely's."""
    return shapely.from_wkb(geometry.asWkb().data())

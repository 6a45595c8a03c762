"""A district of two communities, small enough to run through every algorithm in a moment, and how to run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
from osgeo import ogr, osr
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

from gridmgmt_plugin.processing.provider import GridManagementProvider

EPSG = 4548
COMMUNITIES = {
    "990101001001": ("湖滨社区", shapely.box(500_000, 4_000_000, 500_400, 4_000_300)),
    "990101001002": ("书院社区", shapely.box(500_400, 4_000_000, 500_800, 4_000_300)),
}
STREETS = [
    ("湖滨路", [(500_000, 4_000_150), (500_800, 4_000_150)]),
    ("书院街", [(500_400, 4_000_000), (500_400, 4_000_300)]),
    ("一巷", [(500_200, 4_000_000), (500_200, 4_000_300)]),
    ("二巷", [(500_600, 4_000_000), (500_600, 4_000_300)]),
]


def write_layer(
    path: Path, rows: list[dict[str, Any]], shapes: list[Any], kind: int = ogr.wkbPolygon, epsg: int | None = EPSG
) -> Path:
    """Write rows of texts and shapes; the format follows the suffix. Without an EPSG number nothing is said."""
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    reference = None
    if epsg is not None:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    options = ["ENCODING=UTF-8"] if driver == "ESRI Shapefile" else []
    layer = dataset.CreateLayer(path.stem, reference, kind, options)
    for name in rows[0]:
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for row, shape in zip(rows, shapes):
        feature = ogr.Feature(layer.GetLayerDefn())
        for name, value in row.items():
            feature.SetField(name, value)
        feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape)))
        layer.CreateFeature(feature)
    return path


def write_areas(folder: Path, name: str = "社区 界线.gpkg") -> Path:
    """Write the two communities."""
    rows = [{"代码": code, "名称": title} for code, (title, _) in COMMUNITIES.items()]
    return write_layer(folder / name, rows, [shape for _, shape in COMMUNITIES.values()])


def write_streets(folder: Path, name: str = "道路 中心线.gpkg") -> Path:
    """Write the streets, one line each."""
    rows = [{"名称": name} for name, _ in STREETS]
    return write_layer(folder / name, rows, [shapely.LineString(xy) for _, xy in STREETS], ogr.wkbLineString)


class Listener(QgsProcessingFeedback):
    """Remembers what an algorithm says, and cancels it when told to."""

    def __init__(self, cancel_at: float | None = None) -> None:
        super().__init__(False)
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.fractions: list[float] = []
        self._cancel_at = cancel_at
        if cancel_at == 0:
            self.cancel()
        self.progressChanged.connect(self._progressed)

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def _progressed(self, percent: float) -> None:
        self.fractions.append(percent)
        if self._cancel_at is not None and percent >= self._cancel_at:
            self.cancel()


class Runner:
    """Runs our algorithms through QGIS's framework, as its dialogs, models and scripts do."""

    def __init__(self, processing: Any) -> None:
        self._processing = processing
        self._provider = GridManagementProvider()
        if not QgsApplication.processingRegistry().addProvider(self._provider):
            raise RuntimeError("another test left the provider behind")

    def __call__(self, algorithm: str, feedback: QgsProcessingFeedback | None = None, **parameters: Any) -> dict:
        """Run ``gridmgmt:<algorithm>`` and return its outputs."""
        given = {name: str(value) if isinstance(value, Path) else value for name, value in parameters.items()}
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        return self._processing.run(f"gridmgmt:{algorithm}", given, feedback=feedback, context=context)

    def algorithms(self) -> dict[str, Any]:
        """Return the algorithms by name."""
        return {algorithm.name(): algorithm for algorithm in self._provider.algorithms()}

    def close(self) -> None:
        """Take the provider out again."""
        QgsApplication.processingRegistry().removeProvider(self._provider)

"""Real districts in a metric frame."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely


@pytest.fixture
def metric_layer(shared):
    """Return the function that reads a polygon layer in CGCS2000 3° Gauss-Krüger, CM 117E (EPSG:4548)."""

    def read(relative: str, layer: str) -> np.ndarray:
        fiona = pytest.importorskip("fiona")
        pyproj = pytest.importorskip("pyproj")
        with fiona.open(shared(relative), layer=layer) as source:
            polygons = np.array([shapely.from_geojson(_geojson(row)) for row in source], dtype=object)
        to_metres = pyproj.Transformer.from_crs(4326, 4548, always_xy=True)
        return shapely.transform(polygons, lambda c: np.column_stack(to_metres.transform(c[:, 0], c[:, 1])))

    return read


def _geojson(row) -> str:
    return json.dumps({"type": row["geometry"]["type"], "coordinates": row["geometry"]["coordinates"]})

"""Street-lanes joined, coded and shared out from a file of streets, beside a plain dissolve by name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.lanes.lane_store import UPDATE
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.contest import Contest, Unavailable, Work
from tests.bench.district import EAST, FRAME, NORTH, made_apart

# Cells of the district in which the streets lie; pieces of one name, as in an old town; how many have no name.
_CELLS, _PIECES, _UNNAMED = 20, 7, 0.6


def _streets(side: int) -> tuple[list[str | None], np.ndarray]:
    """Return names and lines of about side² pieces of a lattice of streets that sways, over the same ground."""
    chance, half = np.random.default_rng(11), side // 2
    step = _CELLS * 100.0 / (half + 1)
    names: list[str | None] = []
    lines = []
    for number, (across, way, at) in enumerate(_ways(half, side)):
        first, last = np.array([way, at]) * step, np.array([way, at + half / side]) * step
        pair = np.array([first, last])[:, ::-1] if across else np.array([first, last])
        lines.append(shapely.LineString(pair + np.array([EAST, NORTH])))
        names.append(None if chance.random() < _UNNAMED else f"{int(across)}-{way:.0f}-{number // _PIECES}号巷")
    return names, as_column(lines)


def _ways(half: int, side: int) -> Iterator[tuple[bool, float, float]]:
    for across in (False, True):
        for way in range(1, half + 1):
            for piece in range(side):
                yield across, float(way), piece * half / side


def _ours(side: int, *, again: bool) -> Work:
    folder = Path(tempfile.mkdtemp())
    names, lines = _streets(side)
    from pyproj import CRS

    crs = CRS.from_epsg(FRAME.epsg).to_wkt("WKT1_GDAL")
    rows = Rows({"name": as_column(names)}, lines)
    streets = Source(rows, "streets", "streets.gpkg", crs, "utf-8", row_numbers=np.arange(1, len(lines) + 1))
    count = 0

    def fresh() -> Workspace:
        nonlocal count
        count += 1
        return made_apart(folder / f"{count}.gpkg", _CELLS)

    first = fresh()
    if again:
        import_lanes(first, streets)
        return lambda: import_lanes(first, streets, mode=UPDATE)
    waiting = [first, fresh(), fresh()]
    return lambda: import_lanes(waiting.pop(), streets)


def _dissolved(side: int) -> Work:
    """Return the peer: pieces of one name put together and told apart where they do not touch, nothing written."""
    try:
        import geopandas  # type: ignore[import-not-found]
    except ImportError as error:
        raise Unavailable("geopandas is not installed") from error
    names, lines = _streets(side)
    frame = geopandas.GeoDataFrame({"name": names}, geometry=list(lines)).dropna(subset=["name"])
    return lambda: frame.dissolve("name").line_merge().explode(index_parts=False)


CONTESTS = (
    Contest(
        "lanes",
        "streets into lanes",
        {
            "ours": lambda side: _ours(side, again=False),
            "ours, the same file again": lambda side: _ours(side, again=True),
            "geopandas: dissolve by name alone": _dissolved,
        },
        sides=(125,),
    ),
)

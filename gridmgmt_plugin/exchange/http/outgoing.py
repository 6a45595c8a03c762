"""What is sent of a package: the requests of a grid API, or its layers and tables in parts and then a last word."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.http.opened_package import OpenedPackage
from gridmgmt_plugin.exchange.package.grid_requests import GRID
from gridmgmt_plugin.exchange.reading import read_source

#: Rows of one request unless something else is asked for.
ROWS_EACH = 500
#: Never sent: numbers of persons go out in a file that is handed over by hand.
_WITHHELD = "contacts"
_LAST = "complete"
_GEOJSON, _LAYERS = ".geojson", (".gpkg", ".shp")
_ABOUT = ("package", "county_code", "scheme", "release", "content_hash")
_KEPT_DIGITS = 12


@dataclass(frozen=True)
class Outgoing:
    """One request: ``key``: the same at every try, by which the other side knows it again; ``path``: below the
    address, "" for the address itself; ``layer``, ``rows``: what it carries; ``body``: JSON in UTF-8. ``grid``: our
    code of the one that a grid API is told of, "" for any other request.
    """

    key: str
    path: str
    layer: str
    rows: int
    body: bytes
    grid: str = ""


def outgoing(package: OpenedPackage, rows_each: int = ROWS_EACH) -> list[Outgoing]:
    """Return the requests of a package in the order in which they are sent.

    A package with the requests of a grid API has these. Any other has each layer (features as GeoJSON writes them, in
    the frame that stands beside them) and table (a text per cell) in the order in which to load them, ``rows_each``
    rows at a time, and a last request that tells how many rows each has, by which the other side knows that it has
    everything.

    :raises InputError: ``http_layer_missing``, ``http_package_changed``, and what reading a layer raises.
    """
    asked = _requests_of_an_api(package)
    return list(_of_an_api(package, asked[0]) if asked else _in_parts(package, rows_each))


def rows_to_send(package: OpenedPackage) -> dict[str, int]:
    """Return layer or table → how many rows of it :func:`outgoing` has, by what the manifest says, without reading
    them; of a package with the requests of a grid API the grids that these are about.
    """
    asked = _requests_of_an_api(package)
    if asked:
        return {GRID: len(json.loads(package.read(asked[0]))["requests"])}
    told = {str(entry["layer"]): int(entry["rows"]) for entry in package.manifest["files"] if entry.get("rows")}
    return {layer: told.get(layer, 0) for layer in package.manifest["load_order"] if layer != _WITHHELD}


def withholds_contacts(package: OpenedPackage) -> bool:
    """Tell whether the package holds numbers of persons, which are not sent."""
    return bool(package.files_of(_WITHHELD, ".csv"))


def _key(package: OpenedPackage, what: str) -> str:
    facts = package.manifest
    return (
        f"{facts['county_code']}-{facts['scheme']}-{facts['release']}-{facts['content_hash'][:_KEPT_DIGITS]}-{what}"
    )


def _requests_of_an_api(package: OpenedPackage) -> list[str]:
    return [name for name in package.files_of(None, ".json") if _is_of_an_api(package, name)]


def _is_of_an_api(package: OpenedPackage, name: str) -> bool:
    content = json.loads(package.read(name))
    return isinstance(content, dict) and set(content) == {"requests"}


def _of_an_api(package: OpenedPackage, name: str) -> Iterator[Outgoing]:
    for request in json.loads(package.read(name))["requests"]:
        key = _key(package, f"grid-{request['code']}")
        yield Outgoing(key, request["path"], GRID, 1, _json(request["body"]), request["code"])


def _in_parts(package: OpenedPackage, rows_each: int) -> Iterator[Outgoing]:
    facts = package.manifest
    head = {**{name: facts[name] for name in _ABOUT}, "frame": facts["frame"]}
    counts: dict[str, int] = {}
    for layer in facts["load_order"]:
        if layer == _WITHHELD:
            continue
        rows = _rows_of(package, layer)
        counts[layer] = len(rows)
        parts = [rows[start : start + rows_each] for start in range(0, len(rows), rows_each)]
        for number, part in enumerate(parts, start=1):
            place = {"layer": layer, "part": number, "parts": len(parts), "rows": part}
            yield Outgoing(
                _key(package, f"{layer}-{rows_each}-{number}"), "", layer, len(part), _json({**head, **place})
            )
    last = {**head, "layer": None, _LAST: True, "counts": counts}
    yield Outgoing(_key(package, _LAST), "", _LAST, 0, _json(last))


def _rows_of(package: OpenedPackage, layer: str) -> Sequence[Any]:
    """Return features or lines of a table as JSON holds them."""
    tables = package.files_of(layer, ".csv")
    if tables:
        return list(csv.DictReader(io.StringIO(package.read(tables[0]).decode("utf-8-sig"), newline="")))
    if package.files_of(layer, _GEOJSON):
        features: list[Any] = json.loads(package.read(package.files_of(layer, _GEOJSON)[0]))["features"]
        return features
    for suffix in _LAYERS:
        if package.files_of(layer, suffix):
            return _features(package, layer, suffix)
    raise InputError("http_layer_missing", name=package.path.name, layer=layer)


def _features(package: OpenedPackage, layer: str, suffix: str) -> list[dict[str, Any]]:
    """Return a layer of a GeoPackage or shapefile as GeoJSON writes features, in the coordinates that it has."""
    with tempfile.TemporaryDirectory() as folder:
        for name in package.files_of(layer):
            (Path(folder) / name).write_bytes(package.read(name))
        rows = read_source(Path(folder) / package.files_of(layer, suffix)[0], as_written=True).rows
    shapes = [None if shape is None else json.loads(shapely.to_geojson(shape)) for shape in rows.shapes]
    return [
        {"type": "Feature", "properties": record, "geometry": shape} for record, shape in zip(rows.records(), shapes)
    ]


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

"""What the demo is given: files of a district, found, read and described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.coordinates import read_coordinates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import split_layer
from gridmgmt_plugin.core.frames import look_at
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.exchange.column_roles import find_area_fields
from gridmgmt_plugin.exchange.coordinate_pairs import choose_pair
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.exchange.source import Source

_POLYGONS, _LINES = (3, 6), (1, 5)
_NEARLY = ("area_code_repeated", "area_code_incomplete")


@dataclass(frozen=True)
class TableInput:
    """A file for one job.

    ``fields`` maps columns of the workspace table to headings of the file, ``xy`` names the coordinates' headings;
    what is not named is found by its heading. ``kind``: the table, or what the posts are for.
    """

    source: Source
    fields: Mapping[str, str] = field(default_factory=dict)
    xy: tuple[str | None, str | None] = (None, None)
    kind: str = ""
    coordinates: str = "crs"


@dataclass(frozen=True)
class Scheme:
    """How responsibility grids are made: so many in all, or one per so many unit grids."""

    key: str = "cg"
    title: str = "城管巡查"
    count: int | None = None
    units_per_grid: float | None = 10.0
    weight: str = "units"
    within: str = "community"


@dataclass(frozen=True)
class Inputs:
    """Everything that the chain can use; what is empty is left out and the table says so.

    ``is_sample``: they are those of the sample district, whose words are known in English as well.
    """

    areas: tuple[TableInput, ...]
    streets: TableInput | None = None
    compounds: TableInput | None = None
    road_areas: TableInput | None = None
    tables: tuple[TableInput, ...] = ()
    posts: tuple[TableInput, ...] = ()
    components: tuple[TableInput, ...] = ()
    cases: tuple[TableInput, ...] = ()
    local_frame: str | None = None
    merge_parts: bool = False
    scheme: Scheme = field(default_factory=Scheme)
    is_sample: bool = False

    @classmethod
    def of(
        cls,
        areas: str | None,
        streets: str | None,
        cases: str | None,
        components: str | None,
        coordinates: str,
        fields: Mapping[str, str] | None = None,
        *,
        merge_parts: bool = False,
    ) -> Inputs:
        """Read the files of a district; ``coordinates`` holds for all of them, empty = what each file shows.

        :param fields: areas, streets, cases or components → the names of its columns, see :func:`field_names`.
        :param merge_parts: rows of one code in the area layer are pieces of one area.
        :raises InputError: ``demo_areas_missing``, ``demo_fields_unreadable``, or what reading a file raises.
        """
        if not areas:
            raise InputError("demo_areas_missing")
        named = {kind: field_names(text) for kind, text in (fields or {}).items()}
        kind = coordinates or "crs"
        return cls(
            areas=tuple(
                TableInput(source, named.get("areas", {}), coordinates=kind)
                for source in _area_sources(areas, in_parts=merge_parts)
            ),
            merge_parts=merge_parts,
            streets=None
            if not streets
            else TableInput(_layer(streets, _LINES), named.get("streets", {}), coordinates=kind),
            components=() if not components else (_points(components, coordinates, named.get("components", {})),),
            cases=() if not cases else (_points(cases, coordinates, named.get("cases", {})),),
        )


def field_names(text: str) -> dict[str, str]:
    """Return column → heading of ``id=Unique Key,reported_at=Created Date,x=Longitude``.

    :raises InputError: ``demo_fields_unreadable``.
    """
    found = {}
    for part in filter(None, (part.strip() for part in text.replace("，", ",").split(","))):
        column, sign, heading = (piece.strip() for piece in part.partition("="))
        if not (column and sign and heading):
            raise InputError("demo_fields_unreadable", text=text, part=part)
        found[column] = heading
    return found


def _area_sources(path: str, *, in_parts: bool) -> list[Source]:
    """Return the layer named, or every polygon layer of the file whose rows carry administrative codes.

    :raises InputError: ``demo_no_area_layer``, or why the layer that nearly is one cannot be used.
    """
    file, named = split_layer(path)
    layers = list_layers(file)
    if named or len(layers) == 1:
        return [read_source(path)]
    found: list[Source] = []
    nearly: InputError | None = None
    for layer in layers:
        if layer.geometry is None or "polygon" not in layer.geometry.lower():
            continue
        source = read_source(file, layer.name)
        try:
            code, _ = find_area_fields(source.rows, in_parts=in_parts, numbers=source.row_numbers)
        except InputError as error:
            nearly = error if nearly is None and error.code in _NEARLY else nearly
            continue
        if all(area_code_problem(value) is None for value in clean_codes(source.rows[code.field])):
            found.append(source)
    if not found and nearly is not None:
        raise nearly
    if not found:
        raise InputError("demo_no_area_layer", path=file, layers=", ".join(layer.name for layer in layers))
    return found


def _layer(path: str, types: tuple[int, ...]) -> Source:
    """Return the layer named, or the one with the most rows of the geometry types wanted."""
    file, named = split_layer(path)
    layers = list_layers(file)
    if named or len(layers) == 1:
        return read_source(path)
    word = "line" if types == _LINES else "polygon"
    fitting = [layer for layer in layers if layer.geometry is not None and word in layer.geometry.lower()]
    if not fitting:
        raise InputError("demo_no_street_layer", path=file, layers=", ".join(layer.name for layer in layers))
    return read_source(file, max(fitting, key=lambda layer: layer.rows).name)


def _points(path: str, coordinates: str, named: Mapping[str, str]) -> TableInput:
    source = read_source(path)
    xy = (named.get("x"), named.get("y"))
    fields = {column: heading for column, heading in named.items() if column not in ("x", "y")}
    return TableInput(source, fields, xy, coordinates=coordinates or _seen_coordinates(source, xy))


def _seen_coordinates(source: Source, xy: tuple[str | None, str | None]) -> str:
    """Return what the headings name, ``lonlat`` for a table of degrees, else ``crs``: what the file says, or metres
    of the workspace. Where no pair can be chosen, the step says so.
    """
    if source.rows.geometry is not None:
        if source.crs_wkt is not None:
            return "crs"
        numbers = shapely.get_coordinates(source.rows.geometry).T
    else:
        try:
            pair = choose_pair(source.rows, *xy, "crs")
        except InputError:
            return "crs"
        if pair.provider is not None:
            return pair.provider
        numbers = np.array([read_coordinates(source.rows[field]).values for field in (pair.x, pair.y)])
    return "lonlat" if look_at(*numbers).unit == "degrees" else "crs"

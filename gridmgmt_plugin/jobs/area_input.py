"""Administrative areas as they come in: codes and names found and checked, geometries made ready for noding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.areas import LEVELS, area_code_problem, area_level, normalise_area_code
from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.exchange.fields import find_area_fields
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.table_columns import schema_columns

_SHOWN = 5
_POLYGON_TYPES = (3, 6)


@dataclass(frozen=True)
class AreaInput:
    """Areas of all layers given, in the workspace's frame: columns of the ``area`` table, polygons, their level.

    ``level``: int64, 0 county, 1 street office, 2 community.
    """

    rows: Rows
    level: np.ndarray
    notes: tuple[Message, ...]


def read_areas(
    sources: Sequence[Source],
    frame: Frame,
    coordinates: str,
    code_field: str | None,
    name_field: str | None,
    *,
    repair: bool,
) -> AreaInput:
    """Return the areas of the layers, checked.

    :param repair: self-crossing rings are made valid (and told) instead of refused.
    :raises InputError: ``areas_empty``, ``areas_not_polygons``, ``areas_codes_malformed``, ``areas_codes_twice``,
        ``areas_invalid_rings``, ``areas_of_two_counties``, or what fields and coordinates raise.
    """
    if sum(len(source) for source in sources) == 0:
        raise InputError("areas_empty", path=", ".join(source.path for source in sources))
    parts = [_read_layer(source, frame, coordinates, code_field, name_field) for source in sources]
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    columns = {
        name: np.concatenate(
            [part[name] if name in part else np.full(len(part), None, dtype=object) for part in parts]
        )
        for name in names
    }
    geometry = np.concatenate([part.geometry for part in parts])
    notes: list[Message] = [note for source in sources for note in source.notes]
    geometry = _valid(geometry, columns["code"], repair, notes)
    codes = columns["code"]
    _refuse_duplicates(codes)
    counties = sorted({code[:6] for code in codes})
    if len(counties) > 1:
        raise InputError("areas_of_two_counties", counties=", ".join(counties))
    level = np.array([LEVELS.index(area_level(code)) for code in codes], dtype=np.int64)
    return AreaInput(Rows(columns, geometry), level, tuple(notes))


def _read_layer(
    source: Source, frame: Frame, coordinates: str, code_field: str | None, name_field: str | None
) -> Rows:
    geometry = source.rows.geometry
    if geometry is None or not np.isin(shapely.get_type_id(geometry), _POLYGON_TYPES).all():
        raise InputError("areas_not_polygons", path=source.path, layer=source.name)
    code_guess, name_guess = find_area_fields(source.rows, code_field, name_field)
    code_field = code_guess.field
    raw = clean_codes(source.rows[code_field])
    problems = [(i, area_code_problem(code)) for i, code in enumerate(raw)]
    faulty = [(i, problem) for i, problem in problems if problem is not None]
    if faulty:
        shown = "; ".join(f"{source.row_numbers[i]}: {raw[i] or '–'}" for i, _ in faulty[:_SHOWN])
        raise InputError(
            "areas_codes_malformed",
            field=code_field,
            path=source.path,
            count=len(faulty),
            shown=shown,
            reason=faulty[0][1],
        )
    columns = schema_columns(source, "area")
    columns["code"] = as_column(normalise_area_code(code) for code in raw)
    columns["name"] = clean_texts(source.rows[name_guess.field])
    return Rows(columns, geometry_to_frame(geometry, coordinates, source.crs_wkt, frame))


def _refuse_duplicates(codes: np.ndarray) -> None:
    unique, counts = np.unique(codes.astype(str), return_counts=True)
    if (counts > 1).any():
        shown = ", ".join(unique[counts > 1][:_SHOWN])
        raise InputError("areas_codes_twice", count=int((counts > 1).sum()), shown=shown)


def _valid(geometry: np.ndarray, codes: np.ndarray, repair: bool, notes: list[Message]) -> np.ndarray:  # noqa: FBT001
    broken = np.flatnonzero(~shapely.is_valid(geometry))
    if len(broken) == 0:
        return geometry
    shown = "; ".join(f"{codes[i]}: {shapely.is_valid_reason(geometry[i])}" for i in broken[:_SHOWN])
    if not repair:
        raise InputError("areas_invalid_rings", count=len(broken), shown=shown)
    before = shapely.area(geometry[broken])
    mended = geometry.copy()
    for index in broken:
        parts = shapely.get_parts(shapely.make_valid(geometry[index]))
        polygons = [p for part in parts for p in shapely.get_parts(part) if shapely.get_type_id(p) in _POLYGON_TYPES]
        mended[index] = shapely.union_all(polygons)
    moved = float(np.abs(shapely.area(mended[broken]) - before).sum())
    notes.append(Message("areas_rings_repaired", {"count": len(broken), "shown": shown, "moved_m2": round(moved, 3)}))
    return mended

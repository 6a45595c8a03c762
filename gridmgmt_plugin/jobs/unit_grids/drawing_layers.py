"""The layers that unit grids are drawn from: streets, compounds, buildings, road areas, in the workspace's frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.partition import CompoundLayer, StreetLayer, TargetProfile, grade_of_streets
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.core.value_words import stored_values
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.placed_shapes import LINES, POLYGONS, is_of_kind, place_shapes
from gridmgmt_plugin.jobs.intake.shifted_layers import refuse_shifted_layer
from gridmgmt_plugin.workspace.schema import table

_OF_LINES = ("streets", "barriers", "cut")
# Of the unit grids' columns these say something about a compound; the others are not looked for in its layer.
_OF_COMPOUNDS = ("land_use", "grade", "grid_kind")


@dataclass(frozen=True)
class DrawingLayers:
    """What to draw from; ``None`` for a layer that was not given. ``notes``: what the planner should know of them."""

    streets: StreetLayer | None
    compounds: CompoundLayer | None
    buildings: np.ndarray | None
    road_areas: np.ndarray | None
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class LayerFields:
    """Fields that the user named; ``None`` = find them by their headings."""

    name: str | None = None
    road_class: str | None = None
    land_use: str | None = None
    grade: str | None = None
    grid_kind: str | None = None


def read_drawing_layers(
    sources: Mapping[str, Source | None],
    ground: np.ndarray,
    frame: Frame,
    coordinates: str,
    fields: LayerFields,
    profile: TargetProfile,
) -> DrawingLayers:
    """Return the layers in ``frame``.

    :param sources: ``streets``, ``compounds``, ``buildings``, ``road_areas`` → layer or ``None``.
    :param ground: object array of the polygons to draw in; a layer that nowhere touches them was put in the wrong
        place.
    :raises InputError: ``streets_wrong_geometry`` (``compounds_…``, ``buildings_…``, ``road_areas_…``),
        ``layer_elsewhere``, ``profile_without_values``, or what coordinates and fields raise.
    """
    placed = {
        role: placed_layer(role, source, ground, frame, coordinates)
        for role, source in sources.items()
        if source is not None
    }
    notes = [note for source in sources.values() if source is not None for note in source.notes]
    streets, compounds = sources["streets"], sources["compounds"]
    street_layer = None
    if streets is not None:
        street_layer = StreetLayer(placed["streets"], _grades(streets, fields))
    compound_layer = None
    if compounds is not None:
        compound_layer, more = _compound_layer(compounds, placed["compounds"], fields)
        notes += more
    notes += _profile_notes(profile, compound_layer)
    buildings, road_areas = placed.get("buildings"), placed.get("road_areas")
    return DrawingLayers(street_layer, compound_layer, buildings, road_areas, tuple(notes))


def placed_layer(role: str, source: Source, ground: np.ndarray, frame: Frame, coordinates: str) -> np.ndarray:
    """Return the geometries of a layer in ``frame``, ``None`` where a row has no usable one.

    :param role: ``streets``, ``barriers``, ``compounds``, ``buildings``, ``road_areas``, ``outlines``,
        ``places`` or ``cut``.
    :raises InputError: ``<role>_wrong_geometry``, ``layer_elsewhere``, that it fits as another kind of coordinates
        (:func:`refuse_shifted_layer`), or what coordinates raise.
    """
    wanted = LINES if role in _OF_LINES else POLYGONS
    if not is_of_kind(source.rows.geometry, wanted):
        raise InputError(f"{role}_wrong_geometry", path=source.path, layer=source.name)
    moved = place_shapes(source, wanted, coordinates, frame).geometry
    drawn = moved[~shapely.is_missing(moved)]
    if len(drawn) and shapely.STRtree(drawn).query(ground, predicate="intersects").size == 0:
        raise InputError("layer_elsewhere", role=Message(f"partition_layer_{role}"), path=source.path)
    refuse_shifted_layer(source, moved, coordinates, frame, ground, lines=role in _OF_LINES)
    return moved


def _grades(source: Source, fields: LayerFields) -> np.ndarray:
    names = _texts(source, "lane", fields.name)
    classes = _texts(source, "road_class", fields.road_class)
    return grade_of_streets(as_column([None] * len(source)) if names is None else names, classes)


def _texts(source: Source, role: str, chosen: str | None) -> np.ndarray | None:
    guess = find_field(source.rows, role, chosen)
    return None if guess is None else clean_texts(source.rows[guess.field])


def _compound_layer(
    source: Source, geometry: np.ndarray, fields: LayerFields
) -> tuple[CompoundLayer, tuple[Message, ...]]:
    told = {"land_use": fields.land_use, "grade": fields.grade, "grid_kind": fields.grid_kind}
    named = {column: heading for column, heading in told.items() if heading}
    others = [column.name for column in table("unit_grid").columns if column.name not in _OF_COMPOUNDS]
    found = dict(choose_columns(source, "unit_grid", named=named, computed=others).fields)
    if "land_use" not in found:
        guess = find_field(source.rows, "land_use", taken=list(found.values()))
        if guess is not None:
            found["land_use"] = guess.field
    texts = {column: clean_texts(source.rows[heading]) for column, heading in found.items()}
    notes = []
    if "grid_kind" in texts:
        texts["grid_kind"], unknown = stored_values(texts["grid_kind"], "grid_kind")
        if len(unknown):
            seen = list(dict.fromkeys(str(value) for value in source.rows[found["grid_kind"]][unknown]))
            details = {"field": found["grid_kind"], "count": len(unknown), "shown": some(seen)}
            notes.append(Message("compounds_kind_unknown", details))
    layer = CompoundLayer(geometry, texts.get("land_use"), texts.get("grade"), texts.get("grid_kind"))
    return layer, tuple(notes)


def _profile_notes(profile: TargetProfile, compounds: CompoundLayer | None) -> list[Message]:
    """Tell which targets of a profile meet nothing in the layer.

    :raises InputError: ``profile_without_values`` when none of them does: the profile would have no effect.
    """
    if not profile.land_use and not profile.grade:
        return []
    idle = []
    for targets, values in (
        (profile.land_use, None if compounds is None else compounds.land_use),
        (profile.grade, None if compounds is None else compounds.grade),
    ):
        there = set() if values is None else set(values.tolist())
        idle += [value for value in targets if value not in there]
    if len(idle) == len(profile.land_use) + len(profile.grade):
        raise InputError("profile_without_values", shown=some(idle))
    return [Message("profile_values_idle", {"count": len(idle), "shown": some(idle)})] if idle else []

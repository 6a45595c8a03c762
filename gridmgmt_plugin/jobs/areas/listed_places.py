"""Which places of a level a result lists: those of a layer, such as what is selected on the map."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.placed_shapes import POLYGONS, is_of_kind
from gridmgmt_plugin.jobs.unit_grids.drawing_layers import placed_layer


def listed_places(layer: Source | None, places: Rows, frame: Frame) -> np.ndarray:
    """Return which places are listed, bool (n,): those whose inner point lies in the polygons of a layer, or whose
    code stands in one without polygons; all without a layer.

    Where there is ground it alone counts: a unit grid and a responsibility grid may well have the same code.

    :param places: rows with ``code`` and geometry, metres of ``frame``.
    :raises InputError: ``places_none_listed`` where the layer has none of them, ``places_wrong_geometry`` for one
        with neither codes of theirs nor polygons, or what its coordinates raise.
    """
    if layer is None:
        return np.ones(len(places), dtype=bool)
    if len(layer) and layer.rows.is_spatial and is_of_kind(layer.rows.geometry, POLYGONS):
        listed = _on_its_ground(layer, places, frame)
    else:
        guess = find_field(layer.rows, "code")
        codes = set() if guess is None else set(clean_codes(layer.rows[guess.field]).tolist()) - {None}
        listed = np.array([code in codes for code in places["code"].tolist()], dtype=bool)
        if not listed.any() and len(layer):
            raise InputError("places_wrong_geometry", path=layer.path, layer=layer.name)
    if not listed.any():
        raise InputError("places_none_listed", layer=layer.name)
    return listed


def _on_its_ground(layer: Source, places: Rows, frame: Frame) -> np.ndarray:
    ground = placed_layer("places", layer, places.shapes, frame, "crs")
    whole = shapely.union_all(shapely.make_valid(ground[~shapely.is_missing(ground)]))
    shapely.prepare(whole)
    return np.asarray(shapely.intersects(whole, shapely.point_on_surface(places.shapes)), dtype=bool)


def listed_notes(listed: np.ndarray) -> list[Message]:
    """Return what to tell of a statistic of which some places are listed, nothing where all are."""
    if listed.all():
        return []
    return [Message("statistic_of_all_places", {"count": int(listed.sum()), "all": len(listed)})]

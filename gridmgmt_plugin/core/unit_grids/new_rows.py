"""New unit grids as rows: numbered by community, entered in the code register as drafts."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.numbering_order import (
    default_band_height_m,
    representative_points,
    sequence_order,
)
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.rows import Rows, as_column


def coded_unit_grids(
    geometry: np.ndarray, area_codes: np.ndarray, register: CodeRegister, author: str, at: str, **columns: Any
) -> Rows:
    """Return unit-grid rows sorted by code, with the lowest free codes given west→east in north→south bands.

    :param geometry: object array of n Polygons in metres; ``area_codes``: object array of n texts, their areas.
    :param columns: further columns of the table, each of length n.
    :raises InputError: ``code_sequence_full`` when a community has no number left.
    """
    areas_m2 = shapely.area(geometry)
    groups = area_codes.astype(str)
    position = sequence_order(representative_points(geometry), default_band_height_m(areas_m2, groups), groups)
    codes = np.empty(len(geometry), dtype=object)
    for area_code in np.unique(groups):
        members = np.flatnonzero(groups == area_code)
        prefix = register.layout.prefix_for_area(area_code)
        given = register.allocate(prefix, len(members), at=at, by=author)
        codes[members[np.argsort(position[members])]] = given
    rows = Rows(
        {
            "code": codes,
            "area_code": area_codes,
            "area_m2": as_column(np.round(areas_m2, 3).tolist()),
            "state": as_column(["draft"] * len(geometry)),
            "valid_from": as_column([clock.today().isoformat()] * len(geometry)),
            **{name: as_column(values) for name, values in columns.items()},
        },
        geometry,
    )
    return rows.take(np.argsort(codes.astype(str), kind="stable"))

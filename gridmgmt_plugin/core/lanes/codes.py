"""The order and the codes of lanes: a running number inside each street office, from the code register."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.options import CATALOGUE
from gridmgmt_plugin.core.resources import load_json

_ASCENDING = {"south_to_north": 1.0, "north_to_south": -1.0, "west_to_east": 1.0, "east_to_west": -1.0}


def order_lanes(x: np.ndarray, y: np.ndarray, length_m: np.ndarray) -> np.ndarray:
    """Return the positions of lanes in code order, int64.

    Bands of ``band_height_m`` from south to north, inside a band from east to west: the order of GB/T 37149-2018 for
    streets and lanes (opposite to the order of unit grids), as the catalogue sets it. Band edges lie at whole
    multiples of the height, so that a lane added later does not shift them. Ties: by y, then the longer lane first.
    """
    rule = load_json(CATALOGUE)["order"]
    band = np.floor(y / rule["band_height_m"]) * _ASCENDING[rule["bands"]]
    across = x * _ASCENDING[rule["within_band"]]
    order: np.ndarray = np.lexsort((-length_m, y * _ASCENDING[rule["bands"]], across, band))
    return order


def assign_codes(area_codes: np.ndarray, order: np.ndarray, register: CodeRegister) -> np.ndarray:
    """Enter a draft code for every lane, in order inside each area; all or none.

    :param area_codes: object array of n texts, the street office of each lane. :param order: int64 of n.
    :param register: the codes of lanes given so far; the new drafts are entered in it.
    :returns: object array of n codes.
    :raises InputError: ``code_sequence_full`` when an area has more lanes than numbers, or when an area code is none.
    """
    prefixes = {area: register.layout.prefix_for_area(area) for area in dict.fromkeys(area_codes)}
    members: dict[str, list[int]] = {}
    for position in order.tolist():
        members.setdefault(prefixes[area_codes[position]], []).append(position)
    codes = np.full(len(area_codes), None, dtype=object)
    mark = register.mark()
    for prefix in sorted(members):
        try:
            codes[members[prefix]] = register.allocate(prefix, len(members[prefix]))
        except InputError:
            register.rewind(mark)
            raise
    return codes

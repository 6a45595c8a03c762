"""The components of a workspace as arrays: what every count of the inventory is taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.casefigures.cases import Words, words_of
from gridmgmt_plugin.core.columns import as_texts, days, texts
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows

#: Columns whose words are numbered.
WORDED = ("class_code", "state", "department_code", "owner_state", "unit_grid", "lane_code")
#: Columns that are read of a workspace.
COLUMNS = ("code", *WORDED, "surveyed_on", "changed_on")
#: Classes of age: surveyed less than so many years ago.
AGES = (1, 2, 3, 5)
#: Words of the ages: ``0``: less than a year ago, …, ``5``: five years or more, "" never surveyed or no date.
AGE_WORDS = tuple(str(years) for years in (0, *AGES))
_MONTHS = 12


@dataclass(frozen=True, eq=False)
class ComponentArrays:
    """n components in the order of the workspace.

    ``fid``: int64 (n,). ``code``: object (n,), "" for none. ``columns``: the words of :data:`WORDED`. ``surveyed``,
    ``changed``: datetime64[D] (n,), NaT where there is no date.
    """

    fid: np.ndarray
    code: np.ndarray
    columns: Mapping[str, Words]
    surveyed: np.ndarray
    changed: np.ndarray

    def __len__(self) -> int:
        return len(self.code)


def component_arrays(rows: Rows) -> ComponentArrays:
    """Return components as arrays. ``rows``: the columns :data:`COLUMNS`, from a workspace."""
    worded = {name: words_of(as_texts(rows[name])) for name in WORDED}
    return ComponentArrays(
        rows.fids, texts(rows, "code"), worded, days(rows, "surveyed_on"), days(rows, "changed_on")
    )


def ages(surveyed: np.ndarray, today: np.datetime64) -> Words:
    """Return how long ago each component was surveyed, as one of :data:`AGE_WORDS`.

    ``surveyed``: datetime64[D] (n,). Years are whole years of the calendar: who was surveyed on 1 March is a year old
    on 1 March. A day that lies ahead counts as today.
    """
    months, day = surveyed.astype("datetime64[M]"), surveyed - surveyed.astype("datetime64[M]")
    this_month = today.astype("datetime64[M]")
    known = ~np.isnat(surveyed)
    passed = np.zeros(len(surveyed), dtype=np.int64)
    passed[known] = (this_month - months[known]).astype(np.int64)
    passed[known] -= day[known] > today - this_month.astype("datetime64[D]")
    number = np.searchsorted(AGES, passed // _MONTHS, side="right").astype(np.int32)
    number[~known] = -1
    return Words(number, AGE_WORDS)


def gone_states() -> frozenset[str]:
    """Return the states of a component that is there no longer."""
    return frozenset(load_json("catalogues/inventory.json")["gone_states"])

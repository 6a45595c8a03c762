"""Many components given other values in one act: which rows change, what is written into them, and which are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import or_none, texts
from gridmgmt_plugin.core.rows import Rows

# Columns that say who owns a component.
_OWNERSHIP = ("owner_code", "owner_state")
_BETWEEN = "；"


@dataclass(frozen=True, eq=False)
class Planned:
    """``changed``, ``same``, ``in_dispute``: bool (n,): components that get other values; that have all of them
    already; whose ownership is not touched because a case about it is open. ``columns``: what is written into those
    that change, object (changed,), ``note`` and ``changed_on`` among them.
    """

    changed: np.ndarray
    same: np.ndarray
    in_dispute: np.ndarray
    columns: Mapping[str, np.ndarray]


def plan_change(parts: Rows, values: Mapping[str, str], on_trial: frozenset[str], reason: str, day: str) -> Planned:
    """Return what setting ``values`` (column → value) does to components.

    Nothing is written into a component that has the values already, so that the act can be repeated. The reason goes
    behind what the note says, with the day (ISO), which also becomes the date of change.

    :param parts: whole rows. :param on_trial: codes of components about whose owner a case is open.
    """
    differs: np.ndarray = np.zeros(len(parts), dtype=bool)
    for name, value in values.items():
        differs |= texts(parts, name) != value
    touches_owner = any(name in values for name in _OWNERSHIP)
    in_dispute = np.isin(texts(parts, "code").astype(str), sorted(on_trial)) & differs & touches_owner
    changed = differs & ~in_dispute
    count = int(changed.sum())
    columns = {name: np.full(count, value, dtype=object) for name, value in values.items()}
    words = f"{day} {reason}"
    notes = (note for note in texts(parts, "note")[changed].tolist())
    told = [f"{note}{_BETWEEN}{words}" if note else words for note in notes]
    columns["note"] = or_none(np.array([*told, ""], dtype=object)[:-1])
    columns["changed_on"] = np.full(count, day, dtype=object)
    return Planned(changed, ~differs, in_dispute, columns)

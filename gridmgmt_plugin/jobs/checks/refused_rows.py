"""The rows that a receiver refused and no later release corrected yet, as a table beside those of a workspace."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.release.life import REJECTED, refused_now, standings
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import layer_specs, table_specs
from gridmgmt_plugin.workspace.workspace import Workspace

_COLUMNS = ("layer", "row_key", "reason")


def refused_rows(workspace: Workspace) -> Rows:
    """Return ``table_name``, ``key``, ``release``, ``receiver``, ``scheme`` and ``reason`` of each refused row.

    The last release of a receiver and scheme counts: handing over the next one ends what was said of it.
    """
    records = []
    for release in refused_now(standings(workspace.read("release", geometry=False))):
        where = {"release_number": release.number, "result": REJECTED}
        rows = workspace.read("release_item", list(_COLUMNS), where, geometry=False)
        for layer, key, reason in zip(*(rows[name].tolist() for name in _COLUMNS)):
            records.append((_table_of(layer), key, release.number, release.receiver, release.scheme, reason))
    names = ("table_name", "key", "release", "receiver", "scheme", "reason")
    empty = np.empty(0, dtype=object)
    return Rows({name: as_column(row[at] for row in records) if records else empty for at, name in enumerate(names)})


def _table_of(layer: str) -> str:
    """Return the table of the workspace behind a layer or table of a package, its own name where it is worked out."""
    found = layer_specs().get(layer) or table_specs().get(layer)
    return found.table or layer if found else layer

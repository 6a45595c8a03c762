"""Rows that a receiver refused: those that no later release corrected yet, and those that go out again as before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import FrozenLayer, layers_of
from gridmgmt_plugin.core.release.life import REJECTED, refused_now, standings
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import layer_specs, table_specs
from gridmgmt_plugin.workspace.workspace import Workspace

_COLUMNS = ("layer", "row_key", "reason", "geometry_wkb")


def refused_rows(workspace: Workspace) -> Rows:
    """Return ``table_name``, ``key``, ``release``, ``receiver``, ``scheme`` and ``reason`` of each refused row, with
    the outline that was handed over.

    The last release of a receiver and scheme counts: handing over the next one ends what was said of it.
    """
    records, bodies = [], []
    for release in refused_now(standings(workspace.read("release", geometry=False))):
        where = {"release_number": release.number, "result": REJECTED}
        rows = workspace.read("release_item", list(_COLUMNS), where, geometry=False)
        for layer, key, reason, body in zip(*(rows[name].tolist() for name in _COLUMNS)):
            bodies.append(body)
            records.append((_table_of(layer), key, release.number, release.receiver, release.scheme, reason))
    names = ("table_name", "key", "release", "receiver", "scheme", "reason")
    empty = np.empty(0, dtype=object)
    columns = {name: as_column(row[at] for row in records) if records else empty for at, name in enumerate(names)}
    return Rows(columns, shapely.from_wkb(as_column(bodies)) if records else None)


def _table_of(layer: str) -> str:
    """Return the table of the workspace behind a layer or table of a package, its own name where it is worked out."""
    found = layer_specs().get(layer) or table_specs().get(layer)
    return found.table or layer if found else layer


def refused_again(
    workspace: Workspace, replaces: str | None, frozen: Mapping[str, FrozenLayer]
) -> tuple[Message, ...]:
    """Tell which refused rows are in a new release with the values and the outline that were refused.

    The receiver may have been wrong, so they go out; but nobody shall hand the same fault over without knowing.

    :param replaces: the rejected release that the new one corrects, ``None`` where there is none.
    :param frozen: the content of the new release.
    """
    if replaces is None:
        return ()
    items = workspace.read("release_item", where={"release_number": replaces, "result": REJECTED})
    keys: list[str] = []
    for name, refused in layers_of(items).items():
        if name in frozen:
            now = _told(frozen[name], workspace.info.precision_m)
            keys += [key for key, told in _told(refused, workspace.info.precision_m).items() if now.get(key) == told]
    if not keys:
        return ()
    return (Message("package_refused_unchanged", {"release": replaces, "count": len(keys), "codes": listing(keys)}),)


def _told(layer: FrozenLayer, precision_m: float) -> dict[str, tuple[str, str]]:
    return dict(zip(layer.keys, zip(layer.content, layer.digests(precision_m))))

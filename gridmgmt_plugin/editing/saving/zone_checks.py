"""What stands against the save of duty zones: two of one kind on the same ground, so that two would answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.saving.reports import GuardFault, Refusal, SaveRefused
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

TABLE = "duty_zone"
# What rounding leaves along a shared border is no ground, and neither is a strip narrower than this.
_LEAST_M2, _LEAST_WIDTH_M = 0.01, 0.01
_ENDLESS = "9999-12-31"


def refuse_overlapping_zones(workspace: Workspace, change: TableChange) -> None:
    """Do nothing when no zone that was drawn, or got another kind or period, lies on another of its kind.

    :raises SaveRefused: ``save_zones_overlap``, with the zones and the ground that they share.
    """
    if change.table != TABLE or not (len(change.inserted) or len(change.updated)):
        return
    after = _after(workspace, change)
    changed = np.isin(after.fids, np.concatenate([_fids(change.updated), _fids(change.inserted)]))
    shapes, kinds = polygonal(after.shapes), texts(after, "kind")
    begins = np.array([text or "" for text in texts(after, "valid_from")], dtype=object)
    ends = np.array([text or _ENDLESS for text in texts(after, "valid_to")], dtype=object)
    mine, other = shapely.STRtree(shapes).query(shapes[changed], predicate="intersects")
    mine = np.flatnonzero(changed)[mine]
    once = (mine != other) & ~(changed[other] & (other < mine)) & (kinds[mine] == kinds[other]) & (kinds[mine] != "")
    mine, other = mine[once], other[once]
    together = (begins[mine] <= ends[other]) & (begins[other] <= ends[mine])
    mine, other = mine[together], other[together]
    shared = shapely.intersection(shapes[mine], shapes[other])
    area_m2 = shapely.area(shared)
    wide = area_m2 > np.maximum(_LEAST_M2, _LEAST_WIDTH_M * shapely.length(shared) / 2)
    if wide.any():
        faults = tuple(
            _fault(after, one, two, place)
            for one, two, place in zip(mine[wide].tolist(), other[wide].tolist(), shared[wide].tolist())
        )
        told = {"count": len(faults), "zones": listing(["–".join(fault.codes) for fault in faults])}
        raise SaveRefused(Refusal(Message("save_zones_overlap", told), faults))


def _after(workspace: Workspace, change: TableChange) -> Rows:
    """Return the zones as they will be, those that ended long ago left out."""
    stored = workspace.read(TABLE)
    columns = ("code", "kind", "valid_from", "valid_to")
    gone = np.isin(stored.fids, np.concatenate([_fids(change.updated), _fids(change.deleted)]))
    kept = stored.take(~gone)
    ended = texts(kept, "valid_to").astype(str)
    kept = kept.take((ended == "") | (ended >= date.today().isoformat()))
    changed = [kept, _updated(change), change.inserted] if len(change.inserted) else [kept, _updated(change)]
    return Rows(
        {name: np.concatenate([rows[name] for rows in changed]) for name in columns},
        np.concatenate([rows.shapes for rows in changed]),
        np.concatenate([rows.fids for rows in changed]),
    )


def _updated(change: TableChange) -> Rows:
    before, updated = change.before, change.updated
    columns = {name: updated[name] if name in updated else before[name] for name in before.columns}
    return Rows(columns, before.shapes if updated.geometry is None else updated.shapes, before.fids)


def _fids(rows: Rows) -> np.ndarray:
    return np.zeros(0, dtype=np.int64) if rows.fid is None else rows.fids


def _fault(zones: Rows, one: int, other: int, place: shapely.Geometry) -> GuardFault:
    codes = tuple(str(zones["code"][at] or "–") for at in (one, other))
    fids = (int(zones.fids[one]), int(zones.fids[other]))
    details = {"one": codes[0], "other": codes[1], "area_m2": round(float(place.area), 1)}
    return GuardFault(
        "overlap", codes, fids, place, float(place.area), Message("zone_overlap", details), repairable=False
    )

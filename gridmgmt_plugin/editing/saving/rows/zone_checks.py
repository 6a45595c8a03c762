"""What stands against the save of duty zones: two of one kind on the same ground, so that two would answer."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.zone_overlaps import overlapping_zones
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.saving.reports import GuardFault, Refusal, SaveRefused
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

TABLE = "duty_zone"


def refuse_overlapping_zones(workspace: Workspace, change: TableChange) -> None:
    """Do nothing when no zone that was drawn, or got another kind or period, lies on another of its kind.

    :raises SaveRefused: ``save_zones_overlap``, with the zones and the ground that they share.
    """
    if change.table != TABLE or not (len(change.inserted) or len(change.updated)):
        return
    after = _after(workspace, change)
    changed = np.isin(after.fids, np.concatenate([_fids(change.updated), _fids(change.inserted)]))
    found = overlapping_zones(after, changed)
    if len(found.one):
        faults = tuple(
            _fault(after, one, two, place)
            for one, two, place in zip(found.one.tolist(), found.other.tolist(), found.shared.tolist())
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
    kept = kept.take((ended == "") | (ended >= clock.today().isoformat()))
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

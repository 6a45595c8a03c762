"""What a gesture writes, worked out completely before the layer is touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.parts import BOTH_NEW
from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit, Flows
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.gestures.inheritance import inherited, shared_counts
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.editing.gestures.provisional_codes import CodeRequest, ProvisionalCodes

# Numbers a text of the undo list names; more would push the others out of sight.
_NAMED = 3
_AREA_DIGITS = 3


@dataclass(frozen=True, eq=False)
class LayerChange:
    """What one command does to the layer. ``position``: of changed cells in the neighbourhood; ``geometry`` their
    outlines (``None`` where it stays); ``values``: their new attributes by name. ``added``: outline and attributes
    of each new cell. ``removed``: positions of cells that go.
    """

    position: tuple[int, ...]
    geometry: tuple[shapely.Geometry | None, ...]
    values: tuple[dict[str, Any], ...]
    added: tuple[tuple[shapely.Polygon, dict[str, Any]], ...]
    removed: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.position or self.added or self.removed)


def by_policy(near: Neighbourhood, edit: CoverageEdit, policy: str, keep: int | None) -> CoverageEdit:
    """Return the edit with identities as the policy, or the planner, will have them.

    Under ``both_new`` no part of a split cell is the old one; otherwise the ``keep``-th added cell may be it.

    :raises ValueError: when ``keep`` is no part of a cell that stays, or the policy lets none stay.
    """
    if policy == BOTH_NEW and edit.kind == "split":
        if keep is not None:
            raise ValueError("no part keeps the old code under this policy")
        return _all_new(near, edit)
    if keep is None:
        return edit
    if not 0 <= keep < len(edit.added_from):
        raise ValueError(f"there is no added cell {keep}")
    return edit.kept_by(int(edit.added_from[keep]), keep, len(near))


def planned(near: Neighbourhood, edit: CoverageEdit, codes: ProvisionalCodes) -> LayerChange:
    """Return what the edit does to the layer: outlines that really differ, attributes, codes of new cells.

    :raises InputError: ``editing_cell_in_parts`` or ``editing_cell_invalid`` when the gesture touches such a cell,
        ``editing_nothing_changes``, or as :meth:`ProvisionalCodes.next`.
    """
    refuse_unusable(near, edit)
    counts = shared_counts(near, edit)
    differs = differing(near.cells.geometry[edit.changed], edit.changed_geometry)
    outline = {
        int(position): shape for position, shape, new in zip(edit.changed, edit.changed_geometry, differs) if new
    }
    total, gone = len(near), set(edit.removed.tolist())
    counted = {target for column in counts.values() for target in column if target < total and target not in gone}
    positions, geometry, values = [], [], []
    for position in sorted({*outline, *counted}):
        shape = outline.get(position)
        new: dict[str, Any] = {} if shape is None else {"area_m2": area_m2(shape)}
        new.update({name: column[position] for name, column in counts.items() if position in column})
        new = {name: value for name, value in new.items() if value != near.rows[name][position]}
        if shape is not None or new:
            positions.append(position)
            geometry.append(shape)
            values.append(new)
    change = LayerChange(
        tuple(positions), tuple(geometry), tuple(values), _added(near, edit, codes, counts), tuple(sorted(gone))
    )
    if not change:
        raise InputError("editing_nothing_changes")
    return change


def gesture_text(near: Neighbourhood, edit: CoverageEdit, change: LayerChange, language: str) -> str:
    """Return what the undo list shows: the tool's name and the cells that it is about."""
    old = {
        "split": sorted({int(source) for source in edit.added_from if source >= 0}),
        "merge": sorted({*change.removed, *_gainers(edit)}),
    }.get(edit.kind)
    if old is None and change.added:
        named = [str(values["code"]) for _, values in change.added]
    else:
        positions = old or sorted({*change.removed, *_gainers(edit)}) or list(change.position)
        named = [str(near.code[position] or "–") for position in positions]
    return Message(f"gesture_{edit.kind}", {"codes": listing(named, _NAMED)}).text(language)


def area_m2(shape: shapely.Geometry) -> float:
    """Return an area as the table holds it: square metres, three digits."""
    return round(float(shape.area), _AREA_DIGITS)


def _added(
    near: Neighbourhood, edit: CoverageEdit, codes: ProvisionalCodes, counts: dict[str, dict[int, int | None]]
) -> tuple[tuple[shapely.Polygon, dict[str, Any]], ...]:
    attributes = [inherited(near, edit, index) for index in range(len(edit.added_geometry))]
    requests = [CodeRequest(values["area_code"] or "", values.get("prior_code")) for values in attributes]
    given = codes.next(requests)
    for index, values in enumerate(attributes):
        values["code"] = given[index]
        values["area_m2"] = area_m2(edit.added_geometry[index])
        for name, column in counts.items():
            if len(near) + index in column:
                values[name] = column[len(near) + index]
    return tuple(zip(edit.added_geometry.tolist(), attributes))


def _all_new(near: Neighbourhood, edit: CoverageEdit) -> CoverageEdit:
    """Return a split whose parts are all new cells: the part that would have kept the code is the last added."""
    cut = np.isin(edit.changed, edit.added_from)
    if not cut.any():
        return edit
    old, total = edit.changed[cut], len(near) + len(edit.added_from)
    target = edit.flows.target.copy()
    for index, position in enumerate(old.tolist()):
        target[edit.flows.target == position] = total + index
    order = np.lexsort((target, edit.flows.source))
    return replace(
        edit,
        changed=edit.changed[~cut],
        changed_geometry=edit.changed_geometry[~cut],
        added_geometry=np.concatenate([edit.added_geometry, edit.changed_geometry[cut]]),
        added_from=np.concatenate([edit.added_from, old]),
        added_group=np.concatenate([edit.added_group, near.cells.group[old]]),
        removed=np.union1d(edit.removed, old).astype(np.int64),
        flows=Flows(edit.flows.source[order], target[order], edit.flows.area_m2[order]),
    )


def _gainers(edit: CoverageEdit) -> list[int]:
    """Return the cells that stay and took ground from others."""
    taken = (edit.flows.source != edit.flows.target) & np.isin(edit.flows.target, edit.changed)
    return sorted(set(edit.flows.target[taken].tolist()))


def differing(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Tell which outlines are not the same to the last bit; where a ring begins does not count."""
    same: np.ndarray = shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0.0)
    return ~same


def refuse_unusable(near: Neighbourhood, edit: CoverageEdit) -> None:
    """Do nothing when the edit touches no row that is no sound single polygon.

    :raises InputError: ``editing_cell_in_parts`` or ``editing_cell_invalid``.
    """
    if not near.unusable:
        return
    old = near.cells.geometry[np.concatenate([edit.changed, edit.removed])]
    touched = np.concatenate([old, edit.changed_geometry, edit.added_geometry])
    tree = shapely.STRtree(touched)
    for cell in near.unusable:
        # An invalid outline has no inside that could be asked: its bounding box must do.
        predicate = "intersects" if shapely.is_valid(cell.geometry) else None
        if len(tree.query(cell.geometry, predicate=predicate)):
            raise InputError(cell.reason, unit_grid=cell.code or "–")

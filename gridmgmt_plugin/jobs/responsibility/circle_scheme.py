"""Service circles as the responsibility grids of a new scheme, or of an alternative to one that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.codes import replaced_codes
from gridmgmt_plugin.core.responsibility.drafted_grids import drafted_grids
from gridmgmt_plugin.core.responsibility.scheme_rules import (
    COUNTY,
    ENTRY,
    SchemeRules,
    rules_text,
)
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.grouping_zones import GroupingZones, grouping_zones
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.grid_change import Regrouping, follow_grids, write_grids
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "service_circles"


@dataclass(frozen=True)
class WantedScheme:
    """``key`` and ``title`` of the scheme to make; ``alternative_of``: key of the scheme that it is an alternative
    of, "" for one of its own.
    """

    key: str
    title: str = ""
    alternative_of: str = ""


def refuse_scheme(workspace: Workspace, wanted: WantedScheme) -> SchemeRules:
    """Return the rules of the scheme to make: those of the scheme that it is an alternative of, whose borders it then
    keeps; grids of a scheme of its own cross areas as people do.

    :raises InputError: ``scheme_key_taken``, ``scheme_not_known``, ``scheme_alternative_of_alternative``.
    :raises WorkspaceError: ``scheme_key_malformed``.
    """
    scheme_column(wanted.key)
    schemes = workspace.read("scheme", ["key", "title", "base"], geometry=False)
    known = {row["key"]: row for row in schemes.records()}
    if wanted.key in known:
        raise InputError("scheme_key_taken", scheme=wanted.key)
    if not wanted.alternative_of:
        return SchemeRules(within=COUNTY)
    main = known.get(wanted.alternative_of)
    if main is None:
        raise InputError("scheme_not_known", scheme=wanted.alternative_of)
    rules = stored_rules(workspace).get(wanted.alternative_of, SchemeRules())
    if rules.alternative_of:
        raise InputError("scheme_alternative_of_alternative", scheme=main["title"] or wanted.alternative_of)
    if main["base"] == "lane":
        raise InputError("circles_not_of_lanes", scheme=main["title"] or wanted.alternative_of)
    return replace(rules, alternative_of=wanted.alternative_of)


def write_circles(
    workspace: Workspace, units: Rows, centre: np.ndarray, names: np.ndarray, wanted: WantedScheme, author: str
) -> tuple[Message, ...]:
    """Make the scheme in one act that can be taken back; return what to tell of its grids.

    A circle that crosses a border of its scheme becomes a grid on either side.

    :param units: every unit grid, whole. ``centre``: int64 per unit, −1 = no grid. ``names``: of the centres.
    :raises InputError: what :func:`refuse_scheme` and codes raise. :raises WorkspaceError: ``row_changed_meanwhile``.
    """
    act, column = Act.now(GESTURE, author), scheme_column(wanted.key)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("unit_grid", "scheme", "responsibility_grid", "code_register", "post")
        refuse_changed(workspace, transaction, "unit_grid", units)
        rules = refuse_scheme(workspace, wanted)
        info = rules_text({**stored_rules(workspace), wanted.key: rules})
        zones = grouping_zones(workspace, units, rules.within)
        there = np.flatnonzero(centre >= 0)
        groups, group = np.unique(np.column_stack([zones.of_unit[there], centre[there]]), axis=0, return_inverse=True)
        group = group.reshape(-1)
        area_code = as_column(zones.area_code[zone] for zone in groups[:, 0].tolist())
        store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
        nothing = as_column([None] * len(there))
        codes = replaced_codes(store.register, nothing, group, area_code, at=act.at, by=author)
        assigned = as_column([None] * len(units))
        assigned[there] = codes[group]
        grids = drafted_grids(units, assigned, codes, _titles(groups, names, zones), area_code, wanted.key)
        entry = Rows.from_records([{"key": wanted.key, "title": wanted.title or wanted.key, "base": "unit_grid"}])
        present = workspace.read("responsibility_grid", where={"scheme": wanted.key})
        change = follow_grids(
            workspace, Regrouping(wanted.key, column, units, assigned, present, grids, entry), store
        )
        transaction.add_column("unit_grid", column, "text")
        transaction.set_info(ENTRY, info)
        write_grids(transaction, change, act)
    return _notes(grids, len(units) - len(there))


def _titles(groups: np.ndarray, names: np.ndarray, zones: GroupingZones) -> np.ndarray:
    """Return the centre's name for each grid, with its area's where the circle lies on both sides of a border."""
    centres, count = np.unique(groups[:, 1], return_counts=True)
    apart = set(centres[count > 1].tolist())
    return as_column(
        f"{names[centre]}·{zones.title[zone]}" if centre in apart else names[centre]
        for zone, centre in groups.tolist()
    )


def _notes(grids: Rows, without: int) -> tuple[Message, ...]:
    notes = [Message("circles_scheme_made", {"count": len(grids)})]
    parts = grids["expected_parts"]
    torn = [f"{name} ({count})" for name, count in zip(grids["name"], parts) if count > 1]
    if torn:
        notes.append(Message("circles_in_parts", {"count": len(torn), "grids": listing(torn)}))
    if without:
        notes.append(Message("circles_units_without_grid", {"count": without}))
    return tuple(notes)

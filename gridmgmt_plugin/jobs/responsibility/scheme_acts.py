"""Grid schemes made, copied, adopted and deleted: each one act, written at once, to be taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.responsibility.divisions import Division, LaneDivision
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, SchemeRules, rules_text
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.unit_grids.assignments import heirs_of_groups
from gridmgmt_plugin.jobs.responsibility.lane_schemes import GRID, LANE, lane_adoption, lane_grids, read_lanes_in_use
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.followers import void_exemptions
from gridmgmt_plugin.workspace.changes.grid_change import GridChange, Regrouping, follow_grids, write_grids
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

UNIT = "unit_grid"
#: What others are kept from while a scheme is copied.
HELD_TO_COPY = (UNIT, "scheme", GRID, "code_register")
BASES = (UNIT, LANE)
CREATE, COPY, ADOPT, DELETE = "create_scheme", "copy_scheme", "adopt_scheme", "delete_scheme"
_GONE = "scheme_deleted"
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
# What belongs to a grid as a piece of paper and not to its ground: a copy has none of it yet.
_NOT_COPIED = ("contract_no", "contract_from", "contract_to", "valid_to", "row_version")


def create_scheme(
    workspace: Workspace,
    key: str,
    title: str,
    *,
    base: str = UNIT,
    rules: SchemeRules | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Enter a scheme without grids. Over lanes every lane in use becomes a grid under its own code (一路一格).

    :raises InputError: ``scheme_key_taken``, ``scheme_base_unknown``, ``scheme_colour_wrong``.
    :raises WorkspaceError: ``scheme_key_malformed``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    column = scheme_column(key)
    if base not in BASES:
        raise InputError("scheme_base_unknown", value=base, known=", ".join(BASES))
    act = Act.now(CREATE, author)
    with workspace.transaction(author, CREATE) as transaction:
        transaction.hold("scheme")
        _refuse_taken(workspace, key)
        grids = lane_grids(read_lanes_in_use(workspace), key) if base == LANE else Rows()
        if base == UNIT:
            transaction.add_column(UNIT, column, "text")
        _set_rules(workspace, transaction, key, rules or SchemeRules())
        entry = Rows.from_records([{"key": key, "title": title or key, "base": base}])
        write_rows(transaction, [TableChange("scheme", inserted=entry), TableChange(GRID, inserted=grids)], act)
        progress.report(1.0)  # the last moment to cancel
    notes = (Message("scheme_made", {"title": title or key, "count": len(grids)}),)
    return Report("createscheme", 1, figures={"grids": len(grids)}, notes=notes)


def set_scheme_rules(
    workspace: Workspace,
    key: str,
    rules: SchemeRules | Mapping[str, Any],
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Change what a scheme asks of its grids.

    :param rules: all rules, or only those that change by the names of :class:`SchemeRules`.
    :raises InputError: ``scheme_not_known``, ``scheme_tolerance_wrong``, ``scheme_colour_wrong``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    with workspace.transaction(author, "set_scheme_rules") as transaction:
        transaction.hold("scheme")
        title = _row(workspace, key)["title"] or key
        before = stored_rules(workspace).get(key, SchemeRules())
        after = rules if isinstance(rules, SchemeRules) else replace(before, **rules)
        _set_rules(workspace, transaction, key, after)
        transaction.log("scheme", key, rules_text({key: before}), rules_text({key: after}))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return Report("schemerules", 1, notes=(Message("scheme_rules_set", {"title": title}),))


def copy_scheme(
    workspace: Workspace,
    source: str,
    key: str,
    title: str,
    *,
    alternative: bool = False,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Make another scheme with the same grids under the same codes, as drafts; posts and contracts stay behind.

    :param alternative: the copy is an alternative of the source, to be changed, compared, adopted or deleted.
    :raises InputError: as :func:`write_copy`. :raises WorkspaceError: ``scheme_key_malformed``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(COPY, author)
    with workspace.transaction(author, COPY) as transaction:
        count = write_copy(workspace, transaction, source, key, title, act, alternative=alternative)
        progress.report(1.0)
    notes = (Message("scheme_made", {"title": title or key, "count": count}),)
    job = "newalternative" if alternative else "copyscheme"
    return Report(job, 1, figures={"grids": count}, notes=notes)


def write_copy(
    workspace: Workspace,
    transaction: Transaction,
    source: str,
    key: str,
    title: str,
    act: Act,
    *,
    alternative: bool,
    division: Division | LaneDivision | None = None,
) -> int:
    """Write a copy of a scheme in an act's transaction; return how many grids it has.

    :param division: the grids that the copy gets, today's of the source unless given.
    :raises InputError: ``scheme_not_known``, ``scheme_key_taken``, ``scheme_alternative_of_alternative``.
    :raises WorkspaceError: ``scheme_key_malformed``.
    """
    column, old_column = scheme_column(key), scheme_column(source)
    transaction.hold(*HELD_TO_COPY)
    row = _row(workspace, source)
    _refuse_taken(workspace, key)
    rules = stored_rules(workspace).get(source, SchemeRules())
    if alternative and rules.alternative_of:
        raise InputError("scheme_alternative_of_alternative", scheme=row["title"] or source)
    units = workspace.read(UNIT)
    if division is None:
        grids, assigned = workspace.read(GRID, where={"scheme": source}), _assigned(units, old_column)
    else:
        grids, assigned = division.over(units)
    entry = Rows.from_records([{"key": key, "title": title or key, "base": row["base"], "kind": row["kind"]}])
    changes = [TableChange(GRID, inserted=_copied_grids(grids, key)), TableChange("scheme", inserted=entry)]
    if row["base"] != LANE:
        store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
        _claim(store.register, grids["code"].tolist(), act)
        transaction.add_column(UNIT, column, "text")
        changes += [_units_change(units, column, assigned), _register_change(store)]
    _set_rules(workspace, transaction, key, replace(rules, alternative_of=source if alternative else ""))
    write_rows(transaction, changes, act)
    return len(grids)


def adopt_alternative(
    workspace: Workspace, key: str, *, author: str = "", progress: Progress | None = None
) -> Report:
    """Put the grids of an alternative in the place of those of its scheme; posts follow the ground.

    A grid keeps its code, name and contract where the scheme has its code already; codes that are no more are given
    back or retired with their successors. Over lanes the scheme gets the lanes, supervisors and operators of the
    alternative. The alternative stays until it is deleted.

    :raises InputError: ``scheme_not_known``, ``scheme_not_alternative``, ``scheme_without_grids``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(ADOPT, author)
    with workspace.transaction(author, ADOPT) as transaction:
        transaction.hold(*HELD_TO_COPY, "post")
        row, rules = _row(workspace, key), stored_rules(workspace).get(key, SchemeRules())
        if not rules.alternative_of:
            raise InputError("scheme_not_alternative", scheme=row["title"] or key)
        main, column = rules.alternative_of, scheme_column(rules.alternative_of)
        units = workspace.read(UNIT)
        wanted = _assigned(units, scheme_column(key))
        present, proposed = (workspace.read(GRID, where={"scheme": scheme}) for scheme in (main, key))
        if is_null(wanted).all() if row["base"] != LANE else not len(proposed):
            raise InputError("scheme_without_grids", scheme=row["title"] or key)
        if row["base"] == LANE:
            return _adopt_lanes(workspace, transaction, main, present, proposed, act)
        store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
        code_of = _adopted_codes(store.register, wanted, proposed, act)
        assigned = as_column(None if code is None else code_of[code] for code in wanted)
        before = _assigned(units, column)
        _withdraw(store.register, present, before, assigned, units["area_m2"], act)
        rows = _adopted_grids(units, assigned, present, proposed, code_of, main, store.register)
        regrouping = Regrouping(main, column, units, assigned, present, rows, Rows())
        change = follow_grids(workspace, regrouping, store)
        write_grids(transaction, change, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _adopted_report(rows, change)


def delete_scheme(
    workspace: Workspace, key: str, confirmed: str, *, author: str = "", progress: Progress | None = None
) -> Report:
    """Delete a scheme with its grids and posts. Codes that were handed over are retired, drafts are given back.

    :param confirmed: the scheme's title or key as the planner typed it.
    :raises InputError: ``scheme_not_known``, ``scheme_delete_unconfirmed``, ``scheme_has_alternatives``,
        ``scheme_has_rules``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(DELETE, author)
    column = scheme_column(key)
    with workspace.transaction(author, DELETE) as transaction:
        transaction.hold(*HELD_TO_COPY, "post")
        row = _row(workspace, key)
        _refuse_deleting(workspace, key, row, confirmed)
        units, grids = workspace.read(UNIT), workspace.read(GRID, where={"scheme": key})
        posts = workspace.read("post", where={"target": GRID, "scheme": key}, geometry=False)
        schemes = workspace.read("scheme", where={"key": key}, geometry=False)
        store = RegisterStore(workspace, workspace.info.responsibility_layout, column)
        for code in store.register.codes():
            if store.register.state(code) != RETIRED:
                store.register.withdraw(code, _GONE, (), act.at, author)
        changes = [
            TableChange("post", deleted=posts),
            TableChange(GRID, deleted=grids),
            _units_change(units, column, as_column([None] * len(units))),
            TableChange("scheme", deleted=schemes),
            _register_change(store),
            void_exemptions(workspace, () if row["base"] == LANE else grids["code"].tolist()),
        ]
        write_rows(transaction, changes, act)
        progress.report(1.0)
    told = {"title": row["title"] or key, "grids": len(grids), "posts": len(posts)}
    notes = (Message("scheme_gone", told),)
    return Report("deletescheme", 1, figures={"grids": len(grids), "posts": len(posts)}, notes=notes)


def _row(workspace: Workspace, key: str) -> dict[str, Any]:
    rows = workspace.read("scheme", where={"key": key}, geometry=False).records()
    if not rows:
        raise InputError("scheme_not_known", scheme=key)
    return rows[0]


def _refuse_taken(workspace: Workspace, key: str) -> None:
    if workspace.count("scheme", {"key": key}):
        raise InputError("scheme_key_taken", scheme=key)


def _refuse_deleting(workspace: Workspace, key: str, row: Mapping[str, Any], confirmed: str) -> None:
    title = str(row["title"] or key)
    if confirmed.strip() not in (title, key):
        raise InputError("scheme_delete_unconfirmed", scheme=title)
    below = [one for one, rules in stored_rules(workspace).items() if rules.alternative_of == key]
    below = [one for one in below if workspace.count("scheme", {"key": one})]
    if below:
        raise InputError("scheme_has_alternatives", scheme=title, alternatives=listing(below))
    count = workspace.count("duty_rule", {"scheme": key})
    if count:
        raise InputError("scheme_has_rules", scheme=title, count=count)


def _set_rules(workspace: Workspace, transaction: Transaction, key: str, rules: SchemeRules) -> None:
    if rules.colour and not _COLOUR.fullmatch(rules.colour):
        raise InputError("scheme_colour_wrong", value=rules.colour)
    transaction.set_info(ENTRY, rules_text({**stored_rules(workspace), key: rules}))


def _claim(register: CodeRegister, codes: list[str], act: Act) -> None:
    """Enter codes of the workspace's layout; others came from outside and stay unregistered, as at their source."""
    register.claim([code for code in codes if code and register.layout.problem(code) is None], at=act.at, by=act.by)


def _register_change(store: RegisterStore) -> TableChange:
    before, after, added, removed = store.rows()
    return TableChange("code_register", before=before, updated=after, inserted=added, deleted=removed)


def _assigned(units: Rows, column: str) -> np.ndarray:
    """Return the code of each unit grid in a scheme's column, ``None`` in all of them before there is one."""
    return units[column] if column in units else as_column([None] * len(units))


def _units_change(units: Rows, column: str, wanted: np.ndarray) -> TableChange:
    """Return the unit grids whose assignment in a column becomes another."""
    there = units.with_columns(**{column: _assigned(units, column)})
    other = there.differs(column, wanted)
    old = there.take(other)
    new = {column: wanted[other], "row_version": old["row_version"]}
    return TableChange(UNIT, before=old, updated=Rows(new, None, old.fid))


def _copied_grids(grids: Rows, key: str) -> Rows:
    kept = {name: column for name, column in grids.columns.items() if name not in _NOT_COPIED}
    kept["scheme"] = as_column([key] * len(grids))
    kept["state"] = as_column([DRAFT] * len(grids))
    kept["valid_from"] = as_column([clock.today().isoformat()] * len(grids))
    return Rows(kept, grids.geometry)


def _adopted_codes(register: CodeRegister, wanted: np.ndarray, proposed: Rows, act: Act) -> dict[str, str]:
    """Return code in the alternative → code in the scheme: the same where it may be used there."""
    area_of = dict(zip(proposed["code"], proposed["area_code"]))
    found: dict[str, str] = {}
    used = sorted({code for code in wanted if code is not None})
    fresh = [code for code in used if register.state(code) is None]
    _claim(register, fresh, act)
    for code in used:
        if register.state(code) != RETIRED:
            found[code] = code
            continue
        prefix = register.layout.prefix_for_area(area_of.get(code) or code)
        found[code] = register.allocate(prefix, 1, at=act.at, by=act.by)[0]
    return found


def _withdraw(
    register: CodeRegister, present: Rows, before: np.ndarray, assigned: np.ndarray, area_m2: np.ndarray, act: Act
) -> None:
    heirs = heirs_of_groups(before, assigned, area_m2)
    kept = {code for code in assigned if code is not None}
    for code in present["code"] if len(present) else ():
        if code not in kept and register.state(code) not in (None, RETIRED):
            register.withdraw(code, "rebuilt", [heir.code for heir in heirs.get(code, ())], act.at, act.by)


def _adopted_grids(
    units: Rows,
    assigned: np.ndarray,
    present: Rows,
    proposed: Rows,
    code_of: Mapping[str, str],
    main: str,
    register: CodeRegister,
) -> Rows:
    """Return the scheme's grids: what they are by themselves from the scheme, else from the alternative."""
    own = {row["code"]: row for row in present.records()}
    others = {code_of.get(row["code"], row["code"]): row for row in proposed.records()}
    codes = sorted({code for code in assigned if code is not None})
    summed = summed_grids(units.shapes, assigned, codes)
    records = []
    for at, code in enumerate(codes):
        row = own.get(code) or others.get(code) or {"name": code}
        record = {name: value for name, value in row.items() if name not in ("row_version", "fid")}
        if code not in own:
            record.update(valid_from=clock.today().isoformat(), state=register.state(code) or DRAFT)
        parts = others.get(code, row).get("expected_parts")
        record.update(scheme=main, code=code, unit_count=summed.unit_count[at], area_m2=summed.area_m2[at])
        records.append({**record, "expected_parts": parts})
    return Rows.from_records(records, summed.outline)


def _adopt_lanes(
    workspace: Workspace, transaction: Transaction, main: str, present: Rows, proposed: Rows, act: Act
) -> Report:
    change = lane_adoption(workspace, main, present, proposed)
    write_rows(transaction, [change.grids], act)
    notes = [Message("lanes_adopted", {"count": len(proposed), "changed": change.grids.rows})]
    if change.posts_left:
        told = {"count": len(change.posts_left), "posts": listing(change.posts_left)}
        notes.append(Message("posts_on_lanes_left", told))
    figures = {"posts_followed": 0, "posts_left": len(change.posts_left)}
    return Report("adoptalternative", len(proposed), figures=figures, notes=tuple(notes))


def _adopted_report(rows: Rows, change: GridChange) -> Report:
    told = [
        RejectedRow(
            0, post.post, "post_follows_ground", post.new, {"old": post.old, "percent": round(100 * post.share)}
        )
        for post in change.followed.moved
    ]
    figures = {"posts_followed": len(change.followed.moved), "posts_left": len(change.followed.left)}
    notes = [
        Message("scheme_adopted", {"count": len(rows), "units": len(change.units.updated)}),
        *change.followed.notes,
    ]
    return Report("adoptalternative", len(rows), figures=figures, notes=tuple(notes), to_confirm=tuple(told))

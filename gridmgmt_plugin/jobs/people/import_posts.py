"""Take the posts (岗位) of street-lane officers and grid staff into the workspace, with persons and contacts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.intake.update_rules import UPDATE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts import PostRows, read_post_rows
from gridmgmt_plugin.core.posts.succession import next_post_id
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE, private_keys
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.object_ids import IN_WORKSPACE
from gridmgmt_plugin.jobs.intake.update_report import hand_edits_to_confirm, tell_updates
from gridmgmt_plugin.jobs.intake.upsert import CHANGED, LEFT, NEW, Upsert, upsert, upsert_matched
from gridmgmt_plugin.jobs.people.post_places import GRID, chosen_scheme, places_of
from gridmgmt_plugin.jobs.people.post_table import PostTable, name_persons_by_number, prepare_posts
from gridmgmt_plugin.workspace.changes.change_log import row_lines
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.workspace import Workspace

_SAME_POST = ("target", "target_code", "scheme", "person_id", "role", "turn")
# Of several posts of one person in one place and role, the one that agrees most in these is meant.
_TELLING = ("section_from", "section_to", "weekdays", "start_time", "end_time", "valid_from", "valid_to")


def import_posts(
    workspace: Workspace,
    source: Source,
    *,
    target: str,
    scheme: str | None = None,
    field_map: Mapping[str, str] | None = None,
    default_role: str | None = None,
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Add the posts of a table, with the persons and contacts that it names, in one transaction.

    A post of the same person, place, role and turn is updated, never entered twice; so is one that bears the id of a
    post there, of the same place or person. Empty cells change nothing, and what a planner set by hand stays. Rows in
    which only the place stands are blanks of a form and are skipped. Ids of posts and persons in the file are kept
    where they are free.

    :param target: ``responsibility_grid``, ``lane``, ``area`` or ``station``.
    :param scheme: of posts in responsibility grids; may be left out when there is only one.
    :param field_map: field of ``post_columns`` (roles catalogue), or ``id``, ``scheme``, ``community_code``,
        ``grid_number``, ``end_reason`` → heading.
    :param default_role: the role of rows that name none.
    :param mode: ``update``, or ``add``: posts that are there already are left alone and listed.
    :raises InputError: ``post_target_kind_unknown``, ``post_scheme_needed``, ``post_scheme_unknown``,
        ``post_scheme_without_grids``, ``post_places_missing``, ``field_missing``, or what reading posts raises.
    """
    progress = progress or Progress()
    scheme = chosen_scheme(workspace, target, scheme)
    places = places_of(workspace, target, scheme)
    table = prepare_posts(workspace, source, target, field_map or {})
    table, foreign = _of_scheme(_newest_first(source, table), target, scheme)
    private = private_keys(table.cells("id"))
    refused = table.position[private]
    table = table.take(~private)
    persons = workspace.read("person", geometry=False)
    departments = workspace.read("department", geometry=False)
    progress.report(0.1)
    if len(table.rows):
        rows, known_persons = name_persons_by_number(table, persons)
        found = read_post_rows(
            rows,
            dict(table.field_map),
            target,
            targets=places,
            offices=workspace.read("area", geometry=False),
            departments=departments if len(departments) else None,
            known_persons=known_persons,
            scheme=scheme,
            default_role=default_role,
            row_numbers=source.row_numbers[table.position],
            progress=progress.part(0.1, 0.7),
        )
    else:
        found = PostRows(Rows(), Rows(), np.zeros(0, dtype=np.int64), Rows(), (), ())
    notes = list(found.notes)
    merged = _merge_posts(workspace, table, found, mode, notes)
    contacts = upsert(workspace, "contact", found.contacts, ("person_id",), mode)
    if len(found.persons) or merged.writes or contacts.writes:
        with workspace.transaction(author, "import_posts") as transaction:
            transaction.insert("person", found.persons)
            merged.write(transaction)
            contacts.write(transaction)
            transaction.log("post", None, None, merged.summary)
            new = TableChange("post", inserted=merged.incoming.take(merged.outcome == NEW))
            if new:  # an export of changes since a day finds them by these lines
                transaction.insert("change_log", row_lines(new, "import_posts", now_text(), author))
            progress.report(1.0)  # the last moment to cancel: what follows is written
    if table.blank:
        notes.append(Message("post_rows_left_blank", {"count": table.blank}))
    rejected = [RejectedRow(int(source.row_numbers[row]), "", KEY_IS_PRIVATE) for row in refused]
    rejected += [
        RejectedRow(int(source.row_numbers[row]), "", "post_of_other_scheme", value) for row, value in foreign
    ]
    return _report(source, table, rejected, found, merged, contacts, notes)


def _newest_first(source: Source, table: PostTable) -> PostTable:
    """Return the table with the rows that were written last first: of several that give one post the first is taken.

    Where the file does not say when rows were written, or numbers each post once, they stay in their order.
    """
    numbers = table.cells("id")
    told = numbers[~is_null(numbers)].tolist()
    field = find_field(source.rows, "updated") if len(set(told)) < len(told) else None
    if field is None:
        return table
    written = parse_dates(source.rows[field.field][table.position]).iso
    return table.take(np.array(sorted(range(len(written)), key=lambda row: written[row] or "", reverse=True)))


def _of_scheme(table: PostTable, target: str, scheme: str | None) -> tuple[PostTable, list[tuple[int, str]]]:
    """Return the table without rows of another scheme, and the positions of those in the file."""
    cells = table.cells("scheme")
    other = np.array([target == GRID and cell not in (None, scheme) for cell in cells], dtype=bool)
    foreign = [(int(table.position[row]), str(cells[row])) for row in np.flatnonzero(other)]
    return table.take(~other), foreign


def _merge_posts(workspace: Workspace, table: PostTable, found: PostRows, mode: str, notes: list[Message]) -> Upsert:
    present = workspace.read("post", ["id", *_SAME_POST, *_TELLING], geometry=False)
    posts, rows = found.posts, found.post_row
    if len(posts) == 0:
        return upsert_matched(workspace, "post", posts, np.zeros(0, dtype=np.int64), mode)
    wanted = table.cells("id")[rows]
    several = np.bincount(rows)[rows] > 1  # a row that names several persons has one number for all of them
    if (several & ~is_null(wanted)).any():
        notes.append(Message("post_numbers_not_kept"))
    wanted[several] = None
    match = _matches(posts, present, wanted)
    posts = posts.with_columns(id=_ids(present, match, wanted), end_reason=table.cells("end_reason")[rows])
    numbers = np.where(match >= 0, present.fids[match] if len(present) else -1, -1)
    return upsert_matched(workspace, "post", posts, numbers.astype(np.int64), mode)


def _matches(posts: Rows, present: Rows, wanted: np.ndarray) -> np.ndarray:
    """Return the post of the workspace that each post is, −1 for a new one; each is matched once."""
    free: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    keys_there = list(zip(*(present[name] for name in _SAME_POST)))
    for row, values in enumerate(keys_there):
        free[values].append(row)
    by_id = {post_id: row for row, post_id in enumerate(present["id"])}
    times = Counter(wanted.tolist())
    match = np.full(len(posts), -1, dtype=np.int64)
    keys = list(zip(*(posts[name] for name in _SAME_POST)))
    for at, key in enumerate(keys):
        named = by_id.get(wanted[at])
        if named is not None and times[wanted[at]] == 1 and _goes_on(key, keys_there[named]):
            match[at] = named
            free[keys_there[named]].remove(named)
    for at, key in enumerate(keys):
        if match[at] < 0 and free[key]:
            near = [row for row in free[key] if not _over(present, row, posts, at)]
            if near:
                agreeing = [sum(posts[name][at] == present[name][row] for name in _TELLING) for row in near]
                match[at] = near[int(np.argmax(agreeing))]
                free[key].remove(int(match[at]))
    return match


def _over(present: Rows, row: int, posts: Rows, at: int) -> bool:
    """Tell whether a post of the workspace had ended when the given one begins: it is history, and stays so."""
    ended, begins = present["valid_to"][row], posts["valid_from"][at]
    return ended is not None and begins is not None and ended < begins


def _goes_on(given: tuple[Any, ...], there: tuple[Any, ...]) -> bool:
    """Tell whether a post may be what another one of the same number became: with another person or another place.

    Numbers of another office's list may be the same by chance.
    """
    target, place, scheme, person, *_ = given
    return (target, scheme) == (there[0], there[2]) and (place == there[1] or person == there[3])


def _ids(present: Rows, match: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the id of each post: the one it has, the file's where it is free and named once, else a new one."""
    taken = set(present["id"].tolist())
    named = Counter(text for text in wanted.tolist() if text)
    ids = as_column([None] * len(match))
    for at, row in enumerate(match.tolist()):
        if row >= 0:
            ids[at] = present["id"][row]
        elif wanted[at] and wanted[at] not in taken and named[wanted[at]] == 1:
            ids[at] = wanted[at]
            taken.add(wanted[at])
    for at in np.flatnonzero(is_null(ids)).tolist():
        ids[at] = next_post_id(taken)
    return ids


def _report(
    source: Source,
    table: PostTable,
    rejected: list[RejectedRow],
    found: PostRows,
    merged: Upsert,
    contacts: Upsert,
    notes: list[Message],
) -> Report:
    numbers = source.row_numbers
    for entry in found.rejected:
        number = int(numbers[table.position[entry.row]])
        details = dict(entry.reason.details)
        value = "" if not details else str(next(iter(details.values())))
        rejected.append(RejectedRow(number, "", entry.reason.code, value, details))
    rows = table.position[found.post_row]
    keys: np.ndarray = np.full(len(source), "", dtype=object)
    keys[rows] = merged.incoming["id"] if len(rows) else ""
    left = rows[merged.outcome == LEFT]
    rejected += [RejectedRow(int(numbers[row]), keys[row], IN_WORKSPACE, keys[row]) for row in left.tolist()]
    rejected.sort(key=lambda row: row.row)
    return Report(
        "importposts",
        accepted=len(merged.outcome) - len(left),
        rejected=len({row.row for row in rejected}),
        reasons=dict(Counter(row.reason for row in rejected).most_common()),
        rejected_rows=tuple(rejected),
        figures={
            "rows": len(source),
            **merged.figures,
            "persons_added": len(found.persons),
            "contacts_added": contacts.count(NEW),
            "contacts_updated": contacts.count(CHANGED),
            "left_blank": table.blank,
        },
        notes=(*source.notes, *notes, *tell_updates(merged, source, rows)),
        to_confirm=hand_edits_to_confirm(merged, source, rows, keys),
    )

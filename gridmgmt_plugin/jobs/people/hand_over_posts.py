"""Hand the posts of one person over to another on a day (交接): one act, with history, that can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.known_people import GONE_STATES, person_at_work, person_row
from gridmgmt_plugin.core.posts.letters import letter_numbers
from gridmgmt_plugin.core.posts.succession import TermsLeft, pass_beside, posts_in_or_after, terms_left
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.jobs.lanes.reprint_list import reprint_list, staged_reprint_list
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "hand_over_posts"
#: What becomes of the person who hands over: the words of ``person.state`` that mean that he or she has gone.
LEAVES = GONE_STATES


def hand_over_posts(
    workspace: Workspace,
    *,
    person: str,
    successor: str,
    on: str | date | None = None,
    reason: str = "",
    posts: Collection[str] | None = None,
    leaves: str | None = None,
    letter_rule: str = "",
    folder: Path | str | None = None,
    language: str = "zh",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """End the posts of ``person`` on the eve of a day and give the same to ``successor`` from that day on.

    A post that begins later changes its holder. One that the successor holds for a part of the time passes for the
    rest of it. One that the successor holds already ends without a follower and is
    told. ``to_confirm`` lists every post that passes, for the sheet that both sign.

    :param person, successor: id or employee number, or a name that only one has. ``on``: today when not given.
    :param posts: ids of the posts to hand over; all of them when ``None``.
    :param leaves: 离岗 or 退休: the person's last day is the eve; the state is set once that day has come.
    :param letter_rule: gives the new posts at lanes numbers of task letters; none for "".
    :param folder: where the list of letters and signs to print again goes; none is written when not given.
    :raises InputError: ``day_unclear``, ``person_not_known``, ``person_ambiguous``, ``hand_over_to_oneself``,
        ``hand_over_to_gone``, ``hand_over_nothing``, ``person_leaves_unknown``, ``letter_rule_unclear``,
        ``export_files_exist``.
    :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    day = day_of(on)
    if leaves not in (None, "", *LEAVES):
        raise InputError("person_leaves_unknown", value=leaves, known=listing(LEAVES))
    act = Act.now(GESTURE, author)
    # Files get their names when the transaction is written: no list tells of letters that nobody was given.
    with ExitStack() as placing, workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("person", "post")
        people, all_posts = (workspace.read(table, geometry=False) for table in ("person", "post"))
        giver, taker = person_row(people, person), person_row(people, successor)
        if giver == taker:
            raise InputError("hand_over_to_oneself", person=people["name"][giver] or people["id"][giver])
        person_at_work(people, successor, day)
        giver_id, taker_id = str(people["id"][giver]), str(people["id"][taker])
        passing = np.flatnonzero((texts(all_posts, "person_id") == giver_id) & posts_in_or_after(all_posts, day))
        if posts is not None:
            passing = passing[np.isin(texts(all_posts, "id")[passing].astype(str), list(posts))]
        if len(passing) == 0:
            raise InputError("hand_over_nothing", person=people["name"][giver] or giver_id, day=str(day))
        left = terms_left(all_posts, passing, {"person_id": as_column([taker_id] * len(passing))}, day)
        held = left.held
        going = passing[~held]
        numbers = _new_letters(all_posts, going, letter_rule, day)
        change = _change(all_posts, passing, left, taker_id, day, reason, numbers)
        names = {"giver": people["name"][giver] or giver_id, "taker": people["name"][taker] or taker_id}
        reprint = None
        if folder:
            told = {**names, "giver_id": giver_id, "taker_id": taker_id}
            reprint = reprint_list(workspace, all_posts, going, passing[held], numbers, told, day, language)
        person_change = _leaving(people, giver, leaves, day)
        write_rows(transaction, (change, person_change), act)
        files: list[str] = []
        if folder and reprint:
            files = placing.enter_context(staged_reprint_list(folder, reprint, only_tried=workspace.rehearses))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(all_posts, passing, held, change, names, day, files)


def _new_letters(posts: Rows, going: np.ndarray, rule: str, day: np.datetime64) -> dict[str, str]:
    """Return the numbers of the new letters of lanes by the ids of the posts that pass."""
    of_lane = going[texts(posts, "target")[going] == "lane"]
    if not rule or len(of_lane) == 0:
        return {}
    made = letter_numbers(rule, texts(posts, "task_letter_no").tolist(), int(str(day)[:4]), len(of_lane))
    return dict(zip(texts(posts, "id")[of_lane].tolist(), made))


def _change(
    posts: Rows,
    passing: np.ndarray,
    left: TermsLeft,
    taker: str,
    day: np.datetime64,
    reason: str,
    numbers: Mapping[str, str],
) -> TableChange:
    changes = {"person_id": as_column([taker] * len(passing))}
    passed = pass_beside(posts, passing, changes, left, day, set(texts(posts, "id").tolist()))
    ended, later = passed.ended, passed.changes
    count = len(later)

    def letters(of: np.ndarray) -> list[str | None]:
        return [numbers.get(key) for key in texts(posts, "id")[of].tolist()]

    before = posts.take(np.concatenate([ended, passed.changed]))
    updated = Rows(
        {
            "valid_from": as_column([*posts["valid_from"][ended], *(term["valid_from"] for term in later)]),
            "valid_to": as_column([*[passed.last_day] * len(ended), *(term["valid_to"] for term in later)]),
            "end_reason": as_column([*[reason or None] * len(ended), *posts["end_reason"][passed.changed]]),
            "person_id": as_column([*posts["person_id"][ended], *[taker] * count]),
            # What the one before was to sign is not the successor's.
            "task_letter_no": as_column([*posts["task_letter_no"][ended], *letters(passed.changed)]),
            "signed_on": as_column([*posts["signed_on"][ended], *[None] * count]),
            "row_version": before["row_version"],
        },
        None,
        before.fid,
    )
    inserted = passed.new.with_columns(task_letter_no=letters(passed.followed))
    deleted = posts.take(passed.removed)  # would begin later, and the taker has it
    return TableChange("post", before=before, updated=updated, deleted=deleted, inserted=inserted)


def _leaving(people: Rows, giver: int, leaves: str | None, day: np.datetime64) -> TableChange:
    if not leaves:
        return TableChange("person")
    before = people.take([giver])
    come = str(day) <= clock.today().isoformat()
    updated = {
        "left_on": as_column([str(day - np.timedelta64(1, "D"))]),
        "state": as_column([leaves if come else before["state"][0]]),
        "row_version": before["row_version"],
    }
    return TableChange("person", before=before, updated=Rows(updated, None, before.fid))


def _report(
    posts: Rows,
    passing: np.ndarray,
    held: np.ndarray,
    change: TableChange,
    names: dict[str, Any],
    day: np.datetime64,
    files: list[str],
) -> Report:
    rows = []
    for number, (at, is_held) in enumerate(zip(passing.tolist(), held.tolist()), start=1):
        details = {**names, "day": str(day), "role": ValueTitle(f"role.{posts['role'][at] or ''}")}
        code = "post_held_already" if is_held else "post_handed_over"
        rows.append(RejectedRow(number, str(posts["id"][at]), code, str(posts["target_code"][at] or ""), details))
    notes = [Message("posts_handed_over", {**names, "count": int((~held).sum()), "day": str(day)})]
    if held.any():
        told = {"count": int(held.sum()), "posts": listing(posts["id"][passing[held]])}
        notes.append(Message("posts_held_already", {**names, **told}))
    figures: dict[str, Any] = {
        "handed_over": int((~held).sum()),
        "held_already": int(held.sum()),
        "rows_written": change.rows,
    }
    if files:
        figures["files"] = files
        notes.append(Message("letters_to_reprint", {"names": listing(files)}))
    return Report("handoverposts", int((~held).sum()), figures=figures, notes=tuple(notes), to_confirm=tuple(rows))

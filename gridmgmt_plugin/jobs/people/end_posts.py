"""Posts that end with a day, for a reason: whatever they are for, or at one kind of place alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.officer_acts import OfficerChange
from gridmgmt_plugin.core.posts.officer_acts import end_posts as ended_posts
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.workspace import Workspace

END = "end_posts"


def end_posts(
    workspace: Workspace,
    posts: Collection[str],
    on: str | date | None = None,
    reason: str = "",
    author: str = "",
    progress: Progress | None = None,
    *,
    target: str = "",
    gesture: str = END,
) -> Report:
    """End posts with a day, their last one, for a reason: one act, to be taken back.

    :param posts: ids of posts. One that begins after the day never begins; one whose last day is that day or an
        earlier one stays as it is.
    :param target: only posts at such places are known, "" for all. :param gesture: how the act is logged.
    :raises InputError: ``day_unclear``, ``officer_posts_unknown``, ``officer_nothing_ends``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    last = day_of(on)
    act = Act.now(gesture, author)
    with workspace.transaction(author, gesture) as transaction:
        transaction.hold("post")
        rows = workspace.read("post", geometry=False)
        there = np.flatnonzero(texts(rows, "target") == target) if target else np.arange(len(rows))
        row_of = dict(zip(texts(rows, "id")[there].tolist(), there.tolist()))
        unknown = [key for key in posts if key not in row_of]
        if unknown or not posts:
            raise InputError("officer_posts_unknown", posts=listing(unknown) if unknown else "–")
        change = ended_posts(rows, np.array(sorted({row_of[key] for key in posts}), dtype=np.int64), last)
        count = len(change.ended) + len(change.dropped)
        if not count:
            raise InputError("officer_nothing_ends", day=str(last))
        write_rows(transaction, [written_change(rows, change, reason)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    note = Message("officer_posts_end", {"count": count, "day": str(last)})
    return Report(gesture.replace("_", ""), count, figures={"never_begun": len(change.dropped)}, notes=(note,))


def written_change(posts: Rows, change: OfficerChange, reason: str) -> TableChange:
    """Return what is written of a change of posts; those that end do so for ``reason`` ("" for none)."""
    before, count = posts.take(change.ended), len(change.ended)
    updated = {
        "valid_to": as_column([change.last_day] * count),
        "end_reason": as_column([reason or None] * count),
        "row_version": before["row_version"],
    }
    return TableChange(
        "post",
        before=before,
        updated=Rows(updated, None, before.fid) if count else no_rows(),
        deleted=posts.take(change.dropped) if len(change.dropped) else no_rows(),
        inserted=change.new,
    )

"""What changed in posts since a day, under a number of its own: staff goes out between two hand-overs of grids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE
from gridmgmt_plugin.workspace.register_store import now_text
from gridmgmt_plugin.workspace.workspace import Workspace

#: What ``since`` may say for the day of the export before; the first one is for scripts.
LAST = ("last", "上次")
_MEANS = "exportposts"
NEW, ENDED, CHANGED, DELETED = "new", "ended", "changed", "deleted"


@dataclass(frozen=True)
class Numbered:
    """An export of changes: its ``number`` (P0001 …), the day ``since`` which (datetime64[D]), and what of."""

    number: str
    since: np.datetime64
    target: str
    scheme: str | None

    def enter(self, workspace: Workspace, author: str, count: int) -> None:
        """Enter the export in the log of hand-overs, before its files get their names.

        :raises InputError: ``export_number_taken`` when somebody else was first.
        """
        with workspace.transaction(author, _MEANS) as transaction:
            transaction.hold("handover_log")
            if _next_number(workspace) != self.number:
                raise InputError("export_number_taken", number=self.number)
            note = {"target": self.target, "scheme": self.scheme, "since": str(self.since), "posts": count}
            entry = {
                "handed_at": now_text(),
                "release_number": self.number,
                "handed_by": author,
                "means": _MEANS,
                "classification": workspace.info.classification,
                "note": json.dumps(note, ensure_ascii=False),
            }
            transaction.insert("handover_log", Rows.from_records([entry]))


def numbered_export(workspace: Workspace, target: str, scheme: str | None, since: str | date | None) -> Numbered:
    """Return the next export of changes.

    :param since: a day, or one of :data:`LAST` for the day of the last export of this kind of posts.
    :raises InputError: ``day_unclear``, ``export_none_before``.
    """
    if since in LAST:
        before = [entry for entry in _entries(workspace) if (entry["target"], entry["scheme"]) == (target, scheme)]
        if not before:
            raise InputError("export_none_before")
        since = str(before[-1]["handed_at"])[:10]
    return Numbered(_next_number(workspace), day_of(since), target, scheme)


def changed_since(workspace: Workspace, posts: Rows, since: np.datetime64, target: str, scheme: str | None) -> Rows:
    """Return the posts that begin, end or were changed on the day or later, with a column ``change`` in words.

    A post ends on its last day and is missing from the next on: one whose last day was the eve has ended on the day.
    What was deleted comes from the change log.
    """
    words = load_json(CATALOGUE)["post_sheet"]["change_words"]
    first, last = days(posts, "valid_from"), days(posts, "valid_to")
    log = _logged(workspace, since)
    edited = np.array([post in log for post in posts["id"]], dtype=bool)
    born = np.array([log.get(post, ("", None))[0] == NEW for post in posts["id"]], dtype=bool)
    kinds = np.full(len(posts), "", dtype=object)
    kinds[edited] = CHANGED
    kinds[(first >= since) | born] = NEW
    today = np.datetime64(clock.today(), "D")
    kinds[(last >= since - np.timedelta64(1, "D")) & (last < today)] = ENDED
    found = posts.take(kinds != "")
    found = found.with_columns(change=[words[kind] for kind in kinds[kinds != ""]])
    gone = [before for kind, before in log.values() if kind == DELETED and before is not None]
    mine = [row for row in gone if (row.get("target"), row.get("scheme")) == (target, scheme)]
    if not mine:
        return found
    columns = [name for name in found.columns if name not in ("change", "row_version")]
    parts = {name: np.concatenate([found[name], as_column(row.get(name) for row in mine)]) for name in columns}
    return Rows({**parts, "change": as_column([*found["change"], *[words[DELETED]] * len(mine)])})


def _logged(workspace: Workspace, since: np.datetime64) -> dict[str, tuple[str, dict[str, object] | None]]:
    """Return what the change log says of posts since a day: id → (kind of the change, the row before)."""
    lines = workspace.read("change_log", where={"table_name": "post"}, geometry=False).records()
    found: dict[str, tuple[str, dict[str, object] | None]] = {}
    for line in lines:
        if line["row_key"] is None or str(line["changed_at"]) < str(since):
            continue
        key, was = str(line["row_key"]), found.get(str(line["row_key"]), ("", None))
        before = None if line["before"] is None else json.loads(line["before"])
        if line["after"] is None:
            found[key] = (DELETED, {**(before or {}), "id": key})
        elif line["before"] is None or was[0] == NEW:
            found[key] = (NEW, None)
        else:
            found[key] = (CHANGED, None)
    return found


def _entries(workspace: Workspace) -> list[dict[str, object]]:
    """Return the exports of changes so far, in order, with what their note says."""
    rows = workspace.read("handover_log", where={"means": _MEANS}, geometry=False).records()
    return [{**row, **json.loads(row["note"])} for row in rows]


def _next_number(workspace: Workspace) -> str:
    taken = workspace.read("handover_log", ["release_number"], {"means": _MEANS}, geometry=False)["release_number"]
    last = max((int(str(number)[1:]) for number in taken), default=0)
    return f"P{last + 1:04d}"

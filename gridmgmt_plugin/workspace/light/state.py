"""How a workspace stands: its last release, its last check, and what changed since; read with plain SQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gridmgmt_plugin.workspace.counts.log_lines import lines_that_tell
from gridmgmt_plugin.workspace.last_check import ABOUT_RELEASES, ENTRY, NO_CHANGE_GESTURES, CheckNote
from gridmgmt_plugin.workspace.light.copy_mark import WORKING_COPY, home_of, moment_of
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.light.reader import LightReader
from gridmgmt_plugin.workspace.location import Location, parse_location

# A release enters itself into the change log, and a plan beside it changes nothing of it: that is no change since.
# Nor is what a server notes about codes (resources/schema/roles.sql) beside the lines of the act that had them go.
_OWN_GESTURES = (*NO_CHANGE_GESTURES, "restore_release", "revive_code", "remove_code")
# As core.release.life calls it, which is too heavy for a window that is only opened.
_REJECTED = "rejected"


@dataclass(frozen=True)
class WorkspaceState:
    """The last release, ``None`` where there is none, when it was made, and (table, rows) that changed since.

    ``released_at`` is to be read, ``since`` the moment itself, to be compared with the change log, and
    ``own_gestures`` what of it is no change. ``check``: the last check that was noted; ``is_check_outdated``:
    something was changed since. ``is_rejected``: the receiver refused the last release. ``copied_at``: when it was
    made as a working copy, and ``copied_from``: of which workspace; "" where it is none.
    """

    release: str | None
    released_at: str
    changed: tuple[tuple[str, int], ...]
    check: CheckNote | None = None
    is_check_outdated: bool = False
    since: str = ""
    own_gestures: tuple[str, ...] = _OWN_GESTURES
    is_rejected: bool = False
    copied_at: str = ""
    copied_from: str = ""

    @property
    def changed_rows(self) -> int:
        """Return how many rows changed since the last release."""
        return sum(count for _, count in self.changed)


def read_state(location: str | Path | Location) -> WorkspaceState:
    """Read how a workspace stands.

    :raises WorkspaceError: what opening it raises.
    """
    place = parse_location(location)
    with light_reading(place) as reader:
        check, copied_at, copied_from = _notes(reader)
        is_outdated = check is not None and check.log_lines != lines_that_tell(reader, place)
        rows = reader.rows(
            "SELECT number, CAST(delivered_at AS text), state FROM release WHERE delivered_at IS NOT NULL"
            " ORDER BY delivered_at DESC, fid DESC LIMIT 1"
        )
        if not rows:
            return WorkspaceState(None, "", (), check, is_outdated, copied_at=copied_at, copied_from=copied_from)
        number, released_at, now = rows[0]
        gestures, tables = (", ".join("?" * len(names)) for names in (_OWN_GESTURES, ABOUT_RELEASES))
        changed = reader.rows(
            # Rows without a key of their own, such as those of the code map, are counted line by line.
            "SELECT table_name, count(DISTINCT row_key) + count(*) - count(row_key) FROM change_log"  # noqa: S608  ours
            f" WHERE gesture NOT IN ({gestures}) AND table_name NOT IN ({tables})"
            " AND changed_at > (SELECT max(delivered_at) FROM release) GROUP BY table_name",
            (*_OWN_GESTURES, *ABOUT_RELEASES),
        )
        return WorkspaceState(
            number,
            released_at[:16].replace("T", " "),
            tuple(sorted(changed)),
            check,
            is_outdated,
            since=released_at.replace(" ", "T"),
            is_rejected=now == _REJECTED,
            copied_at=copied_at,
            copied_from=copied_from,
        )


def _notes(reader: LightReader) -> tuple[CheckNote | None, str, str]:
    """Return the last check that was noted, when the workspace was made as a working copy, and of which one."""
    rows = dict(reader.rows("SELECT key, value FROM workspace_info WHERE key IN (?, ?)", (ENTRY, WORKING_COPY)))
    check, mark = CheckNote.of(rows[ENTRY]) if ENTRY in rows else None, rows.get(WORKING_COPY)
    return check, moment_of(mark), home_of(mark)

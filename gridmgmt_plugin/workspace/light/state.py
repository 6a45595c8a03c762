"""How a workspace stands: its last release, and how many rows changed since; read with plain SQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gridmgmt_plugin.workspace.light.opening import plain_reading
from gridmgmt_plugin.workspace.location import Location, parse_location

# A release enters itself into the change log: that is no change since.
_OWN_GESTURES = ("export_package",)


@dataclass(frozen=True)
class WorkspaceState:
    """The last release, ``None`` where there is none, when it was made, and (table, rows) that changed since."""

    release: str | None
    released_at: str
    changed: tuple[tuple[str, int], ...]

    @property
    def changed_rows(self) -> int:
        """Return how many rows changed since the last release."""
        return sum(count for _, count in self.changed)


def read_state(location: str | Path | Location) -> WorkspaceState:
    """Read how a workspace stands.

    :raises WorkspaceError: what opening it raises.
    """
    with plain_reading(parse_location(location)) as reader:
        rows = reader.rows(
            "SELECT number, CAST(delivered_at AS text) FROM release WHERE delivered_at IS NOT NULL"
            " ORDER BY delivered_at DESC, fid DESC LIMIT 1"
        )
        if not rows:
            return WorkspaceState(None, "", ())
        number, released_at = rows[0]
        changed = reader.rows(
            "SELECT table_name, count(DISTINCT row_key) FROM change_log WHERE gesture <> ? AND changed_at >"
            " (SELECT max(delivered_at) FROM release) GROUP BY table_name",
            _OWN_GESTURES,
        )
        return WorkspaceState(number, released_at[:16].replace("T", " "), tuple(sorted(changed)))

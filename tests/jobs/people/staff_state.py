"""What a workspace says about its staff, to be compared: everything but versions, and the log."""

from __future__ import annotations


def rows_of(workspace, table: str) -> list[dict]:
    """Return the rows of a table without what counts changes, by their key."""
    rows = workspace.read(table, geometry=False).records()
    plain = [{name: value for name, value in row.items() if name not in ("row_version", "fid")} for row in rows]
    return sorted(
        plain, key=lambda row: (str(row.get("id") or row.get("code")), str(row.get("scheme") or row.get("kind")))
    )


def post(workspace, key: str) -> dict:
    """Return one post."""
    (found,) = workspace.read("post", where={"id": key}, geometry=False).records()
    return found

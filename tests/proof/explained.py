"""How a server went about each statement, as it writes down itself (``auto_explain``): how many rows of which table
it looked at.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LOGIN = "explained"
_PLAN = re.compile(r"duration: [\d.]+ ms +plan:\n((?:\t.*\n)+)")
_LEFT_OUT = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
_HOW = ("Node Type", "Index Name", "Index Cond", "Filter")
_SETTINGS = {
    "session_preload_libraries": "'auto_explain'",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_format": "json",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
}


@dataclass(frozen=True)
class Look:
    """That a statement looked at so many rows of a table, in one step of its plan; ``step``: how it went about it."""

    table: str
    rows: int
    step: str
    statement: str


def login_made(postgis) -> str:
    """Make the login whose statements are written down; return its name."""
    settings = "; ".join(f"ALTER ROLE {LOGIN} SET {name} = {value}" for name, value in _SETTINGS.items())
    postgis.run(f"CREATE ROLE {LOGIN} SUPERUSER LOGIN; {settings}")
    return LOGIN


class Explained:
    """The log of a server, read from where it was last read."""

    def __init__(self, postgis) -> None:
        self._postgis = postgis
        self._log = postgis.folder / "log"

    def of(self, deed: Callable[[], object]) -> list[Look]:
        """Do something and return what was looked at for it."""
        begin = self._log.stat().st_size
        deed()
        self._wait_for_the_log()
        text = self._log.read_bytes()[begin:].decode("utf-8", "replace")
        return [look for plan in _PLAN.findall(text) for look in _looks(json.loads(_untabbed(plan)))]

    def _wait_for_the_log(self) -> None:
        """Statements are written down as they end, those of other connections maybe a moment after their answer."""
        size = -1
        while size != self._log.stat().st_size:
            size = self._log.stat().st_size
            time.sleep(0.1)


def rows_looked_at(looks: list[Look]) -> Mapping[str, int]:
    """Return table → how many rows of it were looked at, all statements together."""
    found: dict[str, int] = defaultdict(int)
    for look in looks:
        found[look.table] += look.rows
    return found


def _untabbed(plan: str) -> str:
    return "".join(line[1:] for line in plan.splitlines())


def _looks(told: dict) -> Iterator[Look]:
    for step in _steps(told["Plan"]):
        if "Relation Name" in step and step["Node Type"] != "ModifyTable":
            rows = (step["Actual Rows"] + sum(step.get(name, 0) for name in _LEFT_OUT)) * step["Actual Loops"]
            how = " ".join(
                str(step[name]) for name in ("Node Type", "Index Name", "Index Cond", "Filter") if name in step
            )
            yield Look(step["Relation Name"], int(rows), how, told["Query Text"])


def _steps(step: dict) -> Iterator[dict]:
    yield step
    for below in step.get("Plans", ()):
        yield from _steps(below)

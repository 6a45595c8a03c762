"""Which components have gone since a moment: by the change log, and by the day on which their state changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.inventory.components import ComponentArrays, gone_states
from gridmgmt_plugin.core.rows import Rows

#: What is read of ``change_log``, of the rows about ``component``.
LOG_COLUMNS = ("changed_at", "gesture", "row_key", "before", "after")
_DAY = len("2026-03-31")


@dataclass(frozen=True)
class Gone:
    """A component that has gone: ``state`` is what it is now, "" where its row was deleted; ``on`` since when (ISO
    date), as far as it is known.
    """

    code: str
    state: str
    on: str


def newly_gone(parts: ComponentArrays, log: Rows, since: np.datetime64) -> list[Gone]:
    """Return the components that have gone since a day (datetime64[D]), those included that went on that day.

    A component has gone when the log says that its state became one of :func:`.gone_states` or that it was deleted,
    on that day or later, and it is so still; or when it is in such a state and its date of change is not earlier.
    What was taken back has not gone.
    """
    gone = gone_states()
    states = parts.columns["state"]
    state_of = dict(zip(parts.code.tolist(), (states.words[at] if at >= 0 else "" for at in states.number.tolist())))
    logged = _logged(log, since, gone).items()
    found = {code: on for code, on in logged if code not in state_of or state_of[code] in gone}
    is_gone = states.which(word in gone for word in states.words)
    for at in np.flatnonzero(is_gone & (parts.changed >= since)).tolist():
        found.setdefault(str(parts.code[at]), str(parts.changed[at]))
    return [Gone(code, state_of.get(code, ""), on) for code, on in sorted(found.items()) if code]


def last_import(log: Rows) -> np.datetime64 | None:
    """Return the day of the last import of components, ``None`` where there was none."""
    at = texts(log, "changed_at")[texts(log, "gesture") == "import_components"]
    return np.datetime64(max(at)[:_DAY], "D") if len(at) else None


def _logged(log: Rows, since: np.datetime64, gone: frozenset[str]) -> dict[str, str]:
    """Return code → day of what went by the log, the last time."""
    found: dict[str, str] = {}
    first = str(since)
    rows = zip(*(texts(log, name).tolist() for name in ("changed_at", "row_key", "before", "after")))
    for at, key, before, after in sorted(rows):
        if at[:_DAY] < first or not key:
            continue
        old, new = _read(before), _read(after)
        if new is None:
            if old is not None:
                found[key] = at[:_DAY]
        elif new.get("state") in gone and (old is None or old.get("state") not in gone):
            found[key] = at[:_DAY]
    return found


def _read(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    content = json.loads(text)
    return content if isinstance(content, dict) else None

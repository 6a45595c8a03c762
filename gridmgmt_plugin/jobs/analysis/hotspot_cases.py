"""The cases that a hot-spot analysis counts: of a period, of some classes, neither void nor duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gridmgmt_plugin.core.dates import moments_of, parse_dates
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.hotspots.counts import counting
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code
from gridmgmt_plugin.workspace.workspace import Workspace

CASE_KINDS = ("event", "component")
_DAY_LENGTH = len("2026-03-31")
_COLUMNS = ("kind", "class_code", "status", "duplicate_of", "reported_at", "unit_grid", "lane_code", "placed_by")


@dataclass(frozen=True)
class CountedCases:
    """``rows``: the cases to count. ``notes``: how many were not, and why. ``moment``: datetime64[s], when each was
    reported; empty when neither a period nor moments were asked for."""

    rows: Rows
    notes: tuple[Message, ...]
    moment: np.ndarray


def counted_cases(
    workspace: Workspace,
    start: str | None,
    end: str | None,
    class_prefix: str,
    case_kind: str,
    *,
    dated: bool = False,
    also: Sequence[str] = (),
    located: bool = True,
) -> CountedCases:
    """Return the cases reported from ``start`` to ``end`` whose class begins with ``class_prefix``.

    :param start, end: dates or times, both inclusive (a date means its whole day); ``None`` = open.
    :param case_kind: ``event`` or ``component``, whose classes are numbered apart; empty = both.
    :param dated: the moments are wanted, so that cases without one are left out. :param also: more columns to read.
    :param located: the points are wanted, which take more than half of the time of reading.
    :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``, ``hotspot_kind_unknown``.
    :raises WorkspaceError: ``workspace_without_cases``.
    """
    first, after = counted_period(start, end)
    if case_kind and case_kind not in CASE_KINDS:
        raise InputError("hotspot_kind_unknown", value=case_kind, known=", ".join(CASE_KINDS))
    rows = workspace.read("cases", [*_COLUMNS, *also], geometry=located)
    if len(rows) == 0:
        raise WorkspaceError("workspace_without_cases", path=workspace.title)
    notes = []
    keep = np.ones(len(rows), dtype=bool)
    prefix = clean_code(class_prefix) or ""
    if prefix:
        keep &= np.array([str(code or "").startswith(prefix) for code in rows["class_code"]], dtype=bool)
    if case_kind:
        keep &= rows["kind"] == case_kind
    elif prefix:
        notes += _mixed_kinds(rows["kind"][keep], prefix)
    moment: np.ndarray = np.zeros(0, dtype="datetime64[s]")
    if dated or first is not None or after is not None:
        moment = moments_of(rows["reported_at"])
        undated = int((np.isnat(moment) & keep).sum())
        notes += [Message("hotspot_cases_undated", {"count": undated})] if undated else []
        keep &= ~np.isnat(moment)
        if first is not None:
            keep &= moment >= first
        if after is not None:
            keep &= moment < after
    counts = counting(rows)
    left_out = int((keep & ~counts).sum())
    notes += [Message("hotspot_cases_left_out", {"count": left_out})] if left_out else []
    kept = keep & counts
    return CountedCases(rows.take(kept), tuple(notes), moment[kept] if len(moment) else moment)


def counted_period(start: str | None, end: str | None) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    """Return the first moment that counts and the first that no longer does, datetime64[s]; ``None`` = open.

    :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``.
    """
    first = None if not start else np.datetime64(_iso(start), "s")
    after = None
    if end:
        text = _iso(end)
        unit: Literal["D", "s"] = "D" if len(text) == _DAY_LENGTH else "s"
        after = (np.datetime64(text, unit) + 1).astype("datetime64[s]")
    if first is not None and after is not None and after <= first:
        raise InputError("hotspot_period_backwards", start=start, end=end)
    return first, after


def _iso(text: str) -> str:
    found = parse_dates([text]).iso[0]
    if found is None:
        raise InputError("hotspot_date_unreadable", value=text)
    return str(found)


def _mixed_kinds(kinds: np.ndarray, prefix: str) -> list[Message]:
    counts = {kind: int((kinds == kind).sum()) for kind in CASE_KINDS}
    if all(counts.values()):
        details = {"prefix": prefix, "events": counts["event"], "components": counts["component"]}
        return [Message("hotspot_kinds_mixed", details)]
    return []

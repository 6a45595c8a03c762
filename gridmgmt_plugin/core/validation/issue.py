"""One thing that validation found, as a flat record; any hierarchy is a view of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.rows import Rows, as_column

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)


@dataclass(frozen=True)
class Exemption:
    """Why an issue may stay: texts as they stand in the table ``exemption``, "" for nothing.

    ``created_at``, ``valid_until``: ISO 8601; without an end it holds for good.
    """

    reason: str
    author: str
    approved_by: str
    created_at: str
    valid_until: str

    @property
    def by(self) -> str:
        """Return who says so: who approved it, else who recorded it."""
        return self.approved_by or self.author


@dataclass(frozen=True)
class Issue:
    """One fault.

    ``rule``: stable code of the rule. ``severity``: error, warning or info. ``table``: where it is.
    ``object_keys``: codes of the rows concerned, the first is the one to open; for uncovered ground its place
    (``@x,y`` in whole metres). ``message``: the sentence. ``geometry``: where on the map, shapely or ``None``.
    ``measure`` in ``unit``. ``fixable``: whether the plugin offers a repair. ``exempted_by``: who approved that
    this may stay, ``None`` when nobody did; an exempted issue is shown but counts neither as error nor warning.
    ``exemption``: the whole of it.
    ``count``: how many faults it stands for; more than one only where the rest of a rule's faults is told together.
    """

    rule: str
    severity: str
    table: str
    object_keys: tuple[str, ...]
    message: Message
    geometry: Any = None
    measure: float | None = None
    unit: str = ""
    fixable: bool = False
    exempted_by: str | None = None
    count: int = 1
    exemption: Exemption | None = None

    @property
    def exempted(self) -> bool:
        """Tell whether somebody approved that this may stay."""
        return self.exempted_by is not None


# What the list says of an exemption beside who approved it.
_TERMS = {"reason": "exemption_reason", "created_at": "exempted_at", "valid_until": "exempted_until"}


def issue_table(issues: Iterable[Issue], titles: dict[str, dict[str, str]], language: str) -> Rows:
    """Return issues as a table to show or write: one row each, sentences in ``language``, geometry beside."""
    items = list(issues)
    tongue = tongue_of(language)
    columns = {
        "rule": (item.rule for item in items),
        "title": (titles[item.rule][tongue] for item in items),
        "severity": (item.severity for item in items),
        "table_name": (item.table for item in items),
        "object_keys": ("|".join(item.object_keys) for item in items),
        "measure": (item.measure for item in items),
        "unit": (item.unit for item in items),
        "message": (item.message.text(language) for item in items),
        "fixable": (item.fixable for item in items),
        "exempted_by": (item.exempted_by for item in items),
        **{title: _terms(items, name) for name, title in _TERMS.items()},
    }
    return Rows({name: as_column(values) for name, values in columns.items()}, as_column(i.geometry for i in items))


def _terms(items: Iterable[Issue], name: str) -> list[str | None]:
    return [getattr(item.exemption, name) or None if item.exemption else None for item in items]

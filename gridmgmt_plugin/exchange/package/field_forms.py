"""What a receiver wants of one field: its name, its place, the form of its values, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import plain_text
from gridmgmt_plugin.exchange.package.fields import FieldSpec

#: In a map of values: whatever the map does not name.
ANY_OTHER = "*"
_DATE_FORM = re.compile(r"\D{0,4}|(?:\D{0,4}(?:YYYY|MM|DD)){3}\D{0,4}")
_DATE_PARTS = {"YYYY": slice(0, 4), "MM": slice(5, 7), "DD": slice(8, 10)}
#: Kind of an external code and our code → the receiver's code.
Codes = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class MissingCode:
    """A code of ours, of a ``kind``, for which the receiver has not told its own; ``where``: layer and field."""

    kind: str
    key: str
    where: str


@dataclass(frozen=True)
class FieldForm:
    """One field as a receiver gets it.

    ``spec``: as it is delivered; its ``column`` is where the values in their form stand. ``source``: the column of
    ours that it is made of, ``None`` for a constant. At most one form: ``constant``, ``values`` (our value → theirs;
    "" is an empty one, ``*`` any other), ``date`` (``YYYY``, ``MM`` and ``DD`` with what stands between),
    ``external`` (kind of an external code), ``decimals`` (of a rounded number). ``required``: it may not be empty;
    ``most``: bytes of its longest value in the package's encoding.
    """

    spec: FieldSpec
    source: str | None
    constant: str | None = None
    values: Mapping[str, str] | None = None
    date: str | None = None
    external: str | None = None
    decimals: int | None = None
    required: bool = False
    most: int | None = None

    @property
    def is_plain(self) -> bool:
        """Tell whether values go out as they are."""
        forms = (self.constant, self.values, self.date, self.external, self.decimals)
        return all(form is None for form in forms)

    def value(self, ours: Any, codes: Codes) -> Any:
        """Return a value in the receiver's form; ``None`` also where nothing says what it becomes."""
        if self.constant is not None:
            return self.constant
        if self.values is not None:
            return self.values.get(key_of(ours), self.values.get(ANY_OTHER)) or None
        if ours is None:
            return None
        if self.external is not None:
            return codes.get((self.external, key_of(ours)))
        if self.date is not None:
            return in_date_form(str(ours), self.date)
        return ours if self.decimals is None else round(float(ours), self.decimals)

    def column(self, ours: np.ndarray | None, count: int, codes: Codes) -> np.ndarray:
        """Return ``count`` values in the receiver's form."""
        if ours is None:
            return as_column([self.constant] * count)
        return as_column(self.value(value, codes) for value in ours)

    def unnamed(self, ours: np.ndarray) -> Iterator[tuple[int, str]]:
        """Return the rows, with their values, for which the map of values has nothing."""
        if self.values is None or ANY_OTHER in self.values:
            return
        for row, value in enumerate(ours):
            if value is not None and key_of(value) not in self.values:
                yield row, key_of(value)

    def back(self, codes: Codes) -> dict[str, Any] | None:
        """Return how our values are made of theirs: ``values`` (theirs → ours) or ``date``; nothing for plain ones,
        ``None`` where it cannot be told.
        """
        if self.is_plain or self.decimals is not None:
            return {}
        if self.date is not None:
            return {"date": self.date}
        if self.external is not None:
            pairs = [(ours, theirs) for (kind, ours), theirs in codes.items() if kind == self.external]
        else:
            pairs = list((self.values or {ANY_OTHER: ""}).items())
        turned = {theirs: ours for ours, theirs in pairs}
        # What is empty goes out empty unless it is named, and would come back as the value that does too.
        is_mixed = turned.get("", "") != "" and all(ours for ours, _ in pairs)
        is_lost = is_mixed or len(turned) < len(pairs) or ANY_OTHER in turned.values()
        return None if is_lost else {"values": turned}


def key_of(value: Any) -> str:
    """Return a value as a map of values names it: "" for none, numbers without exponent, ``true`` and ``false``."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else plain_text(value)


def check_date_form(form: str) -> str:
    """Return a form of dates that holds ``YYYY``, ``MM`` and ``DD`` once each.

    :raises InputError: ``profile_date_form``.
    """
    if not _DATE_FORM.fullmatch(form) or any(form.count(part) != 1 for part in _DATE_PARTS):
        raise InputError("profile_date_form", value=form)
    return form


def in_date_form(iso: str, form: str) -> str:
    """Return an ISO 8601 date in a form; a time of day falls away."""
    for part, where in _DATE_PARTS.items():
        form = form.replace(part, iso[where])
    return form


def from_date_form(text: str | None, form: str) -> str | None:
    """Return the ISO 8601 date that a text in a form says; the text itself where it is not in that form."""
    if text is None:
        return None
    pattern = re.escape(form)
    for part in _DATE_PARTS:
        pattern = pattern.replace(part, rf"(?P<{part}>\d{{{len(part)}}})")
    found = re.fullmatch(pattern, text)
    return text if found is None else f"{found['YYYY']}-{found['MM']}-{found['DD']}"

"""A ledger: its name, which statuses it knows and which of them are done, how it is drawn, which columns it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.core.value_words import comparable_word

# Between statuses in a column of a ledger, as it is written and as it was before; a status is one line.
_BETWEEN, _BETWEEN_BEFORE = "\n", "、"
#: How long a key may be; it stands in the key of each item and in the change log, whose parts ``|`` divides.
LONGEST_KEY = 40
#: What items may be.
KINDS = ("point", "line", "area")
_CATALOGUE = "catalogues/ledgers.json"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Ledger:
    """``statuses``: those that its items have had, in the order in which they came; ``done``: those that count as
    done. ``symbol``: of the value list ``ledger_symbol``; ``colour``: ``#rrggbb``. ``fields``: what a file is read
    by, role (``key``, ``name``, ``status``, ``due_on``, ``grid``, ``x``, ``y``, ``coordinates``) → heading.
    ``imported_on``: ISO 8601 day of the last import, "" before the first. ``kinds``: which of :data:`KINDS` its items
    are.
    """

    #: The columns of the table that :meth:`of_row` reads beside the key.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("title", "statuses", "done_statuses", "symbol", "colour", "fields", "imported_on", "geometry_kind"),
    )

    key: str
    title: str
    statuses: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    symbol: str = ""
    colour: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    imported_on: str = ""
    kinds: tuple[str, ...] = ("point",)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Ledger:
        """Return the ledger of a row of the table; what a form left empty or somebody wrote wrongly is left out."""
        return cls(
            str(row["key"]),
            row.get("title") or str(row["key"]),
            _parts(row.get("statuses")),
            _parts(row.get("done_statuses")),
            row.get("symbol") or "",
            _colour(row.get("colour")),
            _fields(row.get("fields")),
            str(row.get("imported_on") or ""),
            tuple(kind for kind in KINDS if kind in (row.get("geometry_kind") or "").split(",")) or KINDS[:1],
        )

    def as_row(self) -> dict[str, str | None]:
        """Return the columns of the table that a ledger fills."""
        return {
            "key": self.key,
            "title": self.title,
            "geometry_kind": ",".join(self.kinds),
            "statuses": _listed(self.statuses),
            "done_statuses": _listed(self.done),
            "symbol": self.symbol,
            "colour": self.colour,
            "fields": json.dumps(dict(self.fields), ensure_ascii=False, sort_keys=True),
            "imported_on": self.imported_on or None,
        }


def checked_key(text: str | None) -> str:
    """Return the key of a ledger as it is stored.

    :raises InputError: ``ledger_key_missing``; ``ledger_key_malformed`` for one that is too long or has ``|`` in it.
    """
    key = (text or "").strip()
    if not key:
        raise InputError("ledger_key_missing")
    if len(key) > LONGEST_KEY or "|" in key or not key.isprintable():
        raise InputError("ledger_key_malformed", key=key, most=LONGEST_KEY)
    return key


def checked_look(symbol: str, colour: str) -> tuple[str, str]:
    """Return symbol and colour as they are stored; "" stays.

    :raises InputError: ``ledger_symbol_unknown``, ``ledger_colour_unclear``.
    """
    known = [key for key, _ in value_list("ledger_symbol")]
    if symbol and symbol not in known:
        raise InputError("ledger_symbol_unknown", value=symbol, known=", ".join(known))
    lower = colour.strip().lower()
    if lower and not _COLOUR.fullmatch(lower):
        raise InputError("ledger_colour_unclear", value=colour)
    return symbol, lower


def free_look(others: Iterable[Ledger]) -> tuple[str, str]:
    """Return symbol and colour for one more ledger: those that the fewest of the others have."""
    catalogue = load_json(_CATALOGUE)
    there = list(others)
    symbol = _rarest(catalogue["symbols"], [one.symbol for one in there])
    return symbol, _rarest(catalogue["colours"], [one.colour for one in there])


def done_among(statuses: Iterable[str]) -> tuple[str, ...]:
    """Return the statuses that say by their own words that a matter is over."""
    words = {comparable_word(word) for word in load_json(_CATALOGUE)["done_words"]}
    return tuple(status for status in statuses if comparable_word(status) in words)


def statuses_said(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the statuses that somebody lists: commas, semicolons or 、 between them, or as a ledger holds them.

    A known status that has such a sign inside is found whole.
    """
    whole = _json_texts(text)
    if whole:
        return whole
    divided = sorted((one for one in known if len(parts_of(one)) > 1), key=len, reverse=True)
    parts, said = parts_of(text), []
    while parts:
        heads = ((one, len(parts_of(one))) for one in divided)
        status, count = next((head for head in heads if parts[: head[1]] == parts_of(head[0])), (parts[0], 1))
        said.append(status)
        parts = parts[count:]
    return tuple(said)


def with_statuses(known: Sequence[str], found: Iterable[Any]) -> tuple[str, ...]:
    """Return the known statuses and, after them, those that were found beside."""
    return tuple(dict.fromkeys([*known, *(str(status) for status in found if status is not None)]))


def _colour(text: str | None) -> str:
    """Return a colour that can be drawn with, "" for what somebody wrote that is none."""
    lower = (text or "").strip().lower()
    return lower if _COLOUR.fullmatch(lower) else ""


def _rarest(choices: Sequence[str], used: Collection[str]) -> str:
    return min(choices, key=lambda one: sum(other == one for other in used))


def _parts(text: str | None) -> tuple[str, ...]:
    """Return the statuses that a column lists, or somebody wrote into it."""
    whole = _json_texts(text)
    between = _BETWEEN if _BETWEEN in (text or "") else _BETWEEN_BEFORE
    return whole or tuple(part.strip() for part in (text or "").split(between) if part.strip())


def _listed(statuses: Sequence[str]) -> str | None:
    """Return statuses as a column holds them: what :func:`_parts` makes the same statuses of."""
    plain = _BETWEEN.join(statuses)
    return (plain if _parts(plain) == tuple(statuses) else json.dumps(statuses, ensure_ascii=False)) or None


def _json_texts(text: str | None) -> tuple[str, ...]:
    """Return the texts of a JSON list, nothing where a text is none."""
    try:
        content = json.loads(text or "")
    except ValueError:
        return ()
    is_list = isinstance(content, list) and all(isinstance(one, str) and one for one in content)
    return tuple(content) if is_list else ()


def _fields(text: str | None) -> dict[str, str]:
    """Return what a file is read by; what is no such list (a form can be written into) counts as nothing."""
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in content.items() if v} if isinstance(content, dict) else {}

"""What a post is for: a responsibility grid, a lane, an area or a station, found by code or by name."""

from __future__ import annotations

import re
from typing import Any, Union

from gridmgmt_plugin.core.codes.areas import plain_area_code
from gridmgmt_plugin.core.codes.code_text import is_digits
from gridmgmt_plugin.core.lanes.lane_edit import gone_states
from gridmgmt_plugin.core.lanes.names import normalise_name
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.near_names import MOST, near_names
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code, clean_text
from gridmgmt_plugin.core.value_words import comparable

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
# A code of that length never ends in so many zeros: the number behind 9.90101E+14.
_ROUNDED = re.compile(r"\d{6,9}0{6,}")
_DECIMAL_TAIL = re.compile(r"\d+\.0+")
_SEVERAL = re.compile(r"[,，、;；\n]+")

Found = Union[str, Message]


class Targets:
    """The objects that posts may be for.

    ``rows``: the table of the target (``code``, ``name``; lanes also ``alias``, ``old_name``, ``state``,
    ``street_code``, ``managing_street_code``; grids ``area_code``). What was abolished is found by its code alone; an
    old name is proposed, not taken. ``offices``: the ``area`` table, to find a street office by name.
    """

    def __init__(self, rows: Rows, offices: Rows | None = None) -> None:
        self._codes = {code for code in map(clean_code, rows["code"]) if code} if "code" in rows else set()
        self._by_name: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._before: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._titles: dict[str, str] = {}
        gone = gone_states()
        for record in rows.records():
            if record.get("state") in gone:
                continue
            code = clean_code(record.get("code"))
            within = [clean_code(record.get(name)) for name in ("street_code", "managing_street_code", "area_code")]
            for name in {normalise_name(record.get("name")), normalise_name(record.get("alias"))} - {""}:
                if code:
                    self._by_name.setdefault(name, []).append((code, tuple(w for w in within if w)))
            if code:
                self._titles[code] = str(record.get("name") or "–")
                if before := normalise_name(record.get("old_name")):
                    self._before.setdefault(before, []).append((code, tuple(w for w in within if w)))
        self._office_codes: dict[str, set[str]] = {}
        for record in offices.records() if offices is not None else ():
            if record.get("code"):
                self._office_codes.setdefault(comparable(record.get("name")), set()).add(str(record["code"]))

    def find(self, code: Any, name: Any, street: Any) -> list[Found]:
        """Return the codes that a row names, or why not: one entry per code or name in the cell.

        A code decides alone. A name is looked up in the street office, where one is given; a name that fits several
        objects is never guessed.
        """
        codes = self._split(code)
        if codes:
            return [self._by_code(text) for text in codes]
        names = self._split(name)
        if not names:
            return [Message("post_without_target")]
        return [self._named(text, street) for text in names]

    @staticmethod
    def _split(cell: Any) -> list[str]:
        text = clean_text(cell)
        return [] if text is None else [part.strip() for part in _SEVERAL.split(text) if part.strip()]

    def _by_code(self, text: str) -> Found:
        code = clean_code(text) or ""
        if code in self._codes:
            return code
        if _SCIENTIFIC.fullmatch(code) or _ROUNDED.fullmatch(code):
            return Message("post_target_code_damaged", {"code": text})
        if _DECIMAL_TAIL.fullmatch(code):
            return Message("post_target_code_with_tail", {"code": text})
        return Message("post_target_unknown", {"code": text})

    def _named(self, text: str, street: Any) -> Found:
        candidates = self._by_name.get(normalise_name(text), [])
        offices = self._offices(street)
        if offices is None:
            return Message("post_street_unknown", {"street": clean_text(street)})
        if offices:
            candidates = [(code, within) for code, within in candidates if self._inside(within, offices)]
        codes = sorted({code for code, _ in candidates})
        if len(codes) > 1:
            return Message("post_target_ambiguous", {"name": text, "codes": listing(codes)})
        return codes[0] if codes else self._unknown(text, offices)

    def _unknown(self, text: str, offices: set[str]) -> Message:
        """Return that a name is not known, with those that may be meant."""
        named = self._before.get(normalise_name(text), [])
        named = named + [place for name in near_names(text, self._by_name) for place in self._by_name[name]]
        if offices:
            named = [(code, within) for code, within in named if self._inside(within, offices)]
        codes = list(dict.fromkeys(code for code, _ in named))
        if not codes:
            return Message("post_target_name_unknown", {"name": text})
        near = listing((f"{self._titles[code]} ({code})" for code in codes), MOST)
        return Message("post_target_name_near", {"name": text, "near": near})

    @staticmethod
    def _inside(within: tuple[str, ...], offices: set[str]) -> bool:
        return any(area.startswith(office) for area in within for office in offices)

    def _offices(self, street: Any) -> set[str] | None:
        """Return the codes of a street office given by code or name; empty when not given, ``None`` when unknown."""
        text = clean_text(street)
        if text is None:
            return set()
        code = clean_code(text) or ""
        if is_digits(code):
            return {plain_area_code(code)}
        name = comparable(text)
        return self._office_codes.get(name) or self._office_codes.get(name + "街道")

"""Read a file of code layouts and say exactly what is wrong with it: a city may bring its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from gridmgmt_plugin.core.codes.parts import SEQUENCE, SPLIT_POLICIES, CodeLayout, CodePart
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message

KINDS = ("unit_grid", "responsibility_grid", "component", "lane", "station")
PART_NAMES = (
    "object",
    "county",
    "street_office",
    "community",
    "major",
    "minor",
    "subclass",
    "grid_type",
    "layer",
    SEQUENCE,
)
_CONFIDENCES = ("standard_text", "implementation", "recalled", "ours")
_LONGEST_PART = 9
_TYPE_PROBLEMS = {
    "str": Message("layout_value_not_text"),
    "list": Message("layout_value_not_list"),
    "dict": Message("layout_value_not_object"),
}


@dataclass(frozen=True)
class LayoutCatalogue:
    """The layouts of one file, in its order, and the default of each kind."""

    layouts: Mapping[str, CodeLayout]
    defaults: Mapping[str, str]


def catalogue_from_json(content: Any, path: Path) -> LayoutCatalogue:
    """Check the parsed content of a layout file.

    :param path: where it came from, for the error.
    :raises InputError: ``layout_file_invalid``, naming the place in the file (``layouts[2].parts[0].digits``) and
        what is wrong there.
    """
    return _Reader(path).catalogue(content)


class _Reader:
    """Walks the content and knows where it is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def catalogue(self, content: Any) -> LayoutCatalogue:
        entries = self._value(content, "layouts", list, "")
        layouts: dict[str, CodeLayout] = {}
        for index, entry in enumerate(entries):
            where = f"layouts[{index}]"
            layout = self._layout(entry, where)
            if layout.key in layouts:
                self._fail(f"{where}.key", Message("layout_key_twice", {"key": layout.key}))
            layouts[layout.key] = layout
        defaults = self._value(content, "defaults", dict, "")
        for kind in KINDS:
            where = f"defaults.{kind}"
            key = self._value(defaults, kind, str, "defaults")
            if key not in layouts or layouts[key].kind != kind:
                self._fail(where, Message("layout_default_unknown", {"key": key, "kind": kind}))
        return LayoutCatalogue(layouts, {kind: defaults[kind] for kind in KINDS})

    def _layout(self, entry: Any, where: str) -> CodeLayout:
        title = self._value(entry, "title", dict, where)
        source = self._value(entry, "source", dict, where)
        for tongue in ("zh", "en"):
            self._value(source, tongue, str, f"{where}.source")
        self._choice(entry, "confidence", _CONFIDENCES, where)
        standard = entry.get("standard")
        if standard is not None and not isinstance(standard, str):
            self._fail(f"{where}.standard", _TYPE_PROBLEMS["str"])
        parts = tuple(
            self._part(part, f"{where}.parts[{index}]")
            for index, part in enumerate(self._value(entry, "parts", list, where))
        )
        names = [part.name for part in parts]
        if names.count(SEQUENCE) != 1:
            self._fail(f"{where}.parts", Message("layout_needs_one_sequence", {"count": names.count(SEQUENCE)}))
        for name in names:
            if names.count(name) > 1:
                self._fail(f"{where}.parts", Message("layout_part_twice", {"name": name}))
        return CodeLayout(
            key=self._value(entry, "key", str, where),
            kind=self._choice(entry, "kind", KINDS, where),
            title_zh=self._value(title, "zh", str, f"{where}.title"),
            title_en=self._value(title, "en", str, f"{where}.title"),
            standard=standard,
            split_policy=self._choice(entry, "split_policy", SPLIT_POLICIES, where),
            parts=parts,
        )

    def _part(self, entry: Any, where: str) -> CodePart:
        name = self._choice(entry, "name", PART_NAMES, where)
        if "pattern" in entry:
            return self._pattern_part(name, entry, where)
        digits = self._number(entry, "digits", where, 1, _LONGEST_PART)
        highest = 10**digits - 1
        first = self._number(entry, "first", where, 0, highest)
        last = self._number(entry, "last", where, first, highest)
        reserved = entry.get("reserved", [])
        if name != SEQUENCE and reserved:
            self._fail(f"{where}.reserved", Message("layout_reserved_misplaced"))
        if not isinstance(reserved, list) or not all(_is_int(n) and first <= n <= last for n in reserved):
            self._fail(f"{where}.reserved", Message("layout_value_range", {"first": first, "last": last}))
        return CodePart(name, digits, first, last, reserved=tuple(sorted(set(reserved))))

    def _pattern_part(self, name: str, entry: Any, where: str) -> CodePart:
        if name == SEQUENCE:
            self._fail(f"{where}.pattern", Message("layout_sequence_pattern"))
        length = self._number(entry, "length", where, 1, _LONGEST_PART)
        pattern = self._value(entry, "pattern", str, where)
        try:
            re.compile(pattern)
        except re.error as error:
            self._fail(f"{where}.pattern", Message("layout_pattern_invalid", {"problem": str(error)}))
        return CodePart(name, length, pattern=pattern)

    def _value(self, entry: Any, key: str, kind: type[object], where: str) -> Any:
        place = f"{where}.{key}" if where else key
        if not isinstance(entry, dict):
            self._fail(where or "/", _TYPE_PROBLEMS["dict"])
        if key not in entry:
            self._fail(place, Message("layout_value_missing"))
        if not isinstance(entry[key], kind) or not entry[key]:
            self._fail(place, _TYPE_PROBLEMS[kind.__name__])
        return entry[key]

    def _choice(self, entry: Any, key: str, choices: tuple[str, ...], where: str) -> str:
        value = str(self._value(entry, key, str, where))
        if value not in choices:
            self._fail(
                f"{where}.{key}", Message("layout_value_choice", {"value": value, "choices": ", ".join(choices)})
            )
        return value

    def _number(self, entry: Any, key: str, where: str, first: int, last: int) -> int:
        if key not in entry:
            self._fail(f"{where}.{key}", Message("layout_value_missing"))
        value = entry[key]
        if not _is_int(value) or not first <= value <= last:
            self._fail(f"{where}.{key}", Message("layout_value_range", {"first": first, "last": last}))
        return int(value)

    def _fail(self, where: str, problem: Message) -> NoReturn:
        raise InputError("layout_file_invalid", path=self._path.name, where=where, problem=problem)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

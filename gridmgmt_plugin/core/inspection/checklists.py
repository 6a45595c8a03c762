"""The checklists (十无 and a city's own): items with weights, the rule of the standing, classes of cases.

A list is data: ``resources/checklists/<key>.json``, or a file of a city in the same form, which the workspace keeps.
How sure each fact is stands in the file, with the marks of the reference: V seen in the text itself, N in the news,
D derived.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded, half_width
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json, resource_path
from gridmgmt_plugin.core.value_lists import value_list

_FOLDER = "checklists"
#: Under this and the list's key a workspace keeps a list of its own.
OWN = "checklist:"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ITEM_CODE = re.compile(r"[0-9A-Za-z_]{1,12}")
# 1. / 第1项 / ① / (1) before a title.
_COUNTED = re.compile(r"^(?:第?\(?(?:\d{1,2}|[一二三四五六七八九十]+)\)?(?:项|、|\.|:)?|[①-⑳])")


@dataclass(frozen=True)
class StandingRule:
    """Below ``pass_mark`` (of 100) in a month a lane is not up to standard; ``months`` in a row at it or above
    restore it. ``kinds``: the kinds of inspections that decide; others are kept and told, and so are those without a
    kind.
    """

    pass_mark: float
    months: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class ChecklistItem:
    """One item: ``code`` (unique in its list), titles, ``also``: how tables head it, ``weight``: the points that it
    gives, ``case_classes``: (kind, class prefix) of the cases that count against it.
    """

    code: str
    zh: str
    en: str
    weight: float
    also: tuple[str, ...] = ()
    case_classes: tuple[tuple[str, str], ...] = ()

    def title(self, language: str) -> str:
        """Return what the item is called."""
        return self.zh if tongue_of(language) == "zh" else self.en


@dataclass(frozen=True)
class Checklist:
    """A list of items with its rule; ``aim``: what it wants besides and gives no points for (zh, en), if anything."""

    key: str
    zh: str
    en: str
    items: tuple[ChecklistItem, ...]
    standing: StandingRule
    aim: tuple[str, str] | None = None

    @property
    def full_score(self) -> float:
        """Return the points of a lane without a fault."""
        return math.fsum(item.weight for item in self.items)

    def title(self, language: str) -> str:
        """Return what the list is called."""
        return self.zh if tongue_of(language) == "zh" else self.en

    def item(self, code: str) -> ChecklistItem | None:
        """Return an item by its code."""
        return next((item for item in self.items if item.code == code), None)

    def item_of_case(self, kind: str | None, class_code: str) -> int:
        """Return the position of the item that a class of cases counts against, by the longest prefix; −1 for none.

        :param kind: event or component; ``None`` where it is not known.
        """
        found = [
            (len(prefix), -at)
            for at, item in enumerate(self.items)
            for of_kind, prefix in item.case_classes
            if kind in (None, of_kind) and class_code.startswith(prefix)
        ]
        return -max(found)[1] if found else -1

    def find(self, text: Any) -> ChecklistItem | None:
        """Return the item that a heading or a cell names: by code, title or another word for it, counted or not."""
        wanted = folded(str(text)) if text is not None else ""
        for word in (wanted, _COUNTED.sub("", wanted)):
            for item in self.items:
                if word and word in _words(item):
                    return item
        number = re.fullmatch(r"第?\(?(\d{1,2})\)?项?", wanted)
        counted = [item for item in self.items if number and item.code.lstrip("0") == number[1].lstrip("0")]
        return counted[0] if len(counted) == 1 else None


def _words(item: ChecklistItem) -> frozenset[str]:
    return frozenset(folded(word) for word in (item.code, f"item_{item.code}", item.zh, item.en, *item.also))


def built_in() -> tuple[str, ...]:
    """Return the keys of the lists that come with the program, oldest first."""
    return tuple(sorted(path.stem for path in resource_path(_FOLDER).glob("*.json")))


@cache
def _of_the_program() -> Mapping[str, Checklist]:
    return {key: read_checklist(load_json(f"{_FOLDER}/{key}.json")) for key in built_in()}


def known_checklists(own: Mapping[str, str]) -> dict[str, Checklist]:
    """Return key → list: those of the program and those that a workspace keeps.

    :param own: what else the workspace says of itself; entries of other names are left alone.
    :raises InputError: ``checklist_invalid`` when a list of the workspace was damaged.
    """
    found = dict(_of_the_program())
    for name, text in sorted(own.items()):
        if name.startswith(OWN):
            kept = parse_checklist(text)
            found[kept.key] = kept
    return found


def chosen_checklist(own: Mapping[str, str], key: str) -> Checklist:
    """Return a list by its key.

    :raises InputError: ``checklist_unknown``, naming those there are.
    """
    known = known_checklists(own)
    if key not in known:
        raise InputError("checklist_unknown", key=key, known=", ".join(known))
    return known[key]


def parse_checklist(text: str) -> Checklist:
    """Return the list that a JSON text holds.

    :raises InputError: ``checklist_invalid`` with what is wrong.
    """
    try:
        return read_checklist(json.loads(text))
    except json.JSONDecodeError as error:
        raise InputError(
            "checklist_invalid", place=f"{error.lineno}:{error.colno}", value=half_width(error.msg)
        ) from error


def read_checklist(content: Any) -> Checklist:
    """Return the list that parsed JSON holds, in the form of the files in ``resources/checklists``.

    :raises InputError: ``checklist_invalid`` naming the place and what stands there.
    """
    if not isinstance(content, Mapping):
        raise InputError("checklist_invalid", place="{}", value=type(content).__name__)
    key = _text(content, "key")
    if not _KEY.fullmatch(key):
        raise InputError("checklist_invalid", place="key", value=key)
    title = _pair(content.get("title"), "title")
    entries = content.get("items")
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        raise InputError("checklist_invalid", place="items", value=shortened(str(entries), 40))
    items = tuple(_item(entry, f"items[{place}]") for place, entry in enumerate(entries))
    codes = [item.code for item in items]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise InputError("checklist_invalid", place="items.code", value=twice)
    aim = None if content.get("aim") is None else _pair(content["aim"], "aim")
    if math.fsum(item.weight for item in items) <= 0:
        raise InputError("checklist_invalid", place="items.weight", value="0")
    return Checklist(key, *title, items, _rule(content.get("standing")), aim)


def _item(entry: Any, place: str) -> ChecklistItem:
    if not isinstance(entry, Mapping):
        raise InputError("checklist_invalid", place=place, value=shortened(str(entry), 40))
    code = _text(entry, "code", place)
    if not _ITEM_CODE.fullmatch(code):
        raise InputError("checklist_invalid", place=f"{place}.code", value=code)
    classes = []
    for one in entry.get("case_classes", ()):
        if not isinstance(one, Mapping) or one.get("kind") not in ("event", "component") or not one.get("prefix"):
            raise InputError("checklist_invalid", place=f"{place}.case_classes", value=shortened(str(one), 40))
        classes.append((str(one["kind"]), str(one["prefix"])))
    also = tuple(str(word) for word in entry.get("also", ()))
    weight = _number(entry.get("weight"), f"{place}.weight", least=0.0)
    return ChecklistItem(code, *_pair(entry, place), weight, also, tuple(classes))


def _rule(entry: Any) -> StandingRule:
    if not isinstance(entry, Mapping):
        raise InputError("checklist_invalid", place="standing", value=shortened(str(entry), 40))
    kinds = tuple(str(kind) for kind in entry.get("kinds", ()))
    known = [key for key, _ in value_list("inspection_kind")]
    if not kinds or not set(kinds) <= set(known):
        raise InputError("checklist_invalid", place="standing.kinds", value=", ".join(kinds))
    mark = _number(entry.get("pass_mark"), "standing.pass_mark", least=0.0)
    months = _number(entry.get("months"), "standing.months", least=1.0)
    if mark > 100 or months != int(months):
        raise InputError("checklist_invalid", place="standing", value=f"{mark:g}, {months:g}")
    return StandingRule(mark, int(months), kinds)


def _number(value: Any, place: str, *, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < least:
        raise InputError("checklist_invalid", place=place, value=shortened(str(value), 40))
    return float(value)


def _pair(entry: Any, place: str) -> tuple[str, str]:
    """Return the Chinese and the English title; one that is missing is that of the other language."""
    texts = [entry.get(tongue) for tongue in ("zh", "en")] if isinstance(entry, Mapping) else [None, None]
    zh, en = (text.strip() if isinstance(text, str) else "" for text in texts)
    if not (zh or en):
        raise InputError("checklist_invalid", place=place, value=shortened(str(entry), 40))
    return zh or en, en or zh


def _text(entry: Mapping[str, Any], name: str, place: str = "") -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError("checklist_invalid", place=f"{place}.{name}".lstrip("."), value=shortened(str(value), 40))
    return value.strip()

"""The charts of a briefing as SVG, for a page and for paper alike: plain shapes and texts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from gridmgmt_plugin.core.briefing.content import Briefing, Share
from gridmgmt_plugin.core.briefing.words import age_labels, briefing_data, weekdays, word

_LETTER, _LINE, _PAD = 13.0, 22.0, 6.0
# A Chinese letter is as wide as it is high, others about half of that.
_WIDE, _NARROW, _FIRST_WIDE = 1.0, 0.56, 0x2E7F
_LEAST_OPACITY = 0.12
_TOLD_HOURS = (0, 6, 12, 18)
_SERIES_WIDTH, _SERIES_HEIGHT = 760.0, 190.0
_BARS_WIDTH, _LABEL_WIDTH, _NUMBER_WIDTH = 560.0, 210.0, 62.0
_HOUR_WIDTH, _HOUR_HEIGHT, _DAY_WIDTH = 28.0, 22.0, 46.0


@dataclass(frozen=True)
class Ink:
    """Colours, as SVG takes them, and the font ("" = that of what surrounds the drawing)."""

    text: str
    faint: str
    bar: str
    font: str = ""


#: Colours that a page may exchange for those of a dark screen.
ON_SCREEN = Ink("var(--ink)", "var(--faint)", "var(--bar)")


def on_paper(font: str) -> Ink:
    """Return the colours of paper."""
    return Ink("#1f2933", "#5b6673", "#0b6fb8", font)


def charts(content: Briefing, language: str, ink: Ink) -> dict[str, str]:
    """Return the charts of a briefing by the key of the table whose numbers they show."""
    return {
        "days": series([str(moment) for moment in content.moments], content.per_moment.tolist(), ink),
        "hours": hours(content.by_hour, weekdays(language), ink),
        "classes": bars(*_most(content.classes, language), ink),
        "ages": bars(list(zip(age_labels(language), content.ages)), None, ink),
    }


def _most(shares: Sequence[Share], language: str) -> tuple[list[tuple[str, int]], tuple[str, int] | None]:
    """Return the most frequent, and all others together."""
    room = briefing_data()["bars"]
    shown = shares[: room if len(shares) > room + 1 else room + 1]
    found = [(one.name.text(language), one.count) for one in shown]
    left = shares[len(shown) :]
    rest = (word("others", language, count=len(left)), sum(one.count for one in left)) if left else None
    return found, rest


def series(labels: Sequence[str], counts: Sequence[int], ink: Ink) -> str:
    """Return columns beside each other over a line; the first, the last and the highest are told."""
    most, ground = max(counts, default=0), _SERIES_HEIGHT - _LINE
    step = _SERIES_WIDTH / max(len(counts), 1)
    parts = []
    for at, (label, count) in enumerate(zip(labels, counts)):
        height = (ground - _LINE) * count / most if most else 0.0
        parts.append(
            _box(at * step, ground - height, max(step - 1.5, 0.8), height, ink.bar, tip=f"{label}: {count:,}")
        )
    parts.append(_box(0.0, ground, _SERIES_WIDTH, 1.0, ink.faint))
    if counts:
        parts.append(_text(0.0, _LETTER, f"{most:,}", ink.faint))
        parts.append(_text(0.0, _SERIES_HEIGHT - _PAD, labels[0], ink.text))
    if len(counts) > 1:
        parts.append(_text(_SERIES_WIDTH, _SERIES_HEIGHT - _PAD, labels[-1], ink.text, anchor="end"))
    return picture(_SERIES_WIDTH, _SERIES_HEIGHT, parts, ink)


def bars(entries: Sequence[tuple[str, int]], rest: tuple[str, int] | None, ink: Ink) -> str:
    """Return entries below each other: name, bar, number; ``rest``: all others, which no bar is compared with."""
    most = max((count for _, count in entries), default=0)
    room = _BARS_WIDTH - _LABEL_WIDTH - _NUMBER_WIDTH
    parts = []
    for at, (label, count) in enumerate([*entries, *([rest] if rest else [])]):
        is_rest = at == len(entries)
        top, length = at * _LINE, room * count / most if most and not is_rest else 0.0
        parts.append(_text(0.0, top + _LETTER + 2, shortened(label, _LABEL_WIDTH - _PAD), ink.text))
        if not is_rest:
            parts.append(_box(_LABEL_WIDTH, top + 2, length, _LINE - _PAD, ink.bar, tip=f"{label}: {count:,}"))
        left = _LABEL_WIDTH + length + (0.0 if is_rest else _PAD)
        parts.append(_text(left, top + _LETTER + 2, f"{count:,}", ink.text))
    count = len(entries) + (1 if rest else 0)
    return picture(_BARS_WIDTH, max(count, 1) * _LINE, parts, ink)


def hours(counts: np.ndarray, days: Sequence[str], ink: Ink) -> str:
    """Return fields of 7 days by 24 hours, the darker the more; ``counts``: int (7, 24)."""
    most = int(counts.max(initial=0))
    parts = []
    for day, (name, line) in enumerate(zip(days, counts.tolist())):
        top = day * _HOUR_HEIGHT
        parts.append(_text(0.0, top + _LETTER + 3, name, ink.text))
        for hour, count in enumerate(line):
            opacity = _LEAST_OPACITY + (1.0 - _LEAST_OPACITY) * count / most if count else 0.04
            left = _DAY_WIDTH + hour * _HOUR_WIDTH
            tip = f"{name} {hour}:00–{hour + 1}:00: {count:,}"
            parts.append(_box(left, top, _HOUR_WIDTH - 1, _HOUR_HEIGHT - 1, ink.bar, tip=tip, opacity=opacity))
    below = 7 * _HOUR_HEIGHT + _LETTER + 2
    parts += [_text(_DAY_WIDTH + hour * _HOUR_WIDTH, below, f"{hour}:00", ink.faint) for hour in _TOLD_HOURS]
    return picture(_DAY_WIDTH + 24 * _HOUR_WIDTH, below + _PAD, parts, ink)


def legend(keys: Sequence[tuple[str, str]], ink: Ink) -> str:
    """Return colours with what they mean, in one line."""
    parts, left = [], 0.0
    for colour, label in keys:
        parts.append(_box(left, 2, _LINE, _LETTER, colour))
        parts.append(_text(left + _LINE + _PAD, _LETTER + 1, label, ink.text))
        left += _LINE + 3 * _PAD + _wide(label)
    return picture(max(left, _LINE), _LETTER + _PAD, parts, ink)


def shortened(text: str, width: float) -> str:
    """Return a text so far as it fits into a width, in the drawing's own units."""
    taken = 0.0
    for at, letter in enumerate(text):
        taken += _wide(letter)
        if taken > width:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text


def _wide(text: str) -> float:
    """Return about how wide a text is."""
    return sum(_LETTER * (_WIDE if ord(letter) > _FIRST_WIDE else _NARROW) for letter in text)


def picture(width: float, height: float, parts: Iterable[str], ink: Ink) -> str:
    """Return a drawing of parts; it grows and shrinks with its place."""
    font = f' font-family="{escape(ink.font)}"' if ink.font else ""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-size="{_LETTER:g}"{font} role="img">'
    return f"{head}{''.join(parts)}</svg>"


def _box(x: float, y: float, width: float, height: float, colour: str, *, tip: str = "", opacity: float = 1.0) -> str:
    shade = f' fill-opacity="{opacity:.2f}"' if opacity < 1.0 else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    told = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<rect {place} fill="{colour}"{shade}>{told}</rect>'


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'

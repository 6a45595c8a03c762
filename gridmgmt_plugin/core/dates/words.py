"""Dates with words in them (Mar  7 2025  8:05AM, 07-MAR-25, Fri Mar 07 08:05:00 CST 2025), rewritten in figures.

These are the forms in which databases and programs write by default: SQL Server, Oracle (English and Chinese), Java,
JavaScript, C, mail headers. The month is named, so nothing about the order has to be guessed.
"""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
# Of a year in two figures Oracle's own rule (RR) tells the century.
_FIRST_OF_LAST_CENTURY = 50

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTH_SIGN = r"(?P<month>(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_BETWEEN = r"[ \-/.,]*"
_CLOCK = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?P<zone> ?(?:Z|[+\-]\d{2}:?\d{2}))?"
_REST = r"(?P<rest>(?:[ T:,\-]+.*)?)"
_ORDERS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_MONTH} ?{_DAY} {_CLOCK} (?P<year>\d{{4}})",
        rf"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}(?P<year>\d{{4}}|\d{{2}}(?!\d)){_REST}",
        rf"{_DAY}[ \-]+{_MONTH_SIGN}[ \-]+(?P<year>\d{{4}}|\d{{2}}(?!\d)){_REST}",
        rf"{_MONTH}{_BETWEEN}{_DAY}[ ,\-/]+(?P<year>\d{{4}}){_REST}",
        rf"(?P<year>\d{{4}}){_BETWEEN}{_MONTH}{_BETWEEN}{_DAY}{_REST}",
    )
]
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +", re.IGNORECASE)
_HALF = "AM|PM|上午|下午"
_TIME = re.compile(
    rf"[ T:,\-]*(?:at )?(?P<before>{_HALF})? ?(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}})"
    rf"(?:[:.](?P<second>\d{{2}})(?:[:.,]\d+)?)?)? ?(?P<after>{_HALF})? ?(?P<zone>Z|[+\-]\d{{2}}(?::?\d{{2}})?)?",
    re.IGNORECASE,
)
_HALVES = re.compile(r"(?<![A-Za-z])([ap])\. ?m\.?(?![A-Za-z])", re.IGNORECASE)
_BEHIND = re.compile(r" ?(?:\([^()]*\)|\[[^\[\]]*\])$")
_OFFSET = re.compile(r" ?(?:UTC|GMT) ?([+\-])(\d{1,2})(?::?(\d{2}))?\b", re.IGNORECASE)
_UNIVERSAL = re.compile(r" ?\b(?:UTC|GMT)\b", re.IGNORECASE)
# What an office in China calls CST is China's standard time.
_CHINAS = re.compile(r"(?<=\d)(?P<half> ?(?:[AP]M)?) ?(?:CST|PRC|Asia/Shanghai|北京时间)\b", re.IGNORECASE)
_OFFSET_AND_NAME = re.compile(r"([+\-]\d{2}:?\d{2}) ?\+08:00")
# A Chinese letter that no date has: nothing outside brackets is rewritten in such a text.
_OTHER_LETTER = re.compile("[\u3400-\u9fff](?<![年月日周星期一二三四五六七八九十天上下中午晚凌晨时间点分秒半北京])")
_DB2 = re.compile(r"(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)(\.\d+)?")


def in_figures(text: str) -> str:
    """Return ``text`` (half-width, single blanks) with month, half of the day and zone in the forms of ISO 8601.

    The month comes as a number, a.m. as AM, zones as Z or +08:00; a text without such words comes back as it is.
    """
    if ")" not in text and "]" not in text and _OTHER_LETTER.search(text):
        return text
    found = _HALVES.sub(lambda match: f"{match[1]}m".upper(), text)
    found = _DB2.sub(r"\1 \2:\3:\4", found)
    if any(sign in found for sign in ")]") and any(sign.isdigit() for sign in found[:4] + found[-30:]):
        found = _without_names_behind(found)
    found = _OFFSET.sub(lambda match: f"{match[1]}{match[2]:0>2}:{match[3] or '00'}", found)
    found = _UNIVERSAL.sub("Z", found)
    found = _CHINAS.sub(lambda match: f"{match['half']}+08:00", found)
    found = _OFFSET_AND_NAME.sub(r"\1", found)
    plain = _WEEKDAY.sub("", found)
    for order in _ORDERS:
        match = order.fullmatch(plain)
        rewritten = None if match is None else _rewritten(match.groupdict())
        if rewritten is not None:
            return rewritten
    return found


def _without_names_behind(text: str) -> str:
    """Return ``text`` without a zone's name in brackets behind its offset: +08:00[Asia/Shanghai]."""
    behind = _BEHIND.search(text)
    return text[: behind.start()] if behind and re.search(r"[+\-]\d{2}:?\d{2}$|Z$", text[: behind.start()]) else text


def _rewritten(parts: dict[str, str | None]) -> str | None:
    month, year = _month_number(str(parts["month"])), int(str(parts["year"]))
    if len(str(parts["year"])) == 2:
        year += 2000 if year < _FIRST_OF_LAST_CENTURY else 1900
    day = f"{year:04d}-{month:02d}-{int(str(parts['day'])):02d}"
    told = parts.get("rest") or " ".join(filter(None, (parts.get("time"), (parts.get("zone") or "").strip())))
    if not told.strip():
        return day
    match = _TIME.fullmatch(told.strip())
    if match is None:
        return None
    half = (match["before"] or match["after"] or "").upper()
    clock = f"{match['hour']}:{match['minute'] or '00'}:{match['second'] or '00'}"
    return f"{day} {half}{clock}{match['zone'] or ''}"


def _month_number(word: str) -> int:
    if word.endswith("月"):
        number = word[:-1]
        return int(number) if number.isdigit() else _CHINESE.index(number) + 1
    return _MONTHS.index(word[:3].lower()) + 1

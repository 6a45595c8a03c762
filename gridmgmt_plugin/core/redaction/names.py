"""What else says who somebody is: names behind a word such as 投诉人, e-mail, WeChat, QQ, plates, passports."""

from __future__ import annotations

import re
from functools import lru_cache

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.redaction.identity import can_be_birth
from gridmgmt_plugin.core.redaction.words import alternatives, entry, nearest, replace_found

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9])"
)
_PASSPORT = re.compile(
    r"(?<![0-9A-Za-z])(?:[EGDSPeg][ \-]?\d{8}|[Ee][A-HJ-NP-Za-hj-np-z]\d{7}|[A-Za-z]{1,2}\d{6,10})(?![0-9A-Za-z])"
)
_PASSPORT_ALONE = re.compile(r"[EGeg] ?\d{8}|[Ee][A-Za-z]\d{7}")
_NAME_LETTER = "[\u4e00-\u9fff]"
_DELIMITER = r"[\s,;:.!?()\[\]/|\u3001\u3002\u3010\u3011\u300a\u300b\u2014\u201c\u201d\u3014]"


def without_names(text: str) -> tuple[str, int]:
    """Return the text with masks in place of names, accounts, plates and passports, and how many these were."""
    total = 0
    if "@" in text or "\uff20" in text:
        text, found = replace_found(text, half_width(text), _EMAIL, "account_mask", _is_no_login)
        total += found
    for pattern, mask in _labelled():
        text, found = _behind_labels(text, pattern, mask)
        total += found
    text, found = replace_found(text, half_width(text), _plate(), "plate_mask", _is_plate)
    total += found
    text, found = replace_found(text, half_width(text), _PASSPORT, "identity_mask", _is_passport)
    return text, total + found


def _behind_labels(text: str, pattern: re.Pattern[str], mask: str) -> tuple[str, int]:
    """Mask the group ``found`` of each match."""
    plain = half_width(text)
    pieces, end = [], 0
    for match in pattern.finditer(plain):
        if _is_nobody(match.group("found")):
            continue
        pieces += [text[end : match.start("found")], entry(mask)]
        end = match.end("found")
    return ("".join([*pieces, text[end:]]), len(pieces) // 2) if pieces else (text, 0)


def _is_nobody(found: str) -> bool:
    return found.startswith(tuple(entry("no_names")))


@lru_cache(maxsize=1)
def _labelled() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of what stands behind a label, and its mask."""
    surname = f"(?:{'|'.join(entry('double_surnames'))}|[{entry('surnames')}])"
    ends = f"(?=(?:{alternatives('name_ends')})|{_DELIMITER}|[0-9A-Za-z]|$)"
    behind_colon = (
        f"{surname}{_NAME_LETTER}{{1,2}}?{ends}|{_NAME_LETTER}{{2,4}}?{ends}|{surname}{_NAME_LETTER}{{1,2}}"
        r"|[A-Za-z][A-Za-z .·]{1,30}"
    )
    name = (
        f"(?:{alternatives('name_words')})(?:姓名|信息|名称)?(?P<colon> ?[:=] ?|[是为])?"
        # 投诉人：张三 up to where the name ends; 投诉人张三反映, 投诉人（张三） only with a surname and such an end.
        rf" ?\(? ?(?P<found>(?(colon)(?:{behind_colon})|{surname}{_NAME_LETTER}{{1,2}}?{ends}))"
    )
    separator = "[ :=是为加,-]{0,3}"
    wechat = (
        f"(?<![A-Za-z])(?:{alternatives('wechat_words')}){separator}(?:id{separator})?"
        r"(?P<found>(?=[A-Za-z_\-]*\d|[A-Za-z0-9\-]*_|[A-Za-z]+-)[A-Za-z0-9][-_A-Za-z0-9]{4,19}"
        r"|(?<=[:号])[A-Za-z][-_A-Za-z0-9]{5,19})(?![A-Za-z0-9_@])"
    )
    qq = f"(?<![A-Za-z])(?:{alternatives('qq_words')}){separator}(?P<found>[1-9]\\d{{4,11}})(?!\\d)"
    return (
        (re.compile(name, re.IGNORECASE), "name_mask"),
        (re.compile(wechat, re.IGNORECASE), "account_mask"),
        (re.compile(qq, re.IGNORECASE), "account_mask"),
    )


@lru_cache(maxsize=1)
def _plate() -> re.Pattern[str]:
    return re.compile(
        rf"[{entry('provinces')}] ?[A-HJ-NP-Za-hj-np-z][ \-\u00b7\u2022.]?"
        r"(?=[A-Za-z]*\d)(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{5}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳领试超])"
        r"(?![A-Za-z0-9]|[-]?\d|室|号楼|栋|单元|座|房)"
    )


def _is_no_login(_found: str, before: str, _after: str) -> bool:
    """Tell an address from the user of a database's or server's address (postgresql://user@host)."""
    return not before.endswith("//")


def _is_plate(_found: str, before: str, _after: str) -> bool:
    # 创新A10201, 高新B12345: the sign of a province stands at the beginning of a word, 车牌 or a verb before it.
    return not before.endswith(tuple(entry("before_no_plate")))


def _is_passport(found: str, before: str, _after: str) -> bool:
    list_name = nearest(before, ("passport_words", "identity_words", "code_words"))
    if list_name is not None:
        return list_name != "code_words"
    return _PASSPORT_ALONE.fullmatch(found) is not None and not can_be_birth(re.sub(r"\D", "", found).ljust(8, "0"))

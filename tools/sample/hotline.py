"""Texts of the 12345 hotline, with the invented phones and identity numbers that an import has to take out."""

from __future__ import annotations

import random
from collections import Counter

from tools.sample.facts import COUNTY_CODE
from tools.sample.organisation import Record

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_OPENINGS = ("市民来电反映", "来电人称", "市民投诉", "热线工单转来：", "多名居民反映")
_WISHES = ("希望尽快处理。", "要求回复处理结果。", "此前已多次反映。", "影响老人小孩出行。", "请有关部门核实。")


def identity_number(rng: random.Random) -> str:
    """Return 18 characters that look like an identity number of a county that does not exist."""
    born = f"{rng.randint(1950, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    digits = f"{COUNTY_CODE}{born}{rng.randint(1, 999):03d}"
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS))
    return digits + _CHECK[total % 11]


def phone_number(rng: random.Random) -> str:
    """Return a mobile number of the invented block 199 0000 xxxx, written in one of three ways."""
    last = f"{rng.randint(0, 9999):04d}"
    return rng.choice((f"1990000{last}", f"1990000{last}", f"199-0000-{last}", f"199 0000 {last}"))


def write_texts(rows: list[Record], rng: random.Random) -> Counter[str]:
    """Fill the description of the hotline cases (in place); return how many carry a phone or an identity number."""
    counts: Counter[str] = Counter()
    for row in rows:
        text = f"{rng.choice(_OPENINGS)}{row['地址']}{row['标题']}，{rng.choice(_WISHES)}"
        if rng.random() < 0.7:
            text += f"联系电话{phone_number(rng)}。"
            counts["texts_with_phone"] += 1
        if rng.random() < 0.12:
            text += f"身份证号{identity_number(rng)}。"
            counts["texts_with_identity_number"] += 1
        row["描述"] = text
    counts["texts"] = len(rows)
    return counts

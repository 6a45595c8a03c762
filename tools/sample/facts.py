"""What is fixed about the sample district: codes, names, dates, planted places. Nothing here is real."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

SEED = 20260115
COUNTY_CODE = "990101"  # no county of GB/T 2260 begins with 99
COUNTY_NAME = "澄湖区（示例）"
FRAME_LABEL = "澄湖地方坐标系（示例）"
AREA_M2 = 8_200_000.0
CENTRE = (504_000.0, 307_000.0)
PRECISION_M = 0.001

SCHEME = {"key": "cg", "title": "城管巡查", "kind": "城市管理", "count": 82, "within": "community"}
AS_OF = dt.date(2026, 1, 15)
VALID_FROM = dt.date(2026, 1, 1)
CASE_YEAR = 2025
FILE_DATE = (2026, 1, 12)  # the date written into every file, so that the same seed gives the same bytes

# Everyday words of which lanes, roads and compounds are named.
WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))

OFFICES = {"S": ("990101001", "湖阳街道"), "N": ("990101002", "澄清街道")}
ZONES = {"sw": "柳堤片区", "se": "河湾片区", "nw": "澄湖片区", "ne": "书院片区"}

# key → (street office, running number, name, zone)
COMMUNITIES = {
    "s1": ("S", 1, "南门社区", "sw"),
    "s2": ("S", 2, "斜街社区", "sw"),
    "s5": ("S", 3, "柳堤社区", "sw"),
    "s3": ("S", 4, "河湾社区", "se"),
    "s4": ("S", 5, "东渡社区", "se"),
    "s6": ("S", 6, "鼓架社区", "se"),
    "s7": ("S", 7, "东仓社区", "se"),
    "n1": ("N", 1, "西井社区", "nw"),
    "n2": ("N", 2, "北园社区", "nw"),
    "n3": ("N", 3, "澄湖社区", "nw"),
    "n4": ("N", 4, "书院社区", "ne"),
    "n5": ("N", 5, "东坡社区", "ne"),
}


def community_code(key: str) -> str:
    """Return the 12-digit code of a community."""
    office, number, _, _ = COMMUNITIES[key]
    return f"{OFFICES[office][0]}{number:03d}"

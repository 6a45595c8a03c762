"""The weekly sheets of officers: what stands on them, and what making them costs."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.papers import weekly_pages
from gridmgmt_plugin.core.papers.lane_facts import LaneFacts
from gridmgmt_plugin.core.papers.officers import officers_of_lanes
from gridmgmt_plugin.core.papers.weekly_pages import weekly_page_texts
from gridmgmt_plugin.core.rows import Rows, as_column

DAY = np.datetime64("2026-03-02")


def _sheets(officers: int, titles: list[str]) -> list[dict[str, str]]:
    """Return the sheets of officers with a lane each; the cases lie on the first lane."""
    codes = [f"990101001{n:04}" for n in range(officers)]
    lines = [shapely.LineString([(0, 10 * n), (100, 10 * n)]) for n in range(officers)]
    names = {"code": as_column(codes), "name": as_column(f"第{n}巷" for n in range(officers))}
    posts = [
        {"id": f"L{n}", "target": "lane", "target_code": code, "person_id": f"P{n}", "role": "lane_chief"}
        for n, code in enumerate(codes)
    ]
    persons = [{"id": f"P{n}", "name": f"示例{n}"} for n in range(officers)]
    tables = {"post": Rows.from_records(posts), "person": Rows.from_records(persons)}
    cases = [{"id": f"C{n}", "case_no": f"第{n}号", "title": t, "lane_code": codes[0]} for n, t in enumerate(titles)]
    patrols = [
        {"target_code": code, "person_id": f"P{n}", "planned_on": "2026-03-03"} for n, code in enumerate(codes)
    ]
    records = {"cases": Rows.from_records(cases), "patrol": Rows.from_records(patrols)}
    facts = LaneFacts(Rows(names, as_column(lines)), tables, "", "zh")
    staff = officers_of_lanes(tables, DAY, "zh")
    return list(weekly_page_texts(range(officers), facts, staff, records, {}, DAY, "zh").records)


def test_no_part_of_a_mobile_in_a_long_title_is_printed() -> None:
    for before in range(20, 41):
        (sheet,) = _sheets(1, ["路" * before + "13800001234" + "坏" * 60])
        assert not any(part in sheet["open_cases"] for part in ("138", "000", "1234")), sheet["open_cases"]
        assert len(sheet["open_cases"]) < 60
        assert "…" in sheet["open_cases"]


def test_the_patrols_of_all_are_read_once_however_many_officers_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[str] = Counter()
    days, texts = weekly_pages.days, weekly_pages.texts
    monkeypatch.setattr(weekly_pages, "days", lambda rows, name: read.update([name]) or days(rows, name))
    monkeypatch.setattr(weekly_pages, "texts", lambda rows, name: read.update([name]) or texts(rows, name))
    few = _sheets(2, ["路面破损"])
    many = _sheets(9, ["路面破损"])
    assert {read[name] for name in ("planned_on", "patrolled_at", "title", "due_at")} == {2}
    assert few[0] == {**many[0], "near_codes": few[0]["near_codes"]}
    assert "2026-03-03　第8巷" in many[8]["patrols"]

"""A town with officers on its lanes, and how its papers are read from outside."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import shapely
import zxingcpp

from gridmgmt_plugin.core.inspection.checklists import known_checklists
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace

MOBILE, OFFICE = "13800001234", "010-55501234"
DAY = "2026-03-02"


def add_officers(workspace: Workspace) -> None:
    """Give lanes officers: who signs for two, who signs for none, a steward with a mobile in the wrong column."""
    posts = [
        ("L1", "9901010010001", "P1", "lane_chief", "街巷〔2026〕001"),
        ("L2", "9901010020001", "P1", "street_chief", None),
        ("L3", "9901010010001", "P2", "lane_steward", None),
        ("L4", "9901010010001", "P3", "council_member", None),
    ]
    names = ("id", "target_code", "person_id", "role", "task_letter_no")
    rows = [{**dict(zip(names, post)), "target": "lane", "valid_from": "2026-01-01"} for post in posts]
    contacts = [
        {"person_id": "P1", "office_phone": OFFICE, "mobile": MOBILE, "publish_consent": True},
        {"person_id": "P2", "office_phone": "138 0000 5678", "mobile": "13900005678", "publish_consent": True},
    ]
    lane = "9901010010001"
    cases = [
        {
            "id": "C1",
            "case_no": "澄案1号",
            "title": "路面破损",
            "status": "handling",
            "due_at": "2026-03-05T12:00:00",
        },
        {"id": "C2", "case_no": "澄案2号", "title": "已了结", "status": "closed", "due_at": "2026-03-01T12:00:00"},
    ]
    case_rows = Rows.from_records([{**case, "lane_code": lane} for case in cases])
    spots = as_column([shapely.Point(10, 10), shapely.Point(20, 10)])
    codes = [item.code for item in known_checklists({})[workspace.info.checklist].items]
    inspected = {
        "lane_code": lane,
        "checklist": workspace.info.checklist,
        "inspected_on": "2026-03-03",
        "kind": "区查",
    }
    items = [{**inspected, "item_code": code, "passed": code != "03"} for code in codes]
    patrols = [{"target": "lane", "target_code": lane, "person_id": "P1", "patrolled_at": "2026-03-04T09:00:00"}]
    with workspace.transaction("", "test") as transaction:
        transaction.insert("cases", Rows(case_rows.columns, spots))
        transaction.insert("lane_inspection", Rows.from_records(items))
        transaction.insert("patrol", Rows.from_records(patrols))
        transaction.insert("post", Rows.from_records(rows))
        transaction.insert("contact", Rows.from_records(contacts))


def texts_of(path: Path) -> list[str]:
    """Return the text of each page as another program finds it."""
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def picture_of(path: Path, page: int = 0):
    """Return a page as another program paints it."""
    return pypdfium2.PdfDocument(path)[page].render(scale=2.0).to_numpy()


def codes_in(path: Path, page: int = 0) -> list[str]:
    """Return the codes that a phone would read on a page."""
    return [found.text for found in zxingcpp.read_barcodes(picture_of(path, page))]

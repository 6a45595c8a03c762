"""A quarter of two offices with lanes, officers, a council and a person who has left; places as on paper."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace

OFFICES = ("990101001", "990101002")
COMMUNITIES = ("990101001001", "990101001002", "990101002001")
EAST, WEST, SOUTH, FAR, GONE = (
    "9901010010001", "9901010010002", "9901010010003", "9901010020001", "9901010010009",
)  # fmt: skip
#: Code → name, office, metres, households, state, last day.
LANES = {
    EAST: ("东胡同", OFFICES[0], 400.0, 80, "在用", None),
    WEST: ("西胡同", OFFICES[0], 300.0, 60, "在用", None),
    SOUTH: ("南街", OFFICES[0], 200.0, None, "在用", None),
    FAR: ("远巷", OFFICES[1], 200.0, 20, "在用", None),
    GONE: ("旧巷", OFFICES[0], 100.0, 5, "撤销", "2024-12-31"),
}
PEOPLE = (("P1", "示例甲", "在岗"), ("P2", "示例乙", "在岗"), ("P3", "示例丙", "退休"), ("P4", "欧阳示例", "在岗"))


def officer_quarter(location) -> Workspace:
    """Make it: 示例甲 is lane chief of 东胡同 and, on one half, of 西胡同; 示例乙 steward of 东胡同."""
    boxes = {
        "990101": ("county", None),
        OFFICES[0]: ("street_office", "990101"),
        OFFICES[1]: ("street_office", "990101"),
    }
    boxes |= {code: ("community", code[:9]) for code in COMMUNITIES}
    areas = [{"code": c, "level": level, "parent_code": above, "name": c} for c, (level, above) in boxes.items()]
    ground = as_column([shapely.multipolygons([shapely.box(0, -500, 2000, 500)])] * len(areas))
    lanes = [
        {"code": code, "name": name, "street_code": office, "length_m": metres, "households": households}
        | {"state": state, "valid_to": last, "from_place": f"{name}东口", "to_place": f"{name}西口"}
        for code, (name, office, metres, households, state, last) in LANES.items()
    ]
    ways = as_column(
        shapely.multilinestrings([[(500 * at, 0), (500 * at + metres, 0)]])
        for at, (_, _, metres, _, _, _) in enumerate(LANES.values())
    )
    shares = [(EAST, 0, 400.0), (WEST, 0, 100.0), (WEST, 1, 200.0), (SOUTH, 0, 200.0), (FAR, 2, 200.0)]
    chief = {"target": "lane", "role": "lane_chief", "person_id": "P1", "valid_from": "2024-01-01"}
    posts = [
        {**chief, "id": "G00001", "target_code": EAST, "task_letter_no": "任〔2026〕0007号"},
        {**chief, "id": "G00002", "target_code": WEST, "section_from": "西胡同东口", "section_to": "150米"},
        {**chief, "id": "G00003", "target_code": GONE, "valid_to": "2024-12-31"},
        {**chief, "id": "G00004", "target_code": EAST, "role": "lane_steward", "person_id": "P2"},
    ]
    frame = Frame(kind="local", epsg=None, label="示例地方坐标系")
    with Workspace.create(location, WorkspaceInfo(frame, "990101", "示例区")) as (_, t):
        t.insert("area", Rows.from_records(areas, ground))
        t.insert("lane", Rows.from_records(lanes, ways))
        rows = [{"lane_code": code, "area_code": COMMUNITIES[at], "length_m": m} for code, at, m in shares]
        t.insert("lane_area", Rows.from_records(rows))
        people = [{"id": key, "name": name, "state": state} for key, name, state in PEOPLE]
        t.insert("person", Rows.from_records(people))
        names = sorted({name for post in posts for name in post})
        t.insert("post", Rows.from_records([{name: post.get(name) for name in names} for post in posts]))
        cases = [
            ("A1", EAST, "2026-01-05"),
            ("A2", EAST, "2026-02-05"),
            ("A3", WEST, "2026-01-31"),
            ("A4", None, "2026-01-07"),
        ]
        records = [{"id": key, "lane_code": lane, "reported_at": f"{day}T08:00:00"} for key, lane, day in cases]
        t.insert("cases", Rows.from_records(records, shapely.points(np.zeros(4), np.zeros(4))))
    return Workspace.open(location)

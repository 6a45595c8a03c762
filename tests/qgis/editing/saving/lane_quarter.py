"""A quarter of two street offices with lanes and officers, and a desk at which its lanes are edited."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.lanes.lane_editor import LaneEditor
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import Desk

COUNTY = "990101"
OFFICES = ("990101001", "990101002")
COMMUNITIES = ("990101001001", "990101001002", "990101002001")
#: Code → name, line and state of its code in the register.
LANES = {
    "9901010010001": ("东胡同", [(0, 0), (400, 0)], "valid"),
    "9901010010002": ("西胡同", [(400, 0), (700, 0)], "draft"),
    "9901010010003": ("南街", [(400, 0), (400, -200)], "draft"),
    "9901010020001": ("远巷", [(1500, 0), (1700, 0)], "draft"),
}
LONG, WEST, SOUTH, FAR = LANES


def make_quarter(location, policy: str = "larger_keeps") -> Workspace:
    """Make two offices of 1 km² side by side, the first of two communities; every lane has an officer of its own."""
    boxes = {
        COUNTY: ("county", None, (0, -500, 2000, 500)),
        OFFICES[0]: ("street_office", COUNTY, (0, -500, 1000, 500)),
        OFFICES[1]: ("street_office", COUNTY, (1000, -500, 2000, 500)),
        COMMUNITIES[0]: ("community", OFFICES[0], (0, -500, 500, 500)),
        COMMUNITIES[1]: ("community", OFFICES[0], (500, -500, 1000, 500)),
        COMMUNITIES[2]: ("community", OFFICES[1], (1000, -500, 2000, 500)),
    }
    areas = [{"code": c, "level": level, "parent_code": above, "name": c} for c, (level, above, _) in boxes.items()]
    lanes = [
        {"code": c, "name": name, "state": "在用", "street_code": c[:9], "length_m": shapely.LineString(way).length}
        for c, (name, way, _) in LANES.items()
    ]
    shares = [(LONG, 0, 400.0), (WEST, 0, 100.0), (WEST, 1, 200.0), (SOUTH, 0, 200.0), (FAR, 2, 200.0)]
    people = [{"id": f"P{n}", "name": f"示例{n}"} for n in range(len(LANES))]
    posts = [
        {"id": f"G{n + 1:05d}", "target": "lane", "target_code": c, "person_id": f"P{n}", "role": "lane_chief"}
        for n, c in enumerate(LANES)
    ]
    begun = {"valid_from": "2024-01-01", "task_letter_no": "任〔2024〕1号"}
    frame = Frame(kind="epsg", epsg=4548, label="CGCS2000 / 3-degree Gauss-Kruger CM 117E")
    with Workspace.create(location, WorkspaceInfo(frame, COUNTY, "示例区", split_policy=policy)) as (_, t):
        t.insert(
            "area",
            Rows.from_records(
                areas, as_column(shapely.multipolygons([shapely.box(*b)]) for _, _, b in boxes.values())
            ),
        )
        ways = as_column(shapely.multilinestrings([way]) for _, way, _ in LANES.values())
        t.insert("lane", Rows.from_records(lanes, ways))
        rows = [{"lane_code": c, "area_code": COMMUNITIES[a], "length_m": m} for c, a, m in shares]
        t.insert("lane_area", Rows.from_records(rows))
        t.insert("person", Rows.from_records(people))
        t.insert("post", Rows.from_records([{**post, **begun} for post in posts]))
        register = [{"code": c, "kind": "lane", "state": state} for c, (_, _, state) in LANES.items()]
        t.insert("code_register", Rows.from_records(register))
    return Workspace.open(location)


class LaneDesk(Desk):
    """A planner at work on the lanes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, "lane")
        nothing = np.empty(0, dtype=object)
        self.lanes = LaneEditor(self.layer, workspace, lambda bounds: (nothing, nothing))
        self.lanes.before_gesture.append(self.guard.sweep)

    def rows(self) -> Rows:
        """Return all lanes in use, unsaved ones too."""
        return self.lanes.near((-1e4, -1e4, 1e4, 1e4))

    def do(self, gesture, *codes, **named) -> None:
        """Make a gesture on lanes that are named by their codes."""
        rows = self.rows()
        at = [rows["code"].tolist().index(code) for code in codes]
        self.lanes.apply(rows, gesture(rows, at, **named))

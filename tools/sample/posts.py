"""Who stands where: grid staff by community and running number, street-lane officers by lane."""

from __future__ import annotations

import random
from dataclasses import dataclass

from shapely.geometry import LineString

from tools.sample.areas import Areas
from tools.sample.facts import COMMUNITIES, COUNTY_CODE, COUNTY_NAME, OFFICES, community_code
from tools.sample.naming import Lane
from tools.sample.network import Segment
from tools.sample.organisation import OFFICE_DEPARTMENT, Record, Staff
from tools.sample.skeleton import LANE, Street

_DUTY = "日常巡查、上报、先行处置（示例）"
_RETIRES = "2026-03-31"


@dataclass(frozen=True)
class Posts:
    """Rows of the three post tables and of the lane inventory, and the special cases planted in them."""

    grid_posts: list[Record]
    lane_posts: list[Record]
    area_posts: list[Record]
    lanes: list[Record]
    retiring: Record
    stand_in: Record


def fill_posts(
    staff: Staff, areas: Areas, lanes: list[Lane], streets: list[Street], segments: list[Segment], rng: random.Random
) -> Posts:
    """Hire everybody and return the rows."""
    chief = staff.hire("区长（示例）", "D01", "街巷长", rng)
    heads = {key: staff.hire("街道办主任（示例）", OFFICE_DEPARTMENT[key], "街巷长", rng) for key in OFFICES}
    liaison = {key: staff.hire("城管联络员", OFFICE_DEPARTMENT[key], "联络员", rng) for key in OFFICES}
    grid_posts, stand_in = _grid_posts(staff, areas, rng)
    area_posts = [_area_post(COUNTY_CODE, COUNTY_NAME, "区级总街巷长", chief, staff)]
    for key, (code, name) in OFFICES.items():
        area_posts.append(_area_post(code, name, "街道级街巷长", heads[key], staff))
        area_posts.append(_area_post(code, name, "城管联络员", liaison[key], staff))
    lane_posts = _street_chiefs(staff, streets, rng)
    officer_rows, retiring = _lane_officers(staff, lanes, segments, rng)
    lane_posts += officer_rows
    for letter, rows in (("L", lane_posts), ("Q", area_posts)):
        for i, row in enumerate(rows, 1):
            row["岗位编号"] = f"{letter}{i:04d}"
    inventory = [_inventory(lane, streets, segments, rng) for lane in lanes]
    return Posts(grid_posts, lane_posts, area_posts, inventory, retiring, stand_in)


def _grid_posts(staff: Staff, areas: Areas, rng: random.Random) -> tuple[list[Record], Record]:
    rows: list[Record] = []
    counts = areas.grid_counts()
    for key, (office, _, name, _) in COMMUNITIES.items():
        department = OFFICE_DEPARTMENT[office]
        leader = staff.hire("网格长", department, "网格员队伍", rng)
        for number in range(1, counts[key] + 1):
            worker = staff.hire("网格员", department, "网格员队伍", rng)
            base = {
                "责任网格编码": f"{community_code(key)}{number:03d}",
                "所属社区": name,
                "所属社区代码": community_code(key),
                "社区内序号": f"{number:03d}",
                "网格类别": "cg",
            }
            rows.append(_grid_row(base, "网格员", worker, "A角", staff, "1-5", "08:00", "18:00"))
            if number == 1:
                second = staff.hire("网格员", department, "网格员队伍", rng)
            rows.append(_grid_row(base, "网格员", second, "B角", staff, "6,7", "08:00", "17:00"))
            rows.append(_grid_row(base, "网格长", leader, "A角", staff, "1-7", "08:00", "18:00"))
    absent_row = next(r for r in rows if r["责任网格编码"] == f"{community_code('n4')}003")
    absent = staff.record(str(absent_row["人员编号"]))
    absent["状态"], absent["备注"] = "请假", "2026-01-05至2026-02-28请假，由代班人员顶岗（示例）"
    relief = staff.hire("网格员（机动）", "D03", "网格员队伍", rng)
    stand_in = dict(absent_row)
    stand_in.update(
        {
            "人员编号": relief,
            "姓名": staff.record(relief)["姓名"],
            "轮次": "代班",
            "生效日期": "2026-01-05",
            "终止日期": "2026-02-28",
        }
    )
    rows.insert(rows.index(absent_row) + 1, stand_in)
    for i, row in enumerate(rows, 1):
        row["岗位编号"] = f"W{i:04d}"
    planted: Record = {
        "person": relief,
        "for_person": absent_row["人员编号"],
        "grid_code": stand_in["责任网格编码"],
        "from": "2026-01-05",
        "to": "2026-02-28",
    }
    return rows, planted


def _grid_row(
    base: Record, role: str, person: str, turn: str, staff: Staff, weekdays: str, start: str, end: str
) -> Record:
    return {
        "岗位编号": "",
        **base,
        "岗位": role,
        "轮次": turn,
        "人员编号": person,
        "姓名": staff.record(person)["姓名"],
        "值班星期": weekdays,
        "上班时间": start,
        "下班时间": end,
        "职责": _DUTY,
        "生效日期": "2026-01-01",
        "终止日期": "",
    }


def _area_post(code: str, name: str, role: str, person: str, staff: Staff) -> Record:
    return {
        "岗位编号": "",
        "区划编码": code,
        "区划名称": name,
        "岗位": role,
        "轮次": "A角",
        "人员编号": person,
        "姓名": staff.record(person)["姓名"],
        "值班星期": "1-5",
        "职责": "统筹街巷长工作（示例）",
        "生效日期": "2026-01-01",
        "终止日期": "",
    }


def _lane_post(lane: str, office: str, role: str, person: str, staff: Staff) -> Record:
    return {
        "岗位编号": "",
        "街巷名称": lane,
        "所属街道": office,
        "岗位": role,
        "轮次": "A角",
        "人员编号": person,
        "姓名": staff.record(person)["姓名"],
        "起点": "",
        "止点": "",
        "值班星期": "1-5",
        "职责": _DUTY,
        "标准": "十无（2023—2025）",
        "任务书编号": "",
        "签订日期": "",
        "生效日期": "2026-01-01",
        "终止日期": "",
        "终止原因": "",
    }


def _street_chiefs(staff: Staff, streets: list[Street], rng: random.Random) -> list[Record]:
    names = list(dict.fromkeys(str(s.name) for s in streets if s.road_class in ("主干道", "次干道") and s.name))
    rows = []
    person = ""
    for i, name in enumerate(names):
        if i % 3 == 0:
            person = staff.hire("街道副处级干部（示例）", rng.choice(("D02", "D03")), "街巷长", rng)
        rows.append(_lane_post(name, "", "街长", person, staff))
    return rows


def _lane_officers(
    staff: Staff, lanes: list[Lane], segments: list[Segment], rng: random.Random
) -> tuple[list[Record], Record]:
    rows: list[Record] = []
    chief = steward = ""
    order = sorted(lanes, key=lambda lane: (lane.office, *segments[lane.segments[0]].line.bounds[:2], lane.name))
    for i, lane in enumerate(order):
        code, office = OFFICES[lane.office]
        department = OFFICE_DEPARTMENT[lane.office]
        if i % 4 == 0 or order[i - 1].office != lane.office:
            chief = staff.hire("街道科级干部（示例）", department, "街巷长", rng)
        if i % 2 == 0 or order[i - 1].office != lane.office:
            steward = staff.hire("志愿者", department, "小巷管家", rng)
        letter = f"澄街巷〔2026〕{code[-1]}{i + 1:03d}号"
        for role, person in (("巷长", chief), ("小巷管家", steward)):
            row = _lane_post(lane.name, office, role, person, staff)
            if role == "巷长":
                row["任务书编号"], row["签订日期"] = letter, f"2025-12-{rng.randint(15, 31)}"
            rows.append(row)
    leaving = str(next(r for r in rows[40:] if r["岗位"] == "巷长")["人员编号"])
    record = staff.record(leaving)
    record["离岗日期"], record["备注"] = _RETIRES, "2026年3月31日到龄退休，待接任（示例）"
    theirs = [row for row in rows if row["人员编号"] == leaving]
    for row in theirs:
        row["终止日期"], row["终止原因"] = _RETIRES, "退休"
    return rows, {"person": leaving, "on": _RETIRES, "posts": len(theirs)}


def _inventory(lane: Lane, streets: list[Street], segments: list[Segment], rng: random.Random) -> Record:
    """Return one row of the lane inventory (街巷台账), as the street office keeps it."""
    lines = [segments[i].line for i in lane.segments]
    street = streets[segments[lane.segments[0]].street]
    length = sum(line.length for line in lines)
    yards = max(1, round(length / rng.uniform(14, 26)))
    code, office = OFFICES[lane.office]
    return {
        "街巷名称": lane.name,
        "所属街道": office,
        "街道编码": code,
        "别名": lane.alias or "",
        "曾用名": lane.old_name or "",
        "道路等级": LANE,
        "走向": _direction(lines),
        "长度": round(length, 1),
        "宽度": street.width_m,
        "门牌起": 1,
        "门牌止": 2 * yards + 1,
        "院落数": yards,
        "户数": yards * rng.randint(4, 16),
        "商户数": rng.choice((0, 0, 1, 2, 3, 6, 11)),
        "管养权属": rng.choice(("街道", "街道", "区管")),
        "物业编码": rng.choice(("", "D31", "D32")),
        "保洁编码": rng.choice(("D21", "D33")),
        "达标状态": rng.choice(("达标", "达标", "达标", "达标", "创建中", "不达标")),
        "状态": "在用",
    }


def _direction(lines: list[LineString]) -> str:
    dx = sum(abs(line.coords[-1][0] - line.coords[0][0]) for line in lines)
    dy = sum(abs(line.coords[-1][1] - line.coords[0][1]) for line in lines)
    return "东西" if dx >= dy else "南北"

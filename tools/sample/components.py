"""About six thousand components along the streets, coded in the old layout 6 + 2 + 2 + 6."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, Point

from tools.sample.areas import Areas
from tools.sample.facts import COMMUNITIES, COUNTY_CODE
from tools.sample.network import Segment
from tools.sample.organisation import DISPUTED_CLASSES, MANHOLE_OWNERS, OFFICE_DEPARTMENT, Record, owner_of
from tools.sample.skeleton import BRANCH, LANE, MAIN, SECONDARY, Street

# class, name, how many, weight on 主干道/次干道/支路/背街小巷, where across the road (share of its half width)
_KINDS: list[tuple[str, str, int, tuple[float, float, float, float], tuple[float, float]]] = [
    ("0101", "上水井盖", 330, (1.4, 1.2, 1.0, 0.8), (0.1, 0.6)),
    ("0102", "污水井盖", 420, (1.2, 1.2, 1.0, 1.0), (0.0, 0.4)),
    ("0103", "雨水井盖", 330, (1.8, 1.5, 1.0, 0.5), (0.4, 0.8)),
    ("0105", "电力井盖", 170, (2.0, 1.5, 0.8, 0.3), (0.9, 1.15)),
    ("0106", "路灯井盖", 160, (2.2, 1.5, 0.7, 0.2), (1.0, 1.15)),
    ("0107", "通讯井盖", 320, (1.6, 1.4, 1.0, 0.6), (0.8, 1.15)),
    ("0108", "电视井盖", 70, (1.0, 1.2, 1.0, 0.6), (0.8, 1.1)),
    ("0110", "热力井盖", 110, (1.5, 1.4, 0.9, 0.1), (0.3, 0.8)),
    ("0111", "燃气井盖", 190, (1.2, 1.2, 1.0, 0.7), (0.2, 0.8)),
    ("0112", "公安井盖", 50, (2.0, 1.0, 0.4, 0.1), (0.9, 1.1)),
    ("0127", "中水井盖", 80, (1.5, 1.2, 0.6, 0.0), (0.7, 1.1)),
    ("0104", "雨水箅子", 620, (2.0, 1.6, 1.0, 0.6), (0.88, 0.96)),
    ("0118", "路灯", 900, (2.0, 1.7, 1.2, 0.7), (1.02, 1.12)),
    ("0117", "立杆", 320, (0.7, 0.8, 1.0, 1.0), (0.95, 1.1)),
    ("0113", "消防设施", 150, (1.0, 1.0, 1.0, 0.9), (1.0, 1.15)),
    ("0305", "垃圾箱", 360, (1.6, 1.4, 1.0, 0.6), (1.02, 1.15)),
    ("0402", "行道树", 900, (2.4, 2.0, 1.2, 0.1), (1.05, 1.15)),
    ("0401", "古树名木", 24, (0.2, 0.4, 0.8, 1.4), (1.2, 2.4)),
    ("0213", "路名牌", 80, (1.4, 1.2, 1.0, 0.8), (1.05, 1.15)),
    ("0209", "交通标志牌", 100, (2.0, 1.6, 0.8, 0.0), (1.05, 1.15)),
    ("0210", "交通信号灯", 60, (2.4, 1.6, 0.1, 0.0), (0.95, 1.1)),
    ("0203", "公交站亭", 30, (1.6, 1.2, 0.2, 0.0), (1.05, 1.12)),
    ("0212", "存车支架", 40, (1.4, 1.2, 1.0, 0.2), (1.1, 1.25)),
    ("0301", "公共厕所", 40, (0.2, 0.4, 0.8, 1.4), (1.4, 2.4)),
    ("0126", "健身设施", 24, (0.1, 0.3, 1.0, 1.0), (1.5, 3.0)),
    ("0501", "宣传栏", 50, (0.4, 0.6, 1.0, 1.0), (1.1, 1.3)),
    ("0136", "监控电子眼", 72, (1.8, 1.4, 0.8, 0.4), (1.02, 1.12)),
]
_CLASS_ORDER = {MAIN: 0, SECONDARY: 1, BRANCH: 2, LANE: 3}
KIND_NAMES = {code: name for code, name, *_ in _KINDS}


@dataclass(frozen=True)
class Placed:
    """One component on the ground and the segment beside which it stands."""

    code: str
    class_code: str
    x: float
    y: float
    segment: int


def place_components(
    streets: list[Street], segments: list[Segment], areas: Areas, rng: random.Random
) -> list[Placed]:
    """Set each class out along the streets at about even distances, on alternating sides."""
    county = areas.county
    shapely.prepare(county)
    placed: list[Placed] = []
    for class_code, _, count, weights, across in _KINDS:
        points = _set_out(streets, segments, count, weights, across, county, rng)
        points.sort(key=lambda p: (-round(p[1] / 250), p[0]))  # surveyed in bands from north to south
        for number, (x, y, segment) in enumerate(points, 1):
            placed.append(Placed(f"{COUNTY_CODE}{class_code}{number:06d}", class_code, x, y, segment))
    return placed


def _set_out(
    streets: list[Street],
    segments: list[Segment],
    count: int,
    weights: tuple[float, ...],
    across: tuple[float, float],
    county: shapely.Geometry,
    rng: random.Random,
) -> list[tuple[float, float, int]]:
    order = list(range(len(segments)))
    rng.shuffle(order)
    loads = [segments[i].line.length * weights[_CLASS_ORDER[streets[segments[i].street].road_class]] for i in order]
    step = sum(loads) / count
    points: list[tuple[float, float, int]] = []
    position, side = rng.uniform(0, step), 1
    reached = 0.0
    for i, load in zip(order, loads):
        while position < reached + load and len(points) < count:
            line = segments[i].line
            at = (position - reached) / load * line.length
            half = streets[segments[i].street].width_m / 2
            x, y = beside(line, at, side * half * rng.uniform(*across))
            if not county.contains(Point(x, y)):
                x, y = beside(line, at, -side * half * rng.uniform(*across))
            if county.contains(Point(x, y)):
                points.append((round(x, 3), round(y, 3), i))
            side = -side
            position += step * rng.uniform(0.86, 1.14) if len(points) < count - 1 else step * 0.5
        reached += load
    while len(points) < count:  # the jitter ran past the end
        i = rng.choices(order, loads)[0]
        line = segments[i].line
        x, y = beside(line, rng.uniform(0.1, 0.9) * line.length, 0.4 * rng.choice((-1, 1)))
        if county.contains(Point(x, y)):
            points.append((round(x, 3), round(y, 3), i))
    return points


def beside(line: LineString, distance_m: float, aside_m: float) -> tuple[float, float]:
    """Return the place ``distance_m`` along a line and ``aside_m`` to its left."""
    at, ahead = line.interpolate(distance_m), line.interpolate(min(distance_m + 1.0, line.length))
    back = line.interpolate(max(distance_m - 1.0, 0.0))
    dx, dy = ahead.x - back.x, ahead.y - back.y
    length = math.hypot(dx, dy)
    return at.x - dy / length * aside_m, at.y + dx / length * aside_m


def component_rows(
    placed: list[Placed], streets: list[Street], segments: list[Segment], areas: Areas, rng: random.Random
) -> tuple[list[Record], list[str]]:
    """Return the inventory rows and the codes of the three disputed manhole covers."""
    disputed = []
    for class_code in DISPUTED_CLASSES:
        disputed.append(rng.choice([p.code for p in placed if p.class_code == class_code]))
    rows = []
    for p in placed:
        owner = owner_of("部件", p.class_code)
        manhole = p.class_code in MANHOLE_OWNERS
        row: Record = {
            "标识码": p.code,
            "类别代码": p.class_code,
            "部件名称": KIND_NAMES[p.class_code],
            "主管部门": "D01",
            "权属单位": owner,
            "养护单位": owner if rng.random() < 0.9 else "D23",
            "权属状态": "明确",
            "先行处置": "",
            "部件状态": rng.choices(("完好", "破损", "丢失", "占用", "废弃"), (940, 38, 6, 10, 6))[0],
            "横坐标X": f"{p.x:.3f}",
            "纵坐标Y": f"{p.y:.3f}",
            "位置": streets[segments[p.segment].street].name or "无名街巷",
            "精度": rng.choices(("A", "B", "C"), (80, 17, 3))[0],
            "普查日期": str(dt.date(2024, 3, 1) + dt.timedelta(days=rng.randint(0, 240))),
            "数据来源": rng.choices(("普查", "实测", "人工上报"), (90, 7, 3))[0],
        }
        if p.code in disputed:
            first, second = DISPUTED_CLASSES[p.class_code]
            row.update({"权属单位": f"{first}/{second}", "养护单位": "", "权属状态": "争议"})
            row["先行处置"] = OFFICE_DEPARTMENT[COMMUNITIES[areas.community_at(p.x, p.y)][0]]
        elif manhole and rng.random() < 0.004:
            row.update({"权属单位": "", "养护单位": "", "权属状态": "待认定"})
        rows.append(row)
    return rows, disputed

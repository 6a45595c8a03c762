"""A year of cases: a background along the streets, three planted hot spots and one spot that comes back and back."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import Point

from tools.sample.areas import Areas
from tools.sample.components import KIND_NAMES, Placed, beside
from tools.sample.facts import CASE_YEAR, COMMUNITIES, community_code
from tools.sample.network import Segment
from tools.sample.organisation import Record, owner_of
from tools.sample.rhythm import Calendar, life_cycle, moment
from tools.sample.skeleton import BRANCH, LANE, MAIN, SECONDARY, Skeleton, Street

BACKGROUND = 4_420
# code, name, weight, season, hours allowed, on which roads (主/次/支/巷)
_EVENTS: list[tuple[str, str, float, str, int, tuple[float, float, float, float]]] = [
    ("0101", "私搭乱建", 3, "all", 40, (0.1, 0.3, 0.8, 1.4)),
    ("0102", "暴露垃圾", 17, "summer", 4, (0.6, 0.8, 1.0, 1.2)),
    ("0103", "积存垃圾渣土", 7, "all", 8, (0.3, 0.6, 1.0, 1.3)),
    ("0104", "道路不洁", 8, "autumn", 4, (1.3, 1.2, 1.0, 0.8)),
    ("0106", "绿地脏乱", 3, "summer", 8, (1.4, 1.3, 0.8, 0.2)),
    ("0107", "废弃车辆", 2, "all", 24, (0.3, 0.6, 1.0, 1.2)),
    ("0108", "废弃家具设备", 4, "all", 8, (0.1, 0.4, 1.0, 1.4)),
    ("0110", "道路破损", 6, "winter", 24, (1.2, 1.2, 1.0, 0.9)),
    ("0112", "道路遗撒", 2, "all", 4, (1.8, 1.4, 0.6, 0.2)),
    ("0116", "油烟污染", 2, "summer", 16, (0.5, 1.0, 1.2, 0.8)),
    ("0201", "非法小广告", 14, "all", 4, (0.5, 0.8, 1.0, 1.2)),
    ("0202", "违章张贴悬挂广告牌匾", 4, "all", 16, (1.2, 1.2, 1.0, 0.6)),
    ("0203", "占道广告牌", 3, "all", 4, (1.2, 1.3, 1.0, 0.4)),
    ("0301", "施工扰民", 3, "summer", 8, (0.8, 1.0, 1.0, 0.8)),
    ("0303", "施工废弃料", 2, "all", 8, (0.5, 0.8, 1.0, 1.1)),
    ("0401", "路面塌陷", 0.4, "rain", 4, (1.0, 1.0, 1.0, 0.6)),
    ("0404", "下水道堵塞或破损", 3, "rain", 4, (0.4, 0.7, 1.0, 1.2)),
    ("0406", "道路积水", 3, "rain", 4, (1.2, 1.2, 1.0, 0.8)),
    ("0407", "道路积雪结冰", 2, "snow", 4, (1.0, 1.0, 1.0, 1.0)),
    ("0408", "架空线缆损坏", 1.5, "summer", 8, (0.3, 0.6, 1.0, 1.3)),
    ("0501", "无照经营游商", 9, "summer", 4, (0.9, 1.3, 1.1, 0.5)),
    ("0504", "店外经营", 9, "summer", 4, (0.8, 1.3, 1.2, 0.5)),
    ("0505", "机动车乱停放", 15, "all", 4, (0.6, 1.0, 1.2, 1.1)),
    ("0506", "非机动车乱停放", 14, "all", 4, (1.4, 1.3, 1.0, 0.6)),
    ("0507", "乱堆物堆料", 10, "all", 8, (0.2, 0.5, 1.0, 1.4)),
    ("0508", "商业噪音", 2, "summer", 8, (1.0, 1.2, 1.0, 0.4)),
    ("0510", "露天烧烤", 2, "summer", 4, (0.3, 1.0, 1.3, 0.8)),
    ("0511", "沿街晾挂", 3, "all", 4, (0.1, 0.5, 1.0, 1.3)),
]
_COMPONENT_WEIGHTS = {
    "0101": 2,
    "0102": 5,
    "0103": 3,
    "0104": 6,
    "0105": 1,
    "0106": 1,
    "0107": 3,
    "0111": 1,
    "0118": 5,
    "0117": 2,
    "0113": 1,
    "0305": 4,
    "0402": 3,
    "0209": 1,
    "0213": 1,
    "0212": 1,
    "0126": 1,
}
_FAULTS = {"0104": "堵塞", "0118": "不亮", "0305": "破损", "0402": "枯死", "0113": "漏水"}
_ROAD = {MAIN: 0, SECONDARY: 1, BRANCH: 2, LANE: 3}
_NAMES = {code: name for code, name, *_ in _EVENTS}
_LIMITS = {code: limit for code, _, _, _, limit, _ in _EVENTS}


@dataclass(frozen=True)
class HotSpot:
    """One planted place: where, how wide, which classes in which shares, how many, at which hours."""

    key: str
    name: str
    plan: tuple[float, float]
    radius_m: float
    classes: tuple[tuple[str, int], ...]
    count: int
    hours: str
    season: str


HOT_SPOTS = (
    HotSpot(
        "night_market",
        "柳堤夜市一带",
        (715, 1010),
        130,
        (("0504", 5), ("0501", 4), ("0510", 2), ("0102", 2)),
        210,
        "夜市",
        "summer",
    ),
    HotSpot(
        "old_lanes",
        "斜街菜场后巷",
        (1010, 150),
        120,
        (("0102", 6), ("0507", 4), ("0103", 2), ("0201", 2)),
        170,
        "监督员",
        "all",
    ),
    HotSpot(
        "hospital", "书院医院门前", (2290, 1880), 125, (("0505", 5), ("0506", 5), ("0501", 1)), 180, "公众", "all"
    ),
)
RECURRING_PLAN = (2080, 1500)


@dataclass
class Cases:
    """The case rows in order of time and what was planted in them."""

    rows: list[Record] = field(default_factory=list)
    hot_spots: list[Record] = field(default_factory=list)
    recurring: Record = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)  # rows of planted places, which get no raw faults


class CaseMaker:
    """Draws the cases of the year."""

    def __init__(
        self,
        skeleton: Skeleton,
        streets: list[Street],
        segments: list[Segment],
        areas: Areas,
        components: list[Placed],
        rng: random.Random,
    ) -> None:
        self._warp = skeleton.warp
        self._streets, self._segments, self._areas, self._rng = streets, segments, areas, rng
        self._components = components
        self._calendar = Calendar(rng)
        self._tree = shapely.STRtree([s.line for s in segments])
        self._county = areas.county
        shapely.prepare(self._county)
        # Some quarters are simply busier: more people, more shops.
        self._busy = {key: rng.uniform(0.65, 1.5) for key in areas.communities}

    def make(self) -> Cases:
        """Return the whole year."""
        cases = Cases()
        drafts = [*self._background_events(), *self._background_components()]
        for spot in HOT_SPOTS:
            planted, facts = self._hot_spot(spot)
            drafts += planted
            cases.hot_spots.append(facts)
        planted, cases.recurring = self._recurring()
        drafts += planted
        drafts.sort(key=lambda d: (d["上报时间"], d["横坐标X"], d["纵坐标Y"]))
        for number, draft in enumerate(drafts, 1):
            draft["案件编号"] = f"{CASE_YEAR}{number:06d}"
            draft["案卷号"] = f"澄案〔{CASE_YEAR}〕{number:06d}"
            if draft.pop("planted", False):
                cases.protected.add(str(draft["案件编号"]))
            cases.rows.append(draft)
        return cases

    def _background_events(self) -> list[Record]:
        weights = [e[2] for e in _EVENTS]
        chosen = self._rng.choices(_EVENTS, weights, k=round(BACKGROUND * 0.8))
        loads = {e[0]: self._loads(e[5]) for e in _EVENTS}
        days = {season: self._calendar.weights(season) for season in {e[3] for e in _EVENTS}}
        numbers = range(len(self._segments))
        drafts = []
        for code, _, _, season, _, _ in chosen:
            segment = self._rng.choices(numbers, loads[code])[0]
            x, y = self._place_on(segment)
            day = self._rng.choices(self._calendar.days, days[season])[0]
            drafts.append(self._draft("事件", code, x, y, day, self._source(), segment))
        return drafts

    def _loads(self, by_class: tuple[float, ...]) -> list[float]:
        loads = []
        for segment in self._segments:
            middle = segment.line.interpolate(0.5, normalized=True)
            busy = self._busy[self._areas.community_at(middle.x, middle.y)]
            loads.append(segment.line.length * by_class[_ROAD[self._streets[segment.street].road_class]] * busy)
        return loads

    def _place_on(self, segment: int) -> tuple[float, float]:
        line = self._segments[segment].line
        half = self._streets[self._segments[segment].street].width_m / 2
        while True:
            at = self._rng.uniform(0.0, 1.0) * line.length
            x, y = beside(line, at, self._rng.choice((-1, 1)) * half * self._rng.uniform(0.3, 1.6))
            if self._county.contains(Point(x, y)):
                return x, y

    def _background_components(self) -> list[Record]:
        by_class: dict[str, list[Placed]] = {}
        for component in self._components:
            by_class.setdefault(component.class_code, []).append(component)
        codes = list(_COMPONENT_WEIGHTS)
        dry, wet = self._calendar.weights("all"), self._calendar.weights("rain")
        drafts = []
        for code in self._rng.choices(
            codes, list(_COMPONENT_WEIGHTS.values()), k=BACKGROUND - round(BACKGROUND * 0.8)
        ):
            component = self._rng.choice(by_class[code])
            day = self._rng.choices(self._calendar.days, wet if code in ("0103", "0104", "0102") else dry)[0]
            x, y = component.x + self._rng.gauss(0, 0.8), component.y + self._rng.gauss(0, 0.8)
            if not self._county.contains(Point(x, y)):
                x, y = component.x, component.y
            draft = self._draft("部件", code, x, y, day, self._source(), component.segment)
            draft["部件编码"] = component.code
            drafts.append(draft)
        return drafts

    def _hot_spot(self, spot: HotSpot) -> tuple[list[Record], Record]:
        x0, y0 = self._ground(spot.plan)
        codes, weights = zip(*spot.classes)
        days = self._calendar.weights(spot.season)
        if spot.hours == "夜市":  # busiest on Friday and Saturday
            days = [w * (2.2 if d.weekday() in (4, 5) else 1.0) for w, d in zip(days, self._calendar.days)]
        drafts = []
        for _ in range(spot.count):
            radius = spot.radius_m * math.sqrt(self._rng.random()) * self._rng.uniform(0.35, 1.0)
            angle = self._rng.uniform(0, 2 * math.pi)
            x, y, segment = self._near_street(
                x0 + radius * math.cos(angle), y0 + radius * math.sin(angle), x0, y0, spot.radius_m
            )
            day = self._rng.choices(self._calendar.days, days)[0]
            draft = self._draft(
                "事件", self._rng.choices(codes, weights)[0], x, y, day, self._source(), segment, spot.hours
            )
            draft["planted"] = True
            drafts.append(draft)
        facts: Record = {
            "key": spot.key,
            "name": spot.name,
            "x": round(x0, 3),
            "y": round(y0, 3),
            "radius_m": spot.radius_m,
            "class_codes": list(codes),
            "cases": spot.count,
            "community_code": community_code(self._areas.community_at(x0, y0)),
        }
        return drafts, facts

    def _near_street(self, x: float, y: float, x0: float, y0: float, radius: float) -> tuple[float, float, int]:
        """Draw a place towards the nearest street, as people report from the street, but stay inside the spot."""
        segment = int(self._tree.nearest(Point(x, y)))
        line = self._segments[segment].line
        foot = line.interpolate(line.project(Point(x, y)))
        share = self._rng.uniform(0.55, 0.98)
        nx, ny = x + (foot.x - x) * share, y + (foot.y - y) * share
        if math.dist((nx, ny), (x0, y0)) > radius or not self._county.contains(Point(nx, ny)):
            return x, y, segment
        return nx, ny, segment

    def _recurring(self) -> tuple[list[Record], Record]:
        """Plant one blocked drain that comes back every two to four weeks at the same place."""
        at = self._ground(RECURRING_PLAN)
        segment = int(self._tree.nearest(Point(at)))
        line = self._segments[segment].line
        foot = line.interpolate(line.project(Point(at)))
        day = dt.date(CASE_YEAR, 1, 9)
        drafts, dates = [], []
        while day.year == CASE_YEAR:
            x, y = foot.x + self._rng.uniform(-3, 3), foot.y + self._rng.uniform(-3, 3)
            draft = self._draft("事件", "0404", x, y, day, "监督员", segment)
            draft["planted"] = True
            drafts.append(draft)
            dates.append(str(day))
            day += dt.timedelta(days=self._rng.randint(14, 27))
        facts: Record = {
            "x": round(foot.x, 3),
            "y": round(foot.y, 3),
            "radius_m": 5,
            "class_code": "0404",
            "cases": len(drafts),
            "dates": dates,
            "community_code": community_code(self._areas.community_at(foot.x, foot.y)),
        }
        return drafts, facts

    def _ground(self, plan: tuple[float, float]) -> tuple[float, float]:
        x, y = self._warp.forward(np.array([plan]))[0]
        return float(x), float(y)

    def _source(self) -> str:
        return self._rng.choices(("监督员", "12345", "公众", "视频", "领导交办"), (60, 22, 9, 7, 2))[0]

    def _draft(
        self, kind: str, code: str, x: float, y: float, day: dt.date, source: str, segment: int, hours: str = ""
    ) -> Record:
        limit = _LIMITS[code] if kind == "事件" else 24 if code in ("0118", "0402") else 8
        reported = moment(day, hours or source, self._rng)
        name = _NAMES[code] if kind == "事件" else KIND_NAMES[code]
        fault = "" if kind == "事件" else _FAULTS.get(code, "破损")
        address = self._address(x, y, segment)
        row: Record = {
            "案件编号": "",
            "案卷号": "",
            "案件类型": kind,
            "类别代码": code,
            "部件编码": "",
            "标题": f"{name}{fault}",
            "来源": source,
            **life_cycle(reported, limit, self._rng),
            "处置部门": owner_of(kind, code),
            "横坐标X": f"{x:.3f}",
            "纵坐标Y": f"{y:.3f}",
            "地址": address,
            "描述": "",
            "planted": False,
        }
        return self._special(row)

    def _special(self, row: Record) -> Record:
        """Let a few cases go other ways: void, handed back, suspended, done again, extended, rated by the caller."""
        rng = self._rng
        chance = rng.random()
        row["退回"] = row["返工"] = row["延期"] = 0
        row["联系"] = row["解决"] = row["满意"] = ""
        if row["案件状态"] != "已结案":
            if chance < 0.06:
                row.update({"案件状态": "已回退", "处置时间": "", "核查时间": "", "退回": 1})
            return row
        if chance < 0.025:
            row.update(
                {"案件状态": "作废", "派遣时间": "", "处置时间": "", "核查时间": "", "结案时间": "", "截止时间": ""}
            )
        elif chance < 0.032:
            row.update({"案件状态": "挂账", "处置时间": "", "核查时间": "", "结案时间": ""})
        elif chance < 0.062:
            row["退回"] = 1
        elif chance < 0.102:
            row["返工"] = rng.choice((1, 1, 1, 2))
        elif chance < 0.122:
            row["延期"] = 1
        if row["来源"] == "12345" and row["案件状态"] == "已结案":
            solved = rng.random() < 0.91
            row.update(
                {"联系": int(rng.random() < 0.96), "解决": int(solved), "满意": int(solved and rng.random() < 0.94)}
            )
        return row

    def _address(self, x: float, y: float, segment: int) -> str:
        street = self._streets[self._segments[segment].street]
        name = COMMUNITIES[self._areas.community_at(x, y)][2]
        if street.name is None:
            return f"{name}无名街巷内"
        if street.road_class == LANE or self._rng.random() < 0.5:
            at_house = self._rng.choice(("门前", "旁", "对面", "院外", ""))
            return f"{name}{street.name}{self._rng.randint(1, 98)}号{at_house}"
        side = self._rng.choice(("东侧", "西侧", "北侧", "南侧", "路口", "公交站旁", "人行道"))
        return f"{name}{street.name}{side}"

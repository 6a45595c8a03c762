"""The bones of the district, drawn by hand: outline, main roads, river, the two lanes between the street offices."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from tools.sample.curves import XY, Warp, rounded, spline

# The plan is drawn in metres from a corner of the sheet; Warp takes it to the ground.
_WEST: list[XY] = [(60, 60), (-30, 690), (40, 1400), (-20, 2050), (120, 2720)]
_NORTH: list[XY] = [(120, 2720), (760, 2790), (1490, 2700), (2340, 2790)]
_NORTH_EAST: list[XY] = [(2340, 2790), (2600, 2660), (2850, 2420)]
_EAST: list[XY] = [(2850, 2420), (2925, 2040), (2960, 1650), (2890, 1350), (2880, 1000), (2990, 420)]
_SOUTH: list[XY] = [(2990, 420), (2690, 150), (2210, -40), (1850, 30), (1500, 40), (1080, -75), (720, -60), (60, 60)]

MAIN, SECONDARY, BRANCH, LANE = "主干道", "次干道", "支路", "背街小巷"
DUAL_HALF_GAP_M = 13.0


@dataclass
class Street:
    """One drawn street: its line on the ground, class, width and name; ``key`` says what it is for later steps."""

    line: LineString
    road_class: str
    width_m: float
    name: str | None = None
    key: str = ""
    note: str = ""


@dataclass
class Skeleton:
    """The hand-drawn part of the district on the ground."""

    warp: Warp
    outline: Polygon
    streets: list[Street]
    area_lines: list[LineString]
    river: Polygon
    lake: Polygon
    river_axis: list[LineString] = field(default_factory=list)


# name, class, width, plan points; the points at crossings are the same in both roads
_ROADS: list[tuple[str, str, float, list[XY]]] = [
    ("柳堤大街", MAIN, 32, [(720, -60), (690, 620), (715, 985), (740, 1290), (700, 1990), (760, 2790)]),
    ("书院南街", MAIN, 30, [(2210, -40), (2245, 420), (2240, 600), (2225, 1000), (2200, 1320)]),
    ("书院北街", MAIN, 30, [(2330, 1330), (2300, 1690), (2290, 2050), (2350, 2440), (2340, 2790)]),
    (
        "南市路",
        SECONDARY,
        24,
        [
            (-30, 690),
            (330, 700),
            (690, 620),
            (1110, 600),
            (1480, 640),
            (1850, 655),
            (2240, 600),
            (2600, 640),
            (2940, 640),
        ],
    ),
    (
        "鼓楼中路",
        MAIN,
        36,
        [
            (40, 1400),
            (390, 1370),
            (740, 1290),
            (1180, 1300),
            (1520, 1330),
            (1850, 1345),
            (2200, 1320),
            (2330, 1330),
            (2600, 1360),
            (2890, 1350),
        ],
    ),
    (
        "北苑路",
        SECONDARY,
        24,
        [
            (-20, 2050),
            (350, 2040),
            (700, 1990),
            (1080, 2140),
            (1470, 2020),
            (1880, 2060),
            (2290, 2050),
            (2600, 2010),
            (2925, 2040),
        ],
    ),
    ("湖西路", BRANCH, 12, [(850, 2068), (838, 1900), (870, 1700), (862, 1500), (880, 1283)]),
    ("湖东路", BRANCH, 12, [(1372, 2062), (1398, 1900), (1385, 1700), (1350, 1500), (1362, 1315)]),
    ("铁拐斜街", SECONDARY, 18, [(690, 620), (900, 480), (1130, 240), (1500, 40)]),
]
_DUAL: list[XY] = [(1500, 40), (1480, 640), (1510, 960), (1520, 1330), (1470, 2020), (1490, 2700)]
_RIVER_SOUTH: list[XY] = [
    (1180, 1300),
    (1260, 1090),
    (1505, 905),
    (1760, 850),
    (1990, 690),
    (2243, 480),
    (2450, 270),
    (2690, 150),
]
_RIVER_NORTH: list[XY] = [(1180, 2735), (1120, 2560), (1150, 2330), (1080, 2140)]
_LAKE: list[XY] = [
    (960, 2020),
    (1110, 2060),
    (1250, 1960),
    (1310, 1800),
    (1270, 1600),
    (1160, 1480),
    (1010, 1500),
    (940, 1620),
    (1010, 1760),
    (915, 1890),
]
_OFFICE_LANE_WEST: list[XY] = [(3, 1040), (180, 1060), (350, 1015), (520, 1035), (715, 985)]
_OFFICE_LANE_EAST: list[XY] = [(2300, 1690), (2480, 1665), (2630, 1700), (2790, 1660), (2960, 1650)]


def draw_skeleton() -> Skeleton:
    """Return the outline, main roads and waters on the ground, scaled to the district's area."""
    edges = [spline(e) for e in (_WEST, _NORTH, _NORTH_EAST, _EAST, _SOUTH)]
    ring = np.vstack([edge[:-1] for edge in edges])
    warp = Warp(ring)
    ground = [LineString(warp.forward(edge)) for edge in edges]
    outline = Polygon(warp.forward(ring))
    west, north, north_east, east, south = ground
    streets = [
        Street(west, MAIN, 40, "西环路", "edge"),
        Street(south, MAIN, 34, "南环路", "edge"),
        Street(_inside(outline, north, 16.0), SECONDARY, 20, "北护城路", "edge"),
        Street(_inside(outline, north_east, 7.0), SECONDARY, 20, "东北角路", "edge"),
        Street(_inside(outline, east, 7.0), MAIN, 34, "东环路", "edge"),
    ]
    roads = [
        Street(_to_edge(warp.line(points), outline), cls, width, name, "main") for name, cls, width, points in _ROADS
    ]
    axis = _to_edge(warp.line(_DUAL), outline)
    streets += roads
    for side, note in ((DUAL_HALF_GAP_M, "西侧"), (-DUAL_HALF_GAP_M, "东侧")):
        streets.append(Street(_extended(axis.offset_curve(side), 40.0, outline), MAIN, 16, "澄湖大街", "main", note))
    office_lanes = [
        Street(_to_edge(warp.line(_OFFICE_LANE_WEST), outline), LANE, 6, "界石胡同", "office"),
        Street(_to_edge(warp.line(_OFFICE_LANE_EAST), outline), LANE, 5, "分水巷", "office"),
    ]
    streets += office_lanes
    river_south, river_north = _to_edge(warp.line(_RIVER_SOUTH), outline), warp.line(_RIVER_NORTH)
    streets += _banks(river_south, outline, ("澄水河北沿", "澄水河南沿"))
    streets += _banks(river_north, outline, ("澄水河东沿", "澄水河西沿"))
    lake = Polygon(warp.forward(spline(_LAKE, 16.0, closed=True)[:-1]))
    channel = LineString(
        [*river_north.coords, *warp.line([(1080, 2140), (1090, 1800), (1180, 1300)]).coords, *river_south.coords]
    )
    river = shapely.intersection(shapely.union(channel.buffer(13.0), lake), outline)
    area_lines = [
        outline.exterior,
        *(r.line for r in roads if r.road_class != BRANCH),
        axis,
        *(lane.line for lane in office_lanes),
        river_south,
    ]
    return Skeleton(warp, rounded(outline), streets, area_lines, river, lake, [river_south, river_north])


def _inside(outline: Polygon, edge: LineString, distance_m: float) -> LineString:
    """Return the road that runs inside the outline beside one of its edges."""
    shifted = edge.offset_curve(-distance_m)
    if not outline.contains(shifted.interpolate(0.5, normalized=True)):
        shifted = edge.offset_curve(distance_m)
    return _extended(shifted, 30.0, outline)


def _extended(line: LineString, by_m: float, outline: Polygon) -> LineString:
    coords = np.asarray(line.coords)
    head = coords[0] + (coords[0] - coords[1]) / np.hypot(*(coords[0] - coords[1])) * by_m
    tail = coords[-1] + (coords[-1] - coords[-2]) / np.hypot(*(coords[-1] - coords[-2])) * by_m
    return _clip(LineString(np.vstack([head, coords, tail])), outline)


def _to_edge(line: LineString, outline: Polygon) -> LineString:
    """Return the line with an end that stops near the outline drawn on to it."""
    coords = list(line.coords)
    for at, before in ((0, 1), (-1, -2)):
        if outline.exterior.distance(Point(coords[at])) < 60.0:
            (x, y), (px, py) = coords[at], coords[before]
            reach = 70.0 / math.dist((x, y), (px, py))
            coords[at] = (x + (x - px) * reach, y + (y - py) * reach)
    return _clip(LineString(coords), outline)


def _clip(line: LineString, outline: Polygon) -> LineString:
    parts = [p for p in shapely.get_parts(line.intersection(outline)) if p.geom_type == "LineString"]
    merged = shapely.line_merge(shapely.multilinestrings(parts))
    return max(shapely.get_parts(merged), key=lambda part: part.length)


def _banks(axis: LineString, outline: Polygon, names: tuple[str, str]) -> list[Street]:
    return [
        Street(_extended(axis.offset_curve(side * 24.0), 45.0, outline), BRANCH, 9, name, "bank")
        for side, name in zip((1, -1), names)
    ]

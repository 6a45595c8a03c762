"""Compounds that stand behind one wall: housing estates, courtyards, works and schools, parks; and road areas."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, Polygon, box

from tools.sample.areas import Areas
from tools.sample.curves import axes, rounded
from tools.sample.fabric import Fabric
from tools.sample.facts import WORDS
from tools.sample.network import Segment
from tools.sample.skeleton import MAIN, Skeleton, Street

COMPOUNDS_WANTED = 150


@dataclass(frozen=True)
class Compound:
    """One walled place: kind 小区/院落/单位/公园, name, polygon, number of households."""

    kind: str
    name: str
    polygon: Polygon
    households: int


def draw_compounds(fabric: Fabric, segments: list[Segment], areas: Areas, rng: random.Random) -> list[Compound]:
    """Return about 150 compounds; none touches a street or road area or crosses a community."""
    street_lines = [s.line for s in segments]
    walls = [shapely.boundary(p) for p in areas.communities.values()]
    roads = [polygon for _, _, polygon in draw_road_areas(fabric.streets, areas)]
    barrier = shapely.STRtree([*street_lines, *walls, *roads])
    kerbs = shapely.union_all(roads).buffer(-6.0)
    found = [*_parks(fabric, kerbs)]
    estate_names = (
        f"{name}{part}（示例）" for part in ("", "东区", "西区", "南区", "北区") for name in WORDS["estates"]
    )
    unit_names = (f"{name}（示例）" for name in WORDS["units"])
    for block in fabric.estates:
        for part in _estate_parts(_largest(block.difference(kerbs))):
            if _free(part, barrier):
                found.append(Compound("小区", next(estate_names), part, round(part.area / 62)))
    for block in fabric.units:
        part = rounded(_largest(block.difference(kerbs)).buffer(-9, join_style="mitre").simplify(0.5))
        if part.geom_type == "Polygon" and _free(part, barrier):
            found.append(Compound("单位", next(unit_names), part, 0))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(street_lines, grid_size=0.001))))
    faces = [f for f in faces if 5_000 < f.area < 16_000 and not f.buffer(-28).is_empty]
    faces = [f for f in faces if not any(c.polygon.intersects(f) for c in found)]
    faces.sort(key=lambda f: (round(f.centroid.x, 1), round(f.centroid.y, 1)))
    rng.shuffle(faces)
    number = 1
    for face in faces:
        if len(found) >= COMPOUNDS_WANTED:
            break
        yard = _courtyard(face, rng)
        if yard is None or not _free(yard, barrier):
            continue
        if yard.area > 2400 and rng.random() < 0.12:
            name = next(unit_names, None)
            if name is not None:
                found.append(Compound("单位", name, yard, 0))
                continue
        found.append(Compound("院落", f"{number}号院（示例）", yard, round(yard.area / 90)))
        number += 1
    return sorted(found, key=lambda c: (round(c.polygon.centroid.x, 1), round(c.polygon.centroid.y, 1)))


def draw_road_areas(streets: list[Street], areas: Areas) -> list[tuple[str, str, Polygon]]:
    """Return (name, kind, polygon) of the dual carriageway and the middle main road, cut at the widest crossings."""
    dual = [s.line for s in streets if s.name == "澄湖大街"]
    middle = [s.line for s in streets if s.name == "鼓楼中路"]
    inside = areas.county.buffer(-0.5)
    wide = shapely.intersection(shapely.union_all([line.buffer(15.0, cap_style="flat") for line in dual]), inside)
    wide = max(
        shapely.get_parts(Polygon(max(shapely.get_parts(wide), key=lambda p: p.area).exterior).intersection(inside)),
        key=lambda p: p.area,
    )
    across = shapely.union_all([line.buffer(17.0, cap_style="flat") for line in middle]).intersection(inside)
    crossing = [s.line for s in streets if s.key == "main" and s.name != "澄湖大街"]
    pieces = [("澄湖大街", "道路", part) for part in _cut(wide, crossing)]
    beside = [s.line for s in streets if s.key == "main" and s.name != "鼓楼中路"]
    pieces += [("鼓楼中路", "道路", part) for part in _cut(across.difference(wide), beside)]
    return [(name, kind, rounded(p)) for name, kind, p in pieces if p.area > 2000]


def draw_waters(skeleton: Skeleton, streets: list[Street]) -> list[tuple[str, str, Polygon]]:
    """Return (name, kind, polygon) of the lake and of the river between its bridges."""
    bridges = shapely.union_all([s.line.buffer(s.width_m / 2) for s in streets if s.road_class in (MAIN, "次干道")])
    found = [("澄湖（示例）", "湖泊", skeleton.lake)]
    parts = shapely.get_parts(skeleton.river.difference(skeleton.lake).difference(bridges))
    found += [("澄水河（示例）", "河道", p) for p in sorted(parts, key=lambda p: -p.bounds[3]) if p.area > 500]
    return [(name, kind, rounded(p)) for name, kind, p in found]


def _cut(shape: shapely.Geometry, lines: list[LineString]) -> list[Polygon]:
    """Return the pieces of a road area between the crossings."""
    noded = shapely.union_all([shapely.boundary(shape), *lines])
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = [p for p in parts if shape.contains(p.representative_point())]
    return sorted(inside, key=lambda p: (round(p.bounds[0]), round(p.bounds[1])))


def _free(part: Polygon, barrier: shapely.STRtree) -> bool:
    return part.is_valid and len(barrier.query(part, predicate="intersects")) == 0


def _largest(shape: shapely.Geometry) -> Polygon:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _parks(fabric: Fabric, kerbs: shapely.Geometry) -> list[Compound]:
    """Return the lake and the four gardens round it, edge to edge."""
    park = _largest(fabric.park.difference(kerbs)).buffer(-9).simplify(0.4)
    lake = fabric.skeleton.lake
    middle, (west, south, east, north) = lake.centroid, park.bounds
    cross = [
        LineString([(west, middle.y), (east, middle.y + 20)]),
        LineString([(middle.x - 30, north), (middle.x, middle.y), (middle.x + 40, south)]),
    ]
    noded = shapely.union_all([park.exterior, lake.exterior, *cross], grid_size=0.001)
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    found = []
    for part in sorted(parts, key=lambda p: (round(p.centroid.x), round(p.centroid.y))):
        if not park.contains(part.representative_point()) or lake.contains(part.representative_point()):
            continue
        side = ("北" if part.centroid.y > middle.y else "南", "东" if part.centroid.x > middle.x else "西")
        found.append(Compound("公园", f"澄湖公园{side[1]}{side[0]}园（示例）", rounded(part), 0))
    ring = shapely.union_all([c.polygon for c in found]).interiors[0]
    return [*found, Compound("水域", "澄湖（示例）", rounded(Polygon(ring)), 0)]


def _estate_parts(block: Polygon) -> list[Polygon]:
    """Return the one or two walled estates of a block, with a lane's width between them."""
    inner = block.buffer(-8, join_style="mitre")
    centre, u, _, half_a, _ = axes(block)
    if block.area < 38_000:
        return [p for p in (rounded(inner.simplify(0.5)),) if p.geom_type == "Polygon"]
    angle = math.degrees(math.atan2(u[1], u[0]))
    gap = rotate(
        box(centre[0] - 4, centre[1] - 3 * half_a, centre[0] + 4, centre[1] + 3 * half_a), angle, origin=centre
    )
    parts = shapely.get_parts(inner.difference(gap))
    return [rounded(p.simplify(0.5)) for p in sorted(parts, key=lambda p: p.bounds) if p.area > 4_000]


def _courtyard(face: Polygon, rng: random.Random) -> Polygon | None:
    """Return a courtyard somewhere in a block, its walls parallel to the lanes round it."""
    inner = face.buffer(-6)
    if inner.is_empty or inner.geom_type != "Polygon":
        return None
    centre, u, _, half_a, half_b = axes(inner)
    angle = math.degrees(math.atan2(u[1], u[0]))
    for _ in range(12):
        a, b = rng.uniform(0.25, 0.52) * half_a, rng.uniform(0.5, 0.86) * half_b
        t = rng.uniform(-0.5, 0.5) * half_a
        x, y = centre[0] + u[0] * t, centre[1] + u[1] * t
        yard = rotate(box(x - a, y - b, x + a, y + b), angle, origin=(x, y))
        if rng.random() < 0.3:  # a corner that belongs to the neighbour
            corner = yard.exterior.coords[0]
            yard = yard.difference(
                rotate(
                    box(corner[0] - a * 0.6, corner[1] - b * 0.7, corner[0] + a * 0.6, corner[1] + b * 0.7),
                    angle,
                    origin=corner,
                )
            )
        if yard.geom_type == "Polygon" and yard.area > 700 and inner.contains(yard):
            return rounded(yard)
    return None

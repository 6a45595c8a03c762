"""Names for streets and old lanes. The words are everyday ones; the combinations are this project's own."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass

from shapely.geometry import LineString

from tools.sample.areas import Areas
from tools.sample.facts import COMMUNITIES, WORDS
from tools.sample.network import Segment, ends
from tools.sample.skeleton import Street

LANES_WANTED = 178
TWIN_NAME = "安乐巷"  # one name, two different lanes in two street offices
_SERIES = ("苇塘", "书院", "东仓", "鼓架")
_ORDINALS = ("头", "二", "三", "四", "五", "六", "七", "八")


@dataclass(frozen=True)
class Lane:
    """One named lane: the numbers of its segments, the street office it counts to, its other names."""

    name: str
    office: str
    segments: tuple[int, ...]
    alias: str | None = None
    old_name: str | None = None


def name_streets(streets: list[Street], segments: list[Segment], areas: Areas, rng: random.Random) -> list[Lane]:
    """Name every branch road and the longest lanes (in place), and return the named lanes."""
    names = WORDS["branch_roads"]
    branches = iter([*names, *(f"{name[:-1]}二{name[-1]}" for name in names)])
    for street in streets:
        if street.key == "branch":
            street.name = next(branches)
    groups = _continuations(streets, segments, areas, rng)
    pieces: dict[int, list[int]] = defaultdict(list)
    for i, segment in enumerate(segments):
        pieces[segment.street].append(i)
    length = {
        root: sum(segments[i].line.length for member in members for i in pieces[member])
        for root, members in groups.items()
    }
    office_lanes = [i for i, s in enumerate(streets) if s.key == "office"]
    chosen = _worth_a_name(length, LANES_WANTED - len(office_lanes), rng)
    names = _names_for(sorted(chosen), streets, segments, areas, rng)
    lanes = []
    for root, name in names.items():
        for member in groups[root]:
            streets[member].name = name
        numbers = tuple(sorted(i for member in groups[root] for i in pieces[member]))
        office = _office(segments[numbers[0]].line, areas)
        other = rng.random()
        alias = f"老{name}" if other < 0.05 else None
        old_name = f"{name[:-1].replace('胡', '')}夹道" if 0.05 < other < 0.10 else None
        lanes.append(Lane(name, office, numbers, alias, old_name))
    for i in office_lanes:
        lanes.append(Lane(str(streets[i].name), "S", tuple(pieces[i])))  # both offices agreed on the southern one
    return sorted(lanes, key=lambda lane: lane.segments)


def _worth_a_name(length: dict[int, float], wanted: int, rng: random.Random) -> list[int]:
    """Pick mostly the longest lanes and a few short ones; the others stay without a name, as in any old town."""
    by_length = sorted(length, key=lambda root: (-length[root], root))
    longest = by_length[: round(wanted * 0.72)]
    short = [root for root in by_length[len(longest) :] if length[root] > 55]
    return longest + rng.sample(short, wanted - len(longest))


def _office(line: LineString, areas: Areas) -> str:
    middle = line.interpolate(0.5, normalized=True)
    return COMMUNITIES[areas.community_at(middle.x, middle.y)][0]


def _continuations(
    streets: list[Street], segments: list[Segment], areas: Areas, rng: random.Random
) -> dict[int, list[int]]:
    """Group lanes that run straight on across a road; a lane never runs on into the other street office."""
    parent = {i: i for i, s in enumerate(streets) if s.key in ("row", "tie")}
    present = {s.street for s in segments}
    parent = {i: i for i in parent if i in present}
    office: dict[int, str] = {}
    at: dict[tuple[float, float], list[tuple[int, float]]] = defaultdict(list)
    for segment in segments:
        if segment.street not in parent:
            continue
        office.setdefault(segment.street, _office(segment.line, areas))
        coords = list(segment.line.coords)
        for (x0, y0), (x1, y1), end in (
            (coords[0], coords[1], ends(segment.line)[0]),
            (coords[-1], coords[-2], ends(segment.line)[1]),
        ):
            at[end].append((segment.street, math.atan2(y1 - y0, x1 - x0)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for end in sorted(at):
        for first, bearing in at[end]:
            for second, other in at[end]:
                straight = abs(math.cos(bearing - other) + 1) < 0.10
                same = streets[first].key == streets[second].key and office[first] == office[second]
                if first < second and straight and same and root(first) != root(second) and rng.random() < 0.55:
                    parent[root(second)] = root(first)
    groups: dict[int, list[int]] = defaultdict(list)
    for i in sorted(parent):
        groups[root(i)].append(i)
    return dict(groups)


def _names_for(
    chosen: list[int],
    streets: list[Street],
    segments: list[Segment],
    areas: Areas,
    rng: random.Random,
) -> dict[int, str]:
    words = list(WORDS["lanes"])
    rng.shuffle(words)
    names = _series_names(chosen, streets)
    by_street = {s.street: s for s in reversed(segments)}
    twins_left = {"N", "S"}
    fresh = iter([*words, *("小" + w for w in words)])
    for root in chosen:
        if root in names:
            continue
        tie = streets[root].key == "tie"
        office = _office(by_street[root].line, areas)
        if tie and office in twins_left and (office == "S" or rng.random() < 0.3):
            twins_left.discard(office)
            names[root] = TWIN_NAME
            continue
        suffix = (
            rng.choice(("巷", "巷", "巷", "里", "夹道")) if tie else rng.choice(("胡同", "胡同", "胡同", "巷", "里"))
        )
        names[root] = next(fresh) + suffix
    return names


def _series_names(chosen: list[int], streets: list[Street]) -> dict[int, str]:
    """Number the parallel lanes of a few blocks from north to south: 头条, 二条, 三条 …"""
    blocks: dict[str, list[int]] = defaultdict(list)
    for root in chosen:
        flat = streets[root].line.bounds
        if streets[root].key == "row" and flat[2] - flat[0] > flat[3] - flat[1]:
            blocks[streets[root].note].append(root)
    rich = sorted((b for b in blocks if len(blocks[b]) >= 3), key=lambda b: (-len(blocks[b]), int(b)))
    names = {}
    for title, block in zip(_SERIES, rich[:: max(1, len(rich) // len(_SERIES))]):
        rows = sorted(blocks[block], key=lambda root: -streets[root].line.centroid.y)
        for ordinal, root in zip(_ORDINALS, rows):
            names[root] = f"{title}{ordinal}条"
    return names

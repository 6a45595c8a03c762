"""From drawn streets to the road network of the file: cut at every crossing, loose ends trimmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from tools.sample.skeleton import Street

_LOOSE_M = 62.0
_TOO_SHORT_M = 4.0
_OVERSHOOT_M = 0.01


@dataclass(frozen=True)
class Segment:
    """One piece of a street between two crossings; ``street`` is its number in the list of streets."""

    line: LineString
    street: int


def cut_at_crossings(streets: list[Street], outline: Polygon) -> list[Segment]:
    """Return the segments, noded to 1 mm, without the overshoots of the hand-drawn roads."""
    lines = [_lengthened(street.line) for street in streets]
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=0.001))
    tree = shapely.STRtree(lines)
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    pairs, distance = tree.query_nearest(middles, return_distance=True, all_matches=False)
    if len(pairs[0]) != len(noded) or distance.max() > 0.01:
        raise ValueError("a segment of the sample network lost its street")
    segments = [Segment(line, int(street)) for line, street in zip(noded, pairs[1])]
    segments = _trim(_contract(segments), streets)
    segments = [s for s in segments if outline.buffer(0.01).covers(s.line)]
    joined = _join_passing(segments)
    return sorted(joined, key=lambda s: (s.street, *np.round(s.line.coords[0], 3)))


def ends(line: LineString) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both end points on whole millimetres."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    return (round(x0, 3), round(y0, 3)), (round(x1, 3), round(y1, 3))


def _lengthened(line: LineString) -> LineString:
    """Return the line with 1 cm more at both ends, so that an end drawn up to a street certainly crosses it."""
    coords = np.asarray(line.coords)
    head = coords[0] + (coords[0] - coords[1]) / np.hypot(*(coords[0] - coords[1])) * _OVERSHOOT_M
    tail = coords[-1] + (coords[-1] - coords[-2]) / np.hypot(*(coords[-1] - coords[-2])) * _OVERSHOOT_M
    return LineString(np.vstack([head, coords, tail]))


def _contract(segments: list[Segment]) -> list[Segment]:
    """Draw the two ends of a much too short segment together, at the end where more streets meet."""
    degree = Counter(end for s in segments for end in ends(s.line))
    target: dict[tuple[float, float], tuple[float, float]] = {}
    for s in sorted(segments, key=lambda s: s.line.length):
        if s.line.length >= _TOO_SHORT_M:
            break
        keep, drop = sorted((_root(target, end) for end in ends(s.line)), key=lambda end: (-degree[end], end))
        if keep != drop:
            target[drop] = keep
    moved = []
    for s in segments:
        if s.line.length < _TOO_SHORT_M:
            continue
        coords = [(round(x, 3), round(y, 3)) for x, y in s.line.coords]
        coords[0], coords[-1] = _root(target, coords[0]), _root(target, coords[-1])
        coords = [c for i, c in enumerate(coords) if i == 0 or c != coords[i - 1]]
        moved.append(Segment(LineString(coords), s.street))
    return moved


def _root(target: dict[tuple[float, float], tuple[float, float]], end: tuple[float, float]) -> tuple[float, float]:
    while end in target:
        end = target[end]
    return end


def _trim(segments: list[Segment], streets: list[Street]) -> list[Segment]:
    while True:
        degree = Counter(end for s in segments for end in ends(s.line))
        kept = [
            s
            for s in segments
            if streets[s.street].key == "tie"
            or s.line.length > _LOOSE_M
            or all(degree[end] > 1 for end in ends(s.line))
        ]
        if len(kept) == len(segments):
            return kept
        segments = kept


def _join_passing(segments: list[Segment]) -> list[Segment]:
    """Join the pieces of one street where no other street meets them (where an overshoot was trimmed)."""
    degree = Counter(end for s in segments for end in ends(s.line))
    joined = []
    by_street: dict[int, list[LineString]] = {}
    for s in segments:
        by_street.setdefault(s.street, []).append(s.line)
    for street, lines in sorted(by_street.items()):
        cuts = {end for line in lines for end in ends(line) if degree[end] != 2}
        for merged in shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))):
            joined += [Segment(piece, street) for piece in _split_at(merged, cuts)]
    return joined


def _split_at(line: LineString, cuts: set[tuple[float, float]]) -> list[LineString]:
    coords = [(round(x, 3), round(y, 3)) for x, y in line.coords]
    pieces, start = [], 0
    for i in range(1, len(coords)):
        if i == len(coords) - 1 or coords[i] in cuts:
            pieces.append(LineString(coords[start : i + 1]))
            start = i
    return pieces

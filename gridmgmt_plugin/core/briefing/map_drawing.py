"""The map of a briefing: classes of counts for page and paper alike, and the drawing of the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import shapely

from gridmgmt_plugin.core.briefing.content import MapPlaces
from gridmgmt_plugin.core.briefing.words import briefing_data, word

_WIDTH, _TALLEST = 2400, 2400
_LINE_TYPES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True)
class CountClass:
    """Places with ``first`` to ``last`` cases, and their colour."""

    first: int
    last: int
    colour: str

    def label(self, language: str) -> str:
        """Return how many cases that is."""
        if self.last == 0:
            return word("no_cases", language)
        key = "alone" if self.first == self.last else "from_to"
        return word(key, language, first=f"{self.first:,}", last=f"{self.last:,}")


def count_classes(counts: np.ndarray) -> tuple[CountClass, ...]:
    """Return the classes of counts (int (n,)), ascending: none, then up to as many as there are colours.

    Places with cases are shared out evenly, but equal counts never fall into two classes, so there may be fewer.
    """
    data = briefing_data()
    found = [CountClass(0, 0, data["no_case_colour"])]
    some = np.sort(counts[counts > 0])
    if not len(some):
        return tuple(found)
    colours = data["map_colours"]
    cuts = [some[min(len(some) * (step + 1) // len(colours), len(some)) - 1] for step in range(len(colours))]
    last = sorted({int(cut) for cut in cuts if cut > 0} | {int(some[-1])})
    first = [int(some[0]), *(bound + 1 for bound in last[:-1])]
    # Few classes take their colours from the whole range.
    at = np.linspace(len(colours) - 1, 0, len(last)).round().astype(int)[::-1] if len(last) > 1 else [2]
    found += [CountClass(one, two, colours[colour]) for one, two, colour in zip(first, last, at)]
    return tuple(found)


def class_numbers(counts: np.ndarray, classes: tuple[CountClass, ...]) -> np.ndarray:
    """Return the class that each count falls into, int64 (n,), the position in ``classes``."""
    return np.searchsorted(np.array([one.last for one in classes]), counts, side="left").astype(np.int64)


def draw_map(places: MapPlaces, language: str) -> str:
    """Return the map as SVG: a path for each place with its name and count, hot ones outlined, areas named over them.

    Coordinates are whole numbers in a drawing of at most 2,400 units; north is up.
    """
    drawn = ~(shapely.is_missing(places.shapes) | shapely.is_empty(places.shapes))
    if not drawn.any():
        return ""
    frame = _Frame.around(np.concatenate([places.shapes[drawn], places.area_shapes]))
    classes = count_classes(places.counts)
    number = class_numbers(places.counts, classes)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" role="img" class="map">'
    )
    parts = [head]
    is_line = np.isin(shapely.get_type_id(places.shapes), _LINE_TYPES)
    for layer in (False, True):  # what is hot lies above
        parts.append("<g>")
        shown = np.flatnonzero(drawn & (places.hot == layer))
        for at, path in zip(shown.tolist(), frame.paths(places.shapes[shown])):
            look = f"{'l' if is_line[at] else 'p'} c{number[at]}{' hot' if layer else ''}"
            name = str(places.names[at] or places.codes[at])
            tip = escape(word("place_count", language, place=name, count=int(places.counts[at])))
            parts.append(f'<path class="{look}" d="{path}"><title>{tip}</title></path>')
        parts.append("</g>")
    parts.append('<g class="areas">')
    parts += [f'<path d="{path}"/>' for path in frame.paths(places.area_shapes)]
    if len(places.area_names) <= briefing_data()["most_area_names"]:
        for name, shape in zip(places.area_names, places.area_shapes):
            x, y = frame.at(*shapely.get_coordinates(shapely.point_on_surface(shape))[0])
            parts.append(f'<text x="{x}" y="{y}">{escape(str(name))}</text>')
    parts.append("</g></svg>")
    return "".join(parts)


@dataclass(frozen=True)
class _Frame:
    """How metres become units of the drawing."""

    west: float
    north: float
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, shapes: np.ndarray) -> _Frame:
        west, south, east, north = shapely.total_bounds(shapes)
        wide, tall = max(east - west, 1.0), max(north - south, 1.0)
        margin = 0.01 * max(wide, tall)
        scale = min(_WIDTH / (wide + 2 * margin), _TALLEST / (tall + 2 * margin))
        size = (round((side + 2 * margin) * scale) for side in (wide, tall))
        return cls(west - margin, north + margin, scale, *size)

    def at(self, x: float, y: float) -> tuple[int, int]:
        return round((x - self.west) * self.scale), round((self.north - y) * self.scale)

    def paths(self, shapes: np.ndarray) -> list[str]:
        """Return each shape as the text of a path: every line or ring begins where it is and goes on in steps."""
        parts, of_shape = shapely.get_parts(shapes, return_index=True)
        is_ground = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        rings, of_part = shapely.get_rings(parts[is_ground], return_index=True)
        lines = np.concatenate([rings, parts[~is_ground]])
        owner = np.concatenate([of_shape[is_ground][of_part], of_shape[~is_ground]])
        points, of_line = shapely.get_coordinates(lines, return_index=True)
        units = np.rint((points - (self.west, self.north)) * (self.scale, -self.scale)).astype(np.int64)
        steps = np.diff(units, axis=0, prepend=units[:1])
        begins = np.diff(of_line, prepend=-1) > 0
        kept = begins | steps.any(axis=1)
        closed = np.zeros(len(shapes), dtype=bool)
        closed[of_shape[is_ground]] = True
        found: list[list[str]] = [[] for _ in range(len(shapes))]
        line_owner, ends = owner[of_line[kept]].tolist(), np.append(begins[kept][1:], True).tolist()
        values = np.where(begins[:, None], units, steps)[kept].tolist()
        for (x, y), begin, end, at in zip(values, begins[kept].tolist(), ends, line_owner):
            found[at].append(f"{'M' if begin else 'l'}{x} {y}")
            if end and closed[at]:
                found[at].append("z")
        return ["".join(one) for one in found]

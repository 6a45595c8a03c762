"""What a district holds, counted again from the raw tables and files, without a line of the plugin's own reading."""

from __future__ import annotations

import csv
import hashlib
import json
import struct
import zipfile
from collections import Counter
from functools import cached_property
from pathlib import Path

import fiona
import shapely
from shapely.geometry import shape

from tests.workspace.places import FilePlace

_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
AREA_M2 = 0.01


class Recount:
    """Reads a place by plain SQL and says what does not agree with itself."""

    def __init__(self, place) -> None:
        self.place = place
        self.is_file = isinstance(place, FilePlace)

    def rows(self, table: str, *columns: str, where: str = "TRUE") -> list[tuple]:
        """Return rows of a table; a column ``geom`` comes as a geometry."""
        asked = [name if name != "geom" or self.is_file else "ST_AsBinary(geom)" for name in columns]
        found = self.place.run(f"SELECT {', '.join(asked)} FROM {table} WHERE {where}")
        at = columns.index("geom") if "geom" in columns else -1
        return [tuple(self._shape(cell) if i == at else cell for i, cell in enumerate(row)) for row in found]

    def _shape(self, blob):
        if blob is None:
            return None
        raw = bytes(blob)
        if self.is_file:
            assert raw[:2] == b"GP"
            raw = raw[8 + _ENVELOPE_BYTES[(raw[3] >> 1) & 7] :]
            assert struct.unpack("<B", raw[:1])[0] in (0, 1)
        return shapely.from_wkb(raw)

    def hold(self, *schemes: str, on: str) -> None:
        """Fail unless codes, assignments, outlines, counts, register and posts of the schemes agree on a day."""
        units = self.rows("unit_grid", "code", "area_code", "geom", *(f"rg_{scheme}" for scheme in schemes))
        codes = [row[0] for row in units]
        assert len(set(codes)) == len(codes)
        cells = [row[2] for row in units]
        assert abs(shapely.union_all(cells).area - sum(cell.area for cell in cells)) < 1e-3
        for number, scheme in enumerate(schemes):
            self._hold_scheme(scheme, cells, [row[3 + number] or None for row in units])
        self._hold_posts(on)

    def _hold_scheme(self, scheme: str, cells: list, named: list) -> None:
        grids = self.rows(
            "responsibility_grid", "code", "unit_count", "area_m2", "geom", where=f"scheme = '{scheme}'"
        )
        outlines = {code: outline for code, _, _, outline in grids}
        assert len(outlines) == len(grids)
        assert set(filter(None, named)) <= set(outlines)
        held = Counter(named)
        for code, count, area_m2, outline in grids:
            mine = [cell for cell, grid in zip(cells, named) if grid == code]
            assert count == held[code], code
            assert abs((area_m2 or 0.0) - sum(cell.area for cell in mine)) < AREA_M2, code
            whole = shapely.union_all(mine)
            assert whole.is_empty if outline is None else whole.symmetric_difference(outline).area < AREA_M2, code
        self._hold_inner_points(cells, named, outlines)
        states = dict(self.rows("code_register", "code", "state", where=f"kind = 'rg_{scheme}'"))
        assert not [code for code in outlines if states.get(code) not in ("draft", "valid")]

    @staticmethod
    def _hold_inner_points(cells: list, named: list, outlines: dict) -> None:
        """A place inside a unit grid lies in the grid that it names, and in no other."""
        drawn = {code: outline for code, outline in outlines.items() if outline is not None}
        order = list(drawn)
        tree = shapely.STRtree([drawn[code] for code in order])
        found: dict[int, list[str]] = {}
        for point, outline in zip(*tree.query(shapely.point_on_surface(cells), predicate="intersects")):
            found.setdefault(int(point), []).append(order[outline])
        assert [found.get(at, []) for at in range(len(cells))] == [[code] if code else [] for code in named]

    def _hold_posts(self, on: str) -> None:
        """Posts in force name a place and a person that are there, and their days are in order."""
        people = dict(self.rows("person", "id", "left_on"))
        places = {
            "responsibility_grid": set(self.rows("responsibility_grid", "scheme", "code")),
            "lane": {(None, code) for (code,) in self.rows("lane", "code")},
            "area": {(None, code) for (code,) in self.rows("area", "code")},
            "station": {(None, code) for (code,) in self.rows("station", "code")},
        }
        posts = self.rows("post", "id", "target", "target_code", "scheme", "person_id", "valid_from", "valid_to")
        assert len({post[0] for post in posts}) == len(posts)
        for post, target, code, scheme, person, begins, ends in posts:
            first, last = str(begins or ""), str(ends or "9999")
            assert first <= last, post
            if first <= on <= last:
                assert (scheme if target == "responsibility_grid" else None, code) in places[target], post
                assert person in people, post
                assert str(people[person] or "9999") >= on, post

    def loads(self, scheme: str, office: str) -> dict[str, tuple[float, int]]:
        """Return grid → m² and number of unit grids, of the grids whose unit grids lie in a street office."""
        found: dict[str, tuple[float, int]] = {}
        for grid, area, cell in self.rows("unit_grid", f"rg_{scheme}", "area_code", "geom"):
            if grid and area.startswith(office):
                m2, count = found.get(grid, (0.0, 0))
                found[grid] = (m2 + cell.area, count + 1)
        return found


class ReadPackage:
    """A package as a receiver without the plugin reads it: fiona, csv and hashes."""

    def __init__(self, package: Path, folder: Path) -> None:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        self.folder = folder / package.stem
        self.manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        for entry in self.manifest["files"]:
            content = (self.folder / entry["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["path"]
        self.units, self.grids = self._layer("unit_grid", "BGID"), self._layer("responsibility_grid", "RGCode")

    def _layer(self, name: str, key: str) -> dict[str, tuple[dict, object]]:
        with fiona.open(self.folder / f"{name}.shp", encoding="utf-8") as layer:
            rows = [(dict(feature["properties"]), shape(feature["geometry"])) for feature in layer]
        assert len(rows) == next(e["rows"] for e in self.manifest["files"] if e["path"] == f"{name}.shp")
        return {row[key]: (row, geometry) for row, geometry in rows}

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def grid_of(self) -> dict[str, str | None]:
        """Return unit grid → responsibility grid."""
        return {code: row["RGCode"] for code, (row, _) in self.units.items()}

    def holds(self, recount: Recount, scheme: str, on: str) -> None:
        """Fail unless the package says what the workspace says, in every file that a receiver loads."""
        stored = recount.rows("unit_grid", "code", f"rg_{scheme}", "geom")
        assert {code: grid for code, grid, _ in stored} == self.grid_of
        for code, _, cell in stored:
            assert cell.symmetric_difference(self.units[code][1]).area < AREA_M2, code
        for code, (row, outline) in self.grids.items():
            mine = [cell for _, grid, cell in stored if grid == code]
            assert row["UnitCount"] == len(mine)
            assert abs(row["Area"] - outline.area) < 0.1
            assert shapely.union_all(mine).symmetric_difference(outline).area < AREA_M2 * len(mine)
        told = {row["unit_grid"]: row["responsibility_grid"] or None for row in self.table("responsibility")}
        assert told == self.grid_of
        in_force = f"(valid_to IS NULL OR valid_to >= '{on}')"
        wanted = recount.rows("post", "id", where=f"(scheme = '{scheme}' OR scheme IS NULL) AND {in_force}")
        posts = self.table("posts")
        assert {code for (code,) in wanted} <= {row["id"] for row in posts}
        people = {row["id"] for row in self.table("persons")}
        assert {row["person_id"] for row in posts if row["person_id"]} <= people
        assert {row["target_code"] for row in posts if row["target"] == "responsibility_grid"} <= set(self.grids)
        points = self.table("acceptance_points")
        codes = list(self.units)
        tree = shapely.STRtree([self.units[code][1] for code in codes])
        places = shapely.points([(float(row["x"]), float(row["y"])) for row in points])
        near = {(int(at), codes[unit]) for at, unit in zip(*tree.query(places, predicate="dwithin", distance=1e-6))}
        for at, row in enumerate(points):
            assert (at, row["unit_grid"]) in near
            assert (row["responsibility_grid"] or None) == self.grid_of[row["unit_grid"]]

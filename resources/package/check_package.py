#!/usr/bin/env python3
"""成果包自检 / Check a delivered package: run it in the package's folder, before and after loading it.

    python3 check_package.py [folder] [--language zh|en] [--report report.json]

Needs Python 3.8 or newer and fiona, nothing else. It proves that every file is what the manifest says (SHA-256,
rows), that codes in one table are there in the other, and that the rule "who answers" (README), worked out here anew
from the delivered files alone, gives the expected answer for every acceptance point. Exit code 0: all right, 1: it is
not, 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

Row = Dict[str, str]
Ring = List[Tuple[float, float]]
# Parts: polygons with their rings, or lines as one ring each.
Shape = List[List[Ring]]

TEXTS = {
    "no_manifest": ("此处没有 manifest.json：{0}", "There is no manifest.json here: {0}"),
    "no_fiona": ("需要 fiona 才能读取图层（pip install fiona）。", "Layers are read with fiona (pip install fiona)."),
    "missing": ("缺少文件 {0}", "File {0} is missing"),
    "hash": ("文件 {0} 与清单的校验值不符", "File {0} is not the one of the manifest (SHA-256)"),
    "strange": ("注意：清单中没有文件 {0}，未核对", "Note: file {0} is not in the manifest and was not checked"),
    "old": (
        "无法检查：manifest.json 不是 1.1 以上的清单（{0}）",
        "Not checked: manifest.json is no manifest of 1.1 or later ({0})",
    ),
    "unreadable": ("无法读取 {0}：{1}", "{0} cannot be read: {1}"),
    "rows": ("{0} 应有 {1} 行，实有 {2} 行", "{0} should have {1} rows, it has {2}"),
    "twice": ("{0} 的 {1}“{2}”重复", "{0}: {1} “{2}” is there twice"),
    "lost": ("{0} 的 {1}“{2}”在 {3} 中不存在", "{0}: {1} “{2}” is not in {3}"),
    "exempt": (
        "注意：{0} 的 {1}“{2}”在 {3} 中不存在，质量报告已列为豁免",
        "Note: {0}: {1} “{2}” is not in {3}; the quality report exempts it",
    ),
    "unlisted": ("注意：{2} 没有记录，{0} 的 {1} 未核对", "Note: {2} is empty, {1} of {0} was not looked up"),
    "answer": ("验收点 {0}（{1}）的 {2} 应为“{3}”，算得“{4}”", "Point {0} ({1}): {2} should be “{3}”, it is “{4}”"),
    "no_plane": (
        "注意：图层只有经纬度的 GeoJSON，验收点是平面坐标，未核对验收点",
        "Note: the layers are GeoJSON in degrees, the acceptance points are not; these were not asked",
    ),
    "partly": (
        "注意：接收方要求中没有 {0}，未核对验收点",
        "Note: {0} is not delivered to this receiver; the acceptance points were not asked",
    ),
    "form": ("{0} 的 {1}“{2}”不符合清单所列的形式", "{0}: {1} “{2}” is not in the form that the manifest names"),
    "good": (
        "通过：{0} 个文件、{1} 行记录、{2} 条关系、{3} 个验收点。",
        "Passed: {0} files, {1} rows, {2} references, {3} acceptance points.",
    ),
    "bad": ("未通过：{0} 处不符。", "Failed: {0} differences."),
}
# Table, column, and the table whose key it names; a post's target is looked at apart.
REFERENCES = (
    ("area", "parent_code", "area"),
    ("area", "office_code", "departments"),
    ("unit_grid", "area_code", "area"),
    ("unit_grid", "responsibility_grid", "responsibility_grid"),
    ("unit_grid", "responsible_code", "departments"),
    ("unit_grid", "fallback_code", "departments"),
    ("responsibility_grid", "area_code", "area"),
    ("lane", "street_code", "area"),
    ("duty_zone", "manager_code", "departments"),
    ("posts", "person_id", "persons"),
    ("duty_rules", "area_code", "area"),
    ("duty_rules", "department_code", "departments"),
    ("responsibility", "unit_grid", "unit_grid"),
    ("responsibility", "responsibility_grid", "responsibility_grid"),
    ("responsibility", "person_id", "persons"),
    ("lane_chiefs", "lane_code", "lane"),
    ("lane_chiefs", "person_id", "persons"),
)
KEYS = {"persons": "id", "posts": "id", "duty_rules": "id"}
KEYED = (
    "area",
    "unit_grid",
    "responsibility_grid",
    "lane",
    "duty_zone",
    "departments",
    "persons",
    "posts",
    "duty_rules",
)
EXPECTED = (
    "unit_grid", "responsibility_grid", "department_code", "person_id", "lane_code", "lane_officer", "status", "rule",
)  # fmt: skip
NEEDED = {
    "area": ("code", "parent_code", "office_code", "valid_from", "valid_to"),
    "unit_grid": ("code", "area_code", "responsibility_grid", "responsible_code", "fallback_code"),
    "responsibility_grid": ("code", "valid_to"),
    "lane": ("code", "state", "valid_from", "valid_to"),
    "duty_zone": ("code", "kind", "manager_code", "valid_from", "valid_to"),
    "departments": ("code", "successor_code", "valid_to"),
    "persons": ("id", "state", "left_on"),
    "posts": (
        "target", "target_code", "scheme", "person_id", "role", "turn", "weekdays", "start_time", "end_time",
        "section_from", "section_to", "valid_from", "valid_to",
    ),
    "duty_rules": (
        "id", "class_kind", "class_prefix", "scheme", "area_code", "zone_kind", "department_code", "role", "priority",
        "state", "valid_from", "valid_to",
    ),
}  # fmt: skip
ASKED = ("area", "unit_grid", "responsibility_grid", "lane", "departments", "persons", "posts", "duty_rules")
# Metres in degrees, or in the plane of another zone, are near ones: lanes this much nearer or farther are taken to be
# equally near there.
NEAR_ENOUGH = 0.003
# A line that is straight in metres is bent in degrees: by a centimetre in 800 m, by so much in 2.5 km.
BENT_M = 0.1


class Package:
    """The files of a package by the names that they have inside: layer or table → rows of column → text."""

    def __init__(self, folder: Path, fiona: Any) -> None:
        self.folder, self.fiona = folder, fiona
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.problems, self.notes, self.rows, self.shapes, self.read = [], [], {}, {}, 0
        self.answering = self.manifest["answering"]
        self.held_back = set(self.manifest.get("not_delivered", ()))

    def fail(self, text: str, *values: Any) -> None:
        """Keep what is wrong, to be said at the end."""
        self.problems.append((text, [str(value) for value in values]))

    def remark(self, text: str, *values: Any) -> None:
        """Keep what should be known and is no fault."""
        self.notes.append((text, [str(value) for value in values]))

    def check_files(self) -> None:
        """Compare the files with the hashes of the manifest."""
        listed = {"manifest.json"}
        for entry in self.manifest["files"]:
            path = self.folder / entry["path"]
            listed.add(entry["path"])
            if not path.is_file():
                self.fail("missing", entry["path"])
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                self.fail("hash", entry["path"])
        for path in sorted(self.folder.iterdir()):
            if path.name not in listed and path.is_file() and path.suffix != ".pyc":
                self.remark("strange", path.name)

    def load(self) -> None:
        """Read each layer in each format, and each CSV table; keep the layers of the first metric format."""
        for entry in self.manifest["files"]:
            name, path = entry["layer"], self.folder / entry["path"]
            kind = path.suffix.lower()
            if not name or not path.is_file() or (name == "changes" and kind == ".gpkg"):
                continue
            try:
                if kind in (".shp", ".gpkg", ".geojson"):
                    is_first = name not in self.rows or (kind != ".geojson" and self.shapes.get(name) is None)
                    rows, shapes, count = self.layer(path, name, kept=is_first)
                    if is_first:
                        self.rows[name], shapes = self.joined(name, rows, shapes)
                        self.shapes[name] = shapes if kind != ".geojson" or self.is_degrees else None
                elif kind == ".csv":
                    rows = self.rows[name] = self.table(path, name)
                    count = len(rows)
                else:
                    continue
            except Exception as error:  # whatever a driver says of a broken file, the others are looked at too
                self.fail("unreadable", entry["path"], error)
                continue
            self.read += count
            if count != entry["rows"]:
                self.fail("rows", entry["path"], entry["rows"], count)

    @property
    def is_degrees(self) -> bool:
        """Tell whether layers and points are in degrees."""
        return self.answering["unit"] == "degree"

    @property
    def is_moved(self) -> bool:
        """Tell whether layers and points are in another system than the one that they were drawn and measured in."""
        return "delivered" in self.manifest["frame"]

    def names(self, name: str) -> Dict[str, str]:
        """Return column → field of a layer or table."""
        return self.manifest["names"][name]["fields"]

    def layer(self, path: Path, name: str, *, kept: bool) -> Tuple[List[Row], List[Shape], int]:
        """Read a layer through; return rows and shapes where these are kept, and how many there are."""
        names, rows, shapes, count = self.names(name), [], [], 0
        options = {"layer": path.stem} if path.suffix == ".gpkg" else {}
        if path.suffix == ".shp":
            options["encoding"] = self.manifest["encoding"]
        with self.fiona.open(str(path), **options) as source:
            for feature in source:
                count += 1
                if kept:
                    values = inside(feature, "properties")
                    read = {column: values.get(field) for column, field in names.items()}
                    row = {key: value if type(value) is str else text_of(value) for key, value in read.items()}
                    rows.append(self.ours(name, row))
                    shapes.append(parts_of(inside(feature, "geometry")))
        return rows, shapes, count

    def ours(self, name: str, row: Row) -> Row:
        """Return a row with the values that the receiver's ones were made of."""
        for column, form in self.manifest["names"][name].get("forms", {}).items():
            value = row[column]
            if not value and "" not in form.get("values", {}):
                continue
            try:
                row[column] = form["values"][value] if "values" in form else iso_date(value, form["date"])
            except (KeyError, ValueError):
                self.fail("form", name, column, value)
        return row

    def joined(self, name: str, rows: List[Row], shapes: List[Shape]) -> Tuple[List[Row], List[Shape]]:
        """Return features of several parts as one row each, where each part came as a row of its own."""
        if not self.manifest["names"][name].get("single_parts"):
            return rows, shapes
        found = {}
        for row, shape in zip(rows, shapes):
            found.setdefault(tuple(row.values()), (row, []))[1].extend(shape)
        return [row for row, _ in found.values()], [shape for _, shape in found.values()]

    def table(self, path: Path, name: str) -> List[Row]:
        """Read a CSV table."""
        names = self.names(name)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.DictReader(stream)
            return [self.ours(name, {column: plain(row[field]) for column, field in names.items()}) for row in lines]

    def check_references(self) -> int:
        """Look every named code up in its table; return how many there are."""
        keys, asked = {}, 0
        for name in KEYED:
            codes = [row[KEYS.get(name, "code")] for row in self.rows.get(name, ())]
            keys[name] = set(codes)
            if len(keys[name]) < len(codes):
                twice = next(code for code in sorted(keys[name]) if codes.count(code) > 1)
                self.fail("twice", name, KEYS.get(name, "code"), twice)
        for name, column, other in REFERENCES:
            named = [row[column] for row in self.rows.get(name, ()) if row.get(column)]
            # Departments that stand in for areas alone are no list of departments.
            if (
                named
                and column != "office_code"
                and not keys[other] - (keys["area"] if other == "departments" else set())
            ):
                self.remark("unlisted", name, column, other)
                continue
            asked += len(named)
            for row in self.rows.get(name, ()):
                if row.get(column) and row[column] not in keys[other]:
                    self.lost(name, row, column, other)
        for row in self.rows.get("posts", ()):
            if row.get("target") in {"responsibility_grid", "lane", "area"} - self.held_back and "target_code" in row:
                asked += 1
                if row["target_code"] not in keys[row["target"]]:
                    self.lost("posts", row, "target_code", row["target"])
        return asked

    def lost(self, name: str, row: Row, column: str, other: str) -> None:
        """Tell a code that is nowhere: a fault, unless the quality report exempts its row with a reason."""
        key = row.get(KEYS.get(name, "code"))
        is_exempt = bool(key) and any(
            part.startswith((f"{key}: ", f"{key}|")) or f"|{key}: " in part
            for rule in self.rows.get("quality_report", ())
            if rule.get("rule", "").endswith("_unknown")
            for part in rule.get("exemptions", "").split("; ")
        )
        (self.remark if is_exempt else self.fail)("exempt" if is_exempt else "lost", name, column, row[column], other)

    def check_answers(self) -> int:
        """Ask every acceptance point; return how many there are."""
        points = self.rows.get("acceptance_points", [])
        lacking = sorted(self.held_back & set(NEEDED))
        for name in sorted(set(self.manifest["names"]) & set(NEEDED)):
            lacking += [f"{name}.{column}" for column in NEEDED[name] if column not in self.names(name)]
        if lacking:
            self.remark("partly", ", ".join(lacking))
            return 0
        if not all(name in self.rows for name in ASKED):  # what is not there has been told
            return 0
        if any(self.shapes.get(name, ()) is None for name in ("unit_grid", "lane")):
            self.remark("no_plane")
            return 0
        answers = Answers(self)
        for row in points:
            found = answers.of(row)
            for column in EXPECTED:
                if (row[column] or "") != found[column]:
                    asked = " ".join(filter(None, (row["at"], row["class_code"], row["component_code"])))
                    self.fail("answer", row["point"], asked, column, row[column], found[column])
        return len(points)


class Answers:
    """The rule "who answers", from the delivered files alone."""

    def __init__(self, package: Package) -> None:
        self.set = package.answering
        rows = package.rows
        scale = None
        if package.is_degrees:
            ys = [y for parts in package.shapes["unit_grid"] for part in parts for ring in part for _, y in ring]
            scale = metres_per_degree(sum(ys) / len(ys))
        elif package.is_moved:
            scale = metres_per_unit(rows["unit_grid"], package.shapes["unit_grid"])
        self.scale, self.slack = scale or (1.0, 1.0), NEAR_ENOUGH if scale else 0.0
        self.layers = {
            name: Shapes(rows.get(name, []), package.shapes.get(name) or [], self.scale)
            for name in ("unit_grid", "area", "duty_zone", "lane")
        }
        self.usable_lanes = {}  # day → for each lane whether it is in use then
        self.areas = {row["code"]: row for row in rows["area"]}
        self.grids = {row["code"]: row for row in rows["responsibility_grid"]}
        self.rules = sorted(rows["duty_rules"], key=self.rule_order)
        self.known_rules = {}  # day, kind and class → the rules about it
        self.departments = {row["code"]: row for row in rows["departments"]}
        self.persons = {row["id"]: row for row in rows["persons"]}
        self.posts = defaultdict(list)
        for row in rows["posts"]:
            if row["scheme"] in ("", self.set["scheme"]):
                self.posts[row["target"], row["target_code"]].append(row)

    def of(self, row: Row) -> Row:
        """Return the answer to one acceptance point."""
        at = datetime.fromisoformat(row["at"])
        day = at.date().isoformat()
        x, y = float(row["x"]) * self.scale[0], float(row["y"]) * self.scale[1]
        near = self.set["precision_m"]
        unit = min(self.layers["unit_grid"].at(x, y, near), key=lambda row: row["code"], default={})
        area = unit.get("area_code") or self.smallest_area(x, y, day, near)
        lane = self.lane_at(x, y, day, row["component_lane"], row["lane_code"])
        grid = unit.get("responsibility_grid", "")
        if self.set["over_lanes"]:
            grid = lane if lane in self.grids and in_force(self.grids[lane], day, begins=False) else ""
        kind = "component" if row["component_code"] else row["class_kind"]
        rule, by_rule, disputed = self.rule_at(x, y, day, area, kind, row["class_code"])
        named = [
            ("interim", row["interim_code"]), ("maintainer", row["maintainer_code"]), ("owner", row["owner_code"]),
            ("duty_rule", by_rule if area else ""), ("unit_grid_responsible", unit.get("responsible_code", "")),
            ("unit_grid_fallback", unit.get("fallback_code", "")),
            ("street_office", self.areas[area]["office_code"] if area in self.areas else ""),
        ]  # fmt: skip
        decided, department = next(((key, code) for key, code in named if code), ("outside", ""))
        status = "fallback" if decided in ("unit_grid_fallback", "street_office", "outside") else "clear"
        if decided == "duty_rule":
            status = "disputed" if disputed else "clear"
        if row["owner_state"] in self.set["disputed_owner_states"]:
            status = "disputed"
        role = rule["role"] if decided == "duty_rule" else ""
        return {
            "unit_grid": unit.get("code", ""), "responsibility_grid": grid, "lane_code": lane, "status": status,
            "department_code": self.successor(department, day),
            "person_id": self.on_duty("responsibility_grid", grid, at, role),
            "lane_officer": self.on_duty("lane", lane, at),
            "rule": rule["id"] if decided == "duty_rule" else decided,
        }  # fmt: skip

    def chain(self, code: str) -> List[str]:
        """Return an area and all above it."""
        found = []
        while code and code not in found:
            found.append(code)
            code = self.areas.get(code, {}).get("parent_code", "")
        return found

    def smallest_area(self, x: float, y: float, day: str, near: float) -> str:
        """Return the smallest area in force that holds a point, "" for none."""
        found = [row["code"] for row in self.layers["area"].at(x, y, near) if in_force(row, day)]
        return min(found, key=lambda code: (-len(self.chain(code)), code), default="")

    def lane_at(self, x: float, y: float, day: str, own: str, expected: str) -> str:
        """Return the lane on record of a component, else the nearest in use; "" for none."""
        lanes = self.layers["lane"]
        if day not in self.usable_lanes:
            closed = self.set["closed_lane_states"]
            self.usable_lanes[day] = [row["state"] not in closed and in_force(row, day) for row in lanes.rows]
        usable = self.usable_lanes[day]
        if own in lanes.position and usable[lanes.position[own]]:
            return own
        reach = self.set["lane_distance_m"]
        near = lanes.near(x, y, reach * (1 + self.slack), usable)
        best = min(near, default=(math.inf, ""))
        if self.slack:
            equal = {code for gap_m, code in near if gap_m <= best[0] * (1 + self.slack) + BENT_M}
            equal |= {""} if best[0] >= reach * (1 - self.slack) else set()
            return expected if expected in equal else best[1]
        return best[1]

    def rule_order(self, rule: Row) -> Tuple[Any, ...]:
        """Best first: zone kind, longest prefix, smallest area, priority; then the smaller id."""
        number = rule["id"]
        by_id = (not number.isdigit(), int(number) if number.isdigit() else 0, number)
        return (*self.grade(rule), by_id)

    def grade(self, rule: Row) -> Tuple[Any, ...]:
        """Return how good a rule is; smaller is better, and equal ones may be in dispute."""
        priority = float(rule["priority"]) if rule["priority"] else math.inf
        return (rule["zone_kind"] == "", -len(rule["class_prefix"]), -len(self.chain(rule["area_code"])), priority)

    def rule_at(self, x: float, y: float, day: str, area: str, kind: str, class_code: str) -> Tuple[Row, str, bool]:
        """Return the winning rule, who answers by it, and whether that is disputed."""
        zones = [row for row in self.layers["duty_zone"].at(x, y, self.set["precision_m"]) if in_force(row, day)]
        edge = {
            row["code"] for row in zones if self.layers["duty_zone"].is_on_edge(row, x, y, self.set["precision_m"])
        }
        managers = defaultdict(set)
        for zone in zones:
            beaten = any(z["kind"] == zone["kind"] and z["code"] < zone["code"] and z["code"] in edge for z in zones)
            if not (zone["code"] in edge and beaten):
                managers[zone["kind"]].add(zone["manager_code"])
        above, fits = self.chain(area), []
        for rule in self.rules_of(day, kind, class_code or ""):
            zone = rule["zone_kind"]
            there = not zone or zone in managers
            managing_here = sorted((self.successor(code, day), code) for code in managers.get(zone, ()) if code)
            named = (rule["department_code"] or (managing_here[0][1] if managing_here else "")) if there else ""
            if named and (not rule["area_code"] or rule["area_code"] in above):
                fits.append((rule, self.successor(named, day), named))
        if not fits:
            return {}, "", False
        best, who, named = fits[0]
        equal = [(rule, other) for rule, other, _ in fits if self.grade(rule) == self.grade(best)]
        managing = {kind: {self.successor(code, day) for code in codes if code} for kind, codes in managers.items()}
        disputed = any(
            other != who or rule["state"] in self.set["open_rule_states"]
            or (not rule["department_code"] and len(managing[rule["zone_kind"]]) > 1)
            for rule, other in equal
        )  # fmt: skip
        return best, named, disputed

    def rules_of(self, day: str, kind: str, class_code: str) -> List[Row]:
        """Return the rules about a class, wherever they hold, best first; looked for once."""
        asked = (day, kind, class_code)
        if asked not in self.known_rules:
            self.known_rules[asked] = [
                rule for rule in self.rules
                if class_code.startswith(rule["class_prefix"]) and (not kind or rule["class_kind"] in ("", kind))
                and rule["scheme"] in ("", self.set["scheme"]) and in_force(rule, day)
            ]  # fmt: skip
        return self.known_rules[asked]

    def successor(self, code: str, day: str) -> str:
        """Return who has the work of a department on a day."""
        seen = {code}
        while True:
            row = self.departments.get(code, {})
            after = row.get("successor_code", "")
            if after not in self.departments or not row["valid_to"] or row["valid_to"] >= day or after in seen:
                return code
            seen.add(after)
            code = after

    def on_duty(self, target: str, code: str, at: datetime, role: str = "") -> str:
        """Return the person who answers there at the time, "" where nobody is on duty."""
        found = [post for post in self.posts.get((target, code), ()) if code and self.is_on_duty(post, at)]
        roles, turns = self.set["role_order"].get(target, []), self.set["turn_order"]

        def place(post: Row) -> Tuple[Any, ...]:
            rank = roles.index(post["role"]) if post["role"] in roles else len(roles)
            turn = 0 if not post["turn"] else turns.index(post["turn"]) if post["turn"] in turns else len(turns)
            section = bool(post["section_from"] or post["section_to"])
            return bool(role) and post["role"] != role, rank, turn, section, post["person_id"]

        return min(found, key=place)["person_id"] if found else ""

    def is_on_duty(self, post: Row, at: datetime) -> bool:
        """Tell whether a post is in force and its person at work at a time."""
        person = self.persons.get(post["person_id"], {})
        last = person.get("left_on")
        if not post["person_id"] or person.get("state") in self.set["absent_states"]:
            return False
        if last and at.date().isoformat() > last:
            return False
        minute = at.hour * 60 + at.minute
        start, end = (
            minutes(post[name], otherwise) for name, otherwise in (("start_time", 0), ("end_time", 24 * 60))
        )
        day = at.date()
        if end < start:  # a shift over midnight belongs to the day on which it begins
            if minute < end:
                day -= timedelta(days=1)
            elif minute < start:
                return False
        elif start != end and not start <= minute < end:
            return False
        return day.isoweekday() in weekdays(post["weekdays"]) and in_force(post, day.isoformat())


class Shapes:
    """Polygons or lines with their rows, found by the squares that they touch."""

    def __init__(self, rows: List[Row], shapes: List[Shape], scale: Tuple[float, float]) -> None:
        self.rows = rows
        self.shapes = shapes
        if scale != (1.0, 1.0):
            self.shapes = [
                [[[(x * scale[0], y * scale[1]) for x, y in r] for r in part] for part in s] for s in shapes
            ]
        self.position = {row["code"]: at for at, row in enumerate(rows)}
        self.boxes = [box_of(shape) for shape in self.shapes]
        spans = [max(box[2] - box[0], box[3] - box[1]) for box in self.boxes if box]
        self.side = max(sorted(spans)[len(spans) // 2], 1.0) if spans else 1.0
        self.squares = defaultdict(list)
        for at, box in enumerate(self.boxes):
            for square in self.touched(*box) if box else ():
                self.squares[square].append(at)

    def touched(self, x0: float, y0: float, x1: float, y1: float) -> List[Tuple[int, int]]:
        """Return the squares that a box touches."""
        side = self.side
        columns = range(math.floor(x0 / side), math.floor(x1 / side) + 1)
        return [(i, j) for i in columns for j in range(math.floor(y0 / side), math.floor(y1 / side) + 1)]

    def around(self, x: float, y: float, reach: float) -> List[int]:
        """Return the positions of the shapes whose squares are within reach."""
        squares = self.touched(x - reach, y - reach, x + reach, y + reach)
        return sorted({at for square in squares for at in self.squares.get(square, ())})

    def at(self, x: float, y: float, near: float) -> List[Row]:
        """Return the rows of the polygons that the point lies in, or nearer to than ``near``."""
        found = []
        for at in self.around(x, y, near):
            x0, y0, x1, y1 = self.boxes[at]
            is_near = x0 - near <= x <= x1 + near and y0 - near <= y <= y1 + near
            shape = self.shapes[at]
            if is_near and (any(is_inside(part, x, y) for part in shape) or gap(shape, x, y) <= near):
                found.append(self.rows[at])
        return found

    def is_on_edge(self, row: Row, x: float, y: float, near: float) -> bool:
        """Tell whether a point lies on the edge of the row's polygon."""
        return gap(self.shapes[self.position[row["code"]]], x, y) <= near

    def near(self, x: float, y: float, reach: float, usable: List[bool]) -> List[Tuple[float, str]]:
        """Return distance and code of the usable lines within reach."""
        gaps = [(gap(self.shapes[at], x, y), self.rows[at]["code"]) for at in self.around(x, y, reach) if usable[at]]
        return [found for found in gaps if found[0] <= reach]


def iso_date(value: str, form: str) -> str:
    """Return a date in a form of YYYY, MM and DD as ISO 8601 writes it."""
    if len(value) != len(form):
        raise ValueError(value)
    year, month, day = (value[form.index(part) : form.index(part) + len(part)] for part in ("YYYY", "MM", "DD"))
    return datetime(int(year), int(month), int(day)).date().isoformat()


def metres_per_degree(latitude: float) -> Tuple[float, float]:
    """Return the metres of a degree of longitude and of latitude, by the series for the ellipsoid."""
    phi = math.radians(latitude)
    east = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)
    return east, 111_132.954 - 559.822 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)


def metres_per_unit(rows: List[Row], shapes: List[Shape]) -> Tuple[float, float]:
    """Return the metres of a unit of a plane by the areas that the rows tell; 1 where none is told."""
    told = [(float(row["area_m2"]), shape) for row, shape in zip(rows, shapes) if row.get("area_m2")]
    drawn = sum(area_of(shape) for _, shape in told)
    side = math.sqrt(sum(area_m2 for area_m2, _ in told) / drawn) if drawn else 1.0
    return side, side


def area_of(shape: Shape) -> float:
    """Return the area of polygons: of the first ring of each, less the holes."""
    return sum(
        abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:]))) / 2 * (-1 if at else 1)
        for rings in shape
        for at, ring in enumerate(rings)
    )


def inside(feature: Any, name: str) -> Any:
    """Return the properties or the geometry of a feature. fiona 1.9 copies all of a mapping for each value that is
    asked of it, so it is asked for what lies inside where it has that.
    """
    found = getattr(feature, name, None) or feature[name]
    values = getattr(found, "_data", None)
    return values if name == "properties" and isinstance(values, dict) else found


def parts_of(geometry: Any) -> Shape:
    """Return polygons as lists of rings, lines as lists of one "ring" each; coordinates without height."""
    if geometry is None:
        return []
    kind, coordinates = (getattr(geometry, name, None) or geometry[name] for name in ("type", "coordinates"))
    parts = coordinates if kind.startswith("Multi") else [coordinates]
    return [[[p[:2] for p in ring] for ring in ([part] if "Line" in kind else part)] for part in parts]


def box_of(shape: Shape) -> Optional[Tuple[float, float, float, float]]:
    """Return the bounds of a shape, None for an empty one."""
    xs, ys = ([p[axis] for part in shape for ring in part for p in ring] for axis in (0, 1))
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None


def is_inside(rings: List[Ring], x: float, y: float) -> bool:
    """Tell by even and odd crossings whether a point lies in a polygon."""
    inside = False
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
            if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                inside = not inside
    return inside


def gap(shape: Shape, x: float, y: float) -> float:
    """Return the distance of a point to the nearest segment."""
    least = math.inf
    for part in shape:
        for ring in part:
            for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
                dx, dy = x1 - x0, y1 - y0
                along = dx * dx + dy * dy
                t = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / along)) if along else 0.0
                least = min(least, math.hypot(x0 + t * dx - x, y0 + t * dy - y))
    return least


def in_force(row: Row, day: str, *, begins: bool = True) -> bool:
    """Tell whether a row holds on a day; both ends count, an empty one is open."""
    first = row.get("valid_from") if begins else ""
    return (not first or first <= day) and (not row.get("valid_to") or day <= row["valid_to"])


def minutes(text: str, otherwise: int) -> int:
    """Return the minutes of a day of HH:MM."""
    hours, _, rest = (text or "").partition(":")
    return int(hours) * 60 + int(rest[:2] or 0) if hours else otherwise


def weekdays(text: str) -> Set[int]:
    """Return the days of "1-5" or "1,3,6-7", Monday is 1; nothing is every day."""
    days = set()
    for part in filter(None, (text or "1-7").split(",")):
        first, _, last = part.partition("-")
        days.update(range(int(first), int(last or first) + 1))
    return days


def plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def text_of(value: Any) -> str:
    """Return a value of a layer as the tables write it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def main(arguments: Optional[List[str]] = None) -> int:
    """Check a package; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=Path(__file__).resolve().parent, type=Path)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args(arguments)

    def say(text: str, *values: Any) -> str:
        return TEXTS[text][asked.language == "en"].format(*values)

    if not (asked.folder / "manifest.json").is_file():
        print(say("no_manifest", asked.folder))
        return 2
    try:
        import fiona
    except ImportError:
        print(say("no_fiona"))
        return 2
    try:
        package = Package(asked.folder, fiona)
    except (ValueError, KeyError) as error:  # no JSON, or a manifest of before
        print(say("old", error))
        return 2
    package.check_files()
    package.load()
    references, points = package.check_references(), package.check_answers()
    problems, notes = ([say(text, *values) for text, values in said] for said in (package.problems, package.notes))
    good = say("good", len(package.manifest["files"]), package.read, references, points)
    print("\n".join([*problems, *notes, say("bad", len(problems)) if problems else good]))
    if asked.report:
        told = {"passed": not problems, "release": package.manifest["release"], "points": points,
                "references": references, "problems": problems, "notes": notes}  # fmt: skip
        asked.report.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if problems:
        return 1
    return 2 if any(text == "no_plane" for text, _ in package.notes) else 0


if __name__ == "__main__":
    sys.exit(main())

"""A district up to its second hand-over: painted, balanced, staffed, released, and counted after each step."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.contiguity import parts_of
from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.gui.painting.painter import Painter, Plan
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import BalanceOptions, build_responsibility_grids
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import Desk
from tests.qgis.recount import ReadPackage, Recount

TODAY = date.today().isoformat()
TOLERANCE_PERCENT = 10.0
STAY = 80
AUTHOR = "王示例"


class WholeLife:
    """One district in one place. ``schemes``: those made so far; after every step all of them are counted again."""

    def __init__(self, place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.recount = Recount(place)
        self.workspace = Workspace.open(place.location)
        self.schemes: list[str] = []
        self.packages: list[ReadPackage] = []

    def hold(self) -> None:
        self.recount.hold(*self.schemes, on=TODAY)

    # Schemes and their balance.

    def found_scheme(self, key: str, title: str, within: str) -> None:
        create_scheme(self.workspace, key, title, rules=SchemeRules(within=within), author=AUTHOR)
        self.schemes.append(key)
        self.hold()

    @property
    def offices(self) -> list[str]:
        return sorted({area[:9] for (area,) in self.recount.rows("unit_grid", "area_code")})

    def balance(self, key: str, within: str, units_per_grid: float | None, weight: str, stay: float = 0.0) -> None:
        """Balance street office by street office: each grid is within the tolerance, or the report says why not."""
        for office in self.offices:
            report = build_responsibility_grids(
                self.workspace,
                scheme=key,
                units_per_grid=units_per_grid,
                weight=weight,
                within=within,
                tolerance_percent=TOLERANCE_PERCENT,
                options=BalanceOptions(scope=office, stay=stay),
                author=AUTHOR,
            )
            self._hold_balance(report, key, office, weight)
        self.hold()

    def _hold_balance(self, report: Report, key: str, office: str, weight: str) -> None:
        told = {row.key: row for row in report.to_confirm if row.reason.startswith("grouping_why")}
        for language in ("zh", "en"):
            sentences = [row.text(language) for row in told.values()]
            assert all(len(sentence) > 10 and "grouping_why" not in sentence for sentence in sentences)
        loads = {grid: both[weight == "units"] for grid, both in self.recount.loads(key, office).items()}
        heavy = {code for code, row in told.items() if row.reason == "grouping_why_heavy"}
        others = [load for code, load in loads.items() if code not in heavy] or list(loads.values())
        mean = sum(others) / len(others)
        outside = {code for code, load in loads.items() if abs(load / mean - 1) > TOLERANCE_PERCENT / 100 + 1e-6}
        assert outside == set(told)
        assert set(report.figures["outside"]) == outside

    # Painting.

    def paint(self, key: str, seed: int) -> dict[str, int]:
        """Paint a while with every way of painting, undo and redo among it, and save; return what was done."""
        desk = Desk(self.workspace, author=AUTHOR)
        scheme = PaintedScheme(desk.editor, key)
        made: dict[str, int] = {}
        try:
            for kind, plan in _ways(Painter(scheme), np.random.default_rng(seed)):
                Painter(scheme).make(plan)
                made[kind] = made.get(kind, 0) + 1
            before = _column(desk, scheme)
            stack = desk.layer.undoStack()
            stack.undo()
            assert _column(desk, scheme) != before
            stack.redo()
            assert _column(desk, scheme) == before
            scheme.refresh()
            assert desk.save(), [fault.message.text("zh") for fault in desk.refusals[-1].faults]
            made["save"] = 1
        finally:
            scheme.close()
            desk.close()
        stored = dict(self.recount.rows("unit_grid", "code", f"rg_{key}"))
        assert {code: grid or None for code, grid in stored.items()} == before
        self.hold()
        return made

    # People.

    def staff(self, key: str) -> None:
        """Have the blank sheet of a scheme filled in by the office, and take it in."""
        folder = Path(tempfile.mkdtemp(prefix=f"sheet_{key}_", dir=self.folder))
        report = export_posts(self.workspace, folder, target="responsibility_grid", scheme=key, formats=("csv",))
        path = folder / report.figures["files"][0]
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            if not row["姓名"]:
                row |= {"姓名": f"示例{key}{number:04d}", "岗位": "网格员", "轮次": "A角", "值班星期": "1-7"}
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        taken = import_posts(
            self.workspace, read_source(path), target="responsibility_grid", scheme=key, author=AUTHOR
        )
        # Told are the lines of posts that ended on grids that are no more.
        refused = [rows[line.row - 2] for line in taken.rejected_rows]
        assert all(row["终止日期"] and not row["责任网格名称"] for row in refused), taken.reasons
        staffed = self.recount.rows("post", "target_code", where=f"scheme = '{key}' AND valid_to IS NULL")
        assert set(self.recount.rows("responsibility_grid", "code", where=f"scheme = '{key}'")) <= set(staffed)
        self.hold()

    def hand_over_people(self, key: str) -> None:
        """Let two who hold posts of a scheme change places with one another's successor on a day that is near."""
        held = f"scheme = '{key}' AND valid_to IS NULL"
        giver, taker = sorted({person for (person,) in self.recount.rows("post", "person_id", where=held)})[:2]
        count = len(self.recount.rows("post", "id", where=f"{held} AND person_id = '{giver}'"))
        begun = f"{held} AND person_id = '{giver}' AND (valid_from IS NULL OR valid_from < '{TODAY}')"
        begun_before = len(self.recount.rows("post", "id", where=begun))
        report = hand_over_posts(
            self.workspace, person=giver, successor=taker, on=TODAY, leaves="离岗", author=AUTHOR
        )
        assert report.accepted >= count
        in_force = f"person_id = '{giver}' AND (valid_to IS NULL OR valid_to >= '{TODAY}')"
        assert self.recount.rows("post", "id", where=in_force) == []
        eve = (date.fromisoformat(TODAY) - timedelta(days=1)).isoformat()
        over = f"scheme = '{key}' AND person_id = '{giver}' AND valid_to = '{eve}'"
        assert len(self.recount.rows("post", "id", where=over)) >= begun_before
        self.hold()

    # Hand-over.

    def release(self, key: str) -> ReadPackage:
        """Hand the scheme over, and read the package as its receiver does."""
        target = self.folder / f"out_{len(self.packages)}"
        target.mkdir()
        report = export_package(self.workspace, scheme=key, folder=target, author=AUTHOR, now=datetime.now())
        package = ReadPackage(report.package, target / "read")
        package.holds(self.recount, key, TODAY)
        states = dict(self.recount.rows("code_register", "code", "state", where="kind = 'unit_grid'"))
        assert {states[code] for code in package.units} == {"valid"}
        if self.packages:
            self._hold_changes(self.packages[-1], package)
        self.packages.append(package)
        self.hold()
        return package

    def accept(self) -> None:
        """Let the receiver have accepted the last release: the next one tells what changed since."""
        number = self.packages[-1].manifest["release"]
        self.place.run(f"UPDATE release SET state = 'accepted' WHERE number = '{number}'")

    @staticmethod
    def _hold_changes(base: ReadPackage, package: ReadPackage) -> None:
        """The changes since the base are the differences between the two packages, and no others."""
        assert package.manifest["base_release"] == base.manifest["release"]
        told = {(row["layer"], row["code"]): row["change"] for row in package.table("changes")}
        moved = {code for code, grid in package.grid_of.items() if base.grid_of.get(code, grid) != grid}
        assert moved == {code for (layer, code), kind in told.items() if (layer, kind) == ("unit_grid", "reassigned")}
        for layer, old, new in (
            ("unit_grid", base.units, package.units),
            ("responsibility_grid", base.grids, package.grids),
        ):
            added = {code for (of, code), kind in told.items() if (of, kind) == (layer, "added")}
            removed = {code for (of, code), kind in told.items() if (of, kind) == (layer, "removed")}
            assert (added, removed) == (set(new) - set(old), set(old) - set(new))


def _column(desk: Desk, scheme: PaintedScheme) -> dict[str, str | None]:
    return {str(f["code"]): str(f[scheme.column]) if f[scheme.column] else None for f in desk.layer.getFeatures()}


def _ways(painter: Painter, chance: np.random.Generator):
    """Yield plans one after another, each to be made before the next is asked for: ``(kind, plan)``.

    Only plans that leave every grid in one piece: the others are refused by the checks of the hand-over.
    """
    scheme = painter.scheme
    for kind in ("brush", "brush", "push", "split", "new", "merge", "brush", "erase", "brush"):
        for _ in range(400):
            painter.refresh()
            plan = _plan(kind, painter, chance)
            if plan is not None and plan.move and (kind == "erase" or _in_one_piece(scheme, plan)):
                yield kind, plan
                break
        else:
            raise AssertionError(f"nothing to {kind} in this district")
        if kind == "erase":  # and back: a unit grid without a grid cannot be handed over
            (home,) = {*plan.move.before.tolist()}
            yield "back", painter.painted(plan.move.units, home)


def _plan(kind: str, painter: Painter, chance: np.random.Generator) -> Plan | None:
    scheme = painter.scheme
    assignment, reach = scheme.assignment, scheme.reach
    unit = int(chance.integers(len(scheme.rows.code)))
    point = reach.points(np.array([unit]))[0]
    own = int(assignment.grid_of[unit])
    across = painter.border_at(unit, point.x, point.y) if own != NOBODY else None
    if own == NOBODY or across is None:
        return None
    if kind == "brush":
        way = shapely.LineString([(point.x, point.y), (point.x + 40, point.y + 25)])
        swept = reach.under_brush(way, 15.0)
        return painter.painted(swept[assignment.grid_of[swept] == own], across[1])
    if kind == "push":
        return painter.pushed(reach.under_brush(point, 60.0), *across)
    if kind == "erase":
        return painter.painted(np.array([unit]), NOBODY)
    members = assignment.members(own)
    if kind == "split" and len(members) >= 4:
        west, south, east, north = shapely.total_bounds(scheme.rows.shapes[members])
        cut = shapely.LineString([((west + east) / 2 + 0.01, south), ((west + east) / 2, north)])
        try:
            return painter.split(cut)
        except InputError:
            return None
    if kind == "new" and len(members) >= 4:
        return painter.painted(np.array([unit]), scheme.new_grid(unit))
    if kind == "merge":
        painter.choose(across[1])
        return painter.merged(unit)
    return None


def _in_one_piece(scheme: PaintedScheme, plan: Plan) -> bool:
    assignment = scheme.assignment
    after = [assignment.after(plan.move, grid) for grid in plan.move.grids]
    emptied = [len(members) == 0 for members in after]
    parts = [int(parts_of(assignment.units.graph, members).max(initial=0)) for members in after]
    return max(parts) == 0 and sum(emptied) == len(plan.ended)

"""Random strokes in two schemes on one layer, with undo, redo, locks and saves in between, and what must hold."""

from __future__ import annotations

import random

import numpy as np
import shapely

from gridmgmt_plugin.core.assignment.model import NOBODY
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.painting.painted_scheme import PaintedScheme
from gridmgmt_plugin.gui.painting.painter import Painter
from gridmgmt_plugin.jobs.responsibility.scheme_acts import copy_scheme
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import SIDE, Desk, place

SCHEMES = ("cg", "hw")
ACTS = ("paint", "paint", "paint", "new", "erase", "split", "merge", "lock", "undo", "undo", "redo", "save")
WIDTH, HEIGHT = 2 * SIDE, SIDE


def furnish(town: Workspace) -> None:
    """Give the town a second scheme, and every grid of both a post."""
    copy_scheme(town, "cg", "hw", "环卫作业", author="王工")
    grids = town.read("responsibility_grid", ["scheme", "code"], geometry=False).records()
    posts = [
        {
            "id": f"G{number:05d}",
            "target": "responsibility_grid",
            "target_code": grid["code"],
            "scheme": grid["scheme"],
            "role": "inspector",
            "valid_from": "2025-01-01",
        }
        for number, grid in enumerate(grids)
    ]
    with town.transaction("王工", "test") as transaction:
        transaction.insert("post", Rows.from_records(posts))


class WildPainter:
    """Two painters at one desk, each with a scheme; ``made`` counts what was done, by kind."""

    def __init__(self, town: Workspace, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)
        self.desk = Desk(town)
        self.painters = [Painter(PaintedScheme(self.desk.editor, scheme)) for scheme in SCHEMES]
        self.made: dict[str, int] = {}

    def close(self) -> None:
        for painter in self.painters:
            painter.scheme.close()
        self.desk.close()

    def act(self, kind: str = "") -> None:
        """Do one thing; what cannot be done (nothing to paint, a lock) counts as tried."""
        kind = kind or self.chance.choice(ACTS)
        painter = self.chance.choice(self.painters)
        painter.refresh()
        try:
            self._do(kind, painter)
        except InputError:
            return
        self.made[kind] = self.made.get(kind, 0) + 1
        self.compare_buffer()

    def _do(self, kind: str, painter: Painter) -> None:
        stack, scheme, chance = self.desk.layer.undoStack(), painter.scheme, self.chance
        grids = len(scheme.assignment.grids)
        if kind == "undo":
            stack.undo()
        elif kind == "redo":
            stack.redo()
        elif kind == "lock":
            scheme.lock([grid for grid in range(grids) if chance.random() < 0.15])
        elif kind == "save":
            assert self.desk.save(), [fault.message.text() for fault in self.desk.refusals[-1].faults]
            self.compare_stored()
        elif kind == "split":
            at = chance.uniform(0.1, WIDTH - 0.1)
            line = [place(at, -1), place(at + chance.uniform(-1, 1), HEIGHT + 1)]
            painter.make(painter.split(shapely.LineString(line)))
        elif kind == "merge":
            painter.choose(chance.randrange(grids))
            plan = painter.merged(chance.randrange(len(scheme.rows.code)))
            if plan is not None:
                painter.make(plan)
        else:
            units = self._under_the_brush(painter)
            target = {"new": lambda: scheme.new_grid(int(units[0])), "erase": lambda: NOBODY}.get(
                kind, lambda: chance.randrange(grids)
            )()
            painter.make(painter.painted(units, target))

    def _under_the_brush(self, painter: Painter) -> np.ndarray:
        x, y = place(self.chance.uniform(0, WIDTH), self.chance.uniform(0, HEIGHT))
        dot = shapely.Point(x, y).buffer(self.chance.uniform(5, 150))
        found = np.flatnonzero(shapely.intersects(painter.scheme.rows.shapes, dot))
        if len(found) == 0:
            raise InputError("paint_nothing")
        return found

    def compare_buffer(self) -> None:
        """Hold the model of both schemes against the edit buffer: every unit grid is where its column says."""
        features = list(self.desk.layer.getFeatures())
        for painter in self.painters:
            painter.refresh()
            scheme = painter.scheme
            column = {f.id(): f[scheme.column] or None for f in features}
            grids, grid_of = scheme.assignment.grids, scheme.assignment.grid_of
            codes = [None if grid == NOBODY else grids[grid].code for grid in grid_of]
            assert dict(zip(scheme.rows.fid.tolist(), codes)) == column
            members = [scheme.assignment.members(grid) for grid in range(len(scheme.assignment.grids))]
            everyone = np.concatenate([*members, np.flatnonzero(scheme.assignment.grid_of == NOBODY)])
            assert sorted(everyone.tolist()) == list(range(len(codes)))

    def compare_stored(self) -> None:
        """Hold what was saved against a recount: outlines, counts, areas, register, posts."""
        units, grids = self.town.read("unit_grid"), self.town.read("responsibility_grid")
        posts = self.town.read("post", geometry=False).records()
        for scheme in SCHEMES:
            column = units[f"rg_{scheme}"]
            mine = grids.take(grids["scheme"] == scheme)
            codes = mine["code"].tolist()
            assert len(set(codes)) == len(codes)
            assert {code for code in column if code} <= set(codes)
            for row, outline in zip(mine.records(), mine.shapes):
                held = np.array([code == row["code"] for code in column])
                whole = shapely.union_all(units.shapes[held])
                assert row["unit_count"] == int(held.sum())
                assert abs((row["area_m2"] or 0.0) - whole.area) < 0.01
                assert whole.is_empty if outline is None else shapely.equals(whole, outline)
            register = self.town.read("code_register", where={"kind": f"rg_{scheme}"}, geometry=False)
            state = dict(zip(register["code"], register["state"]))
            assert not [code for code in codes if state.get(code) == "retired"]
            named = {post["target_code"] for post in posts if post["scheme"] == scheme and not post["valid_to"]}
            assert named <= set(codes)

"""Random gestures on street-lanes, as wild as a planner's hand, and what must hold after each and each save."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import shapely
import shapely.ops

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes import LaneOptions
from gridmgmt_plugin.core.lanes.gestures import abolish, add, draw, extend, make, merge, remove, reverse
from gridmgmt_plugin.core.lanes.lane_edit import SHARED_M, as_shapes, lanes_in_use, lanes_that_are
from gridmgmt_plugin.core.lanes.splitting import split
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.lanes.lane_officers import OfficersWanted, assign_officers, end_officers
from gridmgmt_plugin.jobs.lanes.walk_entry import RoundWalked, enter_patrols
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.lane_quarter import LaneDesk

OPTIONS = LaneOptions()
GESTURES = (
    "make",
    "make",
    "add",
    "remove",
    "merge",
    "merge",
    "split",
    "split",
    "reverse",
    "draw",
    "extend",
    "abolish",
)
_WAYS = ((100, 0), (-100, 0), (0, 100), (0, -100))
_STREETS_M, _WEST, _EAST, _SOUTH, _NORTH = 100, 100, 1900, -400, 400


class LaneHand:
    """Makes one random gesture after the other on the lanes of a quarter; everything follows from the seed."""

    def __init__(self, desk: LaneDesk, seed: int) -> None:
        self.desk = desk
        self.random = np.random.default_rng(seed)
        self.done: dict[str, int] = defaultdict(int)

    def step(self, kind: str) -> bool:
        """Try one gesture, an undo or a redo; return whether it was done. What is refused leaves no trace."""
        stack = self.desk.layer.undoStack()
        index = stack.index()
        if kind in ("undo", "redo"):
            getattr(stack, kind)()
            return stack.index() != index
        lanes = self.desk.rows()
        try:
            edit = getattr(self, f"_{kind}")(lanes)
            self.desk.lanes.apply(lanes, edit)
        except InputError as error:
            refusal = error
        else:
            refusal = None
        if refusal is not None:
            assert refusal.text("zh_CN") != refusal.text("en")
            assert stack.index() == index
            return False
        assert stack.index() == index + 1
        self.done[kind] += 1
        return True

    def _pieces(self):
        """Return one to three pieces of the same street of a lattice, one after the other."""
        count, is_row = int(self.random.integers(1, 4)), self.random.random() < 0.6
        x = _WEST + _STREETS_M * int(self.random.integers(0, (_EAST - _WEST) // _STREETS_M - 2))
        y = _SOUTH + _STREETS_M * int(self.random.integers(0, (_NORTH - _SOUTH) // _STREETS_M - 2))
        step = (_STREETS_M, 0) if is_row else (0, _STREETS_M)
        ends = [(x + step[0] * n, y + step[1] * n) for n in range(count + 1)]
        return as_shapes(*(shapely.LineString(pair) for pair in zip(ends, ends[1:])))

    def _lane(self, lanes: Rows) -> int:
        if len(lanes) == 0:
            raise InputError("lane_nothing_picked")
        return int(self.random.integers(len(lanes)))

    def _place(self, lanes: Rows, at: int):
        spot = shapely.line_interpolate_point(
            shapely.get_parts(lanes.shapes[at])[0], self.random.random(), normalized=True
        )
        return spot.x, spot.y

    def _make(self, lanes: Rows):
        return make(lanes, self._pieces(), {"name": f"{self.random.integers(9)}号巷"}, OPTIONS)

    def _add(self, lanes: Rows):
        at = self._lane(lanes)
        x, y = shapely.get_coordinates(lanes.shapes[at])[-1].tolist()
        way = _WAYS[self.random.integers(len(_WAYS))]
        return add(lanes, at, as_shapes(shapely.LineString([(x, y), (x + way[0], y + way[1])])), OPTIONS)

    def _remove(self, lanes: Rows):
        at = self._lane(lanes)
        part = shapely.get_parts(lanes.shapes[at])[0]
        return remove(
            lanes, at, as_shapes(shapely.ops.substring(part, 0.0, self.random.random() * part.length)), OPTIONS
        )

    def _merge(self, lanes: Rows):
        at = self._lane(lanes)
        near = np.argsort(shapely.distance(lanes.shapes, lanes.shapes[at]), kind="stable")[
            : self.random.integers(2, 4)
        ]
        keeper = int(self.random.choice(near)) if self.random.random() < 0.5 else None
        return merge(lanes, near.tolist(), OPTIONS, keeper=keeper)

    def _split(self, lanes: Rows):
        at = self._lane(lanes)
        policy = "both_new" if self.random.random() < 0.3 else "larger_keeps"
        return split(lanes, at, self._place(lanes, at), OPTIONS, policy)

    def _reverse(self, lanes: Rows):
        return reverse(lanes, self._lane(lanes))

    def _draw(self, lanes: Rows):
        spots = self.random.uniform((_WEST, _SOUTH), (_EAST, _NORTH), (2, 2)).round(2)
        return draw(lanes, shapely.LineString(spots), {"name": "手绘巷"}, OPTIONS)

    def _extend(self, lanes: Rows):
        end = shapely.get_coordinates(lanes.shapes[self._lane(lanes)])[-1]
        beyond = (end + self.random.uniform(-150, 150, 2)).round(2)
        return extend(lanes, shapely.LineString([end, beyond]), OPTIONS, 1.0)[1]

    def _abolish(self, lanes: Rows):
        return abolish([self._lane(lanes)])


def assert_lines_are_apart(lanes: Rows) -> None:
    """Assert that every stretch of street is in one lane at most, and lengths say what the lines are."""
    shapes = lanes.shapes
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < two
    common_m = shapely.length(shapely.intersection(shapes[one[pairs]], shapes[two[pairs]]))
    assert (common_m <= SHARED_M).all(), common_m.max()
    lengths = lanes["length_m"].astype(float)
    assert np.abs(lengths - shapely.length(shapes)).max(initial=0.0) <= 0.006
    codes = lanes["code"].tolist()
    assert len(set(codes)) == len(codes)


def act_on_officers(workspace: Workspace, random: np.random.Generator) -> None:
    """Do one random thing that an office does with officers between two saves."""
    lanes = workspace.read("lane", geometry=False)
    codes = lanes["code"][lanes_that_are(lanes)].tolist()
    posts = workspace.read("post", geometry=False)
    today = date.today().isoformat()
    serving = [row for row in posts.records() if (row["valid_to"] or "9999") >= today]
    people = workspace.read("person", geometry=False)["id"].tolist()
    kind = int(random.integers(4))
    chosen = [str(code) for code in random.choice(codes, size=min(2, len(codes)), replace=False)] if codes else []
    one, other = (str(person) for person in random.choice(people, size=2, replace=False))
    if kind == 0 and chosen:
        until = random.choice(["", (date.today() + timedelta(days=9)).isoformat()])
        assign_officers(workspace, OfficersWanted(one, "lane_chief", tuple(chosen), until=str(until)), "王工")
    elif kind == 1 and any(row["person_id"] == one for row in serving):
        hand_over_posts(workspace, person=one, successor=other, author="王工")
    elif kind == 2 and serving:
        ending = serving[int(random.integers(len(serving)))]["id"]
        end_officers(workspace, [ending], date.today() - timedelta(days=1), "离职", "王工")
    elif chosen:
        enter_patrols(workspace, RoundWalked(tuple(chosen), one), "王工")


class Ledger:
    """What was true at the last save, to hold the next one against."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.gone: set[str] = set()
        self.lines: dict[str, shapely.Geometry] = {}
        self.officers: dict[str, set[str]] = {}
        self.take_stock()

    def take_stock(self) -> None:
        """Assert that the workspace holds together, and remember it."""
        stored, workspace = self.workspace.read("lane"), self.workspace
        lanes = stored.take(lanes_in_use(stored))
        assert_lines_are_apart(lanes)
        lines = dict(zip(lanes["code"].tolist(), lanes.shapes.tolist()))
        register = {r["code"]: r["state"] for r in workspace.read("code_register", geometry=False).records()}
        self._codes(stored, set(lines), register)
        self._metres(lines)
        self._officers(lines)
        self.lines = lines

    def forget_officers(self) -> None:
        """Take stock after officers were changed on purpose: who served before need not go on."""
        self.officers = {}
        self.take_stock()

    def _codes(self, stored: Rows, codes: set[str], register: dict[str, str]) -> None:
        """A code once ended never comes back, and no code stands twice."""
        everything = stored["code"].tolist()
        assert len(set(everything)) == len(everything)
        assert all(register[code] in ("draft", "valid") for code in codes)
        assert not codes & self.gone
        retired = {code for code, state in register.items() if state == "retired"}
        assert not retired & codes
        self.gone |= (set(everything) - codes) | retired

    def _metres(self, lines: dict[str, shapely.Geometry]) -> None:
        """The metres by community add up to the length inside all of them."""
        shares = self.workspace.read("lane_area", geometry=False)
        found: dict[str, float] = defaultdict(float)
        for code, metres in zip(shares["lane_code"], shares["length_m"]):
            found[code] += metres
        ground = shapely.union_all(self.workspace.read("area").shapes)
        assert set(found) <= set(lines)
        for code, line in lines.items():
            # Near a border a line is shared out in pieces; one that leads out of all areas is off by half a piece.
            exits = shapely.get_num_geometries(shapely.intersection(line, shapely.boundary(ground)))
            limit_m = 0.05 + 0.5 * OPTIONS.share_piece_m * exits
            assert abs(found[code] - shapely.intersection(line, ground).length) <= limit_m, code

    def _officers(self, lines: dict[str, shapely.Geometry]) -> None:
        """Nobody serves on a lane that is no more; who served on ground that is in a lane still serves on it."""
        today = date.today().isoformat()
        now: dict[str, set[str]] = defaultdict(set)
        terms: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for post in self.workspace.read("post", geometry=False).records():
            if (post["valid_to"] or "9999") >= today:
                assert post["target_code"] in lines
                key = post["target_code"], post["person_id"]
                terms[key].append((post["valid_from"] or "", post["valid_to"] or "9999"))
                if post["valid_from"] <= today:
                    now[post["target_code"]].add(post["person_id"])
        for key, of_one in terms.items():
            of_one.sort()
            assert all(last < first for (_, last), (first, _) in zip(of_one, of_one[1:])), (key, of_one)
        for code, people in self.officers.items():
            heirs = {c for c, line in lines.items() if shapely.intersection(line, self.lines[code]).length > 1.0}
            heirs = {code} if code in lines else heirs
            assert not heirs or all(people <= now[heir] for heir in heirs), code
        self.officers = now

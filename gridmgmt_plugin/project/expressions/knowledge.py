"""One workspace as expressions ask it: read when first asked, kept until it changes, safe to ask from any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.answers import DISPUTED, Points, who_answers
from gridmgmt_plugin.core.duty.roster import Roster, read_roster
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.reformed_names import names_before
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.workspace import Workspace

#: A file is asked so often whether it changed; a database cannot be asked so cheaply and is read again after so long.
_LOOK_EVERY_S, _READ_AGAIN_S = 0.5, 10.0
#: Further from a point nothing has a say about it: the reach of lanes, and more.
_NEAR_M = 200.0


@dataclass(frozen=True)
class Officer:
    """A person on duty: name, stored role and turn."""

    name: str
    role: str
    turn: str


@dataclass(frozen=True)
class Answer:
    """Who answers at a place: names, empty where there is nobody; ``disputed``: more than one office has a claim."""

    department: str
    person: str
    disputed: bool


class Knowledge:
    """Answers from the tables of one workspace as they are saved.

    :param scheme: returns whose grids and posts are asked; "" is the first scheme of the workspace.
    """

    def __init__(self, location: Location, scheme: Callable[[], str]) -> None:
        self._location, self._chosen_scheme, self._scheme = location, scheme, ""
        self._lock = threading.RLock()
        self._workspace: Workspace | None = None
        self._tables: dict[tuple[str, bool], Rows] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._trees: dict[str, shapely.STRtree] = {}
        self._roster: Roster | None = None
        self._state: tuple[str, object] | None = None
        self._looked = float("-inf")

    def forget(self) -> None:
        """Read everything anew when it is asked for next."""
        with self._lock:
            self._workspace, self._roster = None, None
            self._tables, self._names, self._trees = {}, {}, {}

    def frame_wkt(self) -> str:
        """Return the reference system of the workspace's frame as WKT; empty for a local frame, which has none."""
        with self._lock:
            frame = self._opened().info.frame
            return frame.wkt() if frame.kind == "epsg" else ""

    def unit_grid_at(self, x: float, y: float) -> str | None:
        """Return the code of the unit grid at a point in the workspace's frame; on an edge the smaller code."""
        with self._lock:
            self._refresh()
            near = self._near("unit_grid", x, y, 1.0)
            codes = texts(near, "code")
            at = locate_points(np.array([x]), np.array([y]), near.shapes, codes)
            return None if at[0] < 0 else str(codes[at[0]])

    def name_of(self, code: str) -> str | None:
        """Return the name of an area, a responsibility grid, a unit grid, a lane; ``None`` where there is none."""
        with self._lock:
            self._refresh()
            for table in ("area", "responsibility_grid", "unit_grid", "lane"):
                found = self._names_in(table).get(code)
                if found:
                    return found
            return None

    def on_duty(self, target: str, code: str, at: datetime) -> tuple[Officer, ...]:
        """Return who is on duty, the first to be asked first.

        :param target: ``responsibility_grid``, ``lane``, ``area`` or ``station``, of which ``code`` is one.
        :raises InputError: for posts whose times cannot be read.
        """
        with self._lock:
            self._refresh()
            if self._roster is None:
                self._roster = read_roster(self._table("post"), self._table("person"))
            roster = self._roster
            ours = (roster.scheme == "") | (roster.scheme == self._asked_scheme())
            held = np.flatnonzero((roster.target == target) & (roster.target_code == code) & ours)
            held = held[roster.on_duty(held, np.full(len(held), np.datetime64(at, "s")))]
            persons = self._names_in("person")
            return tuple(
                Officer(persons.get(str(roster.person_id[post]), ""), str(roster.role[post]), str(roster.turn[post]))
                for post in held[np.argsort(roster.preference[held], kind="stable")].tolist()
            )

    def answer_at(self, x: float, y: float, class_code: str, kind: str, at: datetime) -> Answer:
        """Return who answers for a class at a point of the workspace's frame, by the one rule of the workspace.

        :param kind: ``event``, ``component`` or "" for classes that are not numbered alike.
        """
        with self._lock:
            self._refresh()
            point = Points(
                np.array([x]),
                np.array([y]),
                as_column([class_code or None]),
                as_column([None]),
                np.array([np.datetime64(at, "s")]),
                as_column([kind or None]),
            )
            tables = {name: self._near(name, x, y, _NEAR_M) for name in ("unit_grid", "lane", "duty_zone")}
            tables["area"] = self._table("area", geometry=True)
            tables |= {name: self._table(name) for name in ("duty_rule", "post", "person", "department")}
            workspace = self._opened()
            tables = names_before(workspace, tables, np.datetime64(at, "D"))
            found = who_answers(point, tables, self._asked_scheme(), precision_m=workspace.info.precision_m)
            department, person = found.department_code[0], found.person_id[0]
            return Answer(
                self._names_in("department").get(department or "", department or ""),
                self._names_in("person").get(person or "", ""),
                found.status[0] == DISPUTED,
            )

    def _asked_scheme(self) -> str:
        """Return the scheme that is looked at, else the first one."""
        keys = texts(self._table("scheme"), "key")
        return self._scheme or (str(keys[0]) if len(keys) else "")

    def _refresh(self) -> None:
        """Forget what was read when the workspace has been written meanwhile."""
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY_S:
            return
        self._looked = now
        state = (self._chosen_scheme(), _stamp_of(self._location, now))
        if state != self._state:
            self.forget()
            self._scheme, self._state = state[0], state

    def _opened(self) -> Workspace:
        if self._workspace is None:
            self._workspace = Workspace.open(self._location)
        return self._workspace

    def _table(self, name: str, *, geometry: bool = False) -> Rows:
        key = (name, geometry)
        if key not in self._tables:
            self._tables[key] = self._opened().read(name, geometry=geometry)
        return self._tables[key]

    def _names_in(self, table: str) -> dict[str, str]:
        if table not in self._names:
            rows = self._table(table, geometry=table == "unit_grid")
            codes = texts(rows, "id" if table == "person" else "code")
            named = [(str(code), str(name)) for code, name in zip(codes, texts(rows, "name")) if name]
            if "scheme" in rows:  # two schemes may use the same codes: the one that is looked at has the last word
                ours = texts(rows, "scheme") == self._asked_scheme()
                named += [
                    (str(code), str(name)) for code, name in zip(codes[ours], texts(rows, "name")[ours]) if name
                ]
            self._names[table] = dict(named)
        return self._names[table]

    def _near(self, table: str, x: float, y: float, reach_m: float) -> Rows:
        rows = self._table(table, geometry=True)
        if table not in self._trees:
            self._trees[table] = shapely.STRtree(rows.shapes)
        box = shapely.box(x - reach_m, y - reach_m, x + reach_m, y + reach_m)
        return rows.take(np.sort(self._trees[table].query(box)))


def _stamp_of(location: Location, now: float) -> object:
    """Return something that is another after a change."""
    if not isinstance(location, GeoPackageLocation):
        return int(now // _READ_AGAIN_S)
    return tuple(_state_of(f"{location.path}{tail}") for tail in ("", "-wal"))


def _state_of(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size

"""Lanes and persons beside the tree of places: lanes by street office, persons by department, with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.responsibility.successors import Succession
from gridmgmt_plugin.workspace.counts.kept import Counts
from gridmgmt_plugin.workspace.light.places import (
    LANE,
    LANES,
    LANES_OF,
    PERSON,
    PERSONS,
    PERSONS_OF,
    Figures,
    Place,
    Summary,
)
from gridmgmt_plugin.workspace.light.reader import LightReader, lanes_that_are

SERVING = (
    "person_id IS NOT NULL AND coalesce(CAST(valid_from AS text), '') <= ?"
    " AND coalesce(nullif(CAST(valid_to AS text), ''), '9999') >= ?"
)


def serving_today() -> tuple[str, str]:
    """Return the two values that :data:`SERVING` asks for."""
    today = clock.today().isoformat()
    return today, today


def succession_of(reader: LightReader) -> Succession:
    """Return who takes over the work of which department, and when; nothing to who has no right to read them."""
    if not reader.columns("department"):
        return Succession(())
    sql = "SELECT code, coalesce(CAST(valid_to AS text), ''), coalesce(successor_code, '') FROM department"
    return Succession(reader.rows(sql))


def with_directory(summary: Summary, reader: LightReader, counts: Counts) -> Summary:
    """Return the tree with lanes and persons added behind the places; a workspace without any has no heading."""
    builder = _Directory(summary, reader, counts)
    builder.add_lanes()
    builder.add_persons()
    return builder.result()


class _Directory:
    def __init__(self, summary: Summary, reader: LightReader, counts: Counts) -> None:
        self._reader, self._counts = reader, counts
        self._summary, self._rows, self._columns = summary, reader.rows, reader.columns
        self._places = list(summary.places)
        self._children = [list(children) for children in summary.children]
        self._roots = list(summary.roots)

    def result(self) -> Summary:
        return replace(
            self._summary,
            places=tuple(self._places),
            roots=tuple(self._roots),
            children=tuple(map(tuple, self._children)),
        )

    def add_lanes(self) -> None:
        lanes, gone = lanes_that_are()
        sql = f"SELECT code, coalesce(nullif(name, ''), alias), street_code FROM {lanes}"  # noqa: S608  words of ours
        rows = self._rows(sql, gone)
        if not rows:
            return
        components, cases = (self._counts.of(self._reader, table, "lane_code") for table in ("component", "cases"))
        officers = self._officers()
        names = {place.code: place.name for place in self._summary.places if place.level == "street_office"}
        root = self._add(LANES, "", "", -1, Figures(lanes=len(rows)))
        groups = self._groups(root, LANES_OF, [row[2] or "" for row in rows], names, "lanes")
        for code, name, street in sorted(rows, key=lambda row: (row[1] or "", row[0] or "")):
            figures = Figures(
                components=components.get(code, 0), cases=cases.get(code, 0), officers=officers.get(code, 0)
            )
            self._add(LANE, code or "", name, groups[street or ""], figures)

    def add_persons(self) -> None:
        """Add the persons; who has no right to read them sees the rest of the tree."""
        if not self._columns("person") or not self._columns("department"):
            return
        rows = self._rows("SELECT id, name, department_code FROM person")
        if not rows:
            return
        succession, today = succession_of(self._reader), clock.today().isoformat()
        rows = [(key, name, succession.of(department or "", today)) for key, name, department in rows]
        names = dict(self._rows("SELECT code, coalesce(nullif(short_name, ''), name) FROM department"))
        root = self._add(PERSONS, "", "", -1, Figures(officers=len(rows)))
        groups = self._groups(root, PERSONS_OF, [row[2] for row in rows], names, "officers")
        for key, name, department in sorted(rows, key=lambda row: (row[1] or "", row[0] or "")):
            self._add(PERSON, key or "", name, groups[department], Figures())

    def _groups(
        self, root: int, level: str, codes: list[str], names: Mapping[str, str], figure: str
    ) -> dict[str, int]:
        """Add one heading per code, in order, the one without a code last; return code → position."""
        found = {}
        for code in sorted(set(codes), key=lambda code: (not code, code)):
            figures = replace(Figures(), **{figure: codes.count(code)})
            found[code] = self._add(level, code, names.get(code) or "", root, figures)
        return found

    def _officers(self) -> dict[str, int]:
        sql = (
            f"SELECT target_code, count(DISTINCT person_id) FROM post WHERE target = 'lane' AND {SERVING} GROUP BY 1"  # noqa: S608
        )
        return dict(self._rows(sql, serving_today()))

    def _add(self, level: str, code: str, name: str | None, parent: int, figures: Figures) -> int:
        position = len(self._places)
        self._places.append(Place(level, code, name or "", parent, figures))
        self._children.append([])
        (self._roots if parent < 0 else self._children[parent]).append(position)
        return position

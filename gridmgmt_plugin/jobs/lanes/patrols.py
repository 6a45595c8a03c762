"""Patrols of street-lanes (巡查): a council's rota is planned, walks are taken in from a table, gaps are listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import positions, texts
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.duty.times import EVERY_DAY, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.lanes.lane_edit import lanes_on, named
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.columns import refuse_identity_numbers
from gridmgmt_plugin.core.posts.known_people import person_row
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE, lanes_held_by_area
from gridmgmt_plugin.core.posts.patrol_plan import LanePatrols, council_rota, lane_patrols
from gridmgmt_plugin.core.posts.people import plain
from gridmgmt_plugin.core.posts.targets import Targets
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.lanes.walk_entry import LANE, NO_TIME, TABLE, unlike_row, walks_written
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange, no_rows
from gridmgmt_plugin.workspace.workspace import Workspace

PLAN, IMPORT = "plan_patrols", "import_patrols"
#: So many days may pass without a walk, unless somebody says otherwise.
USUAL_DAYS = 7
_TABLES = ("post", "person", LANE, "lane_area", "area", TABLE)
_ROWS_BETWEEN_REPORTS = 1000


def plan_patrols(
    workspace: Workspace,
    first: str | date | None,
    last: str | date | None,
    *,
    area: str = "",
    weekdays: str = "",
    roles: Sequence[str] = (),
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Plan who walks each lane of an area on each day: one act, to be taken back.

    Days that are planned already stay as they are, also those that somebody changed by hand.

    :param weekdays: as offices write them (1-5); every day for "". ``roles``: who walks; the council for none.
    :raises InputError: ``day_unclear``, ``dates_reversed``, ``patrol_span_too_long``, ``weekdays_unclear``,
        ``scope_unknown``, ``officer_no_lanes``, ``patrol_no_walkers``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    span = day_of(first), day_of(last or first)
    if span[1] < span[0]:
        raise InputError("dates_reversed", first=str(span[0]), last=str(span[1]))
    catalogue = load_json(CATALOGUE)
    if int((span[1] - span[0]).astype(np.int64)) >= catalogue["longest_plan_days"]:
        raise InputError("patrol_span_too_long", days=catalogue["longest_plan_days"])
    mask = weekday_mask(weekdays) if weekdays else EVERY_DAY
    act = Act.now(PLAN, author)
    with workspace.transaction(author, PLAN) as transaction:
        transaction.hold(TABLE)
        tables = {name: workspace.read(name, geometry=False) for name in _TABLES}
        lanes = lanes_held_by_area(tables, area, *span)
        if not lanes:
            raise InputError("officer_no_lanes")
        walks, bare = council_rota(tables, lanes, span, mask, roles or catalogue["walkers"])
        if not walks and bare:
            raise InputError("patrol_no_walkers", lanes=_called(tables[LANE], bare))
        records = [
            {"target": LANE, "target_code": walk.lane, "person_id": walk.person_id, "planned_on": str(walk.day)}
            for walk in walks
        ]
        inserted = Rows.from_records(records) if records else no_rows()
        write_rows(transaction, [TableChange(TABLE, inserted=inserted)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    each = Counter(walk.person_id for walk in walks)
    notes = [Message("patrols_planned", {"count": len(walks), "first": str(span[0]), "last": str(span[1])})]
    if each:
        notes.append(Message("patrols_shared", {"least": min(each.values()), "most": max(each.values())}))
    if bare:
        notes.append(Message("patrol_lanes_bare", {"count": len(bare), "lanes": _called(tables[LANE], bare)}))
    figures = {"walkers": len(each), "lanes_without_walkers": list(bare)}
    return Report("planpatrols", len(walks), figures=figures, notes=tuple(notes))


def _called(lanes: Rows, codes: Sequence[str]) -> str:
    """Return lanes as a sentence names them."""
    own = positions(texts(lanes, "code"), as_column(codes))
    return listing(named(lanes, at) for at in own.tolist())


def import_patrols(
    workspace: Workspace,
    source: Source,
    *,
    field_map: Mapping[str, str] | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take in who walked which lane on which day; a walk that was planned is entered there. One act.

    Lanes and persons are found by code or name; near names are proposed, never taken. A walk that is there already
    is not entered twice: one without a time is any walk of that lane, person and day. Its finding is added where
    there is none, and told where there is another. Lanes that are not there on the day of the walk are refused.

    :raises InputError: ``patrol_column_missing``, ``identity_column_refused``, ``identity_numbers_refused``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    refuse_identity_numbers(source.rows)
    table = _WalkTable(workspace, _columns(source, field_map or {}))
    numbers = source.row_numbers
    rejected: list[RejectedRow] = []
    walks: list[dict[str, Any]] = []
    rows_of_walks: list[int] = []
    for row in range(len(source)):
        if row % _ROWS_BETWEEN_REPORTS == 0:
            progress.report(0.5 * row / len(source))
        found = table.walk(row)
        if isinstance(found, Message):
            value = str(next(iter(found.details.values()), ""))
            rejected.append(RejectedRow(int(numbers[row]), "", found.code, value, dict(found.details)))
        else:
            walks.append(found)
            rows_of_walks.append(int(numbers[row]))
    progress.report(0.5)
    with workspace.transaction(author, IMPORT) as transaction:
        transaction.hold(TABLE)
        written = walks_written(workspace.read(TABLE, geometry=False), walks)
        write_rows(transaction, [written.change], Act.now(IMPORT, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    rejected += [unlike_row(walks[at], rows_of_walks[at], there) for at, there in written.unlike]
    rejected.sort(key=lambda row: row.row)
    change, counted = written.change, written.figures
    figures = {"rows": len(source), "unplanned": len(change.inserted)}
    figures |= {name: counted[name] for name in ("planned", "twice")}
    reasons = dict(Counter(row.reason for row in rejected))
    notes = (*source.notes, *written.notes)
    return Report("importpatrols", change.rows, len(rejected), reasons, tuple(rejected), figures, notes)


@dataclass(frozen=True)
class PatrolBoard:
    """``lanes``: what is known of the patrols of each lane by ``day``; ``names``: of lanes by code, ``people``: of
    persons by id.
    """

    day: np.datetime64
    lanes: tuple[LanePatrols, ...]
    names: Mapping[str, str]
    people: Mapping[str, str]


def read_patrols(workspace: Workspace, day: str | date | None = None, area: str = "") -> PatrolBoard:
    """Return what is known of the patrols of an area's lanes by a day.

    :raises InputError: ``day_unclear``, ``scope_unknown``, ``scope_not_in_force``.
    """
    on = day_of(day)
    with workspace.reading() as read:
        tables = {name: read.read(name, geometry=False) for name in (LANE, "lane_area", "area", TABLE)}
        persons = read.read("person", ["id", "name"], geometry=False)
    found = lane_patrols(tables[TABLE], lanes_held_by_area(tables, area, on), on)
    return PatrolBoard(on, found, _names(tables[LANE], "code"), _names(persons, "id"))


def _names(rows: Rows, key: str) -> Mapping[str, str]:
    return dict(zip(texts(rows, key).tolist(), texts(rows, "name").tolist()))


def patrol_gaps(
    workspace: Workspace, on: str | date | None = None, area: str = "", without_days: int = USUAL_DAYS
) -> Report:
    """Return a report that lists lanes with planned days on which nobody walked, and those not walked for long.

    ``accepted``: the lanes that are listed.

    :param without_days: a lane that nobody has walked for more days is listed.
    :raises InputError: ``day_unclear``, ``scope_unknown``.
    """
    board = read_patrols(workspace, on, area)
    rows = list(_gaps(board, without_days))
    count = len({row.key for row in rows})
    note = Message("patrol_gaps_found", {"count": count, "lanes": len(board.lanes), "day": str(board.day)})
    reasons = dict(Counter(row.reason for row in rows))
    return Report("patrolgaps", count, reasons=reasons, notes=(note,), to_confirm=tuple(rows))


def _gaps(board: PatrolBoard, without_days: int) -> Iterable[RejectedRow]:
    number = 0
    for lane in board.lanes:
        name = board.names.get(lane.lane) or "–"
        if lane.missed:
            number += 1
            told = {"count": len(lane.missed), "planned": lane.planned, "days": listing(lane.missed)}
            yield RejectedRow(number, lane.lane, "patrol_missed", name, told)
        since = lane.days_without(board.day)
        if since is None or since > without_days:
            number += 1
            code = "patrol_never" if since is None else "patrol_long_ago"
            yield RejectedRow(number, lane.lane, code, name, {"days": since or 0, "last": str(lane.last)})


def _columns(source: Source, field_map: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Return the cells of each column that is there.

    :raises InputError: ``patrol_column_missing``.
    """
    known: Mapping[str, Sequence[str]] = load_json(CATALOGUE)["patrol_columns"]
    headings = {comparable_word(heading): heading for heading in reversed(list(source.rows.columns))}
    found = {}
    for column, words in known.items():
        given = [field_map[column]] if field_map.get(column) else words
        heading = next((headings[comparable_word(word)] for word in given if comparable_word(word) in headings), None)
        if heading is not None:
            found[column] = source.rows[heading]
    if not {"lane", "lane_name"} & set(found) or "person" not in found or "walked" not in found:
        raise InputError("patrol_column_missing", fields=listing(source.rows.columns))
    return found


class _WalkTable:
    """The rows of a table of walks, read against the lanes and persons of a workspace; dates as one column."""

    def __init__(self, workspace: Workspace, cells: Mapping[str, np.ndarray]) -> None:
        self._cells = cells
        self._lanes = workspace.read(LANE, geometry=False)
        self._targets = Targets(self._lanes, workspace.read("area", geometry=False))
        self._persons = workspace.read("person", geometry=False)
        self._moments = parse_dates(cells["walked"]).iso
        self._today = clock.today().isoformat()
        self._found: dict[str, str | Message] = {}
        self._there: dict[str, set[str]] = {}

    def walk(self, row: int) -> dict[str, Any] | Message:
        """Return a walk as it is stored, or why the row is none."""
        places = self._targets.find(self._cell("lane", row), self._cell("lane_name", row), self._cell("street", row))
        lane = places[0]
        if isinstance(lane, Message):
            return lane
        if len(places) > 1:
            return Message("patrol_several_lanes", {"lanes": listing(map(str, places))})
        person = self._person(clean_text(self._cell("person", row)) or "")
        if isinstance(person, Message):
            return person
        moment = self._moments[row]
        if moment is None:
            return Message("day_unclear", {"value": clean_text(self._cell("walked", row)) or "–"})
        day = moment[:10]
        if day > self._today:
            return Message("patrol_in_future", {"day": day})
        if lane not in self._lanes_on(day):
            return Message("patrol_no_lane", {"lane": lane, "day": day})
        at = moment if "T" in moment else moment + NO_TIME
        return {"lane": lane, "person": person, "at": at, "finding": plain(self._cell("finding", row))}

    def _cell(self, column: str, row: int) -> Any:
        return self._cells[column][row] if column in self._cells else None

    def _person(self, given: str) -> str | Message:
        """Return the id of a person, or why nobody is found; each name is looked up once."""
        if given not in self._found:
            try:
                self._found[given] = str(self._persons["id"][person_row(self._persons, given)])
            except InputError as error:
                self._found[given] = error.message
        return self._found[given]

    def _lanes_on(self, day: str) -> set[str]:
        if day not in self._there:
            there = lanes_on(self._lanes, np.datetime64(day, "D"))
            self._there[day] = set(texts(self._lanes, "code")[there].tolist())
        return self._there[day]

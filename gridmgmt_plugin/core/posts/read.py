"""Posts of street-lane officers and grid staff, read from the table of an office."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.duty.times import clock_minutes, weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.columns import PersonColumns, TableColumns, find_columns, refuse_identity_numbers
from gridmgmt_plugin.core.posts.department_names import DepartmentNames
from gridmgmt_plugin.core.posts.people import PERSON_FIELDS, People, records_to_rows
from gridmgmt_plugin.core.posts.succession import next_post_id
from gridmgmt_plugin.core.posts.targets import Targets
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import NAME_IS_PRIVATE, private_keys, private_names
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_lists import ROLE
from gridmgmt_plugin.core.value_words import comparable, stored_value

TARGETS = ("responsibility_grid", "lane", "area", "station")
PERSON_COLUMNS = ("id", "name", "department_code", *PERSON_FIELDS)
CONTACT_COLUMNS = ("person_id", "office_phone", "mobile", "publish_consent")
POST_COLUMNS = (
    "id", "target", "target_code", "scheme", "person_id", "role", "turn", "weekdays", "start_time", "end_time",
    "duty", "standard", "section_from", "section_to", "task_letter_no", "signed_on", "valid_from", "valid_to",
)  # fmt: skip
_DATES = ("signed_on", "valid_from", "valid_to", "left_on")
_TEXTS = (
    "weekdays", "start_time", "end_time", "duty", "standard", "section_from", "section_to", "task_letter_no",
)  # fmt: skip
# Before and after every ISO day.
_OPEN = ("", "~")
_SEVERAL_NAMES = re.compile(r"[,，、;；/\n]+")


@dataclass(frozen=True)
class RejectedRow:
    """A row (position from 0) that gave no post, or not all it names, and why."""

    row: int
    reason: Message


@dataclass(frozen=True)
class PostRows:
    """What a table of posts holds, as rows of the contract's tables.

    ``persons``: those that the workspace did not know; ``posts``, and from which row each came (``post_row``, int64
    positions from 0); ``contacts``: the only place with phones, of new and known persons alike; ``rejected``;
    ``notes``: what to look at.
    """

    persons: Rows
    posts: Rows
    post_row: np.ndarray
    contacts: Rows
    rejected: tuple[RejectedRow, ...]
    notes: tuple[Message, ...]


def read_post_rows(
    rows: Rows,
    field_map: Mapping[str, str],
    target: str,
    *,
    targets: Rows,
    offices: Rows | None = None,
    departments: Rows | None = None,
    known_persons: Rows | None = None,
    known_posts: Rows | None = None,
    scheme: str | None = None,
    default_role: str | None = None,
    row_numbers: np.ndarray | None = None,
    progress: Progress | None = None,
) -> PostRows:
    """Read posts from a table; every row either becomes posts or is rejected with its reason.

    :param rows: the table as it came, column header → cells.
    :param field_map: field → header where the headers are not the usual ones (see ``post_columns`` in the catalogue).
    :param target: ``responsibility_grid``, ``lane``, ``area`` or ``station``.
    :param targets: the table of the target; see :class:`gridmgmt_plugin.core.posts.targets.Targets`.
    :param offices: the ``area`` table, to find lanes by name and street office.
    :param departments: the ``department`` table, to turn names into codes; without it the text is kept.
    :param known_persons, known_posts: what the workspace holds, so that nobody is entered twice.
    :param scheme: the scheme of posts in responsibility grids.
    :param default_role: the role of rows that name none.
    :param row_numbers: under which number the user finds each row; without them rows are counted from 1.
    :raises InputError: ``identity_column_refused``, ``identity_numbers_refused``, ``post_column_missing``,
        ``post_name_column_missing``, ``post_target_column_missing``, ``post_table_empty``.
    """
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}")
    if not len(rows):
        raise InputError("post_table_empty")
    refuse_identity_numbers(rows)
    columns = find_columns(rows, field_map)
    if "target_code" not in columns and "target_name" not in columns:
        raise InputError("post_target_column_missing", columns=listing(rows.columns))
    people = People(known_persons)
    places = Targets(targets, offices)
    reader = _Reader(people, places, _Departments(departments, people.plain), target, scheme, default_role)
    reader.know(known_posts)
    progress = progress or Progress()
    dates = {field: parse_dates(rows[columns.shared[field]]) for field in _DATES if field in columns.shared}
    for row in range(len(rows)):
        if row % 500 == 0:
            progress.report(row / len(rows))
        before = len(reader.posts) + len(reader.rejected)
        for cells in _persons_of(rows, row, columns, people.plain):
            if private_names([cells["name"]]).any():
                reader.rejected.append(RejectedRow(row, Message(NAME_IS_PRIVATE)))
                continue
            wrong = next((field for field, parsed in dates.items() if parsed.reasons[row] is not None), None)
            if wrong is not None:
                unclear = {"column": columns.shared[wrong], "value": people.plain(cells[wrong])}
                reason = Message("post_date_unclear", unclear)
                reader.rejected.append(RejectedRow(row, reason))
                break
            cells.update({field: (parsed.iso[row] or "")[:10] or None for field, parsed in dates.items()})
            reader.read(row, cells)
        if len(reader.posts) + len(reader.rejected) == before:
            reader.rejected.append(RejectedRow(row, Message("post_without_name")))
    progress.report(1.0)
    return PostRows(
        records_to_rows(reader.people.added.values(), PERSON_COLUMNS),
        records_to_rows(reader.posts, POST_COLUMNS),
        np.array(reader.post_rows, dtype=np.int64),
        records_to_rows(reader.people.contacts.values(), CONTACT_COLUMNS),
        tuple(reader.rejected),
        reader.notes(columns, np.arange(1, len(rows) + 1) if row_numbers is None else row_numbers),
    )


def _persons_of(
    rows: Rows, row: int, columns: TableColumns, plain: Callable[[Any], str | None]
) -> Iterator[dict[str, Any]]:
    """Yield the cells of each person that a row names; a cell of several names is several persons."""
    shared = {field: rows[header][row] for field, header in columns.shared.items()}
    for person in columns.persons:
        cells = {**shared, **{field: rows[header][row] for field, header in person.columns.items()}, **person.implied}
        names = [part.strip() for part in _SEVERAL_NAMES.split(clean_text(cells["name"]) or "") if part.strip()]
        for nth, name in enumerate(names):
            if plain(name) is not None:
                yield {**cells, **_share_of(cells, person, nth, len(names)), "name": name}


def _share_of(cells: Mapping[str, Any], person: PersonColumns, nth: int, count: int) -> dict[str, Any]:
    """Share out what belongs to one person each when a cell names several: by place, where the numbers agree."""
    if count < 2:
        return {}
    shares: dict[str, Any] = {}
    for field in ("mobile", "office_phone", "phone", "employee_no", "title"):
        parts = [part for part in _SEVERAL_NAMES.split(clean_text(cells.get(field)) or "") if part.strip()]
        if field in person.columns:
            shares[field] = parts[nth].strip() if len(parts) == count else None
    return shares


class _Departments:
    """Names of departments brought to codes; remembers those that are not known."""

    def __init__(self, rows: Rows | None, plain: Callable[[Any], str | None]) -> None:
        self._names, self._plain = DepartmentNames(rows), plain
        self.unknown: dict[str, None] = {}
        self.private: dict[int, None] = {}

    def code(self, row: int, value: Any) -> str | None:
        # What is known here is a department's code or name, even where it reads like a phone.
        if self._names.known and (known := self._names.code(value)) is not None:
            return known
        text = self._plain(value)
        if private_keys([value]).any():
            self.private[row] = None
            return None
        code = self._names.code(text)
        if text is not None and code is None:
            self.unknown[text] = None
        return code


class _Reader:
    """Turns the cells of one person into posts and keeps what was found and what was not."""

    def __init__(
        self,
        people: People,
        targets: Targets,
        departments: _Departments,
        target: str,
        scheme: str | None,
        default_role: str | None,
    ) -> None:
        self.people, self.targets, self.departments = people, targets, departments
        self.target, self.scheme, self.default_role = target, scheme, default_role
        self.posts: list[dict[str, Any]] = []
        self.post_rows: list[int] = []
        self.rejected: list[RejectedRow] = []
        self._ids: set[str] = set()
        self._seen: set[tuple[Any, ...]] = set()
        self._terms: dict[tuple[Any, ...], list[tuple[str, str]]] = defaultdict(list)

    def know(self, posts: Rows | None) -> None:
        for record in posts.records() if posts is not None else ():
            self._ids.add(str(record["id"]))
            self._remember(record)

    def read(self, row: int, cells: Mapping[str, Any]) -> None:
        try:
            post = self._post(cells)
        except InputError as error:
            self.rejected.append(RejectedRow(row, error.message))
            return
        department = self.departments.code(row, cells.get("department_code"))
        for found in self.targets.find(cells.get("target_code"), cells.get("target_name"), cells.get("street")):
            if isinstance(found, Message):
                self.rejected.append(RejectedRow(row, found))
                continue
            person = self.people.person(row, str(cells["name"]), department, cells)
            entry = {**post, "target_code": found, "person_id": person}
            if _same_post(entry) in self._seen:
                self.rejected.append(RejectedRow(row, Message("post_given_twice", {"code": found})))
                continue
            earlier = self._overlapped(entry)
            if earlier is not None:
                period = {name: entry.get(name) or "…" for name in ("valid_from", "valid_to")}
                reason = Message("post_overlaps", {"code": found, "earlier": earlier, **period})
                self.rejected.append(RejectedRow(row, reason))
                continue
            self._remember(entry)
            self.posts.append({"id": next_post_id(self._ids), **entry})
            self.post_rows.append(row)

    def _remember(self, post: Mapping[str, Any]) -> None:
        same = _same_post(post)
        self._seen.add(same)
        self._terms[same[:-1]].append(_term(post))

    def _overlapped(self, post: Mapping[str, Any]) -> str | None:
        """Return the term in which the person holds this very post already, ``None`` when there is none."""
        first, last = _term(post)
        for begun, ended in self._terms[_same_post(post)[:-1]]:
            if first <= ended and begun <= last:
                return "–".join(day if day not in _OPEN else "…" for day in (begun, ended))
        return None

    def _post(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the post of a row says.

        :raises InputError: with the reason why the row cannot be used.
        """
        role = stored_value(ROLE, cells.get("role")) if comparable(cells.get("role")) else self.default_role
        if role is None:
            word = self.people.plain(cells.get("role"))
            raise InputError("post_role_missing") if word is None else InputError("post_role_unknown", role=word)
        turn = stored_value("turn", cells.get("turn"))
        if turn is None and self.people.plain(cells.get("turn")) is not None:
            raise InputError("post_turn_unknown", turn=self.people.plain(cells.get("turn")))
        weekday_mask(self.people.plain(cells.get("weekdays")))
        clock_minutes(self.people.plain(cells.get("start_time")), 0)
        clock_minutes(self.people.plain(cells.get("end_time")), 0)
        first, last = cells.get("valid_from"), cells.get("valid_to")
        if first is not None and last is not None and last < first:
            raise InputError("post_period_reversed", valid_from=first, valid_to=last)
        post = {field: self.people.plain(cells.get(field)) for field in _TEXTS}
        post.update({field: cells.get(field) for field in ("signed_on", "valid_from", "valid_to")})
        scheme = self.scheme if self.target == "responsibility_grid" else None
        return {**post, "target": self.target, "scheme": scheme, "role": role, "turn": turn}

    def notes(self, columns: TableColumns, numbers: np.ndarray) -> tuple[Message, ...]:
        listed: tuple[tuple[str, Iterable[Any]], ...] = (
            ("post_columns_ignored", columns.ignored),
            ("post_departments_unknown", self.departments.unknown),
            ("post_numbers_private", [numbers[row] for row in self.people.private_numbers]),
            ("post_departments_private", [numbers[row] for row in self.departments.private]),
            ("post_phones_unclear", [numbers[row] for row in self.people.unclear_phones]),
            ("post_person_with_two_phones", self.people.two_phones),
            ("post_person_namesakes", self.people.namesakes),
            ("post_states_unknown", self.people.unknown_states),
        )
        notes = []
        for code, items in listed:
            texts = [str(item) for item in items]
            if texts:
                notes.append(Message(code, {"count": len(texts), "items": listing(texts)}))
        return tuple(notes)


def _same_post(post: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("target", "target_code", "scheme", "person_id", "role", "turn", "weekdays", "start_time", "section_from")
    return tuple(post.get(name) for name in (*names, "valid_from"))


def _term(post: Mapping[str, Any]) -> tuple[str, str]:
    """Return first and last day as ISO text; an end that is not given is open."""
    return post.get("valid_from") or _OPEN[0], post.get("valid_to") or _OPEN[1]

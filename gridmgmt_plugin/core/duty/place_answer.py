"""What a planner is told about one place: its grids, who is on duty there and by which phone, which department
answers for which class, and the rule that decided. Plain values, so that window, model and test read the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.core.messages import Message


@dataclass(frozen=True)
class Person:
    """Somebody on a post: ``role`` and ``turn`` as stored, ``phones`` in the order in which the role is reached."""

    person_id: str
    name: str
    role: str
    turn: str
    phones: tuple[str, ...]


@dataclass(frozen=True)
class DutyPlace:
    """A place that has posts: a responsibility grid, a lane or an area, with who is on duty there at the time asked.

    ``table``, ``code``, ``name``: what it is; ``scheme``: title of the grid scheme, "" for none,
    ``scheme_key``: its key; ``departments``:
    names of who supervises and works there; ``people``: on duty, who answers first stands first; ``duty_phone``: whom
    to call while nobody is on duty, "" where nothing is recorded; ``distance_m``: of a lane, else ``None``.
    """

    table: str
    code: str
    name: str
    scheme: str
    people: tuple[Person, ...]
    duty_phone: str = ""
    departments: tuple[str, ...] = ()
    distance_m: float | None = None
    scheme_key: str = ""


@dataclass(frozen=True)
class ClassAnswer:
    """Which department answers for a class: ``kind`` and ``class_code`` ("" = no class in particular), the
    department's code, name and phone, ``status`` (clear, disputed, fallback), ``rule`` (as ``whoisresponsible`` gives
    it) and ``reasons``, the rule in sentences.
    """

    kind: str
    class_code: str
    class_title: Message
    department_code: str
    department: str
    phone: str
    status: str
    rule: str
    reasons: tuple[Message, ...]


@dataclass(frozen=True)
class Post:
    """A post that a person holds: its place, role and turn, and whether it is on duty at the time asked."""

    table: str
    code: str
    name: str
    scheme: str
    role: str
    turn: str
    on_duty: bool
    scheme_key: str = ""


@dataclass(frozen=True)
class PlaceAnswer:
    """The answer for one place at one time; ``x``, ``y`` in metres of the workspace's frame, ``None`` for a person.

    ``unit_grid``: code, "" outside; ``cell``: its outline in WKB; ``areas``: (level, code, name), smallest first;
    ``places``: grids of every scheme, the lane and the areas that have posts; ``classes``: departments per class;
    ``posts``: of the person asked about; ``person``: that person.
    """

    at: str
    x: float | None = None
    y: float | None = None
    unit_grid: str = ""
    cell: bytes | None = None
    areas: tuple[tuple[str, str, str], ...] = ()
    places: tuple[DutyPlace, ...] = ()
    classes: tuple[ClassAnswer, ...] = ()
    person: Person | None = None
    posts: tuple[Post, ...] = ()

"""Who is named on papers: officers of a lane in the order in which they answer, with title and office phone.

The office phone alone is ever read: a mobile is nobody's business on a wall, and one that somebody typed into the
column of office phones stays away too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import positions, table, texts
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.papers.kinds import paper_word
from gridmgmt_plugin.core.redaction.numbers import holds_mobile
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import ROLE, value_label

#: What is read of the contacts; the others never come near a page.
CONTACT_COLUMNS = ("person_id", "office_phone")


@dataclass(frozen=True)
class Officer:
    """One post of a lane on the day, ready to be printed; texts are "" for nothing."""

    lane: str
    person_id: str
    name: str
    role: str
    role_title: str
    title: str
    phone: str
    section: str
    duty: str
    standard: str
    letter_no: str
    signed_on: str

    def line(self, language: str) -> str:
        """Return the officer as one line: role, name, section, department and title, office phone."""
        if is_chinese(language):
            section = f"（{self.section}）" if self.section else ""
            return "　".join(filter(None, (f"{self.role_title}：{self.name}{section}", self.title, self.phone)))
        section = f" ({self.section})" if self.section else ""
        return ", ".join(filter(None, (f"{self.role_title}: {self.name}{section}", self.title, self.phone)))


@dataclass(frozen=True)
class Staff:
    """``of_lane``: lane → its officers of the day, who answers first. ``hidden``: mobiles among office phones."""

    of_lane: Mapping[str, tuple[Officer, ...]]
    hidden: int


def officers_of_lanes(tables: Mapping[str, Rows], day: np.datetime64, language: str) -> Staff:
    """Return who holds posts on lanes on a day.

    :param tables: ``post``, ``person``, ``department`` and ``contact`` (:data:`CONTACT_COLUMNS`).
    :raises InputError: as :func:`~gridmgmt_plugin.core.duty.roster.read_roster`.
    """
    posts, persons, contacts = (table(tables, name) for name in ("post", "person", "contact"))
    roster = read_roster(posts, persons)
    there = np.flatnonzero(roster.present(day) & (roster.target == "lane"))
    there = there[np.argsort(roster.preference[there], kind="stable")]
    person_at = positions(texts(persons, "id"), roster.person_id)
    contact_at = positions(texts(contacts, "person_id"), roster.person_id)
    names, titles = (np.append(texts(persons, column), "") for column in ("name", "title"))
    phones = np.append(texts(contacts, "office_phone"), "")
    departments = _Departments(table(tables, "department"), day)
    of_person = np.append(texts(persons, "department_code"), "")
    columns = {name: texts(posts, name) for name in _OF_POST}
    found: dict[str, list[Officer]] = {}
    hidden = set()
    for at in there.tolist():
        phone = phones[contact_at[at]]
        if phone and holds_mobile(phone):
            hidden.add(roster.person_id[at])
            phone = ""
        person = person_at[at]
        officer = Officer(
            lane=roster.target_code[at],
            person_id=roster.person_id[at],
            name=names[person] or paper_word("nobody", language),
            role=roster.role[at],
            role_title=value_label(ROLE, roster.role[at], language) if roster.role[at] else "",
            title=" ".join(filter(None, (departments.name(of_person[person]), titles[person]))),
            phone=phone,
            section=_section(columns["section_from"][at], columns["section_to"][at], language),
            duty=columns["duty"][at],
            standard=columns["standard"][at],
            letter_no=columns["task_letter_no"][at],
            signed_on=columns["signed_on"][at][:10],
        )
        found.setdefault(officer.lane, []).append(officer)
    return Staff({lane: tuple(officers) for lane, officers in found.items()}, len(hidden))


def of_roles(officers: Collection[Officer], roles: Collection[str]) -> list[Officer]:
    """Return those who hold one of some roles, in their order."""
    return [officer for officer in officers if officer.role in roles]


_OF_POST = ("section_from", "section_to", "duty", "standard", "task_letter_no", "signed_on")


def _section(start: str, end: str, language: str) -> str:
    return paper_word("from_to", language, start=start or "…", end=end or "…") if start or end else ""


class _Departments:
    """Names of departments by code, of the one that has taken over by the day."""

    def __init__(self, departments: Rows, day: np.datetime64) -> None:
        self._successors, self._day = Successors(departments), day
        names = zip(texts(departments, "code"), texts(departments, "short_name"), texts(departments, "name"))
        self._names = {code: short or name for code, short, name in names}

    def name(self, code: str) -> str:
        return str(self._names.get(self._successors.of(code, self._day), "")) if code else ""

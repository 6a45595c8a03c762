"""The people of a place: who is on duty there at a time, and by which phone their roles are reached."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.columns import as_texts, texts
from gridmgmt_plugin.core.duty.place_answer import DutyPlace, Person
from gridmgmt_plugin.core.duty.reasons import Names
from gridmgmt_plugin.core.duty.roster import read_roster
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.watch import DutyPhones
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.workspace import Workspace

_PHONES = "catalogues/answering.json"


class People:
    """Who is on duty at a place, with the phones that their roles need.

    ``roster``: the posts of ``tables``, which holds ``post``, ``person``, ``station``, ``department`` and ``area``;
    ``names``: of departments and areas.
    """

    def __init__(self, workspace: Workspace, tables: Mapping[str, Rows], moment: np.datetime64) -> None:
        self._moment = moment
        self.names = Names(tables)
        self.roster = read_roster(tables["post"], tables["person"])
        self._successors = Successors(tables["department"])
        self._duty_phones = DutyPhones(tables)
        persons = tables["person"]
        self._name = dict(zip(texts(persons, "id"), texts(persons, "name")))
        held = sorted(self._name)
        # Who may not see contacts is told who is on duty all the same.
        seen = held if workspace.may_see("contact") else []
        contacts = workspace.read("contact", where={"person_id": seen}, geometry=False) if seen else Rows()
        self._phones = {
            column: dict(zip(texts(contacts, "person_id"), texts(contacts, column)))
            for column in ("mobile", "office_phone")
        }

    def at_place(
        self,
        name_of_table: str,
        code: str,
        name: str,
        areas: tuple[tuple[str, str, str], ...],
        *,
        scheme: str = "",
        title: str = "",
        bodies: tuple[str, ...] = (),
        distance_m: float | None = None,
    ) -> DutyPlace:
        """Return a place with who is on duty there, and whom to call when nobody is.

        :param areas: of the place, smallest first; :param scheme: key of the scheme of a grid, ``title``: its title;
        :param bodies: names of departments.
        """
        posts = self.roster.all_on_duty(name_of_table, code, self._moment, scheme=scheme)
        people = [
            self.person(str(self.roster.person_id[post]), str(self.roster.role[post]), str(self.roster.turn[post]))
            for post in posts.tolist()
        ]
        phone = "" if people else self._duty_phone(areas)
        return DutyPlace(name_of_table, code, name, title, tuple(people), phone, bodies, distance_m, scheme)

    def departments(self, *codes: str) -> tuple[str, ...]:
        """Return the names of departments, each once; of one that has passed its work on, those of its successor."""
        day = self._moment.astype("datetime64[D]")
        return tuple(dict.fromkeys(self.names.name(self._successors.of(code, day)) for code in codes if code))

    def person(self, person_id: str, role: str, turn: str) -> Person:
        """Return a person in a role, with the phones by which that role is reached."""
        catalogue = load_json(_PHONES)
        wanted = catalogue["phones_of_role"].get(role, catalogue["phones_of_others"])
        phones = dict.fromkeys(self._phones[column].get(person_id, "") for column in wanted)
        return Person(person_id, self._name.get(person_id, ""), role, turn, tuple(phone for phone in phones if phone))

    def _duty_phone(self, areas: tuple[tuple[str, str, str], ...]) -> str:
        """Return number and owner of the phone that stands in for the smallest area, "" where none is recorded."""
        found = self._duty_phones.of_area(areas[0][1], self._moment.astype("datetime64[D]")) if areas else None
        return f"{found.number} {found.name}".strip() if found is not None else ""


def text_of(rows: Rows, column: str) -> str:
    """Return a text of the first row, "" for nothing and where there is no row."""
    return str(as_texts(rows[column][:1])[0]) if column in rows and len(rows) else ""

"""Persons of an office's table: one person in several posts is one person; phones are contacts and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.letters import half_width
from gridmgmt_plugin.core.redaction.keys import private_keys, private_logins
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import clean_code, clean_text
from gridmgmt_plugin.core.value_lists import ROLES
from gridmgmt_plugin.core.value_words import comparable, stored_value, yes_or_no

PERSON_FIELDS = ("title", "team_kind", "category", "account", "employee_no", "state", "left_on")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PHONE = re.compile(r"(?=(?:\D*\d){5})[\d\-+() 转,、/;.]+")
_DAMAGED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def plain(value: Any) -> str | None:
    """Return a cell as text without phones and identity numbers; a word for "nothing" (无, 暂无) is ``None``."""
    text = clean_text(value)
    if text is None or comparable(text) in load_json(ROLES)["no_value"]:
        return None
    return redact(text)


class People:
    """The persons and contacts found so far, and those that the workspace knows already.

    ``plain``: :func:`plain` that remembers, as long as a table is read: most of its cells repeat.
    """

    def __init__(self, known: Rows | None) -> None:
        self.plain: Callable[[Any], str | None] = lru_cache(maxsize=None, typed=True)(plain)
        self._by_number: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._named: dict[str, list[str]] = {}
        self._numbers_of: dict[str, str | None] = {}
        self._taken: set[str] = set()
        self.added: dict[str, dict[str, Any]] = {}
        self.contacts: dict[str, dict[str, Any]] = {}
        self.unclear_phones: list[int] = []
        self.two_phones: list[str] = []
        self.private_numbers: dict[int, None] = {}
        self.unknown_states: dict[str, None] = {}
        self.namesakes: dict[str, None] = {}
        for record in known.records() if known is not None else ():
            self._taken.add(str(record["id"]))
            self._remember(
                str(record["id"]),
                clean_text(record.get("name")) or "",
                clean_code(record.get("department_code")) or "",
                clean_code(record.get("employee_no")),
            )

    def person(self, row: int, name: str, department: str | None, cells: Mapping[str, Any]) -> str:
        """Return the id of the person of a row, new or known: by employee number, else by name and department."""
        mobile_in_name = _MOBILE.search(half_width(name))
        if mobile_in_name:
            name = (half_width(name)[: mobile_in_name.start()] + half_width(name)[mobile_in_name.end() :]).strip(
                " ()"
            )
        name = self.plain("".join(name.split()) if not name.isascii() else name) or name
        number = self._number(row, cells.get("employee_no"))
        found = self._find(name, department or "", number)
        if found is None:
            found = self._next_id()
            self.added[found] = {"id": found, "name": name, "department_code": department}
        self._remember(found, name, department or "", number)
        # Who has a number is told apart by it; of others a name in two places may be one person or two.
        if len(self._named[name]) > 1 and (number is None or None in map(self._numbers_of.get, self._named[name])):
            self.namesakes[name] = None
        if found in self.added:
            for field in PERSON_FIELDS:
                if self.added[found].get(field) is None:
                    self.added[found][field] = (
                        number if field == "employee_no" else self._of_person(row, field, cells)
                    )
        self._contact(row, found, name, cells, mobile_in_name.group() if mobile_in_name else None)
        return found

    def _of_person(self, row: int, field: str, cells: Mapping[str, Any]) -> str | None:
        if field == "account":  # may be a phone, with which people log in
            return self._unless_private(row, cells.get(field), private_logins)
        value = self.plain(cells.get(field))
        return self._state(value) if field == "state" else value

    def _number(self, row: int, value: Any) -> str | None:
        known = clean_code(value)
        return known if known in self._by_number else self._unless_private(row, value, private_keys)

    def _unless_private(self, row: int, value: Any, is_private: Callable[[list[str]], np.ndarray]) -> str | None:
        """Return a cell as a code; ``None`` for a word for "nothing" and for what is somebody's, which is noted."""
        text = clean_code(value)
        if text is None or comparable(text) in load_json(ROLES)["no_value"]:
            return None
        if not is_private([text]).any():
            return text
        self.private_numbers[row] = None
        return None

    def _state(self, word: str | None) -> str | None:
        key = stored_value("person_state", word)
        if key is None and word is not None:
            self.unknown_states[word] = None
        return key

    def _find(self, name: str, department: str, number: str | None) -> str | None:
        if number is not None and number in self._by_number:
            return self._by_number[number]
        found = self._by_name.get((name, department))
        # Of two persons with numbers of their own the name says nothing.
        other = number is not None and found is not None and self._numbers_of[found] not in (None, number)
        return None if other else found

    def _remember(self, person: str, name: str, department: str, number: str | None) -> None:
        if person not in self._named.setdefault(name, []):
            self._named[name].append(person)
        self._by_name.setdefault((name, department), person)
        if number is not None:
            self._by_number.setdefault(number, person)
        self._numbers_of[person] = number or self._numbers_of.get(person)

    def _next_id(self) -> str:
        number = len(self._taken) + 1
        while f"P{number:05d}" in self._taken:
            number += 1
        self._taken.add(f"P{number:05d}")
        return f"P{number:05d}"

    def _contact(self, row: int, person: str, name: str, cells: Mapping[str, Any], in_name: str | None) -> None:
        phones = {"mobile": self._phone(row, cells.get("mobile")) or in_name}
        phones["office_phone"] = self._phone(row, cells.get("office_phone"))
        either = self._phone(row, cells.get("phone"))
        if either is not None:
            field = "mobile" if _MOBILE.search(either.replace(" ", "").replace("-", "")) else "office_phone"
            phones[field] = phones[field] or either
        if not any(phones.values()):
            return
        contact = self.contacts.setdefault(person, {"person_id": person})
        for field, phone in phones.items():
            if phone is not None and contact.get(field) not in (None, phone) and name not in self.two_phones:
                self.two_phones.append(name)
            contact.setdefault(field, phone)
            contact[field] = contact[field] or phone
        if comparable(cells.get("publish_consent")):
            # Whoever did not say yes in so many words has not agreed.
            contact["publish_consent"] = yes_or_no(cells["publish_consent"]) is True

    def _phone(self, row: int, value: Any) -> str | None:
        text = clean_code(value) if not isinstance(value, str) else clean_text(half_width(value))
        if text is None or comparable(text) in load_json(ROLES)["no_value"]:
            return None
        if _DAMAGED.fullmatch(text) or not _PHONE.fullmatch(text):
            self.unclear_phones.append(row)
            return None
        return text


def records_to_rows(records: Iterable[Mapping[str, Any]], names: Iterable[str]) -> Rows:
    """Return records as rows with all the columns named, ``None`` where a record says nothing."""
    listed = list(records)
    return Rows({name: as_column(record.get(name) for record in listed) for name in names})

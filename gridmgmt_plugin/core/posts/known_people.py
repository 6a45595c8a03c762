"""A person or a department as somebody names it in a dialog or a script: by number or code, or by a name of one."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.columns import days, texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.posts.department_names import DepartmentNames
from gridmgmt_plugin.core.posts.near_names import near_people
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text

#: The words of ``person.state`` that mean that somebody has gone.
GONE_STATES = ("离岗", "退休")


def person_row(persons: Rows, given: str) -> int:
    """Return the position of the person with this id or employee number, or the only one of this name.

    :raises InputError: ``person_not_known``, ``person_not_known_near`` naming who may be meant, ``person_ambiguous``.
    """
    wanted = clean_text(given) or ""
    for column in ("id", "employee_no", "name"):
        found = [at for at, value in enumerate(texts(persons, column)) if value == wanted and wanted]
        if len(found) == 1:
            return found[0]
        if found:
            ids = listing(texts(persons, "id")[found])
            raise InputError("person_ambiguous", person=wanted, ids=ids)
    near = near_people(wanted, texts(persons, "name").tolist())
    if near:
        raise InputError("person_not_known_near", person=wanted, near=listing(near))
    raise InputError("person_not_known", person=wanted or "–")


def person_at_work(persons: Rows, given: str, day: np.datetime64) -> int:
    """Return :func:`person_row` of somebody who can take a post on a day.

    :raises InputError: ``person_not_known``, ``person_ambiguous``; ``hand_over_to_gone`` for who has left by then.
    """
    at = person_row(persons, given)
    if persons["state"][at] in GONE_STATES or days(persons, "left_on")[at] < day:
        raise InputError("hand_over_to_gone", person=persons["name"][at] or persons["id"][at])
    return at


def departments_at_work(departments: Rows, day: np.datetime64) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the departments that have not ended by a day, by name."""
    last = days(departments, "valid_to")
    there = departments.take(np.isnat(last) | (last >= day))
    return tuple(sorted(zip(texts(there, "code").tolist(), texts(there, "name").tolist()), key=lambda row: row[1]))


def department_code(departments: Rows, given: str) -> str:
    """Return the code of the department with this code, name or short name.

    :raises InputError: ``department_not_known``.
    """
    code = DepartmentNames(departments).code(given) if len(departments) else None
    if code is None:
        raise InputError("department_not_known", department=given or "–")
    return code

"""The list of task letters and publicity signs to print again after lanes were handed over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.exchange.package.csv_files import workbooks_possible
from gridmgmt_plugin.jobs.lanes.officer_tables import officer_table
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, staged_tables
from gridmgmt_plugin.workspace.workspace import Workspace

# What names of files are better without, on one system or another.
_NO_FILE_NAME = re.compile(r"[^\w.-]+")


def reprint_list(
    workspace: Workspace,
    posts: Rows,
    passing: np.ndarray,
    freed: np.ndarray,
    numbers: Mapping[str, str],
    names: Mapping[str, Any],
    day: np.datetime64,
    language: str,
) -> PeopleTable | None:
    """Return the list for posts at lanes that pass on, ready to be written; ``None`` where no lane is among them.

    Each post that passes needs a new letter, each lane one new sign, also where the successor was there already.
    The name of its file tells day, giver and taker, so that several hand-overs of a day lie in one folder.

    :param passing, freed: int64, positions in ``posts``; ``freed``: those that end without a follower.
    :param numbers: id of a post → number of the new letter.
    :param names: ``giver``, ``taker`` and the ids of both, ``giver_id`` and ``taker_id``.
    """
    of_lane = texts(posts, "target") == "lane"
    mine, left = passing[of_lane[passing]], freed[of_lane[freed]]
    if not len(mine) and not len(left):
        return None
    people = {"giver": names["giver"], "taker": names["taker"]}
    lines = _lines(workspace, posts, mine, left, numbers, people, str(day))
    of = "_".join(_NO_FILE_NAME.sub("-", str(names[key])) for key in ("giver_id", "taker_id"))
    return officer_table("reprint", f"{day}_{of}", lines, language)


def staged_reprint_list(
    folder: Path | str, table: PeopleTable, *, only_tried: bool
) -> AbstractContextManager[list[str]]:
    """Write the list as csv and, where that is possible, xlsx, beside its place; see :func:`staged_tables`."""
    formats: Sequence[str] = ("csv", "xlsx") if workbooks_possible() else ("csv",)
    return staged_tables(folder, [table], formats, Progress(), only_tried=only_tried)


def _lines(
    workspace: Workspace,
    posts: Rows,
    mine: np.ndarray,
    left: np.ndarray,
    numbers: Mapping[str, str],
    names: Mapping[str, Any],
    day: str,
) -> list[dict[str, Any]]:
    sheet = load_json(CATALOGUE)["sheets"]["reprint"]
    lanes = workspace.read("lane", geometry=False)
    areas = workspace.read("area", ["code", "name"], geometry=False)
    office_of = dict(zip(texts(areas, "code").tolist(), texts(areas, "name").tolist()))
    managing = [one or other for one, other in zip(texts(lanes, "managing_street_code"), texts(lanes, "street_code"))]
    place = dict(zip(texts(lanes, "code").tolist(), zip(texts(lanes, "name").tolist(), managing)))
    found: list[dict[str, Any]] = []
    with_letter = set(mine.tolist())
    for at in sorted([*mine.tolist(), *left.tolist()], key=lambda at: str(posts["target_code"][at])):
        code = str(posts["target_code"][at])
        name, office = place.get(code, ("", ""))
        where = {"lane": code, "name": name or None, "office": office_of.get(office, office) or None, "day": day}
        role = posts["role"][at]
        letter = {
            "what": sheet["letter"],
            "role": value_label(ROLE, role, "zh") if role else None,
            "old_letter": posts["task_letter_no"][at],
            "new_letter": numbers.get(str(posts["id"][at])),
            "post": str(posts["id"][at]),
            **names,
        }
        if at in with_letter:
            found.append({**where, **letter})
        if not any(line["what"] == sheet["sign"] and line["lane"] == code for line in found):
            found.append({**where, "what": sheet["sign"], **names})
    return [{"number": number, **line} for number, line in enumerate(found, start=1)]

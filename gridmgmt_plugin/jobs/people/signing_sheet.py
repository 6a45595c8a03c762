"""The sheet on which everybody signs whose post follows the ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.posts.following import Proposal
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.exchange.package.csv_files import workbooks_possible
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.jobs.intake.file_columns import CATALOGUE
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, staged_tables
from gridmgmt_plugin.workspace.workspace import Workspace


def signing_sheet(
    workspace: Workspace,
    wanted: Sequence[Proposal],
    day: np.datetime64,
    first_days: Mapping[str, str],
    language: str,
) -> PeopleTable:
    """Return the sheet, ready to be written.

    :param first_days: id of a proposal → from when on the post is held at the new place, where that is not ``day``.
    """
    sheet = load_json(CATALOGUE)["signing_sheet"]
    posts = {row["id"]: row for row in workspace.read("post", geometry=False).records()}
    persons = {row["id"]: row for row in workspace.read("person", geometry=False).records()}
    names = {
        (table, row["code"]): row["name"]
        for table in ("responsibility_grid", "lane", "area")
        for row in workspace.read(table, ["code", "name"], geometry=False).records()
    }
    lines = []
    for number, proposal in enumerate(wanted, start=1):
        post = posts[proposal.post]
        lines.append(
            {
                "number": number,
                "post": proposal.post,
                "person": persons.get(post["person_id"], {}).get("name") or post["person_id"],
                "role": value_label(ROLE, post["role"], "zh") if post["role"] else None,
                "old": proposal.old,
                "old_name": names.get((proposal.target, proposal.old)),
                "new": proposal.new,
                "new_name": names.get((proposal.target, proposal.new)),
                "share": None if np.isnan(proposal.share) else round(100 * proposal.share),
                "day": first_days.get(proposal.id, str(day)),
                "what": sheet["kinds"][proposal.kind],
            }
        )
    columns: list[list[str]] = sheet["columns"]
    rows = Rows({key: as_column(line.get(key) for line in lines) for key, _ in columns})
    fields = [FieldSpec(heading, heading, heading, key) for key, heading in columns]
    stem = f"{sheet['title'][tongue_of(language)]}_{day}"
    return PeopleTable(stem, rows, fields)


def staged_sheet(folder: Path | str, sheet: PeopleTable, *, only_tried: bool) -> AbstractContextManager[list[str]]:
    """Write a sheet (xlsx, csv where no workbook can be written) beside its place; see :func:`staged_tables`.

    One of the same day that is in the folder already stays: the later one is numbered.
    """
    kind = "xlsx" if workbooks_possible() else "csv"
    stems = chain([sheet.stem], (f"{sheet.stem}_{number}" for number in count(2)))
    free = next(stem for stem in stems if not (Path(folder) / f"{stem}.{kind}").exists())
    return staged_tables(folder, [replace(sheet, stem=free)], (kind,), Progress(), only_tried=only_tried)

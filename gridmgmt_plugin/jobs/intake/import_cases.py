"""Take the cases (案件) of a platform or a hotline into the workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.department_codes import DepartmentCodes
from gridmgmt_plugin.jobs.intake.import_points import (
    IncomingPoints,
    named_fields,
    no_field,
    read_points,
    report_points,
    resolve_departments,
)
from gridmgmt_plugin.jobs.intake.object_classes import ClassCatalogues
from gridmgmt_plugin.jobs.intake.object_ids import content_keys, numbers_of, undamaged_ids
from gridmgmt_plugin.jobs.intake.point_store import merge_points, store_points
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated
from gridmgmt_plugin.jobs.intake.update_rules import UPDATE
from gridmgmt_plugin.jobs.intake.upsert import NEW
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

#: Columns that the import works out itself, and names beyond the table's columns that it reads too.
COMPUTED = ("unit_grid", "reported_grid", "lane_code")
MORE = ("description", "grid")
# The columns that make a case without number recognisable when it comes in again, further on than it was.
_CONTENT = ("reported_at", "class_code", "title", "address")
_JOINED_BY = "；"


@collecting_seldom()
def import_cases(
    workspace: Workspace,
    source: Source,
    *,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "crs",
    class_field: str | None = None,
    id_field: str | None = None,
    reported_field: str | None = None,
    closed_field: str | None = None,
    status_field: str | None = None,
    field_map: Mapping[str, str] | None = None,
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take the cases of a file, each with its unit grid (today's and the reported one) and nearest lane.

    A case that is there already is brought up to date: status, times and whatever else the file says differently,
    unless the file is older; its ``reported_grid`` stays for ever. What a planner set by hand stays, but for status
    and times; see :mod:`.update_rules`.

    ``id`` is ``<county>-<number of the case>``; a file without numbers gets one from the content of each row, so that
    the same file adds nothing the second time. ``case_no`` is the file's column of dossier numbers, else that number.
    A case that does not say when it was reported is rejected; other dates that are none are left empty and told.
    Nothing about who reported is taken in, and phones and identity numbers in the texts are masked.

    :param coordinates, field_map, mode: as for components.
    :raises InputError: ``field_not_found`` where no column says when cases were reported; fields and coordinates that
        cannot be used. Single bad rows are rejected, never raised.
    """
    progress = progress or Progress()
    incoming = read_points(
        workspace,
        source,
        "cases",
        x_field=x_field,
        y_field=y_field,
        coordinates=coordinates,
        named=named_fields(
            field_map,
            class_code=class_field,
            id=id_field,
            reported_at=reported_field,
            closed_at=closed_field,
            status=status_field,
        ),
        computed=COMPUTED,
        more=MORE,
        quiet=("reported_at",),
        progress=progress.part(0.0, 0.5),
    )
    if "reported_at" not in incoming.fields:
        raise no_field("reported", source)
    _join_texts(incoming)
    reported = incoming.column("reported_at")
    undated = np.flatnonzero(is_null(reported))
    incoming.rejections.add(undated, "case_without_reported_time")
    _classify(workspace, incoming)
    resolve_departments(incoming, DepartmentCodes(workspace), ("department_code",))
    numbers, present = _ids(workspace, incoming)
    reject_repeated(incoming.source, "cases", incoming.columns["id"], incoming.columns, incoming.rejections)
    progress.report(0.6)
    kept = incoming.rejections.kept
    merged = merge_points(workspace, incoming, kept, present, mode)
    places, notes = store_points(
        workspace,
        merged,
        author=author,
        gesture="import_cases",
        finished=lambda rows: rows.with_columns(reported_grid=rows["unit_grid"]),
        progress=progress.part(0.6, 1.0),
    )
    incoming.notes += notes
    _tell_other_grids(incoming, places.unit_grid, kept[merged.outcome == NEW])
    return report_points("importcases", incoming, merged, places, kept, numbers)


def _join_texts(incoming: IncomingPoints) -> None:
    """Put a description into the title where there is none, else before the note."""
    if "description" not in incoming.columns:
        return
    description = clean_texts(incoming.columns.pop("description"))
    if "title" not in incoming.columns:
        incoming.columns["title"] = description
        return
    notes = incoming.column("note")
    incoming.columns["note"] = as_column(
        _JOINED_BY.join(text for text in pair if text) or None for pair in zip(description, notes)
    )


def _classify(workspace: Workspace, incoming: IncomingPoints) -> None:
    """Settle kind and class, and the component that a case names."""
    catalogues = ClassCatalogues(workspace.info)
    components = incoming.column("component_code")
    named = ~is_null(components)
    if named.any():
        known = set(workspace.read("component", ["code"], geometry=False)["code"].tolist())
        strange = [row for row in np.flatnonzero(named).tolist() if components[row] not in known]
        incoming.note_rows("case_components_unknown", np.array(strange, dtype=np.int64))
    classes = incoming.column("class_code")
    kinds = catalogues.kinds(classes, incoming.column("kind"), named)
    incoming.columns["kind"] = kinds
    incoming.columns["class_code"], unknown = catalogues.resolve(classes, kinds)
    shown = listing(dict.fromkeys(map(str, classes[unknown])), most=8)
    incoming.note_rows("classes_not_in_catalogue", unknown, shown=shown)


def _ids(workspace: Workspace, incoming: IncomingPoints) -> tuple[np.ndarray, np.ndarray]:
    """Set ``id`` and ``case_no``; reject what has no usable number.

    Returns the numbers as the file gives them, and the row number of each case that is there already, −1 = new.
    """
    rejections = incoming.rejections
    numbered_by = "id" if "id" in incoming.fields else "case_no"
    numbers, cells = incoming.column(numbered_by), incoming.raw(numbered_by)
    if cells is not None:
        cleaned = numbers if numbered_by == "id" else clean_codes(numbers)
        numbers = undamaged_ids(cells, cleaned, rejections, incoming.notes)
    kept = rejections.kept
    unnumbered = kept[is_null(numbers[kept])]
    if len(unnumbered):
        places = [np.round(incoming.x, 2), np.round(incoming.y, 2)]
        numbers[unnumbered] = content_keys(unnumbered, [*places, *(incoming.column(name) for name in _CONTENT)])
        incoming.notes.append(Message("case_numbers_given", {"count": len(unnumbered)}))
    there = workspace.read("cases", ["id", "case_no"], geometry=False)
    ids = _ids_there(numbers, there, f"{workspace.info.county_code}-", by_dossier=_is_dossier(incoming, numbered_by))
    present = numbers_of(ids, dict(zip(there["id"].tolist(), there.fids.tolist())))
    dossiers = incoming.column("case_no")
    incoming.columns["id"] = ids
    # A case that is there keeps its dossier number unless the file has one.
    incoming.columns["case_no"] = np.where(is_null(dossiers) & (present < 0), numbers, dossiers)
    return numbers, present


def _is_dossier(incoming: IncomingPoints, numbered_by: str) -> bool:
    """Tell whether the numbers of the file are those of dossiers, by their heading."""
    definition = next(column for column in table("cases").columns if column.name == "case_no")
    names = {comparable_word(name) for name in (definition.name, definition.zh, definition.en)}
    return comparable_word(incoming.fields.fields.get(numbered_by, "")) in names


def _ids_there(numbers: np.ndarray, there: Rows, prefix: str, *, by_dossier: bool) -> np.ndarray:
    """Return the id of each number: of the case that is there under it, else a new one.

    A number that is an id already (``990101-7``) is not given the county twice; a dossier number that one case bears
    stands for this case.
    """
    known = set(there["id"].tolist())
    times = Counter(there["case_no"].tolist()) if by_dossier else Counter()
    dossiers = {number: key for number, key in zip(there["case_no"], there["id"]) if times[number] == 1}
    ids: list[str | None] = []
    for number in numbers.tolist():
        made = None if number is None else f"{prefix}{number}"
        if made is None or made in known:
            ids.append(made)
        else:
            ids.append(dossiers.get(number) or (number if number.startswith(prefix) else made))
    return as_column(ids)


def _tell_other_grids(incoming: IncomingPoints, located: np.ndarray, kept: np.ndarray) -> None:
    """Tell how many cases name another unit grid than the one that they lie in."""
    if "grid" not in incoming.columns:
        return
    written = clean_codes(incoming.columns["grid"][kept])
    both = ~(is_null(written) | is_null(located))
    incoming.note_rows("cases_name_other_grid", kept[both & (written != located)])

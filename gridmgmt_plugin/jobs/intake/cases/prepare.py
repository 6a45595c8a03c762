"""Cases of a file, or of a part of one, as rows of the table: read, classed, numbered, and met with those there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from gridmgmt_plugin.core.intake.stored_numbers import StoredNumbers
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.core.text import clean_codes, clean_texts
from gridmgmt_plugin.core.value_words import comparable_word
from gridmgmt_plugin.exchange.code_damage import damage_of
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.department_codes import DepartmentCodes
from gridmgmt_plugin.jobs.intake.import_points import (
    IncomingPoints,
    no_field,
    read_points,
    resolve_departments,
)
from gridmgmt_plugin.jobs.intake.object_classes import ClassCatalogues
from gridmgmt_plugin.jobs.intake.object_ids import content_keys, undamaged_ids
from gridmgmt_plugin.jobs.intake.placing.by_words import PLACED_BY, WORDS, WordPlacer
from gridmgmt_plugin.jobs.intake.point_store import merge_points
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated, written_field
from gridmgmt_plugin.jobs.intake.upsert import NEW, Upsert
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

#: Columns that the import works out itself, and names beyond the table's columns that it reads too.
COMPUTED = ("unit_grid", "reported_grid", "lane_code", PLACED_BY)
MORE = ("description", *WORDS)
#: What is told of cases that name another unit grid than the one that they lie in.
OTHER_GRID = "cases_name_other_grid"
# The columns that make a case without number recognisable when it comes in again, further on than it was.
_CONTENT = ("reported_at", "class_code", "title", "address")
_JOINED_BY = "；"


@dataclass(frozen=True)
class CaseFile:
    """How a file of cases is read: fields and kind of its coordinates, ``named``: column → heading, as the user says.

    ``part``: it is a part of a larger file, in which a part without any place is no reason to refuse all of it.
    ``alone``: its places are judged by themselves, not together with those of other parts.
    ``pairs``, ``written_in``: what other parts showed, the columns of days and times that belong together and the
    heading that says when a row was written; ``None`` where none has shown it. ``located``: it has columns of
    coordinates, or may have them. ``source_word``: where new cases come from of which no column says it, "" for none.
    ``marks_repeated``: new cases that may repeat another one are marked as its duplicates.
    ``entries``: what the workspace keeps of how this file is read, key → value of its information.
    """

    x_field: str | None
    y_field: str | None
    coordinates: str
    named: Mapping[str, str | None]
    part: bool = False
    alone: bool = True
    pairs: Mapping[str, str] | None = None
    written_in: str | None = None
    located: bool = True
    source_word: str = ""
    marks_repeated: bool = False
    entries: tuple[tuple[str, str], ...] = ()


class KnownThings:
    """What a workspace knows of what cases refer to, read at the first question; for all parts of a file.

    ``contents``: how often each content of cases without a number was met so far.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.catalogues = ClassCatalogues(workspace.info)
        self.departments = DepartmentCodes(workspace)
        self.contents: Counter[str] = Counter()
        self.words = WordPlacer(workspace)

    @cached_property
    def components(self) -> frozenset[str]:
        """Return the codes of components."""
        return frozenset(self.workspace.read("component", ["code"], geometry=False)["code"].tolist())

    @cached_property
    def numbers(self) -> StoredNumbers:
        """Return the row number of each case that is there."""
        parts = self.workspace.read_point_parts("cases", ["id"])
        return StoredNumbers((part.columns["id"], part.fid) for part in parts)

    @cached_property
    def dossiers(self) -> dict[str, str]:
        """Return the case that bears a dossier number, where it is one alone."""
        cases = self.workspace.read("cases", ["id", "case_no"], geometry=False)
        times = Counter(cases["case_no"].tolist())
        return {number: key for number, key in zip(cases["case_no"], cases["id"]) if times[number] == 1}


@dataclass(frozen=True, eq=False)
class PreparedCases:
    """``merged``: what becomes of the good rows, which stand at ``kept`` (int64) in the file. ``numbers``: how the
    file numbers each of its rows. ``written_in``: the heading that says when a row was written.
    """

    incoming: IncomingPoints
    merged: Upsert
    kept: np.ndarray
    numbers: np.ndarray
    written_in: str | None

    @property
    def grids_named(self) -> np.ndarray:
        """Return the unit grid that each good row names, an object array of codes, ``None`` where it names none."""
        return clean_codes(self.incoming.column("grid")[self.kept])

    def tell_other_grids(self, located: np.ndarray) -> None:
        """Tell how many new cases name another unit grid than the one that they lie in (``located``)."""
        new = self.merged.outcome == NEW
        other = name_others(self.grids_named[new], located)
        self.incoming.note_rows(OTHER_GRID, self.kept[new][other])


def name_others(named: np.ndarray, located: np.ndarray) -> np.ndarray:
    """Return which cases name another unit grid than the one that they lie in, a bool mask; both are codes."""
    both = ~(is_null(named) | is_null(located))
    return np.asarray(both & (named != located))


def prepare_cases(
    known: KnownThings,
    source: Source,
    file: CaseFile,
    mode: str,
    progress: Progress,
    outline: shapely.Geometry | None = None,
) -> PreparedCases:
    """Return the cases of a file as rows of the table, and what they change; nothing is written.

    :param outline: the district, where it has been read already.
    :raises InputError: ``field_not_found`` where no column says when cases were reported; fields and coordinates that
        cannot be used.
    """
    workspace = known.workspace
    incoming = read_points(
        workspace,
        source,
        "cases",
        x_field=file.x_field,
        y_field=file.y_field,
        coordinates=file.coordinates,
        named=file.named,
        computed=COMPUTED,
        more=MORE,
        quiet=("reported_at",),
        part=file.part,
        alone=file.alone,
        pairs=file.pairs,
        outline=outline,
        words=known.words,
        located=file.located,
        progress=progress,
    )
    if "reported_at" not in incoming.fields:
        raise no_field("reported", source)
    _join_texts(incoming)
    reported = incoming.column("reported_at")
    undated = np.flatnonzero(is_null(reported))
    incoming.rejections.add(undated, "case_without_reported_time")
    _classify(known, incoming)
    resolve_departments(incoming, known.departments, ("department_code",))
    numbers, present = _ids(known, incoming)
    if file.source_word:
        said = incoming.column("source")
        unsaid = is_null(said) & (present < 0)
        incoming.columns["source"] = np.where(unsaid, file.source_word, said)
    written_in = file.written_in or written_field(incoming.source)
    reject_repeated(
        incoming.source, "cases", incoming.columns["id"], incoming.columns, incoming.rejections, written_in
    )
    kept = incoming.rejections.kept
    merged = merge_points(workspace, incoming, kept, present, mode)
    return PreparedCases(incoming, merged, kept, numbers, written_in)


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


def _classify(known: KnownThings, incoming: IncomingPoints) -> None:
    """Settle kind and class, and the component that a case names."""
    catalogues = known.catalogues
    components = incoming.column("component_code")
    named = ~is_null(components)
    if named.any():
        strange = [row for row in np.flatnonzero(named).tolist() if components[row] not in known.components]
        incoming.note_rows("case_components_unknown", np.array(strange, dtype=np.int64))
    classes = incoming.column("class_code")
    kinds = catalogues.kinds(classes, incoming.column("kind"), named)
    incoming.columns["kind"] = kinds
    incoming.columns["class_code"], unknown = catalogues.resolve(classes, kinds)
    shown = listing(dict.fromkeys(map(str, classes[unknown])), most=8)
    incoming.note_rows("classes_not_in_catalogue", unknown, shown=shown)


def _ids(known: KnownThings, incoming: IncomingPoints) -> tuple[np.ndarray, np.ndarray]:
    """Set ``id`` and ``case_no``; reject what has no usable number.

    Returns the numbers as the file gives them, and the row number of each case that is there already, −1 = new.
    """
    rejections = incoming.rejections
    numbered_by = numbers_column(incoming)
    numbers = incoming.column(numbered_by)
    if numbered_by in incoming.fields:
        cleaned = numbers if numbered_by == "id" else clean_codes(numbers)
        damaged = damage_of(incoming.source, incoming.fields.fields[numbered_by])
        numbers = undamaged_ids(damaged, cleaned, rejections, incoming.notes)
    kept = rejections.kept
    unnumbered = kept[is_null(numbers[kept])]
    if len(unnumbered):
        places = [np.round(incoming.x, 2), np.round(incoming.y, 2)]
        for given in places:
            given[incoming.worded] = np.nan  # what words tell of a place changes with the map, and the case does not
        content = [*places, *(incoming.column(name) for name in _CONTENT)]
        numbers[unnumbered] = content_keys(unnumbered, content, known.contents)
        incoming.notes.append(Message("case_numbers_given", {"count": len(unnumbered)}))
    ids, present = _ids_there(numbers, known, by_dossier=_is_dossier(incoming, numbered_by))
    dossiers = incoming.column("case_no")
    incoming.columns["id"] = ids
    # A case that is there keeps its dossier number unless the file has one.
    incoming.columns["case_no"] = np.where(is_null(dossiers) & (present < 0), numbers, dossiers)
    return numbers, present


def numbers_column(incoming: IncomingPoints) -> str:
    """Return by which column of the table the file numbers its cases."""
    return "id" if "id" in incoming.fields else "case_no"


def _is_dossier(incoming: IncomingPoints, numbered_by: str) -> bool:
    """Tell whether the numbers of the file are those of dossiers, by their heading."""
    definition = next(column for column in table("cases").columns if column.name == "case_no")
    names = {comparable_word(name) for name in (definition.name, definition.zh, definition.en)}
    return comparable_word(incoming.fields.fields.get(numbered_by, "")) in names


def _ids_there(numbers: np.ndarray, known: KnownThings, *, by_dossier: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the id of each number, of the case that is there under it, else a new one; and the row number of that
    case, int64, −1 = new.

    A number that is an id already (``990101-7``) is not given the county twice; a dossier number that one case bears
    stands for this case.
    """
    prefix = f"{known.workspace.info.county_code}-"
    dossiers = known.dossiers if by_dossier else {}
    ids = as_column(None if number is None else prefix + number for number in numbers.tolist())
    present = known.numbers.of(ids)
    new = np.flatnonzero((present < 0) & ~is_null(numbers))
    meant = {
        row: dossiers.get(number) or number
        for row, number in zip(new.tolist(), numbers[new].tolist())
        if number in dossiers or number.startswith(prefix)
    }
    if meant:
        rows = np.array(list(meant), dtype=np.int64)
        ids[rows] = as_column(meant.values())
        present[rows] = known.numbers.of(ids[rows])
    return ids, present

"""What components and cases have in common on their way in: columns, values, places, and the rows not taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.lanes.worded_places import WAYS
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.column_roles import role_title
from gridmgmt_plugin.exchange.points import PointColumns, points_from_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.day_and_time import with_moments
from gridmgmt_plugin.jobs.intake.department_codes import DepartmentCodes
from gridmgmt_plugin.jobs.intake.file_columns import FileColumns, choose_columns, labels
from gridmgmt_plugin.jobs.intake.other_kind import refuse_other_kind
from gridmgmt_plugin.jobs.intake.placing.by_words import (
    WordPlacer,
    may_lack_coordinates,
    nowhere,
    said_of_place,
    says_where,
    without_place,
)
from gridmgmt_plugin.jobs.intake.point_rows import (
    Places,
    coordinate_fields,
    district_outline,
)
from gridmgmt_plugin.jobs.intake.rejections import Rejections, no_texts
from gridmgmt_plugin.jobs.intake.typed_columns import rows_shown, typed_columns
from gridmgmt_plugin.jobs.intake.update_report import hand_edits_to_confirm, reject_left, tell_updates
from gridmgmt_plugin.jobs.intake.upsert import NEW, Upsert
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace


@dataclass
class IncomingPoints:
    """Rows of a file as columns of a table, one value per row of the file, with the reasons of those not taken.

    ``points``: where they lie in the frame. ``columns``: column → object array; a column that the file does not
    have is not in it. ``fields``: which heading each came from. ``pairs``: the columns of days that were joined with
    those of times. ``worded``: int64 positions of the rows that have no coordinates and may go by their words;
    ``ways``: how each of them was placed (object, ``None`` = not at all), ``several``: its words fit several places.
    ``by_column``: some of its dates are read as the other rows of their column show, see :class:`.ParsedDates`.
    """

    source: Source
    table: str
    fields: FileColumns
    columns: dict[str, np.ndarray]
    points: PointColumns
    rejections: Rejections
    notes: list[Message]
    pairs: Mapping[str, str]
    worded: np.ndarray
    ways: np.ndarray
    several: np.ndarray
    by_column: bool

    @property
    def x(self) -> np.ndarray:
        """Return the eastings, float64, metres of the frame."""
        return self.points.x

    @property
    def y(self) -> np.ndarray:
        """Return the northings, float64, metres of the frame."""
        return self.points.y

    def column(self, name: str) -> np.ndarray:
        """Return a column, all ``None`` when the file does not have it."""
        return self.columns[name] if name in self.columns else no_texts(len(self.source))

    def note_rows(self, code: str, rows: np.ndarray, **details: Any) -> None:
        """Tell something about some rows, if there are any."""
        if len(rows):
            found = {"count": len(rows), "rows": rows_shown(self.source, rows), **details}
            self.notes.append(Message(code, found))


def read_points(
    workspace: Workspace,
    source: Source,
    table_name: str,
    *,
    x_field: str | None,
    y_field: str | None,
    coordinates: str,
    named: Mapping[str, str | None],
    computed: Collection[str],
    more: Collection[str] = (),
    quiet: tuple[str, ...] = (),
    part: bool = False,
    alone: bool = True,
    pairs: Mapping[str, str] | None = None,
    outline: shapely.Geometry | None = None,
    words: WordPlacer | None = None,
    located: bool = True,
    progress: Progress,
) -> IncomingPoints:
    """Place the rows of a file in the district and read their columns.

    :param words: places rows that have no coordinates by what they say of their place; those of which it is not clear
        are taken without one. Without it they are rejected, as are rows that say nothing. ``located``: the file has
        columns of coordinates, or may have them.
    :param part: the rows are a part of a larger file, in which none needs to have a place. ``alone``: their places
        are judged by themselves (:func:`refuse_other_kind`), not together with those of other parts. ``pairs``: the
        columns of days and times that other parts showed, see :func:`with_moments`. ``outline``: the district, where
        it has been read already.
    :param named, computed, more, quiet: see :func:`choose_columns` and :func:`typed_columns`.
    :raises InputError: what fields and coordinates raise; nothing about single rows.
    """
    taken, frame, by_words = None, workspace.info.frame, words is not None
    if located:
        taken = located_fields(source, x_field, y_field, coordinates, frame, by_words=by_words)
    moments = with_moments(source, pairs)
    source, partner = moments.source, moments.partner
    fields = choose_columns(
        source, table_name, named=named, computed=computed, more=more, taken=taken or (), partner=partner
    )
    typed = typed_columns(source, table_name, fields.fields, quiet, more)
    said = said_of_place(table_name, typed.columns)

    def goes_by_words() -> bool:
        return by_words and bool(says_where(said, np.arange(len(source))).any())

    may_lack = part or (goes_by_words() and may_lack_coordinates(table_name, fields.fields, source))
    if taken is None and not may_lack:
        coordinate_fields(source, x_field, y_field, coordinates, frame)  # says what is missing
    outline = district_outline(workspace) if outline is None else outline
    points, refused = nowhere(len(source)), None
    if taken is not None:
        placing = partial(points_from_source, source, x_field, y_field, coordinates, frame, outline)
        try:
            points = placing(progress.part(0.0, 0.4), part=part)
        except InputError as error:
            if error.code != "no_coordinates" or not alone or not goes_by_words():
                raise
            points, refused = placing(progress.part(0.0, 0.4), part=True), error
    if alone:
        refuse_other_kind(workspace, points, coordinates, outline)
    rejections = Rejections(source)
    worded, ways, several = np.zeros(0, dtype=np.int64), no_texts(0), np.zeros(0, dtype=bool)
    if words is not None:
        worded = without_place(points, said)
        found = words.place(said, worded)
        points, ways, several = points.placed_otherwise(worded, found.x, found.y), found.way, found.several
        if refused is not None and is_null(ways).all():
            raise refused  # nothing has a place: more likely the wrong columns
    problems = points.problems()
    rejections.add(problems.rows, problems.reasons, _coordinate_texts(source, taken or (), problems.rows))
    rejections.add(typed.private, KEY_IS_PRIVATE)
    progress.report(0.8)
    notes = [*source.notes, *moments.notes, *fields.notes, *points.notes, *typed.notes]
    columns = typed.columns
    for name in quiet:
        if name in typed.dates:
            bad, reasons = typed.dates[name].rejected, typed.dates[name].reasons
            rejections.add(bad, reasons[bad], source.rows[fields.fields[name]][bad])
    progress.report(1.0)
    by_column = moments.by_column or any(parsed.by_column for parsed in typed.dates.values())
    found_of = (fields, columns, points, rejections, notes, moments.pairs, worded, ways, several)
    return IncomingPoints(source, table_name, *found_of, by_column)


def located_fields(
    source: Source, x_field: str | None, y_field: str | None, coordinates: str, frame: Frame, *, by_words: bool
) -> tuple[str, ...] | None:
    """Return the headings of the coordinates as :func:`coordinate_fields` does.

    ``by_words``: ``None`` for a table that has none and of which none were named.
    """
    try:
        return coordinate_fields(source, x_field, y_field, coordinates, frame)
    except InputError as error:
        if error.code != "field_not_found" or not by_words or x_field or y_field:
            raise
        return None


def named_fields(field_map: Mapping[str, str] | None, **chosen: str | None) -> dict[str, str | None]:
    """Return column → heading as the user named them; a field of its own parameter wins over the map."""
    return {**(field_map or {}), **{column: heading for column, heading in chosen.items() if heading}}


def no_field(role: str, source: Source) -> InputError:
    """Return the error for a file in which no column plays a role that every row needs."""
    titles = {f"role_{language}": role_title(role, language) for language in ("zh", "en")}
    return InputError("field_not_found", **titles, fields=", ".join(source.field_names) or "–")


def resolve_departments(
    incoming: IncomingPoints,
    departments: DepartmentCodes,
    names: Sequence[str],
    accounted: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Bring the department columns to codes of the department table; what is not known is left empty and told.

    :param accounted: column → rows whose unknown departments are dealt with elsewhere.
    """
    definitions = {d.name: d for d in table(incoming.table).columns}
    for name in names:
        if name not in incoming.columns:
            continue
        column = incoming.columns[name]
        incoming.columns[name], unknown = departments.codes(column)
        unknown = np.setdiff1d(unknown, (accounted or {}).get(name, ()))
        seen = listing(dict.fromkeys(map(str, column[unknown])), most=8)
        incoming.note_rows("departments_left_empty", unknown, shown=seen, **labels(definitions[name]))
    if not departments.known and any(name in incoming.columns for name in names):
        incoming.notes.append(Message("departments_not_checked"))


def at_places(rows: Rows, places: Places) -> Rows:
    """Return the rows with the unit grid and the lane of each."""
    return rows.with_columns(unit_grid=places.unit_grid, lane_code=places.lane_code)


def report_points(
    job: str, incoming: IncomingPoints, merged: Upsert, places: Places, rows: np.ndarray, keys: np.ndarray
) -> Report:
    """Return the report on rows taken and not taken.

    :param places: where the new rows lie. ``rows``: where what came in stands in the file. ``keys``: the identifier
        per row of the file.
    """
    rejections = incoming.rejections
    waiting = _tell_ways(incoming, merged, rows)
    reject_left(merged, rows, keys, rejections)
    accepted = len(rejections.kept)
    return Report(
        job,
        accepted=accepted,
        rejected=len(incoming.source) - accepted,
        reasons=rejections.counts(),
        rejected_rows=rejections.listed(keys),
        figures={
            "rows": len(incoming.source),
            **merged.figures,
            "with_unit_grid": int((~is_null(places.unit_grid)).sum()),
            "with_lane": int((~is_null(places.lane_code)).sum()),
            **({"without_place": len(waiting)} if waiting else {}),
        },
        notes=(*incoming.notes, *tell_updates(merged, incoming.source, rows)),
        to_confirm=(*hand_edits_to_confirm(merged, incoming.source, rows, keys), *waiting),
    )


def _tell_ways(incoming: IncomingPoints, merged: Upsert, rows: np.ndarray) -> tuple[RejectedRow, ...]:
    """Tell how many rows were placed by their words, and in which way.

    Return the new rows that have no place, for somebody to say where they lie.

    :param rows: int64, where what came in stands in the file.
    """
    new = merged.outcome == NEW
    placing = np.union1d(rows[new], rows[merged.at[merged.moved]])
    fresh = np.isin(incoming.worded, placing)
    for way in WAYS:
        incoming.note_rows(f"rows_placed_by_{way}", incoming.worded[fresh & (incoming.ways == way)])
    waiting = np.isin(incoming.worded, rows[new]) & is_null(incoming.ways)
    incoming.note_rows("rows_without_place", incoming.worded[waiting])
    numbers, addresses = incoming.source.row_numbers, incoming.column("address")
    keys = incoming.column("id")
    return tuple(
        RejectedRow(
            int(numbers[row]),
            str(keys[row] or ""),
            "row_place_unclear" if unclear else "row_without_place",
            str(addresses[row] or "–"),
        )
        for row, unclear in zip(incoming.worded[waiting].tolist(), incoming.several[waiting].tolist())
    )


def _coordinate_texts(source: Source, fields: tuple[str, ...], rows: np.ndarray) -> np.ndarray | None:
    """Return the coordinates as the file writes them, for the list of rows that were not taken."""
    if not fields:
        return None
    pairs = zip(*(source.rows[field][rows] for field in fields))
    return as_column(" ".join("–" if value is None else str(value) for value in pair) for pair in pairs)

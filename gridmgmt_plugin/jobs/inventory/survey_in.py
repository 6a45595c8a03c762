"""A survey of components that comes back: what it found otherwise is told, and taken over in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.layout import CodeLayout, default_layout, layout
from gridmgmt_plugin.core.columns import days_of, or_none, texts
from gridmgmt_plugin.core.coordinates import geometry_to_frame
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.inventory.components import gone_states
from gridmgmt_plugin.core.inventory.survey import (
    CHANGED,
    CONFLICT,
    FILLED_IN,
    GONE,
    KINDS,
    MOVED,
    NEW,
    PLACE,
    Comparison,
    Difference,
    compare_survey,
    taken_values,
)
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.jobs.intake.component_codes import numbered_codes
from gridmgmt_plugin.jobs.intake.placing.by_words import PLACED_BY
from gridmgmt_plugin.jobs.intake.point_rows import Places, find_places
from gridmgmt_plugin.jobs.intake.point_store import relocated_points, some_places, some_rows
from gridmgmt_plugin.jobs.inventory.survey_out import FILLED, SENT
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.personal_data import without_people
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "import_survey"
#: What becomes of components that were sent out and did not come back: nothing, or a state in which they are gone.
LEFT = "leave"
_TABLE = "component"
_PLACES, _PLACES_FROM = ("unit_grid", "lane_code", PLACED_BY), ("unit_grid", "lane")
_TITLES = {
    NEW: Message("survey_new"),
    MOVED: Message("survey_moved"),
    CHANGED: Message("survey_changed"),
    GONE: Message("survey_gone"),
    CONFLICT: Message("survey_conflict_title"),
}
#: Columns of :attr:`SurveyIntake.rows`.
DIFFERENCE_COLUMNS: dict[str, type] = {
    "difference": str, "difference_name": str, "code": str, "old_code": str, "column": str, "column_name": str,
    "before": str, "after": str,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class SurveyIntake:
    """``rows``: a row per difference with the point where it is, columns :data:`DIFFERENCE_COLUMNS`; ``report``."""

    rows: Rows
    report: Report


def import_survey(
    workspace: Workspace,
    source: Path | str,
    *,
    gone: str = LEFT,
    conflicts_follow_survey: bool = False,
    component_layout: str | None = None,
    language: str = "zh",
    author: str = "",
    progress: Progress | None = None,
) -> SurveyIntake:
    """Take over what a survey found, in one act; see :func:`.core.inventory.survey.compare_survey` for what is told.

    New components get their unit grid and street-lane, and a code of their class where none was entered. One that was
    moved follows its new place. The same file once more changes nothing, as long as it is what was taken over.

    :param source: a GeoPackage that :func:`.export_survey` wrote and that was filled in.
    :param gone: :data:`LEFT`, or the state that components get which did not come back.
    :param conflicts_follow_survey: conflicts are settled in favour of the survey; else what is here stays.
    :raises InputError: ``survey_layers_missing``, ``survey_gone_unknown``, ``layout_unknown``, what reading a file
        raises. :raises WorkspaceError: ``row_changed_meanwhile`` and what keeps the workspace from being written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    if gone not in (LEFT, *gone_states()):
        raise InputError("survey_gone_unknown", value=gone, known=", ".join((LEFT, *sorted(gone_states()))))
    chosen = layout(component_layout) if component_layout else default_layout(_TABLE)
    info = workspace.info
    found, sent = _read(info.frame, source)
    progress.report(0.3)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold(_TABLE, *_PLACES_FROM)
        here = workspace.read(_TABLE)
        compared = _compared(found, sent, here, info.precision_m)
        taken = _taken(compared, follows=conflicts_follow_survey)
        new = np.array([one.found for one in compared.of(NEW)], dtype=np.int64)
        moved = np.array([one.found for one in taken if one.column == PLACE], dtype=np.int64)
        places = find_places(workspace, found.shapes[np.concatenate([new, moved])], None, progress.part(0.3, 0.8))
        change, has_moved = _change(found, here, compared, taken, gone)
        change = _at_new_places(workspace, change, has_moved, some_places(places, len(new), None))
        added, free = _added(workspace, found.take(new), some_places(places, 0, len(new)), chosen)
        whole = TableChange(_TABLE, before=change.before, updated=change.updated, inserted=added)
        written = write_rows(transaction, [whole], Act.now(GESTURE, author))
        progress.report(1.0)  # the last moment to cancel: what follows is written
    codes = texts(found, "code")
    refused = [RejectedRow(row + 1, str(codes[row]), "survey_code_taken") for row in new[~free].tolist()]
    report = _report(compared, found, here, written, refused, gone, follows=conflicts_follow_survey)
    return SurveyIntake(_rows(compared, found, here, language), report)


def _read(frame: Frame, source: Path | str) -> tuple[Rows, Rows]:
    """Return the layer that was filled in and the one as it was sent out, in the frame, days as ISO dates."""
    path = str(source).split("|", maxsplit=1)[0]
    names = {info.name for info in list_layers(path)}
    if not {FILLED, SENT} <= names:
        raise InputError("survey_layers_missing", name=Path(path).name, filled=FILLED, sent=SENT)
    found, sent = (_plain(frame, path, name) for name in (FILLED, SENT))
    return found, sent


def _plain(frame: Frame, path: str, name: str) -> Rows:
    source = read_source(path, name)
    rows = without_people(_TABLE, source.rows)
    # A file of ours lies in the frame that it left; of a local one it can say nothing.
    shapes = rows.shapes if frame.is_local else geometry_to_frame(rows.shapes, "crs", source.crs_wkt, frame)
    columns = {column: or_none(texts(rows, column)) for column in ("number", "code", *FILLED_IN)}
    columns["surveyed_on"] = _days(columns["surveyed_on"])
    return Rows(columns, shapes)


def _compared(found: Rows, sent: Rows, here: Rows, precision_m: float) -> Comparison:
    """Compare with the workspace as the file has it: texts in which what belongs to people is masked."""
    masked = without_people(_TABLE, here)
    plain = Rows({**masked.columns, "surveyed_on": _days(masked["surveyed_on"])}, here.geometry, here.fid)
    return compare_survey(found, sent, plain, precision_m)


def _days(column: np.ndarray) -> np.ndarray:
    """Return days as ISO dates; what is no day stays as it is written."""
    days = days_of(parse_dates(column)).astype(str)
    return np.where(days == "NaT", column, days.astype(object))


def _taken(compared: Comparison, *, follows: bool) -> list[Difference]:
    """Return what is taken over of components that are here, conflicts too where the survey is followed."""
    both = [one for one in compared.of(CONFLICT) if one.column] if follows else []
    return sorted((*compared.of(MOVED, CHANGED), *both), key=lambda one: (one.found, one.column))


def _change(
    found: Rows, here: Rows, compared: Comparison, taken: Sequence[Difference], gone: str
) -> tuple[TableChange, np.ndarray]:
    """Return what changes in components that are here, and which of them moved: first, in the order of ``taken``."""
    moved = [one for one in taken if one.column == PLACE]
    values = {one.here: dict[str, str]() for one in moved}
    for row, columns in taken_values(taken, found).items():
        values.setdefault(row, {}).update(columns)
    if gone != LEFT:
        today, states = str(clock.today()), texts(here, "state")
        values.update(
            {one.here: {"state": gone, "changed_on": today} for one in compared.of(GONE) if states[one.here] != gone}
        )
    rows = list(values)
    before = here.take(np.array(rows, dtype=np.int64))
    names = dict.fromkeys(name for columns in values.values() for name in columns)
    updated = {
        name: as_column(
            values[row][name] or None if name in values[row] else old for row, old in zip(rows, before[name].tolist())
        )
        for name in names
    }
    updated["row_version"] = before["row_version"]
    shapes = before.shapes.copy()
    shapes[: len(moved)] = found.shapes[[one.found for one in moved]]
    has_moved = np.arange(len(rows)) < len(moved)
    change = TableChange(_TABLE, before=before, updated=Rows(updated, shapes if moved else None, before.fid))
    return change, has_moved


def _at_new_places(workspace: Workspace, change: TableChange, moved: np.ndarray, places: Places) -> TableChange:
    """Return the change with unit grid and lane of those that moved, unless a planner chose them by hand, and without
    the words that had placed them.
    """
    if not moved.any():
        return change
    told = relocated_points(workspace, some_rows(change, moved), places).updated
    columns = {name: change.before[name].copy() for name in _PLACES}
    for name, column in columns.items():
        column[moved] = told[name]
    return TableChange(_TABLE, before=change.before, updated=change.updated.with_columns(**columns))


def _added(workspace: Workspace, rows: Rows, places: Places, chosen: CodeLayout) -> tuple[Rows, np.ndarray]:
    """Return the new components, and which of the new rows they are (bool): a code is given once."""
    codes = texts(rows, "code")
    taken = texts(workspace.read(_TABLE, ["code"], geometry=False), "code")
    first = np.zeros(len(codes), dtype=bool)
    first[np.unique(codes.astype(str), return_index=True)[1]] = True
    free = (codes == "") | (first & ~np.isin(codes.astype(str), taken.astype(str)))
    kept = rows.take(free)
    given = numbered_codes(workspace, kept["class_code"], or_none(texts(kept, "code")), chosen)
    columns = {"code": given, **{name: kept[name] for name in FILLED_IN}}
    columns |= {"unit_grid": places.unit_grid[free], "lane_code": places.lane_code[free]}
    return Rows(columns, kept.shapes), free


def _rows(compared: Comparison, found: Rows, here: Rows, language: str) -> Rows:
    """Return the differences as a table."""
    codes, old = ((texts(found, name), texts(here, name)) for name in ("code", "old_code"))
    told = compared.differences
    columns = {
        "difference": (one.kind for one in told),
        "difference_name": (_TITLES[one.kind].text(language) for one in told),
        "code": (_of(codes, one) for one in told),
        "old_code": (_of(old, one) for one in told),
        "column": (one.column or None for one in told),
        "column_name": (_column_name(one.column, language) for one in told),
        "before": (one.before or None for one in told),
        "after": (one.after or None for one in told),
    }
    shapes = as_column(found.shapes[one.found] if one.found >= 0 else here.shapes[one.here] for one in told)
    return Rows({name: as_column(values) for name, values in columns.items()}, shapes)


def _of(texts_of: tuple[np.ndarray, np.ndarray], one: Difference) -> str | None:
    found, here = texts_of
    return str(here[one.here] if one.here >= 0 else found[one.found]) or None


def _column_name(column: str, language: str) -> str | None:
    if column == PLACE:
        return Message("survey_place").text(language)
    return Title(f"{_TABLE}.{column}").text(language) if column else None


def _report(
    compared: Comparison,
    found: Rows,
    here: Rows,
    written: int,
    refused: Sequence[RejectedRow],
    gone: str,
    *,
    follows: bool,
) -> Report:
    codes, ours = texts(found, "code"), texts(here, "code")
    conflicts = [one for one in compared.of(CONFLICT) if not (follows and one.column)]
    rejected = [RejectedRow(row + 1, str(codes[row]), "survey_component_deleted") for row in compared.lost.tolist()]
    for one in conflicts:
        details = {"column": Title(f"{_TABLE}.{one.column}") if one.column != PLACE else Message("survey_place")}
        code = "survey_conflict" if one.column else "survey_conflict_gone"
        more = {**details, "before": one.before or "–", "after": one.after or "–"} if one.column else {}
        rejected.append(RejectedRow(max(one.found, 0) + 1, str(ours[one.here]), code, details=more))
    rejected += refused
    figures = {kind: len({(one.found, one.here) for one in compared.of(kind)}) for kind in KINDS}
    notes = [Message("survey_taken_over", {**figures, "count": written})]
    if figures[GONE] and gone == LEFT:
        notes.append(Message("survey_gone_left", {"count": figures[GONE]}))
    reasons: dict[str, int] = {}
    for row in rejected:
        reasons[row.reason] = reasons.get(row.reason, 0) + 1
    return Report("importsurvey", written, len(rejected), reasons, rejected, figures=figures, notes=notes)

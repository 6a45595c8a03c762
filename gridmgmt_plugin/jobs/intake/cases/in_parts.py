"""Cases of a file of any size: part by part in bounded memory, written in one transaction at the end.

Every part is read, placed and compared while nobody is held off; what came of it waits on the disk. Only then one
transaction writes all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.plain_points import PlainPoints
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.exchange.source import SourceParts, WholeNeededError
from gridmgmt_plugin.jobs.intake.cases.merging import LostRow, merged_notes, merged_report
from gridmgmt_plugin.jobs.intake.cases.prepare import (
    COMPUTED,
    MORE,
    OTHER_GRID,
    CaseFile,
    KnownThings,
    PreparedCases,
    name_others,
    numbers_column,
    prepare_cases,
)
from gridmgmt_plugin.jobs.intake.cases.repeats import CaseTraces, marked_repeats, with_repeats
from gridmgmt_plugin.jobs.intake.cases.spool import CaseSpool, SpooledCases
from gridmgmt_plugin.jobs.intake.import_points import at_places, located_fields, report_points
from gridmgmt_plugin.jobs.intake.other_kind import PointSample, refuse_other_kind
from gridmgmt_plugin.jobs.intake.point_rows import (
    PLACE_NOTES,
    PlaceFinder,
    Places,
    district_outline,
    still_holds,
)
from gridmgmt_plugin.jobs.intake.point_store import (
    addresses_of,
    keep_entries,
    relocated_points,
    some_places,
    some_rows,
)
from gridmgmt_plugin.jobs.intake.repeated_rows import moments_written, superseded
from gridmgmt_plugin.jobs.intake.typed_columns import numbers_shown
from gridmgmt_plugin.jobs.intake.upsert import CHANGED, NEW, OLDER, UNCHANGED, write_changed
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

#: Per part, by position among its good rows: what another part has newer.
Lost = Mapping[int, Mapping[int, LostRow]]
_TABLE = "cases"
_FIGURE_OF = {NEW: "added", CHANGED: "updated", UNCHANGED: "unchanged", OLDER: "older"}
# With these a file is refused in which no row has a place.
_SHOWS_NO_PLACE = ("coordinates_in_one_field", "no_coordinates")
_PAIR_CHOSEN = "coordinate_pair_chosen"
_TAKEN = (NEW, CHANGED, UNCHANGED)


@dataclass(frozen=True, eq=False)
class _Change:
    """What a part changes of cases that are there: ``part`` its number, ``at`` the positions among its good rows,
    ``moved`` which of them lie elsewhere now, ``places`` where these lie, ``addresses`` what is written of that.
    """

    part: int
    change: TableChange
    at: np.ndarray
    moved: np.ndarray
    places: Places
    addresses: np.ndarray | None

    def kept(self, lost: Lost) -> np.ndarray:
        """Return which of its rows no other part has newer, a bool mask."""
        return ~np.isin(self.at, list(lost.get(self.part, ())))


@dataclass(eq=False)
class _Taken:
    """What is kept of the parts in memory: reports, changes, and a number per key, by which repetitions are found.

    ``traces``: of new cases, to find those that look alike.
    """

    reports: list[Report] = field(default_factory=list)
    changes: list[_Change] = field(default_factory=list)
    keys: list[np.ndarray] = field(default_factory=list)
    traces: CaseTraces = field(default_factory=CaseTraces)

    @property
    def repeated(self) -> np.ndarray:
        """Return the numbers of keys that may stand in several parts."""
        if not self.keys:
            return np.zeros(0, dtype=np.int64)
        numbers, times = np.unique(np.concatenate(self.keys), return_counts=True)
        return np.asarray(numbers[times > 1])


def import_cases_in_parts(
    workspace: Workspace,
    parts: SourceParts,
    file: CaseFile,
    *,
    mode: str,
    author: str,
    gesture: str,
    job: str,
    progress: Progress,
) -> Report:
    """Take the cases of a file that is read part by part, as :func:`..import_cases.import_cases` takes them.

    Columns are chosen by rows of the whole file, so that the size of the parts changes nothing. Of several rows of
    one case the newest of all parts is taken. Whether coordinates are of another kind is judged once, by a sample of
    all parts, before anything is written; coordinates that a whole part has exchanged are told, not refused.

    :raises InputError: as there; nothing is written then. :raises WorkspaceError: ``workspace_disk_full`` too.
    :raises WholeNeededError: nothing is written then; the file is to be read whole.
    """
    finder, taken, sample = PlaceFinder(workspace, named=True), _Taken(), PointSample()
    outline, known, file = district_outline(workspace), KnownThings(workspace), replace(file, alone=False)
    file, told, refused = _judged(known, parts, file, mode, outline)
    with CaseSpool(workspace) as spool:
        for prepared in _prepared(known, parts, file, mode, outline, refused):
            sample.add(prepared.incoming.points)
            _take(workspace, prepared, finder, spool, taken, job)
        refuse_other_kind(workspace, sample.points(), file.coordinates, outline)
        lost = _lost(spool, taken.repeated)
        report = merged_report(taken.reports, [found for part in lost.values() for found in part.values()], told)
        moved = sum(int((one.moved & one.kept(lost)).sum()) for one in taken.changes)
        if moved:
            report = replace(report, notes=(*report.notes, Message("points_moved_by_file", {"count": moved})))
        repeats = taken.traces.found(workspace)
        report = with_repeats(report, repeats, marked=file.marks_repeated)
        if report.figures["added"] or report.figures["updated"]:
            marks, said = repeats if file.marks_repeated else (), (author, gesture)
            report = _write(workspace, spool, taken, finder, lost, report, marks, file.entries, said, progress)
    return report


def _judged(
    known: KnownThings,
    parts: SourceParts,
    file: CaseFile,
    mode: str,
    outline: shapely.Geometry | None,
) -> tuple[CaseFile, list[Message], InputError | None]:
    """Return how all parts are read, what to tell of that, and why to refuse them where no row of any has a place.

    :raises InputError: what the columns raise.
    """
    refused: InputError | None = None
    shown = parts.shown
    try:
        prepared = prepare_cases(known, shown, file, mode, Progress(), outline)
    except InputError as error:
        if error.code not in _SHOWS_NO_PLACE:
            raise
        refused = error
        prepared = prepare_cases(known, shown, replace(file, part=True), mode, Progress(), outline)
    known.contents.clear()  # rows without a number are counted in the order of the file
    incoming = prepared.incoming
    if incoming.by_column:
        raise WholeNeededError
    numbered = incoming.fields.fields.get(numbers_column(incoming))
    if numbered is not None:
        parts.holds_codes(numbered)
    pair = located_fields(
        shown, file.x_field, file.y_field, file.coordinates, known.workspace.info.frame, by_words=True
    )
    names = [column.name for column in table(_TABLE).columns if column.name not in COMPUTED]
    named: Mapping[str, str | None] = {name: incoming.fields.fields.get(name) for name in (*names, *MORE)}
    x_field, y_field = pair or (None, None)
    notes = [*incoming.fields.notes, *(note for note in incoming.points.notes if note.code == _PAIR_CHOSEN)]
    judged = replace(
        file,
        x_field=x_field,
        y_field=y_field,
        named=named,
        part=True,
        pairs=incoming.pairs,
        written_in=prepared.written_in,
        located=pair is not None,
    )
    return judged, notes, refused


def _prepared(
    known: KnownThings,
    parts: SourceParts,
    file: CaseFile,
    mode: str,
    outline: shapely.Geometry | None,
    refused: InputError | None,
) -> Iterator[PreparedCases]:
    """Yield what comes of each part.

    :raises InputError: ``refused``, after the last part, where no row of any has a place.
    """
    any_placed = refused is None
    for source in parts:
        prepared = prepare_cases(known, source, file, mode, Progress(), outline)
        if prepared.incoming.by_column:
            raise WholeNeededError
        any_placed = any_placed or bool(np.isfinite(prepared.incoming.x).any())
        yield prepared
    if not any_placed and refused is not None:
        raise refused


def _take(
    workspace: Workspace, prepared: PreparedCases, finder: PlaceFinder, spool: CaseSpool, taken: _Taken, job: str
) -> None:
    """Place what came in, keep it, and say what becomes of it."""
    incoming, merged, kept = prepared.incoming, prepared.merged, prepared.kept
    new, moved = np.flatnonzero(merged.outcome == NEW), merged.at[merged.moved]
    spots = PlainPoints(*merged.incoming.take(np.concatenate([new, moved])).xy())
    addresses = addresses_of(workspace, merged, new)
    found = finder.find(spots, addresses, Progress())
    here = some_places(found, 0, len(new))
    incoming.notes += found.notes if len(spots) else ()
    prepared.tell_other_grids(here.unit_grid)
    source, keys = incoming.source, prepared.numbers
    placed = _with_places(merged.incoming, new, here)
    taken.traces.add(placed.take(new), source.row_numbers[kept[new]], np.isin(kept[new], incoming.worded))
    spool.put(
        SpooledCases(
            placed,
            merged.outcome,
            source.row_numbers[kept],
            keys[kept],
            moments_written(source, kept, prepared.written_in),
            prepared.grids_named,
        )
    )
    ids = merged.incoming["id"]
    taken.keys.append(np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids)))
    if merged.change:
        places = some_places(found, len(new), None)
        moving = None if addresses is None else addresses[len(new) :]
        taken.changes.append(_Change(len(taken.reports), merged.change, merged.at, merged.moved, places, moving))
    taken.reports.append(report_points(job, incoming, merged, here, kept, keys))


def _with_places(rows: Rows, new: np.ndarray, here: Places) -> Rows:
    """Return rows with the places of the new ones among them."""
    columns = {}
    for name, codes in (("unit_grid", here.unit_grid), ("lane_code", here.lane_code)):
        columns[name] = np.full(len(rows), None, dtype=object)
        columns[name][new] = codes
    return rows.with_columns(**columns)


def _lost(spool: CaseSpool, suspects: np.ndarray) -> Lost:
    """Return the rows that another part has newer, and why they are not taken."""
    if not len(suspects):
        return {}
    found: list[tuple[int, int, SpooledCases]] = []
    for number, part in enumerate(spool.parts()):
        numbers = np.fromiter(map(hash, part.rows["id"]), dtype=np.int64, count=len(part.rows))
        at = np.flatnonzero(np.isin(numbers, suspects))
        small = part.take(at)
        found += [(number, position, small) for position in at.tolist()]
    parts = list({id(small): small for _, _, small in found}.values())
    if not parts:
        return {}
    names = parts[0].rows.columns
    given = Rows({name: np.concatenate([part.rows[name] for part in parts]) for name in names})
    joined = {name: np.concatenate([getattr(p, name) for p in parts]) for name in ("numbers", "keys", "outcome")}
    written = np.concatenate([part.written for part in parts])
    again, reasons = superseded(_TABLE, given["id"], given, written)
    lost: dict[int, dict[int, LostRow]] = {}
    for at, reason in zip(again.tolist(), reasons):
        number, position, _ = found[at]
        row = RejectedRow(int(joined["numbers"][at]), str(joined["keys"][at] or ""), reason, str(given["id"][at]))
        outcome = int(joined["outcome"][at])
        lost.setdefault(number, {})[position] = LostRow(row, _counted(given, at, outcome), outcome in _TAKEN)
    return lost


def _counted(rows: Rows, at: int, outcome: int) -> Mapping[str, int]:
    if outcome not in _FIGURE_OF:
        return {}
    placed = {"with_unit_grid": "unit_grid", "with_lane": "lane_code"} if outcome == NEW else {}
    return {_FIGURE_OF[outcome]: 1, **{name: int(rows[column][at] is not None) for name, column in placed.items()}}


def _write(
    workspace: Workspace,
    spool: CaseSpool,
    taken: _Taken,
    finder: PlaceFinder,
    lost: Lost,
    report: Report,
    marks: Sequence[RejectedRow],
    entries: Sequence[tuple[str, str]],
    said: tuple[str, str],
    progress: Progress,
) -> Report:
    """Write all parts in one transaction; return the report with the places that were written: they are found anew
    where cells or lanes were changed meanwhile.

    :param marks: the new cases to be marked as duplicates. :param entries: of the workspace's information.
    :param said: author and gesture.
    """
    with workspace.transaction(*said) as transaction:
        again = None if still_holds(workspace, transaction, finder.seen) else _Again(workspace)
        changes = [_ready(workspace, change, change.kept(lost), again) for change in taken.changes]
        for number, part in enumerate(spool.parts()):
            progress.report(number / len(taken.reports))
            new = part.outcome == NEW
            new[list(lost.get(number, {}))] = False
            rows = part.rows.take(new)
            if again is not None and len(rows):
                rows = again.placed(part.take(np.flatnonzero(new)))
            rows = marked_repeats(rows, marks)
            transaction.insert(_TABLE, rows.with_columns(reported_grid=rows["unit_grid"]))
        for staying, moving in changes:
            write_changed(transaction, staying)
            write_changed(transaction, moving)
        counts = f'{{"added": {report.figures["added"]}, "changed": {report.figures["updated"]}}}'
        transaction.log(_TABLE, None, None, counts)
        keep_entries(transaction, entries)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return report if again is None else again.told(report)


class _Again:
    """Finds places anew, and keeps what the report says of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._finder = PlaceFinder(workspace, named=True)
        self._figures = {"with_unit_grid": 0, "with_lane": 0}
        self._notes: list[tuple[Message, ...]] = []

    def find(self, spots: PlainPoints, addresses: np.ndarray | None) -> Places:
        """Return the places of points."""
        found = self._finder.find(spots, addresses, Progress())
        self._notes.append(found.notes)
        return found

    def placed(self, part: SpooledCases) -> Rows:
        """Return new cases at their places."""
        here = self.find(PlainPoints(*part.rows.xy()), part.rows.columns.get("address"))
        self._figures["with_unit_grid"] += int((~is_null(here.unit_grid)).sum())
        self._figures["with_lane"] += int((~is_null(here.lane_code)).sum())
        other = part.numbers[name_others(part.grids, here.unit_grid)]
        if len(other):
            self._notes.append((Message(OTHER_GRID, {"count": len(other), "rows": numbers_shown(other)}),))
        return at_places(part.rows, here)

    def told(self, report: Report) -> Report:
        """Return the report with these places in the room of those that were found first."""
        notes = [note for note in report.notes if note.code not in {*PLACE_NOTES, OTHER_GRID}]
        figures = {**report.figures, **self._figures}
        return replace(report, figures=figures, notes=(*notes, *merged_notes(self._notes)))


def _ready(
    workspace: Workspace, one: _Change, kept: np.ndarray, again: _Again | None
) -> tuple[TableChange, TableChange]:
    """Return what changes of cases that stay where they are, and of those that move; of the rows that are kept."""
    staying, moving = some_rows(one.change, kept & ~one.moved), some_rows(one.change, kept & one.moved)
    if not moving:
        return staying, moving
    still, of = kept[one.moved], one.places
    if again is not None:
        written = None if one.addresses is None else one.addresses[still]
        places = again.find(PlainPoints(*moving.updated.xy()), written)
    else:
        places = Places(of.unit_grid[still], of.lane_code[still], of.notes, of.seen)
    return staying, relocated_points(workspace, moving, places)

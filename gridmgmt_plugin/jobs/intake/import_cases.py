"""Take the cases (案件) of a platform or a hotline into the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.intake.arriving_files import taken_entry
from gridmgmt_plugin.core.intake.source_profiles import SourceProfile
from gridmgmt_plugin.core.intake.update_rules import UPDATE
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.exchange.source import Source, SourceParts, WholeNeededError
from gridmgmt_plugin.jobs.intake.cases.in_parts import import_cases_in_parts
from gridmgmt_plugin.jobs.intake.cases.prepare import CaseFile, KnownThings, prepare_cases
from gridmgmt_plugin.jobs.intake.cases.profiles import FollowedProfile, followed_profile
from gridmgmt_plugin.jobs.intake.cases.repeats import CaseTraces, marked_repeats, with_repeats
from gridmgmt_plugin.jobs.intake.import_points import named_fields, report_points
from gridmgmt_plugin.jobs.intake.point_store import keep_entries, store_points
from gridmgmt_plugin.jobs.intake.upsert import NEW
from gridmgmt_plugin.workspace.workspace import Workspace

#: What the change log and the report call it.
GESTURE, JOB = "import_cases", "importcases"


@collecting_seldom()
def import_cases(
    workspace: Workspace,
    source: Source | SourceParts,
    *,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "",
    class_field: str | None = None,
    id_field: str | None = None,
    reported_field: str | None = None,
    closed_field: str | None = None,
    status_field: str | None = None,
    source_word: str | None = None,
    marks_repeated: bool = False,
    digest: str = "",
    profile: str | None = None,
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
    A new case of the same class at the same place within the hour of another one is taken and told, not dropped;
    where it is wanted it is marked as a duplicate of that one.
    Nothing about who reported is taken in, and phones and identity numbers in the texts are masked.

    :param source: a file, or the parts of a large one, see :mod:`.cases.in_parts`.
    :param source_word: where new cases come from of which no column says it: 12345, 监督员 …
    :param marks_repeated: mark what may be repeated.
    :param digest: SHA-256 of the file, which is remembered as taken in once any row of it was.
    :param profile: name of the source whose files are read as the workspace keeps it under this name; what is given
        here goes before that, and is kept for its next file.
    :param coordinates, field_map, mode: as for components; "" is what the profile says, else ``crs``.
    :raises InputError: ``field_not_found`` where no column says when cases were reported; fields and coordinates that
        cannot be used. Single bad rows are rejected, never raised.
    """
    progress = progress or Progress()
    chosen = {"id": id_field, "class_code": class_field, "reported_at": reported_field}
    chosen |= {"closed_at": closed_field, "status": status_field, "x": x_field, "y": y_field}
    headings = (source if isinstance(source, Source) else source.shown).field_names
    given = SourceProfile(named_fields(field_map, **chosen), coordinates, clean_text(source_word) or "")
    followed = followed_profile(workspace, profile, given, headings)
    taken = (taken_entry(digest, clock.today()),) if digest else ()
    file = _read_so(followed, taken, marks_repeated=marks_repeated)
    report = _import(workspace, source, file, mode, author, progress)
    new = tuple(entry for entry in taken if report.accepted and entry[0] not in workspace.info.more)
    left = (*followed.entries, *new)
    if left and not (report.figures["added"] or report.figures["updated"]):
        with workspace.transaction(author, GESTURE) as transaction:  # nothing else is written
            keep_entries(transaction, left)
    return replace(report, notes=(*report.notes, *followed.notes))


def _read_so(followed: FollowedProfile, taken: tuple[tuple[str, str], ...], *, marks_repeated: bool) -> CaseFile:
    """Return how a file is read by a profile; ``taken``: what the workspace keeps of it besides."""
    profile = followed.profile
    named = {name: heading for name, heading in profile.columns.items() if name not in ("x", "y")}
    return CaseFile(
        profile.columns.get("x"),
        profile.columns.get("y"),
        profile.coordinates,
        named,
        source_word=profile.source,
        marks_repeated=marks_repeated,
        entries=(*followed.entries, *taken),
    )


def _import(
    workspace: Workspace, source: Source | SourceParts, file: CaseFile, mode: str, author: str, progress: Progress
) -> Report:
    if isinstance(source, Source):
        return _import_whole(workspace, source, file, mode, author, progress)
    said = {"author": author, "gesture": GESTURE, "job": JOB}
    try:
        return import_cases_in_parts(workspace, source, file, mode=mode, **said, progress=progress.part(0.7, 1.0))
    except WholeNeededError:
        return _import_whole(workspace, source.whole(), file, mode, author, progress.part(0.7, 1.0))


def _import_whole(
    workspace: Workspace, source: Source, file: CaseFile, mode: str, author: str, progress: Progress
) -> Report:
    """Take the cases of a file that is in memory whole."""
    prepared = prepare_cases(KnownThings(workspace), source, file, mode, progress.part(0.0, 0.6))
    incoming, merged = prepared.incoming, prepared.merged
    new, traces, repeats = prepared.kept[merged.outcome == NEW], CaseTraces(), list[RejectedRow]()

    def finished(rows: Rows) -> Rows:
        traces.add(rows, incoming.source.row_numbers[new], np.isin(new, incoming.worded))
        repeats.extend(traces.found(workspace))
        rows = marked_repeats(rows, repeats if file.marks_repeated else ())
        return rows.with_columns(reported_grid=rows["unit_grid"])

    places, notes = store_points(
        workspace,
        merged,
        author=author,
        gesture=GESTURE,
        finished=finished,
        entries=file.entries,
        progress=progress.part(0.6, 1.0),
    )
    incoming.notes += notes
    prepared.tell_other_grids(places.unit_grid)
    report = report_points(JOB, incoming, merged, places, prepared.kept, prepared.numbers)
    return with_repeats(report, repeats, marked=file.marks_repeated)

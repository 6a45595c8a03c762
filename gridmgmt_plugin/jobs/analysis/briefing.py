"""The briefing of a period (简报) as files: A3 as PDF and pictures, a workbook, and one page of HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.briefing.content import Briefing
from gridmgmt_plugin.core.briefing.page import briefing_page
from gridmgmt_plugin.core.briefing.summary import headline
from gridmgmt_plugin.core.briefing.tables import briefing_tables, written
from gridmgmt_plugin.core.briefing.words import word
from gridmgmt_plugin.core.errors import CapabilityError, InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import BRIEFING
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.exchange.package.csv_files import Sheet, workbooks_possible, write_sheets
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.hotspot_cases import CASE_KINDS, counted_period
from gridmgmt_plugin.jobs.papers.lane_papers import chosen_template
from gridmgmt_plugin.project.papers.briefing_sheet import (
    briefing_layout,
    write_briefing_pdf,
    write_briefing_pictures,
)
from gridmgmt_plugin.workspace.workspace import Workspace

PDF, PNG, XLSX, HTML = "pdf", "png", "xlsx", "html"
FORMATS = (PDF, PNG, XLSX, HTML)


def briefed_days(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a briefing, given in any form that offices write; ``None`` = open.

    :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``.
    """
    first, after = counted_period(start, end)
    return _day(first), _day(None if after is None else after - np.timedelta64(1, "s"))


def briefed_classes(listed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return kind and code of classes that are written as ``event:0501``.

    :raises InputError: ``briefing_class_unclear``.
    """
    found = tuple((kind, code) for kind, _, code in (one.partition(":") for one in listed))
    for one, (kind, code) in zip(listed, found):
        if kind not in CASE_KINDS or not code:
            raise InputError("briefing_class_unclear", value=one)
    return found


def _day(moment: np.datetime64 | None) -> date | None:
    return None if moment is None else date.fromisoformat(str(moment.astype("datetime64[D]")))


def make_briefing(
    workspace: Workspace,
    folder: Path | str,
    asked: BriefingQuestion,
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "zh_CN",
    template: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write the briefing; a file of the same name is replaced, complete or not at all. The workspace stays as it is.

    :param language: of the briefing. :param template: path of a ``.qpt`` for PDF and PNG, see
        :mod:`gridmgmt_plugin.core.briefing.sheet` for what it can hold; none = the workspace's own, else the A3 that
        comes along.
    :raises InputError: ``briefing_format_unknown``, ``file_missing``, ``template_unreadable``,
        ``template_without_map``, and what :func:`.read_briefing` raises.
    :raises CapabilityError: ``openpyxl_missing`` where a workbook is asked for.
    :raises WorkspaceError: ``layer_not_written``, ``file_held``, and what :func:`.read_briefing` raises.
    """
    progress = progress or Progress()
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("briefing_format_unknown", value=unknown[0], known=", ".join(FORMATS))
    if XLSX in formats and not workbooks_possible():
        raise CapabilityError("openpyxl_missing")
    printed = [kind for kind in (PDF, PNG) if kind in formats]
    layout = chosen_template(workspace, BRIEFING, template, language) if printed else ""
    content = read_briefing(workspace, asked, clock.now(), progress.part(0.0, 0.5))
    period = content.period
    stem = Path(folder) / word("file", language, first=period.first.isoformat(), last=period.last.isoformat())
    files: list[Path] = []
    if printed:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with briefing_layout(content, workspace.info.frame, layout, language) as sheet:
            for at, kind in enumerate(printed):
                part = progress.part(0.5 + 0.2 * at, 0.7 + 0.2 * at)
                files += _PRINTERS[kind](sheet, stem.with_name(f"{stem.name}.{kind}"), part)
    for kind in (XLSX, HTML):
        if kind in formats:
            path = stem.with_name(f"{stem.name}.{kind}")
            _write(path, partial(_WRITERS[kind], content=content, language=language))
            files.append(path)
    progress.report(1.0)
    count = content.figure("reported").value
    told = {"count": count, "files": len(files), "first": str(period.first), "last": str(period.last)}
    notes = (Message("briefing_made", told), *content.notes)
    return Report("briefing", accepted=count, figures={"files": [path.name for path in files]}, notes=notes)


def _workbook(path: Path, content: Briefing, language: str) -> None:
    tables = [table for table in briefing_tables(content, language) if table.rows]
    head = headline(content, language)
    about = [(line,) for line in (head.title, head.days, head.compared, head.made_on, content.classification) if line]
    sheets = [Sheet(word("about", language), [head.title], about[1:], [60])]
    for table in tables:
        longest = [max(len(written(row[at], one.kind)) for row in table.rows) for at, one in enumerate(table.columns)]
        sheets.append(Sheet(table.title, [one.heading for one in table.columns], table.rows, longest))
    write_sheets(path, sheets, clock.now())


def _page(path: Path, content: Briefing, language: str) -> None:
    path.write_bytes(briefing_page(content, language).encode("utf-8"))


_WRITERS: Mapping[str, Callable[..., None]] = {XLSX: _workbook, HTML: _page}
_PRINTERS = {PDF: write_briefing_pdf, PNG: write_briefing_pictures}


def _write(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written beside its place, then put it there."""
    unfinished = staging_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(unfinished)
        replace_file(unfinished, path)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        clear_away(unfinished)

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
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.exchange.package.csv_files import Sheet, workbooks_possible, write_sheets
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.hotspot_cases import counted_period
from gridmgmt_plugin.workspace.workspace import Workspace

XLSX, HTML = "xlsx", "html"
FORMATS = (XLSX, HTML)


def briefed_days(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a briefing, given in any form that offices write; ``None`` = open.

    :raises InputError: ``hotspot_date_unreadable``, ``hotspot_period_backwards``.
    """
    first, after = counted_period(start, end)
    return _day(first), _day(None if after is None else after - np.timedelta64(1, "s"))


def _day(moment: np.datetime64 | None) -> date | None:
    return None if moment is None else date.fromisoformat(str(moment.astype("datetime64[D]")))


def make_briefing(
    workspace: Workspace,
    folder: Path | str,
    asked: BriefingQuestion,
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "zh_CN",
    progress: Progress | None = None,
) -> Report:
    """Write the briefing; a file of the same name is replaced, complete or not at all. The workspace stays as it is.

    :param language: of the briefing.
    :raises InputError: ``briefing_format_unknown``, and what :func:`.read_briefing` raises.
    :raises CapabilityError: ``openpyxl_missing`` where a workbook is asked for.
    :raises WorkspaceError: ``layer_not_written``, ``file_held``, and what :func:`.read_briefing` raises.
    """
    progress = progress or Progress()
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("briefing_format_unknown", value=unknown[0], known=", ".join(FORMATS))
    if XLSX in formats and not workbooks_possible():
        raise CapabilityError("openpyxl_missing")
    content = read_briefing(workspace, asked, clock.now(), progress.part(0.0, 0.6))
    stem = word("file", language, first=str(content.period.first), last=str(content.period.last))
    files = []
    for kind in FORMATS:
        if kind in formats:
            path = Path(folder) / f"{stem}.{kind}"
            _write(path, partial(_WRITERS[kind], content=content, language=language))
            files.append(path.name)
            progress.report(0.6 + 0.4 * len(files) / len(formats))
    count = content.figure("reported").value
    told = {"count": count, "files": len(files), "first": str(content.period.first), "last": str(content.period.last)}
    notes = (Message("briefing_made", told), *content.notes)
    return Report("briefing", accepted=count, figures={"files": files}, notes=notes)


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

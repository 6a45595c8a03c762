"""Task letters, publicity signs, weekly and inspection sheets as PDF: for lanes that are named, or all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from gridmgmt_plugin.core.dates.asked import moment_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import LANE_KINDS, kind_title
from gridmgmt_plugin.core.papers.pages import Pages
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.jobs.papers.page_reading import read_pages
from gridmgmt_plugin.project.papers.printing import print_apart, print_together
from gridmgmt_plugin.project.papers.template import shipped_template, template_file
from gridmgmt_plugin.workspace.paper_templates import own_template
from gridmgmt_plugin.workspace.workspace import Workspace

TOGETHER, APART = "together", "apart"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 80
_SHIPPED = ("", "shipped")


def lane_papers(
    workspace: Workspace,
    folder: Path | str,
    *,
    kind: str,
    lanes: Sequence[str] = (),
    template: str | None = None,
    files: str = TOGETHER,
    on: str | None = None,
    map_approval: str = "",
    checklist: Checklist | None = None,
    name: str = "",
    language: str = "zh_CN",
    progress: Progress | None = None,
) -> Report:
    """Write the papers; a file of the same name is replaced, complete or not at all.

    :param kind: ``task_letter`` (a page for each officer who signs), ``sign`` or ``inspection`` (for each lane), or
        ``weekly`` (for each officer). :param lanes: codes of lanes or areas; none = all that are there on the day.
    :param template: path of a ``.qpt``; none = the workspace's own, else the one that comes along, which is also what
        ``shipped`` names. :param files: ``together`` in one file, or ``apart``.
    :param checklist: whose items are named; none = that of the workspace. :param name: of the one file, without its
        ending; none = what the kind is called.
    :param on: the day whose officers are named, and of whose week the sheet is; none = today.
    :raises InputError: ``papers_kind_unknown``, ``papers_lanes_unknown``, ``papers_no_lanes``, ``moment_unreadable``,
        and about the template. :raises WorkspaceError: ``layer_not_written``, ``file_held``.
    """
    progress = progress or Progress()
    if kind not in LANE_KINDS:
        raise InputError("papers_kind_unknown", kind=kind, known=", ".join(LANE_KINDS))
    content = chosen_template(workspace, kind, template, language)
    day = moment_of(on).astype("datetime64[D]")
    pages = read_pages(workspace, kind, lanes, day, language, map_approval, checklist=checklist)
    progress.report(0.05)
    place = Path(folder)
    paths = _paths(place, name or kind_title(kind, language), pages, files)
    if paths:
        place.mkdir(parents=True, exist_ok=True)
        rest = progress.part(0.05, 1.0)
        if files == TOGETHER:
            print_together(pages, workspace.info.frame, content, paths[0], language, rest)
        else:
            print_apart(pages, workspace.info.frame, content, paths, language, rest)
    progress.report(1.0)
    count = len(pages.rows)
    notes = [Message("papers_made", {"count": count, "files": len(paths)}), *pages.notes] if count else pages.notes
    return Report("lanepapers", accepted=count, figures={"files": [path.name for path in paths]}, notes=tuple(notes))


def chosen_template(workspace: Workspace, kind: str, template: str | None, language: str) -> str:
    """Return the content of the template: a file, the workspace's own, or the one that comes along.

    :raises InputError: ``file_missing``, ``template_unreadable``.
    """
    if template and template not in _SHIPPED:
        return template_file(template)
    own = None if template == _SHIPPED[1] else own_template(workspace.info, kind)
    return own or shipped_template(kind, language)


def _paths(folder: Path, title: str, pages: Pages, files: str) -> list[Path]:
    """Return the files, no two of one name."""
    if files == TOGETHER:
        return [folder / f"{title}.pdf"] if len(pages.rows) else []
    found: dict[str, Path] = {}
    for name in pages.names:
        stem = _NOT_IN_NAMES.sub("_", f"{title}_{name}")[:_LONGEST_NAME].rstrip(" .")
        number = 1
        while (free := f"{stem}_{number}" if number > 1 else stem).casefold() in found:
            number += 1
        found[free.casefold()] = folder / f"{free}.pdf"
    return list(found.values())

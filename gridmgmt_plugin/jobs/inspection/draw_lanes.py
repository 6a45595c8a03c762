"""Draw the lanes of a round by lot: as a layer for the survey outside, and as a sheet to print and to fill in.

Both come back through the import of inspections: their columns are those that it reads.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.inspection.checklists import Checklist
from gridmgmt_plugin.core.inspection.lots import draw
from gridmgmt_plugin.core.lanes.lane_edit import lanes_drawn_on
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.papers.kinds import INSPECTION
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.jobs.inspection.import_inspections import resolve_checklist
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, refuse_formats, staged_tables, told_of
from gridmgmt_plugin.workspace.workspace import Workspace

#: What lanes can be told apart by.
STRATA = ("office", "community", "road_class", "standing")
_SHEET = "catalogues/inspection_sheet.json"


@dataclass(frozen=True, eq=False)
class DrawnLanes:
    """``rows``: the lanes drawn, with geometry and the columns of :func:`survey_columns`, the results empty."""

    rows: Rows
    checklist: Checklist
    report: Report


def survey_columns(checklist: Checklist) -> dict[str, type]:
    """Return the columns of the survey and their types; ``item_<code>``: 1 passed, 0 failed, nothing not judged."""
    found: dict[str, type] = {
        "lane_code": str, "lane_name": str, "street": str, "inspected_on": str, "kind": str, "inspector": str,
    }  # fmt: skip
    return {**found, **{f"item_{item.code}": int for item in checklist.items}, "note": str}


def draw_lanes(
    workspace: Workspace,
    *,
    count: int | None = None,
    by: Collection[str] = ("office",),
    seed: int = 1,
    checklist: str | None = None,
    kind: str = "",
    folder: Path | str | None = None,
    with_pages: bool = False,
    overwrite: bool = False,
    language: str = "zh",
    progress: Progress | None = None,
) -> DrawnLanes:
    """Draw lanes that are there today, every kind of them in proportion; nothing is written into the workspace.

    Sheet and pages appear both or neither.

    :param count: how many; all of them when ``None``. :param by: of :data:`STRATA`, what makes a kind.
    :param seed: the same seed draws the same of the same lanes. :param kind: of the inspections to come.
    :param folder: where the sheet goes (xlsx), none is written without.
    :param with_pages: also a page for each lane to print (PDF), with its map and the items to tick.
    :raises InputError: ``draw_stratum_unknown``, ``draw_nothing``, ``draw_pages_nowhere``, ``checklist_unknown``,
        ``export_files_exist``.
    :raises WorkspaceError: ``lane_cases_no_lanes``; :raises CapabilityError: ``openpyxl_missing``.
    """
    progress = progress or Progress()
    progress.report(0.0)
    unknown = [name for name in by if name not in STRATA]
    if unknown:
        raise InputError("draw_stratum_unknown", value=unknown[0], known=", ".join(STRATA))
    if count is not None and count < 1:
        raise InputError("draw_nothing")
    if with_pages and folder is None:
        raise InputError("draw_pages_nowhere")
    if folder is not None:
        refuse_formats(["xlsx"])
        pdf = Path(folder) / f"{_name(language, seed)}.pdf"
        if with_pages and pdf.exists() and not overwrite:
            raise InputError("export_files_exist", names=pdf.name)
    chosen, _ = resolve_checklist(workspace, checklist)
    stored = workspace.read("lane")
    today = day_of(None)
    lanes = stored.take(lanes_drawn_on(stored, today))
    if len(lanes) == 0:
        raise WorkspaceError("lane_cases_no_lanes", path=workspace.title)
    parts = _strata(workspace, lanes)
    strata = list(zip(*(parts[name] for name in STRATA if name in by))) or [()] * len(lanes)
    codes = columns.texts(lanes, "code").tolist()
    drawn = draw(strata, codes, len(lanes) if count is None else count, seed)
    progress.report(0.5)
    names = _names(workspace)
    picked = lanes.take(drawn)
    nothing = as_column([None] * len(picked))
    rows = Rows(dict.fromkeys(survey_columns(chosen), nothing), picked.shapes).with_columns(
        lane_code=picked["code"],
        lane_name=picked["name"],
        street=[names.get(code, code) for code in picked["street_code"].tolist()],
        kind=[kind or None] * len(picked),
    )
    files: list[str] = []
    if folder is not None:
        sheet, place = _sheet(rows, chosen, language, seed), Path(folder)
        with staged_tables(place, [sheet], ["xlsx"], progress.part(0.5, 0.6), overwrite=overwrite) as files:
            if with_pages:
                pdf = place / f"{sheet.stem}.pdf"
                _pages(workspace, pdf, rows, chosen, str(today), language, progress.part(0.6, 1.0))
                files.append(pdf.name)
    kinds = len({strata[at] for at in drawn.tolist()})
    told = {"count": len(drawn), "all": len(lanes), "kinds": kinds, "seed": seed}
    figures: dict[str, Any] = {
        "drawn": len(drawn),
        "lanes": len(lanes),
        "strata": kinds,
        "seed": seed,
        "files": files,
    }
    report = Report("drawlanes", len(drawn), figures=figures, notes=(Message("lanes_drawn", told),))
    return DrawnLanes(rows, chosen, report)


def _strata(workspace: Workspace, lanes: Rows) -> dict[str, list[str]]:
    areas = workspace.read("lane_area", ["lane_code", "area_code", "length_m"], geometry=False)
    best: dict[str, tuple[float, str]] = {}
    lengths = columns.numbers(areas, "length_m").tolist()
    for lane, area, metres in zip(areas["lane_code"].tolist(), columns.texts(areas, "area_code").tolist(), lengths):
        best[lane] = min(best.get(lane, (0.0, "")), (-metres, area))
    return {
        "office": columns.texts(lanes, "street_code").tolist(),
        "community": [best.get(code, (0.0, ""))[1] for code in lanes["code"].tolist()],
        "road_class": columns.texts(lanes, "road_class").tolist(),
        "standing": columns.texts(lanes, "standing").tolist(),
    }


def _names(workspace: Workspace) -> dict[str, str]:
    areas = workspace.read("area", ["code", "name"], geometry=False)
    return dict(zip(areas["code"].tolist(), columns.texts(areas, "name").tolist()))


def _sheet(rows: Rows, checklist: Checklist, language: str, seed: int) -> PeopleTable:
    """Return the sheet, a row per lane and a column per item."""
    sheet, tongue = load_json(_SHEET), tongue_of(language)
    heads = [(name, heading[tongue]) for name, heading in sheet["columns"].items()]
    heads += [(f"item_{item.code}", item.title(language)) for item in checklist.items]
    heads.append(("note", sheet["note"][tongue]))
    fields = [FieldSpec(heading, heading, heading, name) for name, heading in heads]
    return PeopleTable(_name(language, seed), rows.with_geometry(None), fields)


def _pages(
    workspace: Workspace, pdf: Path, rows: Rows, checklist: Checklist, on: str, language: str, progress: Progress
) -> None:
    """Write a page for each lane; the file gets its name when nothing can be cancelled any more."""
    from gridmgmt_plugin.jobs.papers.lane_papers import lane_papers  # noqa: PLC0415  needs QGIS, the draw does not

    beside = staging_path(pdf)
    try:
        lane_papers(
            workspace,
            pdf.parent,
            kind=INSPECTION,
            lanes=[str(code) for code in rows["lane_code"]],
            on=on,
            checklist=checklist,
            name=beside.stem,
            language=language,
            progress=progress,
        )
        with told_of(pdf):
            replace_file(beside, pdf)
    finally:
        clear_away(beside)


def _name(language: str, seed: int) -> str:
    return f"{load_json(_SHEET)['title'][tongue_of(language)]}_{seed}"

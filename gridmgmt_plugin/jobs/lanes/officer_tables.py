"""Tables about street-lane officers for people: who is where, and what each of them carries; as csv and xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE, LaneStaff, OfficerLoad, StaffedLane
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.jobs.lanes.lane_officers import read_officers
from gridmgmt_plugin.jobs.people.people_tables import FORMATS, PeopleTable, refuse_formats, write_tables
from gridmgmt_plugin.workspace.workspace import Workspace


def export_officers(
    workspace: Workspace,
    folder: Path | str,
    *,
    on: str | date | None = None,
    area: str = "",
    period: tuple[str, str] | None = None,
    formats: Sequence[str] = FORMATS,
    overwrite: bool = False,
    language: str = "zh",
    progress: Progress | None = None,
) -> Report:
    """Write the officers of an area's lanes on a day, a row per post and one per lane without any, and their loads.

    :param period: first and last day of the cases that are counted; none are without it.
    :raises InputError: ``scope_unknown``, ``day_unclear``, ``dates_reversed``, ``export_format_unknown``,
        ``export_files_exist``.
    :raises CapabilityError: ``openpyxl_missing``. :raises WorkspaceError: ``export_not_written`` …
    """
    progress = progress or Progress()
    progress.report(0.0)
    refuse_formats(formats)
    staff = read_officers(workspace, on, area, period)
    areas = workspace.read("area", ["code", "name"], geometry=False)
    names = dict(zip(texts(areas, "code").tolist(), texts(areas, "name").tolist()))
    progress.report(0.4)
    tables = [officer_table("lanes", str(staff.day), _posts(staff, names), language)]
    tables.append(officer_table("loads", str(staff.day), map(_load, staff.loads), language))
    files = write_tables(folder, tables, formats, progress.part(0.4, 1.0), overwrite=overwrite)
    posts = sum(len(lane.posts) for lane in staff.lanes)
    figures = {"lanes": len(staff.lanes), "officers": len(staff.loads), "files": files}
    told = {"lanes": len(staff.lanes), "officers": len(staff.loads), "day": str(staff.day)}
    return Report("exportofficers", posts, figures=figures, notes=(Message("officers_exported", told),))


def officer_table(kind: str, day: str, records: Iterable[Mapping[str, Any]], language: str) -> PeopleTable:
    """Return a table of the catalogue (``lanes``, ``loads``, ``reprint``) with these rows, ready to be written."""
    sheet = load_json(CATALOGUE)["sheets"][kind]
    listed, columns = list(records), list(sheet["columns"])
    rows = Rows({key: as_column(record.get(key) for record in listed) for key, _ in columns})
    fields = [FieldSpec(heading, heading, heading, key) for key, heading in columns]
    return PeopleTable(f"{sheet['title'][tongue_of(language)]}_{day}", rows, fields)


def _posts(staff: LaneStaff, areas: Mapping[str, str]) -> Iterable[Mapping[str, Any]]:
    for lane in staff.lanes:
        place = _lane(lane, areas)
        if not lane.posts:
            yield place
        for post in lane.posts:
            yield {
                **place,
                "role": value_label(ROLE, post.role, "zh") if post.role else None,
                "person_id": post.person_id or None,
                "person": post.person or None,
                "section_from": post.section[0] or None,
                "section_to": post.section[1] or None,
                "letter_no": post.letter_no or None,
                "signed_on": post.signed_on or None,
                "valid_from": post.valid_from or None,
                "valid_to": post.valid_to or None,
                "post": post.post,
            }


def _lane(lane: StaffedLane, areas: Mapping[str, str]) -> dict[str, Any]:
    return {
        "lane": lane.code,
        "name": lane.name or None,
        "office": areas.get(lane.office, lane.office) or None,
        "community": areas.get(lane.home) if lane.home != lane.office else None,
        "length_m": round(lane.length_m),
        "households": lane.households or None,
    }


def _load(load: OfficerLoad) -> Mapping[str, Any]:
    return {
        "person_id": load.person_id,
        "person": load.person,
        "roles": "、".join(value_label(ROLE, role, "zh") for role in load.roles) or None,
        "count": len(load.lanes),
        "length_m": round(load.length_m),
        "households": load.households,
        "cases": load.cases,
        "cases_per_100_m": round(100.0 * load.cases / load.length_m, 2) if load.length_m else None,
        "lanes": ",".join(load.lanes),
    }

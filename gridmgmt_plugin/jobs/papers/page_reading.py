"""What the pages of a kind of paper say, read from a workspace."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import as_texts, texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import Checklist, known_checklists
from gridmgmt_plugin.core.lanes.lane_edit import lanes_drawn_on
from gridmgmt_plugin.core.lanes.lane_homes import lanes_through_areas
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import WEEKLY, paper_data, paper_word
from gridmgmt_plugin.core.papers.lane_facts import LaneFacts
from gridmgmt_plugin.core.papers.lane_pages import PageTexts, lane_page_texts
from gridmgmt_plugin.core.papers.officers import CONTACT_COLUMNS, officers_of_lanes
from gridmgmt_plugin.core.papers.pages import Pages, views
from gridmgmt_plugin.core.papers.qr_code import qr_png
from gridmgmt_plugin.core.papers.weekly_pages import weekly_page_texts
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.workspace import Workspace

_CASE_COLUMNS = ("id", "case_no", "title", "lane_code", "status", "closed_at", "due_at")
_TABLES = ("post", "person", "department", "station", "lane_area")


def read_pages(
    workspace: Workspace,
    kind: str,
    codes: Sequence[str],
    day: np.datetime64,
    language: str,
    map_approval: str = "",
    most: int | None = None,
    checklist: Checklist | None = None,
) -> Pages:
    """Return the pages of lanes.

    :param codes: of lanes, or of areas for all lanes there; none = all that are there on the day.
    :param map_approval: number that the map was approved under.
    :param most: pages that are wanted, for a look; none = all.
    :param checklist: whose items are named; none = that of the workspace.
    :raises InputError: ``papers_lanes_unknown`` for codes of no lane in use, ``papers_no_lanes`` where none is left.
    """
    with workspace.reading() as read:
        lanes = read.read("lane")
        lanes = lanes.take(lanes_drawn_on(lanes, day))
        tables = {name: read.read(name, geometry=False) for name in _TABLES}
        tables["contact"] = read.read("contact", list(CONTACT_COLUMNS), geometry=False)
        tables["area"] = read.read("area")
        records = _records(read, texts(lanes, "code").tolist()) if kind == WEEKLY else {}
    wanted = named_lanes(lanes, codes, tables["lane_area"], tables["area"])
    wanted = wanted if most is None or kind == WEEKLY else wanted[:most]
    info = workspace.info
    facts = LaneFacts(lanes, tables, info.county_name or info.county_code, language)
    staff = officers_of_lanes(tables, day, language)
    lists = known_checklists(info.more)
    if kind == WEEKLY:
        made = weekly_page_texts(wanted, facts, staff, records, lists, day, language)
    else:
        made = lane_page_texts(kind, wanted, facts, staff, day, language)
    notes = [*made.notes]
    # A weekly sheet has no duty phone.
    hidden = staff.hidden + (0 if kind == WEEKLY else facts.duty_mobiles(wanted, day))
    if hidden:
        notes.append(Message("papers_mobiles_hidden", {"count": hidden}))
    checklist = checklist or lists.get(info.checklist)
    titles = [] if checklist is None else [item.title(language) for item in checklist.items]
    items = "\n".join(f"{at}. {title}" for at, title in enumerate(titles, 1))
    ticks = "\n".join(paper_word("tick", language, at=at, item=title) for at, title in enumerate(titles, 1))
    same = {"map_approval": map_approval, "mark": info.classification, "printed_on": str(day)}
    same |= {"to_tick": ticks}
    same |= {"ten_nos": items, "ten_nos_title": "" if checklist is None else checklist.title(language)}
    rows = _rows(made, same, lanes)
    rows = rows if most is None else rows.take(np.arange(min(most, len(rows))))
    return Pages(rows, made.names, _lines(lanes), _outlines(tables["area"]), notes)


def _records(workspace: Workspace, lanes: Sequence[str]) -> dict[str, Rows]:
    """Return what the week has for lanes: patrols, cases that are not closed, inspections."""
    closed = paper_data()["closed_cases"]
    cases = workspace.read("cases", list(_CASE_COLUMNS), geometry=False)
    on_lanes = np.isin(texts(cases, "lane_code").astype(str), np.array(lanes, dtype=str))
    is_open = ~np.isin(texts(cases, "status").astype(str), closed) & (texts(cases, "closed_at") == "")
    found = {name: workspace.read(name, geometry=False) for name in ("patrol", "lane_inspection")}
    return {**found, "cases": cases.take(on_lanes & is_open)}


def named_lanes(lanes: Rows, codes: Sequence[str], lane_areas: Rows, areas: Rows) -> list[int]:
    """Return the positions of the lanes that codes name: lanes, or areas that lanes run through; none name all.

    :raises InputError: ``papers_lanes_unknown``, ``papers_no_lanes``.
    """
    if len(lanes) == 0:
        raise InputError("papers_no_lanes")
    known = {code: at for at, code in enumerate(texts(lanes, "code").tolist())}
    if not codes:
        return [known[code] for code in sorted(known)]
    of_area = lanes_through_areas(lanes, lane_areas, areas)
    unknown = [code for code in codes if code not in known and code not in of_area]
    if unknown:
        raise InputError("papers_lanes_unknown", codes=listing(unknown), count=len(unknown))
    named = [lane for code in codes for lane in ([code] if code in known else sorted(of_area[code]))]
    found = [known[lane] for lane in dict.fromkeys(named) if lane in known]
    if not found:
        raise InputError("papers_no_lanes")
    return found


def _rows(made: PageTexts, same: dict[str, str], lanes: Rows) -> Rows:
    """Return a row for each page: every column of the catalogue, and the ground that its map shows."""
    columns = {
        name: as_column(record.get(name, same.get(name, "")) for record in made.records)
        for name in paper_data()["columns"]
    }
    codes = columns["lane_code"].tolist()
    pictures = {code: "base64:" + base64.b64encode(qr_png(code)).decode("ascii") for code in set(codes) if code}
    columns["qr"] = as_column(pictures.get(code, "") for code in codes)
    shapes = np.array([shapely.multilinestrings(shapely.get_parts(lanes.shapes[at])) for at in made.at], dtype=object)
    return Rows(columns, views(shapes))


def _lines(lanes: Rows) -> Rows:
    return Rows({name: as_texts(lanes[name]) for name in ("code", "name")}, lanes.shapes)


def _outlines(areas: Rows) -> Rows:
    """Return the communities, or what there is of areas where no community is drawn."""
    drawn = ~(shapely.is_missing(areas.shapes) | shapely.is_empty(areas.shapes))
    communities = drawn & (texts(areas, "level") == "community")
    shown = areas.take(communities if communities.any() else drawn)
    return Rows({"code": texts(shown, "code"), "name": texts(shown, "name")}, shown.shapes)

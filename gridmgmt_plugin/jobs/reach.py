"""How much a job would go through with what is chosen, told before it runs: asked of the job's own rules.

What is read is counted where it is stored or read without shapes, so that a dialog can ask at every choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.areas.scope import read_scope
from gridmgmt_plugin.core.codes.areas import COMMUNITY
from gridmgmt_plugin.core.columns import days, in_force, texts
from gridmgmt_plugin.core.dates.asked import day_of
from gridmgmt_plugin.core.ground import areas_in_force
from gridmgmt_plugin.core.lanes.lane_edit import lanes_drawn_on
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.posts.board import LANE
from gridmgmt_plugin.core.posts.lane_staff import lanes_held_by_area
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.front_database.structure import front_tables
from gridmgmt_plugin.exchange.http.opened_package import OpenedPackage
from gridmgmt_plugin.exchange.http.outgoing import rows_to_send
from gridmgmt_plugin.jobs.analysis.briefed_cases import sensitive_cases
from gridmgmt_plugin.jobs.analysis.briefing import briefed_classes, briefed_days
from gridmgmt_plugin.jobs.analysis.case_counts import cases_asked
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.papers.page_reading import named_lanes
from gridmgmt_plugin.jobs.people.post_places import chosen_scheme, places_of
from gridmgmt_plugin.jobs.people.staff_board import read_board
from gridmgmt_plugin.jobs.responsibility.compare_states import units_compared
from gridmgmt_plugin.jobs.responsibility.grids_in_play import grids_in_play
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

Chosen = Mapping[str, Any]
Numbers = dict[str, int]
# The tables that take the time: by what sentences call their rows.
_LARGEST = {"units": "unit_grid", "lanes": LANE, "components": "component", "cases": "cases"}
_AREA_COLUMNS = ("code", "parent_code", "level", "valid_from", "valid_to")


def read_reach(workspace: Workspace, job: str, chosen: Chosen) -> Numbers:
    """Return what a job of :data:`ASKED` would go through, by the names that its sentence has for it.

    :param chosen: parameter → what is chosen, choices by their keys; what is left out is as the job takes it.
    :raises GridError: what the job itself says of what was chosen.
    """
    with workspace.reading() as state:
        return ASKED[job](state, chosen)


def _text(chosen: Chosen, name: str) -> str:
    return str(chosen.get(name) or "")


def _listed(chosen: Chosen, name: str) -> tuple[str, ...]:
    return tuple(parts_of(_text(chosen, name)))


def _cases(state: Workspace, chosen: Chosen) -> Numbers:
    first, last, prefix, kind = (_text(chosen, name) for name in ("FROM", "TO", "CLASS_PREFIX", "CASE_KIND"))
    asked = Question(first, last, prefix, kind)
    return {"cases": cases_asked(state, asked), "all": state.count("cases")}


def _briefing(state: Workspace, chosen: Chosen) -> Numbers:
    first, last = briefed_days(_text(chosen, "FROM") or None, _text(chosen, "TO") or None)
    start, end = (None if day is None else day.isoformat() for day in (first, last))
    sources, states, departments = (_listed(chosen, name) for name in ("SOURCES", "STATUSES", "DEPARTMENTS"))
    classes, kind = briefed_classes(_listed(chosen, "CLASSES")), _text(chosen, "CASE_KIND")
    asked = Question(start, end, _text(chosen, "CLASS_PREFIX"), kind, sources, states, departments, classes)
    hidden = None if chosen.get("SENSITIVE") else sensitive_cases(state)
    return {"cases": cases_asked(state, asked, dated=True, hidden=hidden), "all": state.count("cases")}


def _division(state: Workspace, chosen: Chosen) -> Numbers:
    areas = state.read("area", list(_AREA_COLUMNS))
    scope = read_scope(_text(chosen, "SCOPE"), areas)
    there = areas.take(areas_in_force(areas))
    there = there.take(texts(there, "level") == COMMUNITY)
    units = state.read("unit_grid", ["area_code"], geometry=False)
    return {
        "communities": int(scope.holds(texts(there, "code").tolist()).sum()),
        "units": int(scope.holds(texts(units, "area_code").tolist()).sum()),
    }


def _balance(state: Workspace, chosen: Chosen) -> Numbers:
    scheme, known = _text(chosen, "SCHEME"), state.read("scheme", ["key"], geometry=False)
    column = scheme_column(scheme) if scheme in texts(known, "key").tolist() else ""
    units = state.read("unit_grid", ["area_code", *filter(None, [column])], geometry=False)
    before = units[column] if column else as_column([None] * len(units))
    wanted = (_text(chosen, name) for name in ("SCOPE", "GRIDS", "LOCKED"))
    found = grids_in_play(state, before, units, *wanted)
    stay = len(units) - len(found.units)
    return {"units": len(found.units), "communities": len(set(units["area_code"][found.units])), "stay": stay}


def _checked(state: Workspace, chosen: Chosen) -> Numbers:
    wanted = {"scheme": _text(chosen, "SCHEME")} if chosen.get("SCHEME") else None
    return {**{name: state.count(table) for name, table in _LARGEST.items()}, **_grids(state, wanted)}


def _grids(state: Workspace, wanted: Mapping[str, str] | None) -> Numbers:
    return {"grids": state.count("responsibility_grid", wanted)}


def _package(state: Workspace, chosen: Chosen) -> Numbers:
    lanes = state.read(LANE, ["valid_to"], geometry=False)
    grids = state.read("responsibility_grid", ["valid_to"], {"scheme": _text(chosen, "SCHEME")}, geometry=False)
    day = day_of(_text(chosen, "EFFECTIVE_FROM") or None)
    gone = [int((days(rows, "valid_to") < day).sum()) for rows in (lanes, grids)]
    return {"units": state.count("unit_grid"), "lanes": len(lanes) - gone[0], "grids": len(grids) - gone[1]}


def _posts(state: Workspace, chosen: Chosen) -> Numbers:
    target = _text(chosen, "TARGET")
    scheme = chosen_scheme(state, target, chosen.get("SCHEME") or None)
    places = places_of(state, target, scheme)
    return {"posts": state.count("post", {"target": target, "scheme": scheme}), "places": len(places)}


def _board(state: Workspace, chosen: Chosen) -> Numbers:
    lines = read_board(state, _text(chosen, "ON"), _text(chosen, "SCOPE")).lines
    return {"posts": sum(bool(line.post) for line in lines), "places": len({line.place for line in lines})}


def _lanes_of_area(state: Workspace, chosen: Chosen) -> Numbers:
    tables = {name: state.read(name, geometry=False) for name in (LANE, "lane_area", "area")}
    return {"lanes": len(lanes_held_by_area(tables, _text(chosen, "SCOPE"), day_of(_text(chosen, "ON"))))}


def _officers(state: Workspace, chosen: Chosen) -> Numbers:
    tables = {name: state.read(name, geometry=False) for name in (LANE, "lane_area", "area")}
    day = day_of(_text(chosen, "ON"))
    lanes = lanes_held_by_area(tables, _text(chosen, "SCOPE"), day)
    posts = state.read("post", ["target_code", "valid_from", "valid_to"], {"target": LANE}, geometry=False)
    held = np.isin(texts(posts, "target_code").astype(str), lanes)
    held &= in_force(days(posts, "valid_from"), days(posts, "valid_to"), np.array(day))
    return {"posts": int(held.sum()), "lanes": len(lanes)}


def _papers(state: Workspace, chosen: Chosen) -> Numbers:
    lanes = state.read(LANE)
    lanes = lanes.take(lanes_drawn_on(lanes, day_of(_text(chosen, "ON"))))
    codes = parts_of(_text(chosen, "LANES"))
    if not codes or not len(lanes):
        return {"lanes": len(lanes)}
    shares, areas = state.read("lane_area", geometry=False), state.read("area", geometry=False)
    return {"lanes": len(named_lanes(lanes, codes, shares, areas))}


def _drawn(state: Workspace, chosen: Chosen) -> Numbers:
    lanes = state.read(LANE)
    there = int(lanes_drawn_on(lanes, day_of(None)).sum())
    count = chosen.get("COUNT")
    return {"all": there, "lanes": there if count is None else min(int(count), there)}


def _duty(state: Workspace, chosen: Chosen) -> Numbers:
    rules = state.read("duty_rule", ["scheme", "valid_from", "valid_to"], geometry=False)
    day = day_of(None)
    asked = np.isin(texts(rules, "scheme").astype(str), ("", _text(chosen, "SCHEME")))
    asked &= in_force(days(rules, "valid_from"), days(rules, "valid_to"), np.array(day))
    areas = state.read("area", list(_AREA_COLUMNS), geometry=False)
    there = in_force(days(areas, "valid_from"), days(areas, "valid_to"), np.array(day))
    top = _text(chosen, "SCOPE") or state.info.county_code
    below = there & ((texts(areas, "parent_code") == top) | (texts(areas, "code") == top))
    return {"rules": int(asked.sum()), "areas": int(below.sum())}


def _circles(state: Workspace, chosen: Chosen) -> Numbers:  # noqa: ARG001  nothing narrows it
    return {"units": state.count("unit_grid")}


def _reached(state: Workspace, chosen: Chosen) -> Numbers:
    wanted = {"scheme": _text(chosen, "SCHEME")} if chosen.get("SCHEME") else None
    return {"units": state.count("unit_grid"), **_grids(state, wanted), "lanes": state.count(LANE)}


def _compared(state: Workspace, chosen: Chosen) -> Numbers:
    named = _text(chosen, "BASE"), _text(chosen, "OTHER")
    before, after, over_lanes = units_compared(state, *named, scheme=_text(chosen, "SCHEME"))
    return {"before": before, "after": after, **({"over_lanes": 1} if over_lanes else {})}


def _ledgers(state: Workspace, chosen: Chosen) -> Numbers:
    key = _text(chosen, "LEDGER")
    items = state.read("ledger_item", ["gone_on"], {"ledger": key} if key else None, geometry=False)
    listed = int(np.isnat(days(items, "gone_on")).sum())
    return {"items": listed, "ledgers": 1 if key else state.count("ledger")}


def _front(state: Workspace, chosen: Chosen) -> Numbers:
    number = _text(chosen, "RELEASE")
    rows = (state.count("release_item", {"release_number": number, "layer": name}) for name in front_tables())
    return {"rows": sum(rows)}


def _copied(state: Workspace, chosen: Chosen) -> Numbers:  # noqa: ARG001  nothing narrows it but contacts
    return {name: state.count(table) for name, table in _LARGEST.items()}


def _sent(state: Workspace, chosen: Chosen) -> Numbers:  # noqa: ARG001  the package says it
    rows = rows_to_send(OpenedPackage.at(Path(_text(chosen, "PACKAGE"))))
    return {"rows": sum(rows.values()), "layers": sum(map(bool, rows.values()))}


#: Job → how to count what it would go through.
ASKED: Mapping[str, Callable[[Workspace, Chosen], Numbers]] = {
    **dict.fromkeys(("hotspots", "hotspottrend", "recurrence", "evaluate"), _cases),
    "briefing": _briefing,
    "generateunitgrids": _division,
    "buildresponsibilitygrids": _balance,
    "validate": _checked,
    "exportpackage": _package,
    "exportposts": _posts,
    "staffingboard": _board,
    "exportofficers": _officers,
    "patrolgaps": _lanes_of_area,
    "lanepapers": _papers,
    "drawlanes": _drawn,
    "dutycoverage": _duty,
    "servicecircles": _circles,
    "systemcoverage": _reached,
    "comparestates": _compared,
    "ledgercounts": _ledgers,
    "copyworkspace": _copied,
    "deliverpostgis": _front,
    "deliverhttp": _sent,
}

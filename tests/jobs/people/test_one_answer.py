"""A click, a million points and the acceptance points say the same of every place, over unit grids and over lanes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty import Points, who_answers
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.jobs.people.reform_department import reform_department
from gridmgmt_plugin.jobs.people.who_is_responsible import who_is_responsible
from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme
from gridmgmt_plugin.workspace.changes import reformed_names
from gridmgmt_plugin.workspace.changes.reformed_names import names_before

AT = "2026-01-15 09:30"
LANES = ("9901010010001", "9901010010002")
PART = "9901010103000001"
# Corners, shared edges of cells and zones, the middle between two lanes, a hair beside each, inside and outside.
SPOTS = [
    *product([0.0, 50.0, 99.9995, 100.0, 100.0005, 150.0, 200.0], [-0.0005, 20.0, 40.0, 45.0, 50.0, 100.0]),
    (-60.0, 45.0),
    (250.0, 50.0),
    *np.random.default_rng(7).uniform((-80.0, -20.0), (280.0, 120.0), (12, 2)).tolist(),
]


@pytest.fixture
def district(staffed, add):
    """Return the small district with a second lane, zones that touch and overlap, and a scheme over its lanes."""
    line, zones = (
        shapely.LineString([(0, 90), (200, 90)]),
        [shapely.box(50, 0, 120, 40), shapely.box(100, 0, 200, 40)],
    )
    with staffed.transaction("", "test") as transaction:
        codes = {"code": as_column([LANES[1]]), "name": as_column(["二巷"])}
        transaction.insert("lane", Rows(codes, np.array([line], dtype=object)))
        columns = {"code": as_column(["Z1", "Z2"]), "kind": as_column(["物业小区"] * 2)}
        columns["manager_code"] = as_column(["D2", "D1"])
        transaction.insert("duty_zone", Rows(columns, shapely.multipolygons([[zone] for zone in zones])))
    create_scheme(staffed, "road", "道路养护", base="lane")
    add("duty_rule", {"id": "R5", "class_prefix": "02", "zone_kind": "物业小区", "state": "明确"})
    add(
        "post",
        {"id": "8", "target": "responsibility_grid", "target_code": LANES[1], "scheme": "road", "person_id": "P2"},
        {"id": "9", "target": "responsibility_grid", "target_code": LANES[0], "scheme": "cg", "person_id": "P1"},
    )
    return staffed


DAY = date.today() + timedelta(days=30)
TODAY, BEFORE_TODAY = f"{date.today()} 09:30", f"{date.today() - timedelta(days=1)} 09:30"
YESTERDAY = np.datetime64(BEFORE_TODAY, "D")
BEFORE, AFTER = f"{DAY - timedelta(days=1)} 09:30", f"{DAY} 09:30"


@pytest.mark.daily(1)
@pytest.mark.parametrize(("scheme", "at"), [("cg", AT), ("road", AT), ("cg", BEFORE), ("cg", AFTER), ("road", AFTER)])
def test_click_bulk_and_acceptance_agree_on_every_edge_and_corner_before_and_after_a_reform(district, scheme, at):
    reform_department(district, department="D2", successor="D9", on=DAY)
    answering = agree_everywhere(district, scheme, at)
    assert ("D2" in answering, "D1" in answering) == (at != AFTER, True)


@pytest.mark.daily(1)
@pytest.mark.proof
def test_they_agree_on_the_day_before_a_reform_of_today_when_the_old_department_answered(district):
    reform_department(district, department="D2", successor="D9", on=date.today())
    assert "D2" in agree_everywhere(district, "cg", BEFORE_TODAY)
    assert "D2" not in agree_everywhere(district, "cg", TODAY)


def test_a_column_is_read_once_however_many_of_its_rows_a_reform_wrote(district, add, monkeypatch):
    add("person", *({"id": f"N{n}", "name": f"示例{n}", "department_code": "D2"} for n in range(30)))
    reform_department(district, department="D2", successor="D9", on=date.today())
    read, tables = [], district.read_all()
    monkeypatch.setattr(reformed_names, "texts", lambda *asked: read.append(asked[1]) or texts(*asked))
    before = names_before(district, {name: tables[name] for name in ("person", "department")}, YESTERDAY)["person"]
    assert texts(before, "department_code").tolist().count("D2") >= 30
    assert read.count("department_code") == 1


def agree_everywhere(district, scheme, at):
    """Ask every spot in the three ways; return the departments that answer."""
    classes = [(None, None), ("component", "0600"), ("event", "0600"), (None, "0201"), (None, "0102")]
    asked = [(x, y, classes[n % 5], PART if n % 7 == 3 else None) for n, (x, y) in enumerate(SPOTS)]
    x, y = (np.array([row[side] for row in asked]) for side in (0, 1))
    kinds, codes = (as_column(row[2][side] for row in asked) for side in (0, 1))
    parts = as_column(row[3] for row in asked)
    rows = Rows({"类": codes, "种": kinds, "部件": parts}, shapely.points(x, y))
    source = Source(rows, "点", "点.shp", None, "utf-8", row_numbers=np.arange(len(x)))
    fields = {"class_field": "类", "kind_field": "种", "component_field": "部件"}
    bulk = who_is_responsible(district, source, scheme=scheme, at=at, **fields).rows.records()
    moments = np.full(len(x), at, dtype="datetime64[s]")
    points = Points(x, y, codes, parts, moments, kinds)
    tables = names_before(district, district.read_all(), np.datetime64(at, "D"))
    whole = who_answers(points, tables, scheme, precision_m=0.001).rows().records()
    for row, (bulk_says, acceptance_says) in enumerate(zip(bulk, whole)):
        where = Where(x[row], y[row], component=parts[row] or "")
        click = ask_place(district, where, at=at, scheme=scheme, classes=[(kinds[row], codes[row])])
        one = click.classes[0]
        grids = [
            place for place in click.places if (place.table, place.scheme_key) == ("responsibility_grid", scheme)
        ]
        clicked = {
            "unit_grid": click.unit_grid or None,
            "responsibility_grid": grids[0].code if grids else None,
            "department_code": one.department_code or None,
            "status": one.status,
            "rule": one.rule,
            "lane_code": next((place.code for place in click.places if place.table == "lane"), None),
        }
        assert {name: bulk_says[name] for name in clicked} == clicked, asked[row]
        assert {name: acceptance_says[name] for name in clicked} == clicked, asked[row]
        on_duty = grids[0].people[0].person_id if grids and grids[0].people else None
        assert bulk_says["person"] == acceptance_says["person_id"] == on_duty, asked[row]
    return {row["department_code"] for row in bulk}


def test_in_a_scheme_over_lanes_the_nearest_lane_is_the_grid_and_who_works_there_is_named(district):
    rows = Rows({"n": as_column(range(3))}, shapely.points([(50.0, 80.0), (50.0, 5.0), (350.0, 45.0)]))
    source = Source(rows, "点", "点.shp", None, "utf-8", row_numbers=np.arange(3))
    found = who_is_responsible(district, source, scheme="road", at=AT).rows
    assert found["responsibility_grid"].tolist() == [LANES[1], LANES[0], None]
    assert found["person"].tolist() == ["P2", None, None]


def test_a_lane_that_has_left_the_scheme_answers_no_longer(district):
    with district.transaction("", "test") as transaction:
        grids = district.read("responsibility_grid", where={"scheme": "road", "code": LANES[1]})
        transaction.set_column("responsibility_grid", "valid_to", grids.fids, ["2025-12-31"])
    click = ask_place(district, Where(50.0, 80.0), at=AT, scheme="road")
    assert not [place for place in click.places if place.scheme_key == "road"]


def test_a_grid_over_a_lane_answers_for_itself_where_another_lane_crosses_it(district):
    crossing = np.array([shapely.LineString([(100, 60), (100, 120)])], dtype=object)
    with district.transaction("", "test") as transaction:
        columns = {"code": as_column(["9901010010000"]), "name": as_column(["横巷"])}
        transaction.insert("lane", Rows(columns, crossing))
    click = ask_place(district, Where(table="responsibility_grid", code=LANES[1], scheme="road"), at=AT)
    (grid,) = [place for place in click.places if place.scheme_key == "road"]
    assert (grid.code, grid.people[0].person_id) == (LANES[1], "P2")

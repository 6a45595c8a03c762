"""What a server counts of its cases is what is counted from all of them, whatever is asked; so in a file."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.briefed_cases import CaseFilter, with_cases
from gridmgmt_plugin.jobs.analysis.briefing import briefed_classes
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.case_counts import count_where_stored, place_where_stored, slice_where_stored
from gridmgmt_plugin.jobs.analysis.case_figures import CaseFigures, Question
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots, hotspots_of
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend, slice_read
from gridmgmt_plugin.jobs.analysis.hot_place_facts import PLACE_FACTS, PlacedCases, with_facts
from gridmgmt_plugin.jobs.analysis.hotspot_cases import counted_cases
from gridmgmt_plugin.jobs.analysis.hotspot_places import hotspot_places
from gridmgmt_plugin.jobs.reach import read_reach
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made, unit_rows
from tests.workspace.places import KINDS, place_of

WHOLE_IN_DATABASE = True
LEVELS = (("unit_grid", None), ("responsibility_grid", "cg"), ("lane", None))
MOMENTS = (
    *("2026-01-31T23:59:59", "2026-02-01T00:00:00", "2026-02-28T08:05:00", "2024-02-29T12:00:00", None, ""),
    *("2026-02-29T08:00:00", "2026-04-31T08:00:00", "2026-02-15T24:10:00", "2026/2/5 8:05", "2026-02-07", "昨天"),
    *("2026-03-31T00:00:00", "2026-04-30T00:00:00", "2031-01-01T00:00:00", "2026-02-10 08:00:00"),
    *("1850-05-05T00:00:00", "9999-12-31T00:00:00", "1900-01-01T00:00:00", "2100-12-31T23:59:59"),
)
WORDS = {
    "kind": ("event", "component", "", None),
    "class_code": ("0501", "0502", "0101", "0112", "05%_", "", None),
    "component_code": ("K1", "K2", "K9", None),
    "source": ("12345", "监督员", "o'neill", None),
    "status": ("closed", "void", "handling", None),
    "department_code": ("D1", "D2", None),
    "placed_by": ("", "lane", "lane_number", None),
    "duplicate_of": (None, "", None, "C1"),
    "unit_grid": (*unit_rows()["code"], "990101001001999", None),
    "lane_code": ("L1", "L2", "L9", None),
    "reported_at": MOMENTS,
}


def questions():
    """Return questions of every kind, alone and together."""
    periods = [(None, None), ("2026-02-01", "2026-02-28"), ("2026-02-28T08:05:00", None), (None, "2026-01-31")]
    for start, end in periods:
        yield Question(start, end)
        yield Question(start, end, "05")
    yield Question("2026-02-01", "2026-04-30", "0501", "event")
    yield Question(class_prefix="05%")
    yield Question(case_kind="component", sources=("12345", "o'neill"))
    yield Question(statuses=("closed", "void"), departments=("D2",))
    yield Question("2026-01-01", None, classes=(("event", "0501"), ("component", "0101"), ("", "0502"), ("x", "y")))
    yield Question("2099-01-01", "2099-12-31")


@pytest.fixture(scope="module", params=KINDS)
def busy(request, tmp_path_factory):
    """Four cells in two grids, two lanes, and cases of all kinds; do not change it."""
    with place_of(request.param, tmp_path_factory.mktemp("counts"), request) as place:
        made(place.location, EPSG_FRAME)
        workspace = Workspace.open(place.location)
        draw = np.random.default_rng(12)
        count = 600
        cases = {name: as_column(draw.permutation(words)[0] for _ in range(count)) for name, words in _objects()}
        lanes = shapely.linestrings([[(0, 50), (200, 50)], [(200, 50), (400, 50)]])
        units = workspace.read("unit_grid")
        with workspace.transaction("测试", "test") as transaction:
            transaction.add_column("unit_grid", "rg_cg", "text")
            transaction.set_column("unit_grid", "rg_cg", units.fid, ["G1", "G1", "G2", None])
            grids = {"code": as_column(["G1", "G2"]), "scheme": as_column(["cg", "cg"])}
            transaction.insert(
                "responsibility_grid",
                Rows(
                    grids,
                    as_column(
                        shapely.multipolygons(
                            [
                                [
                                    units.geometry[0],
                                ],
                                [units.geometry[2]],
                            ]
                        )
                    ),
                ),
            )
            lane_rows = {"code": as_column(["L1", "L2"]), "state": as_column(["current", "current"])}
            transaction.insert("lane", Rows(lane_rows, as_column(lanes)))
            held = {"code": as_column(["K1", "K2"]), "class_code": as_column(["0112", "0101"])}
            transaction.insert("component", Rows(held, as_column(shapely.points([(50, 50), (150, 50)]))))
            ids = {"id": as_column(f"C{number}" for number in range(count))}
            points = shapely.points(draw.uniform((0, 0), (400, 100), (count, 2)))
            transaction.insert("cases", Rows({**ids, **cases}, as_column(points)))
        yield workspace


def _objects():
    return [(name, as_column(words)) for name, words in WORDS.items()]


@pytest.mark.daily(1)
def test_counting_where_cases_are_stored_answers_as_reading_them_does(busy):
    figures = CaseFigures(busy)
    told = set()
    for level, scheme in LEVELS:
        places = hotspot_places(busy, level, scheme)
        for asked in questions():
            found = count_where_stored(busy, places, asked)
            cases = figures.choose(asked)
            counts, middle = figures.at(level, scheme).surely_there(cases)
            assert found.counts.count.tolist() == counts.count.tolist(), (level, asked)
            assert (found.counts.outside, found.middle, found.asked) == (counts.outside, middle, len(cases)), asked
            assert found.notes == cases.notes
            told |= {note.code for note in found.notes}
    assert told == {"hotspot_kinds_mixed", "hotspot_cases_undated", "hotspot_cases_left_out"}


TRENDS = (
    ("2026-01-01", "2026-04-30", "month", 1),
    ("2026-01-10", "2026-04-20T12:00:00", "month", 26),
    ("2025-12-29", "2026-03-31", "week", 1),
    ("2023-01-01", "2031-12-31", "quarter", 1),
    ("2026-02-03", "2026-02-05", "month", 1),
)


@pytest.mark.daily(1)
@pytest.mark.proof
def test_slices_counted_where_cases_are_stored_are_those_of_cases_that_are_read(busy):
    told, seen = set(), 0
    for level, scheme in LEVELS:
        places = hotspot_places(busy, level, scheme)
        for start, end, kind, month_start in TRENDS:
            for prefix, case_kind in (("", ""), ("05", ""), ("0501", "event")):
                asked = Question(start, end, prefix, case_kind)
                slices, read = slice_read(busy, places, asked, kind, month_start)
                found = slice_where_stored(busy, places, asked, slices)
                assert found.counts.tolist() == read.counts.tolist(), (level, asked)
                for name in ("nowhere", "middle", "between", "asked", "notes"):
                    assert getattr(found, name) == getattr(read, name), (level, asked, name)
                told |= {note.code for note in found.notes}
                seen += int(found.counts.sum())
    assert told == {"hotspot_kinds_mixed", "hotspot_cases_undated", "hotspot_cases_left_out"}
    assert seen


@pytest.mark.parametrize(("level", "scheme"), LEVELS)
def test_a_trend_counts_the_same_cases_whoever_counts(busy, level, scheme):
    asked = {"level": level, "scheme": scheme, "class_prefix": "05"}
    period = {"start": "2026-01-01", "end": "2026-04-30"}
    found = find_trend(busy, **asked, **period)
    slices, read = slice_read(busy, hotspot_places(busy, level, scheme), Question(*period.values(), "05"), "month", 1)
    assert found.report.figures["cases"] == read.asked
    assert found.rows["count"].tolist() == read.counts.sum(axis=1).tolist()
    assert found.slices.edges.tolist() == slices.edges.tolist()


@pytest.mark.parametrize(("level", "scheme"), LEVELS)
def test_hot_spots_are_the_same_whoever_counts(busy, level, scheme):
    asked = Question("2026-01-01", "2026-12-31", "05")
    counted = find_hotspots(busy, level=level, scheme=scheme, start="2026-01-01", end="2026-12-31", class_prefix="05")
    read = hotspots_of(busy, CaseFigures(busy), asked, level, scheme)
    assert counted.report == read.report
    assert counted.rows["count"].tolist() == read.rows["count"].tolist()


@pytest.mark.parametrize(("level", "scheme"), LEVELS)
def test_what_hot_places_are_about_is_the_same_of_the_cases_that_lie_there_alone(busy, level, scheme):
    asked, figures = Question("2026-01-01", "2026-12-31"), CaseFigures(busy)
    places = hotspot_places(busy, level, scheme)
    rows = hotspots_of(busy, figures, asked, level, scheme).rows
    rows = rows.with_columns(place_no=[1, *([None] * (len(rows) - 2)), 2])
    placed = figures.at(level, scheme)
    read = PlacedCases(figures.cases, figures.choose(asked).chosen, placed.sure_place, placed.places.rows["code"])
    stored = place_where_stored(busy, places, asked, {rows["code"][0], rows["code"][-1]})
    assert len(stored.cases) < len(figures.cases)
    whole, part = (with_facts(busy, rows, cases, "") for cases in (read, stored))
    assert all(whole[name].tolist() == part[name].tolist() for name in PLACE_FACTS)
    assert any(whole["class_code"])


def test_what_cannot_be_counted_is_refused_as_it_is_of_cases_that_are_read(busy):
    for more, code in (
        ({"start": "soon"}, "hotspot_date_unreadable"),
        ({"case_kind": "both"}, "hotspot_kind_unknown"),
    ):
        with pytest.raises(InputError) as caught:
            find_hotspots(busy, **more)
        assert caught.value.code == code


def test_a_briefing_counts_hot_spots_of_the_cases_that_it_is_about_alone(busy):
    only = CaseFilter(departments=("D1",), sensitive=True)
    told = read_briefing(
        busy, BriefingQuestion(date(2026, 2, 1), date(2026, 2, 28), cases=only), datetime(2026, 3, 1)
    )
    asked = Question("2026-02-01", "2026-02-28", departments=("D1",))
    expected = hotspots_of(busy, CaseFigures(busy), asked)
    assert told.map.counts.tolist() == expected.rows["count"].tolist()
    assert sum(told.map.counts) < sum(find_hotspots(busy, start=asked.start, end=asked.end).rows["count"])


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"SENSITIVE": True},
        {"FROM": "2026-02-01", "TO": "2026-03-31"},
        {"FROM": "2026-02-01", "SOURCES": "12345,o'neill", "STATUSES": "closed", "CASE_KIND": "component"},
        {"DEPARTMENTS": "D1", "CLASSES": "event:0501,component:0112", "SENSITIVE": True},
        {"CLASS_PREFIX": "01", "FROM": "2099-01-01"},
    ],
)
def test_cases_of_a_briefing_are_foretold_without_reading_one(busy, chosen, monkeypatch):
    words = [parts_of(chosen.get(name, "")) for name in ("SOURCES", "STATUSES", "DEPARTMENTS", "CLASSES")]
    only = CaseFilter(*map(tuple, words[:3]), chosen.get("SENSITIVE", False), briefed_classes(words[3]))
    asked = (chosen.get("FROM"), chosen.get("TO"), chosen.get("CLASS_PREFIX", ""), chosen.get("CASE_KIND", ""))
    expected = len(counted_cases(with_cases(busy, only), *asked, dated=True).rows)
    read: list[str] = []
    for name in ("read", "read_point_parts"):
        plain = getattr(Workspace, name)
        monkeypatch.setattr(
            Workspace, name, lambda *of, plain=plain, **more: read.append(of[1]) or plain(*of, **more)
        )
    assert read_reach(busy, "briefing", chosen) == {"cases": expected, "all": busy.count("cases")}
    assert "cases" not in read


def test_some_cases_of_a_workspace_are_read_as_their_filter_says_and_never_chosen_elsewhere(busy):
    some = with_cases(busy, CaseFilter(departments=("D2",), sensitive=True))
    whole = busy.read("cases", where={"department_code": "D2"})
    for columns in (["id"], ["id", "kind", "reported_at"], None):
        rows = some.read("cases", columns)
        for name in columns or rows.columns:
            assert rows[name].tolist() == whole[name].tolist()
        assert rows.fids.tolist() == whole.fids.tolist()
        assert rows.shapes.tolist() == whole.shapes.tolist()
    assert some.count("cases") == len(whole)
    for question in (lambda: some.count_by("cases", ["kind"]), lambda: some.read("cases", where={"id": "C1"})):
        with pytest.raises(ValueError, match="filter"):
            question()

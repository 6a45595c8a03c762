"""Washington's requests and Houston's crimes go through every analysis, and the figures agree with a plain count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.hotspots.analysis import Chance
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.evaluate import COUNTS, evaluate
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.find_recurrence import find_recurrence
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.conftest import shared_file
from tests.jobs.analysis.test_briefing import _Page
from tests.jobs.districts import layer

pytestmark = pytest.mark.proof
OFFICE = "990101001"
NOW = datetime(2026, 6, 1, 12)
# File, frame, and in this the box with its cells: west, south, columns, rows, metres of a cell.
CITIES = {
    "Washington": ("washington_dc/dc_311_cases.csv.gz", "32618", (314_000, 4_293_000, 60, 68, 400.0)),
    "Houston": ("houston/houston_crime_2010_01_04.csv.gz", "32615", (230_000, 3_255_000, 75, 75, 1_000.0)),
}


@pytest.fixture(scope="module", params=list(CITIES))
def city(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Workspace:
    """A workspace with square cells and the first 35 000 cases of a city."""
    name, frame, (west, south, columns, rows, side) = CITIES[request.param]
    whole = read_source(shared_file(name))
    first = np.arange(min(len(whole.rows), 35_000))
    source = replace(whole, rows=whole.rows.take(first), row_numbers=whole.row_numbers[first])
    box = shapely.box(west, south, west + columns * side, south + rows * side)
    path = tmp_path_factory.mktemp("库") / "城市.gpkg"
    create_workspace([layer({"code": [OFFICE], "name": ["市中心"]}, [box], int(frame))], path, crs=frame)
    workspace = Workspace.open(path)
    x, y = (
        values.ravel() for values in np.meshgrid(west + np.arange(columns) * side, south + np.arange(rows) * side)
    )
    cells = shapely.box(x, y, x + side, y + side)
    count = len(cells)
    codes = [f"{OFFICE}000{number:05d}" for number in range(count)]
    units = {"code": codes, "area_code": [OFFICE + "000"] * count, "area_m2": [side * side] * count}
    units |= {"state": ["valid"] * count}
    with workspace.transaction("", "test") as transaction:
        transaction.insert("unit_grid", Rows({k: as_column(v) for k, v in units.items()}, as_column(cells.tolist())))
    report = import_cases(workspace, source, coordinates="lonlat")
    assert report.accepted + report.rejected == len(first)
    assert report.accepted > 0.9 * len(first)
    return workspace


def test_counts_rates_and_both_kinds_of_chance_agree_with_a_plain_count(city: Workspace) -> None:
    cases = city.read("cases", ["unit_grid", "status", "duplicate_of"], geometry=False).records()
    plain = Counter(c["unit_grid"] for c in cases if c["status"] != "void" and not c["duplicate_of"])
    found = find_hotspots(city, normalise="area", chance=Chance("permutation", 9_999, 1))
    area_ha = shapely.area(found.rows.shapes) / 10_000
    for record, hectares in zip(found.rows.records(), area_ha.tolist()):
        assert record["count"] == plain[record["code"]]
        assert record["rate"] == pytest.approx(record["count"] / hectares)
    analytic = find_hotspots(city, normalise="area")
    hot, by_chance = (np.asarray(one.rows["hotspot"].tolist()) > 0 for one in (analytic, found))
    assert hot.any()
    # Permutation is stricter with counts of which a few are huge: what it calls hot, the formula does too.
    assert (hot & by_chance).sum() > 0.9 * by_chance.sum() or not by_chance.any()
    assert by_chance.any() or "hotspot_permutations_few" in {note.code for note in found.report.notes}


def test_trends_and_what_comes_back_have_an_answer(city: Workspace) -> None:
    trend = find_trend(city, slice_kind="week")
    assert trend.report.accepted > 0
    assert all(note.text("zh") and note.text("en") for note in trend.report.notes)
    back = find_recurrence(city, days=30, distance_m=50, permutations=19)
    assert back.report.accepted >= 0
    assert all(note.text("zh") and note.text("en") for note in back.report.notes)


def test_an_evaluation_counts_the_cases_that_it_shows(city: Workspace) -> None:
    found = evaluate(city, level="unit_grid")
    for row in np.argsort([-count for count in found.rows["filed"]])[:20].tolist():
        for column in COUNTS:
            assert len(found.behind.of(row, column)) == found.rows[column][row]
    assert sum(found.rows["filed"]) == found.report.accepted - sum(
        note.details["count"] for note in found.report.notes if note.code == "evaluation_cases_nowhere"
    )


def test_the_figures_of_a_manager_are_those_of_the_hot_spots(city: Workspace) -> None:
    overviews = CaseOverviews(city, "unit_grid", None)
    told = overviews.answer(Question(), None, NOW)
    hot = find_hotspots(city)
    assert told.count == hot.report.figures["cases"]
    assert told.placed == hot.report.accepted
    assert told.places[0].count == max(hot.rows["count"])
    assert sum(overviews.class_counts(Question(), None).values()) <= told.count


def test_a_briefing_of_a_city_tells_what_its_analyses_find(city: Workspace, tmp_path: Path) -> None:
    asked = BriefingQuestion()
    content = read_briefing(city, asked, NOW)
    days = {"start": content.period.first.isoformat(), "end": content.period.last.isoformat()}
    hot, judged = find_hotspots(city, **days), evaluate(city, level="community", **days)
    assert content.figure("reported").value == hot.report.figures["cases"]
    assert content.map.counts.tolist() == hot.rows["count"].tolist()
    assert [one.name for one in content.hot] == list(hot.places[:10])
    first = {row["place_no"]: row for row in hot.rows.records()}
    assert [one.mainly.zh for one in content.hot] == [first[n + 1]["class_code"] for n in range(len(content.hot))]
    assert content.figure("filed").value == judged.report.figures["filed"]
    assert content.figure("overdue").value == judged.report.figures["overdue"]
    for rate in content.rates:
        assert rate.value == (round(100.0 * rate.of / rate.among, 2) if rate.among else None), rate.key
    report = make_briefing(city, tmp_path, asked, formats=("html", "xlsx"), language="en")
    page = _Page((tmp_path / report.figures["files"][1]).read_text(encoding="utf-8"))
    assert int(page.big) == report.accepted == content.figure("reported").value
    assert len(page.tips) == len(content.map)

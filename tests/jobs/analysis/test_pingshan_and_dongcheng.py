"""Pingshan's monthly counts and Dongcheng's facilities go through intake and every table, and the sums agree."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews
from gridmgmt_plugin.jobs.analysis.evaluate import evaluate
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.inventory.count_components import count_components
from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, import_ledger
from gridmgmt_plugin.jobs.ledgers.ledger_counts import ledger_counts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.conftest import shared_file
from tests.jobs.districts import areas, dongcheng

pytestmark = pytest.mark.proof
SIDE, CELL = 3_000.0, 500.0
NOW = datetime(2019, 4, 2, 9)


@pytest.fixture(scope="module")
def counts() -> dict[tuple[str, str], int]:
    """Street and month → cases, as they were published."""
    path = shared_file("china_cases/pingshan_cases_by_street_month.csv")
    with Path(path).open(encoding="utf-8") as stream:
        return {(row["street"], row["month"]): int(row["cases"]) for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def offices(counts: dict[tuple[str, str], int]) -> dict[str, str]:
    """Street → code of its office."""
    return {street: f"99010100{n + 1}" for n, street in enumerate(dict.fromkeys(street for street, _ in counts))}


@pytest.fixture(scope="module")
def pingshan(counts: Any, offices: Any, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A square for each office of Pingshan, and a case on a day of its month for each one that was counted."""
    folder = tmp_path_factory.mktemp("坪山")
    shapes = {code: shapely.box(n * SIDE, 0, (n + 1) * SIDE, SIDE) for n, code in enumerate(offices.values())}
    create_workspace([areas(shapes, name=list(offices))], folder / "库.gpkg", local_frame="坪山")
    workspace = Workspace.open(folder / "库.gpkg")
    corners = [
        (code, n * SIDE + a * CELL, b * CELL) for n, code in enumerate(shapes) for a in range(6) for b in range(6)
    ]
    units = {
        "code": [f"{code}000{number:03d}" for number, (code, _, _) in enumerate(corners)],
        "area_code": [code for code, _, _ in corners],
        "state": ["valid"] * len(corners),
    }
    cells = as_column([shapely.box(x, y, x + CELL, y + CELL) for _, x, y in corners])
    with workspace.transaction("", "test") as transaction:
        transaction.insert("unit_grid", Rows({name: as_column(values) for name, values in units.items()}, cells))
    draw, east = np.random.default_rng(7), {code: n * SIDE for n, code in enumerate(shapes)}
    lines = ["编号,类别代码,上报时间,X,Y"]
    for (street, month), number in counts.items():
        for day, x, y in zip(*(draw.integers(*ends, number) for ends in ((1, 29), (1, 2999), (1, 2999)))):
            moment = f"{month}-{day:02d} 0{day % 10}:30:00"
            lines.append(f"P{len(lines)},0504,{moment},{east[offices[street]] + x},{y}")
    path = folder / "民生诉求.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert import_cases(workspace, read_batches(path)).accepted == sum(counts.values()) == 35_317
    assert import_cases(workspace, read_source(path)).figures["unchanged"] == 35_317
    return workspace


def of_month(counts: dict[tuple[str, str], int], month: str) -> int:
    return sum(number for (_, when), number in counts.items() if when == month)


def test_each_office_has_the_cases_of_each_month(pingshan: Workspace, counts: Any, offices: Any) -> None:
    found = evaluate(pingshan, level="street_office", slice_kind="month")
    assert found.series is not None
    told = {(row["code"], row["first_day"][:7]): row["filed"] for row in found.series.records()}
    assert told == {(offices[street], month): number for (street, month), number in counts.items()}


def test_a_month_is_compared_with_the_one_before_and_that_of_the_year_before(
    pingshan: Workspace, counts: Any
) -> None:
    overviews = CaseOverviews(pingshan, "unit_grid", None)
    told = overviews.answer(Question(), Period(date(2019, 3, 1), date(2019, 3, 31)), NOW)
    months = [of_month(counts, month) for month in ("2019-03", "2019-02", "2018-03")]
    assert [told.count, told.before, told.earlier] == months


def test_hot_spots_trend_and_briefing_count_the_same_cases(pingshan: Workspace, counts: Any) -> None:
    first, last = date(2019, 3, 1), date(2019, 3, 31)
    hot = find_hotspots(pingshan, start=str(first), end=str(last))
    assert sum(hot.rows["count"]) == hot.report.accepted == of_month(counts, "2019-03")
    trend = find_trend(pingshan, slice_kind="month", start="2018-02-01", end="2019-03-31")
    assert (len(trend.slices), trend.report.accepted) == (14, 35_317)
    assert {note.code for note in trend.report.notes} <= {"hotspot_cases_between_slices"}
    content = read_briefing(pingshan, BriefingQuestion(first, last), NOW)
    assert content.figure("reported").value == of_month(counts, "2019-03")


def test_the_facilities_of_dongcheng_are_a_ledger_and_an_inventory_of_their_offices(
    shared: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path / "东城.gpkg"
    shutil.copy(dongcheng(shared, tmp_path_factory), path)
    workspace = Workspace.open(path)
    facilities = read_source(shared("beijing_dongcheng/dongcheng.gpkg"), "facility")
    taken = import_ledger(
        workspace, facilities, "sheshi", LedgerWishes("公共设施"), fields={"key": "fac_id", "status": "category"}
    )
    assert taken.accepted + taken.rejected == len(facilities) == 5_239
    assert taken.accepted > 5_000
    items = workspace.read("ledger_item", ["unit_grid"])
    units = workspace.read("unit_grid", ["code", "area_code"])
    office = dict(zip(units["code"], (area[:9] for area in units["area_code"])))
    plain = Counter(office.get(unit, "") for unit in items["unit_grid"])
    counted = ledger_counts(workspace, "sheshi", "street_office")
    assert {row["code"]: row["items"] for row in counted.rows.records() if row["items"]} == {
        code: number for code, number in plain.items() if code
    }
    assert counted.report.figures["nowhere"] == plain[""]
    assert import_ledger(workspace, facilities, "sheshi").figures["unchanged"] == taken.accepted
    parts = import_components(workspace, facilities, class_field="type", id_field="fac_id")
    assert parts.accepted + parts.rejected == 5_239
    by_office = count_components(workspace, by=("street_office",))
    assert sum(by_office.rows["count"]) == parts.accepted

"""Results list the places of a layer, such as what is selected; what is counted and tested stays that of all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from gridmgmt_plugin.jobs.areas.listed_places import listed_places
from gridmgmt_plugin.jobs.inventory.count_components import count_components
from gridmgmt_plugin.jobs.ledgers.ledger_counts import ledger_counts
from tests.jobs.analysis.test_find_hotspots import add_cases, crowd
from tests.jobs.districts import COUNTY, drawn_town

CROWDED = COUNTY + "001001013"


def layer(codes=(), shapes=None, column="编码"):
    rows = Rows({column: as_column(codes)}, None if shapes is None else as_column(shapes))
    return Source(rows, "所选", "所选", None, "utf-8", row_numbers=np.arange(len(rows)))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town with cases of a year, two components and three items of a ledger; do not change it."""
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    places = crowd()
    months = [f"2025-{number % 12 + 1:02d}-15T10:00:00" for number in range(len(places))]
    add_cases(workspace, places, reported_at=months)
    cells = workspace.read("unit_grid", ["code"])
    others = cells["code"][cells["code"] != CROWDED][:1]
    with workspace.transaction("测试", "test") as transaction:
        homes = as_column([CROWDED, CROWDED, *others])
        spots = shapely.point_on_surface(cells.shapes[[cells["code"].tolist().index(code) for code in homes]])
        parts = {"code": as_column(["A", "B", "C"]), "class_code": as_column(["0101"] * 3), "unit_grid": homes}
        transaction.insert("component", Rows(parts, spots))
        ledger = {"key": ["hei"], "title": ["黑点"], "statuses": ["在办"], "done_statuses": ["已完成"]}
        transaction.insert("ledger", Rows({name: as_column(values) for name, values in ledger.items()}))
        items = {"ledger": as_column(["hei"] * 3), "key": as_column("123"), "unit_grid": homes}
        transaction.insert("ledger_item", Rows(items, spots))
    return workspace


def listed(found):
    return sorted(found.rows["code"].tolist())


@pytest.mark.parametrize("find", [find_hotspots, find_trend])
def test_the_statistic_of_what_is_listed_is_that_of_the_whole_level(town, find):
    whole, part = find(town), find(town, listed=layer([CROWDED, COUNTY + "002002004"]))
    assert listed(part) == sorted([CROWDED, COUNTY + "002002004"])
    of_whole = {row["code"]: row for row in whole.rows.records()}
    for row in part.rows.records():
        assert {**of_whole[row["code"]], "place_no": None} == {**row, "place_no": None}
    assert "statistic_of_all_places" in [note.code for note in part.report.notes]
    assert part.report.accepted == sum(part.rows["count"])
    assert part.report.figures["cases"] == whole.report.figures["cases"]


def test_hot_places_are_joined_and_numbered_among_what_is_listed(town):
    part = find_hotspots(town, listed=layer([CROWDED]))
    assert part.rows["place_no"].tolist() == [1]
    assert len(part.places) == part.report.figures["hot_places"] == part.report.figures["hot"] == 1
    assert find_hotspots(town, listed=layer([COUNTY + "002002004"])).places == ()


def test_what_lies_within_polygons_is_listed_where_their_codes_are_others(town):
    corner = layer(["甲"], [shapely.box(-10, -10, 410, 410)])
    inside = shapely.intersects(shapely.box(0, 0, 400, 400), shapely.point_on_surface(town.read("unit_grid").shapes))
    assert len(find_hotspots(town, listed=corner).rows) == inside.sum()


def test_the_ground_counts_and_not_a_code_that_places_of_another_level_have_too(town):
    units = town.read("unit_grid")
    half = shapely.box(-10, -10, 410, 410)
    grids = layer([units["code"][-1]], [half])  # numbered as a unit grid of the other half is
    inside = shapely.intersects(half, shapely.point_on_surface(units.shapes))
    assert not inside[-1]
    assert listed_places(grids, units, town.info.frame).tolist() == inside.tolist()


def test_components_and_items_are_counted_in_what_is_listed(town):
    chosen = layer([CROWDED])
    counted = count_components(town, by=("unit_grid",), listed=chosen)
    assert (counted.rows["unit_grid"].tolist(), counted.rows["count"].tolist()) == ([CROWDED], [2])
    area_ha = shapely.area(town.read("unit_grid", where={"code": CROWDED}).shapes[0]) / 10_000
    assert counted.rows["per_hectare"].tolist() == [round(2 / area_ha, 3)]
    items = ledger_counts(town, "hei", listed=chosen)
    assert (listed(items), items.rows["items"].tolist(), items.report.figures["items"]) == ([CROWDED], [2], 2)
    assert ledger_counts(town, "hei").report.figures["items"] == 3


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (layer(["不存在"]), "places_wrong_geometry"),
        (layer([]), "places_none_listed"),
        (layer(["1"], [shapely.Point(1, 1)]), "places_wrong_geometry"),
        (layer(["1"], [shapely.box(9_000, 9_000, 9_001, 9_001)]), "layer_elsewhere"),
    ],
)
def test_a_layer_without_any_of_the_places_is_refused_with_the_reason(town, chosen, code):
    with pytest.raises(InputError) as refused:
        listed_places(chosen, town.read("unit_grid", ["code"]), town.info.frame)
    assert refused.value.code == code

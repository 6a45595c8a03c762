"""The inventory counts components by class, place, state and owner, and says what is wrong with which."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.inventory.component_problems import find_problems
from gridmgmt_plugin.jobs.inventory.count_components import count_components
from gridmgmt_plugin.jobs.inventory.inventory import KINDS, Asked, Inventory
from tests.jobs.inventory.parts_town import CELLS, COMMUNITY, LAMP, OFFICE, WELL, code, parts_workspace
from tests.jobs.people.duty_district import duty_workspace

TODAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return parts_workspace(tmp_path_factory.mktemp("部件") / "库.gpkg")


@pytest.fixture(scope="module")
def inventory(town):
    return Inventory(town, "cg", TODAY)


def _rows(table):
    return dict(zip(table.rows, table.counts.sum(axis=1).tolist()))


def test_every_pair_of_kinds_counts_every_component_once(inventory):
    for rows in KINDS:
        for columns in KINDS:
            table = inventory.table(rows, columns, Asked())
            assert table.counts.sum() == table.total == 8


def test_counts_are_those_of_a_plain_count(town, inventory):
    parts = town.read("component", geometry=False).records()
    for kind in ("class_code", "state", "owner_state", "department_code", "unit_grid"):
        assert _rows(inventory.table(kind, "state", Asked())) == Counter(part[kind] or "" for part in parts)
    assert _rows(inventory.table("age", "state", Asked())) == {"0": 4, "1": 1, "5": 1, "": 2}
    assert _rows(inventory.table("major", "state", Asked())) == {"01": 8}
    assert _rows(inventory.table("community", "state", Asked())) == {COMMUNITY: 6, "": 2}


def test_what_is_asked_for_narrows_the_counts(inventory):
    asked = Asked({"state": ("完好", "")}, WELL, (OFFICE,))
    assert _rows(inventory.table("unit_grid", "state", asked)) == {CELLS[0]: 1, CELLS[1]: 1}
    with pytest.raises(InputError) as raised:
        inventory.mask(Asked({"colour": ("red",)}))
    assert raised.value.code == "inventory_kind_unknown"


def test_density_is_that_of_the_place_and_else_of_all_that_was_asked_for(inventory):
    by_grid = inventory.table("responsibility_grid", "state", Asked())
    assert by_grid.per_hectare[:2].tolist() == [3.0, 2.0], "what was abandoned is there no longer"
    assert np.isnan(by_grid.per_hectare[-1])
    assert by_grid.per_100m[:2].tolist() == [3.0, pytest.approx(np.nan, nan_ok=True)]
    by_class = inventory.table("class_code", "state", Asked({}, "", (OFFICE,)))
    gone = by_class.counts[:, by_class.columns.index("废弃")]
    assert gone.sum() == 1
    assert by_class.per_hectare.tolist() == ((by_class.counts.sum(axis=1) - gone) / 2).tolist()
    abandoned = inventory.table("class_code", "state", Asked({"state": ("废弃",)}, "", (OFFICE,)))
    assert abandoned.per_hectare.tolist() == [0.5]
    by_state = inventory.table("state", "class_code", Asked({}, "", (OFFICE,)))
    assert by_state.per_hectare.tolist() == (by_state.counts.sum(axis=1) / 2).tolist()


@pytest.mark.parametrize(("asked", "expected"), [({}, [1.5, 1.0]), ({"state": "废弃"}, [0.5])])
def test_the_counts_of_the_tool_have_the_same_densities(town, asked, expected):
    rows = count_components(town, by=("class_code",), scope=OFFICE, **asked).rows
    dense = dict(zip(rows["class_code"], rows["per_hectare"]))
    assert [dense[word] for word in (WELL, LAMP) if word in dense] == expected


def test_a_row_leads_back_to_its_components(town, inventory):
    numbers = inventory.row_numbers(Asked(), {"class_code": LAMP})
    stored = town.read("component", ["class_code"], geometry=False)
    assert sorted(numbers.tolist()) == sorted(stored.fids[stored["class_code"] == LAMP].tolist())
    without = inventory.row_numbers(Asked({"class_code": (LAMP,)}), {"unit_grid": ""})
    assert len(without) == 1
    only = Asked(only=frozenset(numbers.tolist()))
    assert inventory.table("class_code", "state", only).total == 3


def test_words_are_told_by_their_names(inventory):
    assert inventory.title("class_code", WELL, "zh") == "0102 污水井盖"
    assert inventory.title("department_code", "D1", "zh") == "城管局（示例）"
    assert inventory.title("owner_state", "争议", "en") == "Disputed"
    assert inventory.title("age", "5", "zh_CN") == "5 年以上"
    assert inventory.title("community", COMMUNITY, "en") == "湖滨社区（示例）"
    assert inventory.title("state", "", "en") == "none recorded"


def test_problems_name_codes_grids_owners_and_classes(town):
    found = find_problems(town, since=np.datetime64("2026-01-01"))
    told = {(one.kind, one.code) for one in found.found}
    assert told == {
        ("code_missing", ""),
        ("component_outside", ""),
        ("component_disputed", code(WELL, 2)),
        ("component_disputed", code(LAMP, 1)),
        ("component_elsewhere", code("0103", 1)),  # no unit grid is recorded for it
        ("component_elsewhere", code(LAMP, 2)),
        ("component_class", code(LAMP, 3)),
    }
    missing = next(one for one in found.found if one.kind == "code_missing")
    assert (missing.x, missing.class_code) == (900.0, LAMP)
    assert found.layouts["GB/T 30428.2-2013 (6+2+2+6)"] == (7, 0)


def test_what_went_since_a_day_is_told_by_its_date_and_by_the_log(tmp_path):
    workspace = parts_workspace(tmp_path / "库.gpkg")
    well = workspace.read("component", where={"code": code(WELL, 3)})
    with workspace.transaction("测试", "test") as transaction:
        transaction.set_column("component", "changed_on", well.fids, ["2025-12-31"])
        transaction.log("component", code(WELL, 1), '{"state": "完好"}', '{"state": "丢失"}')
        transaction.log("component", code(LAMP, 9), '{"state": "完好"}', None)
    gone = [
        one
        for one in find_problems(workspace, since=np.datetime64("2025-12-31")).found
        if one.kind == "component_gone"
    ]
    # What the log says of the first well is true no longer.
    assert [(one.code, one.fid >= 0) for one in gone] == [(code(WELL, 3), True), (code(LAMP, 9), False)]
    assert "废弃" in gone[0].message.text("zh")
    later = find_problems(workspace, since=np.datetime64("2999-01-01"))
    assert "component_gone" not in later.counts()


def test_counts_and_problems_come_as_workbooks_too(town, tmp_path):
    found = count_components(town, by=("class_code", "state", "owner_state"), scope=OFFICE, folder=tmp_path)
    assert found.rows["count"].sum() == found.report.figures["counted"] == 6
    assert found.rows["rank"].min() == 1
    book = read_source(tmp_path / "部件清查统计.xlsx").rows
    assert sum(map(int, book["部件数"])) == 6
    assert "污水井盖" in book["小类"][0]
    assert len(read_source(tmp_path / "部件问题清单.xlsx").rows) == len(found.problems.found)
    with pytest.raises(InputError):
        count_components(town, folder=tmp_path)


@pytest.mark.parametrize("kind", ["community", "responsibility_grid", "unit_grid", "lane_code"])
def test_places_that_are_counted_alone_come_with_their_shapes(town, kind):
    table, where = {
        "community": ("area", {"level": "community"}),
        "responsibility_grid": ("responsibility_grid", {"scheme": "cg"}),
    }.get(kind, ({"lane_code": "lane"}.get(kind, kind), None))
    places = town.read(table, ["code"], where)
    drawn = dict(zip(places["code"], places.shapes))
    rows = count_components(town, by=(kind,), scheme="cg").rows
    assert dict(zip(rows[kind], rows.shapes)) == {code: drawn.get(code) for code in rows[kind]}
    if kind in ("community", "unit_grid"):
        assert any(rows.shapes)
    assert not any(count_components(town, by=(kind, "state"), scheme="cg").rows.shapes)


def test_a_workspace_without_components_says_so(tmp_path):
    workspace = duty_workspace(tmp_path / "库.gpkg")
    with workspace.transaction("", "test") as transaction:
        transaction.delete("component", workspace.read("component").fids)
    with pytest.raises(WorkspaceError) as raised:
        count_components(workspace)
    assert raised.value.code == "inventory_empty"


def test_a_component_on_no_place_and_one_whose_code_looks_like_a_row_number_are_told_like_others(tmp_path):
    workspace = parts_workspace(tmp_path / "库.gpkg")
    rows = {
        "code": ["#1", "#999"],
        "class_code": [WELL] * 2,
        "owner_state": ["争议"] * 2,
        "unit_grid": [CELLS[0]] * 2,
    }
    with workspace.transaction("测试", "test") as transaction:
        columns = {name: as_column(values) for name, values in rows.items()}
        transaction.insert("component", Rows(columns, as_column([shapely.Point(5, 5), shapely.Point()])))
    found = find_problems(workspace, since=np.datetime64("2026-01-01")).found
    disputed = {one.code: one for one in found if one.kind == "component_disputed"}
    assert {"#1", "#999"} <= set(disputed)
    assert (disputed["#1"].x, disputed["#1"].y) == (5.0, 5.0)
    assert np.isnan(disputed["#999"].x)


def test_lanes_that_were_closed_have_no_density(tmp_path):
    workspace = parts_workspace(tmp_path / "库.gpkg")
    lanes = workspace.read("lane", ["code"])
    sizes = Inventory(workspace, None, TODAY).sizes("lane_code", lanes["code"].tolist(), Asked())[1]
    assert sizes[0] > 0
    with workspace.transaction("测试", "test") as transaction:
        transaction.set_column("lane", "state", lanes.fids[:1], ["撤销"])
    closed = Inventory(workspace, None, TODAY).sizes("lane_code", lanes["code"].tolist(), Asked())[1]
    assert closed.tolist() == [0.0, *sizes[1:].tolist()]

"""A map of codes of another hand, alone: its words, its codes without a kind, and what is not understood of it."""

from __future__ import annotations

import csv

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from tests.jobs.handover.coming_back.test_redrawn_cells import texts_of
from tests.jobs.handover.exports import export, table_of
from tests.jobs.package_workspace import COMMUNITIES, OFFICE, make_workspace

FIRST = COMMUNITIES[0]


@pytest.fixture
def given(tmp_path):
    """Return how a map of codes is written and taken in."""

    def take(workspace, headings, *rows, name="编码对照", scheme=""):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([headings, *rows])
        return import_package(workspace, path, scheme=scheme)

    return take


def pairs(workspace):
    rows = workspace.read("code_map", geometry=False)
    return sorted(zip(*(rows[name].tolist() for name in ("kind", "old_code", "new_code", "share"))), key=str)


def test_kinds_and_shares_are_read_as_an_office_writes_them_and_go_out_as_keys(workspace_in_both, folder, given):
    headings = ("对象类型", "原编码", "现编码", "占比", "原因")
    rows = [
        ("单元网格", f"{FIRST}901", f"{FIRST}001", "0.4", "拆分"),
        ("街巷", f"{OFFICE}9901", f"{OFFICE}0001", "1", "改码"),
    ]
    given(workspace_in_both, headings, *rows, name="新旧编码对照表")
    assert pairs(workspace_in_both) == [
        ("lane", f"{OFFICE}9901", f"{OFFICE}0001", 1.0),
        ("unit_grid", f"{FIRST}901", f"{FIRST}001", 0.4),
    ]
    told = table_of(export(workspace_in_both, folder), "code_map")
    assert {"unit_grid", "lane"} <= {row["kind"] for row in told}


def test_a_kind_that_is_not_said_follows_from_the_codes_that_are_known(tmp_path, given):
    workspace = make_workspace(tmp_path / "库.gpkg")
    lane = workspace.read("lane", ["code"], geometry=False)["code"][0]
    headings = ("原网格编码", "现网格编码")
    report = given(workspace, headings, ("X1", lane), ("X2", FIRST), ("X3", "Y3"), name="对照表")
    assert {(kind, old) for kind, old, _, _ in pairs(workspace)} == {("lane", "X1"), ("area", "X2")}
    assert report.figures["layers"]["code_map"]["added"] == 2
    assert "X3" in texts_of(report)


def test_of_a_code_that_a_unit_grid_and_a_responsibility_grid_bear_the_kind_has_to_be_said(tmp_path, given):
    workspace = make_workspace(tmp_path / "库.gpkg")
    report = given(workspace, ("旧编码", "新编码"), ("X1", f"{FIRST}001"))
    assert pairs(workspace) == []
    assert "X1" in texts_of(report)
    given(workspace, ("种类", "旧编码", "新编码"), ("责任网格", "X1", f"{FIRST}001"))
    assert [kind for kind, *_ in pairs(workspace)] == ["rg_cg"]


def test_a_line_without_an_old_code_is_left_out_with_its_reason(tmp_path, given):
    workspace = make_workspace(tmp_path / "库.gpkg")
    report = given(workspace, ("种类", "旧编码", "新编码"), ("单元网格", "", f"{FIRST}001"))
    assert report.reasons == {"key_missing": 1}
    assert pairs(workspace) == []


def test_a_file_that_is_nothing_of_it_is_called_by_its_name(tmp_path, given):
    workspace = make_workspace(tmp_path / "库.gpkg")
    with pytest.raises(InputError) as refused:
        given(workspace, ("甲", "乙"), ("1", "2"), name="说明")
    assert "说明.csv" in refused.value.text("zh")


def test_codes_of_responsibility_grids_that_nobody_has_are_of_the_only_scheme_or_of_the_one_that_is_said(
    tmp_path, given
):
    workspace = make_workspace(tmp_path / "库.gpkg")
    headings, row = ("种类", "旧编码", "新编码"), ("责任网格", "X1", "X2")
    with workspace.transaction("王示例", "test") as transaction:
        scheme = workspace.read("scheme", geometry=False).take([0])
        transaction.insert("scheme", scheme.with_columns(key=["wg"], title=["网格"]))
    assert "X1" in texts_of(given(workspace, headings, row))
    assert pairs(workspace) == []
    given(workspace, headings, row, scheme="wg")
    assert [kind for kind, *_ in pairs(workspace)] == ["rg_wg"]

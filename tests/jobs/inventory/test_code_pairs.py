"""Old and new codes of components stand side by side, in the inventory and as a workbook."""

from __future__ import annotations

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.inventory.code_pairs import PAIR_COLUMNS, find_pairs, pair_rows
from gridmgmt_plugin.jobs.inventory.count_components import count_components
from tests.jobs.inventory.parts_town import parts_workspace

OLD = ["9901010102000007", "A-17", "A-17", None, ""]


def _town(path):
    """Return the town with components that bore other codes, one that kept its own, and some that say nothing."""
    workspace = parts_workspace(path)
    rows = workspace.read("component")
    kept = rows["code"][len(OLD)]
    old = [*OLD, kept, *[None] * (len(rows) - len(OLD) - 1)]
    with workspace.transaction("", "test") as transaction:
        transaction.set_column("component", "old_code", rows.fids, old)
    return workspace, rows


def test_each_component_that_bore_another_code_is_paired_with_it_and_with_the_layouts_of_both(tmp_path):
    workspace, rows = _town(tmp_path / "库.gpkg")
    pairs = find_pairs(workspace)
    assert [(one.old_code, one.borne_by) for one in pairs] == [("9901010102000007", 1), ("A-17", 2), ("A-17", 2)]
    assert {one.code for one in pairs} == set(rows["code"][:3])
    assert "GB/T 30428" in pairs[0].old_layout
    assert pairs[1].old_layout == ""
    assert all("6+2+2+6" in one.layout for one in pairs)
    assert {one.fid for one in pairs} == set(rows.fids[:3].tolist())
    table = pair_rows(pairs)
    assert list(table.columns) == list(PAIR_COLUMNS)
    assert table["old_layout"].tolist()[1:] == [None, None]
    assert [(point.x, point.y) for point in table.shapes] == [(one.x, one.y) for one in pairs]


def test_pairs_come_as_a_workbook_where_there_are_any(tmp_path):
    workspace, _ = _town(tmp_path / "库.gpkg")
    found = count_components(workspace, folder=tmp_path / "表")
    book = read_source(tmp_path / "表" / "部件新旧编码对照表.xlsx").rows
    assert sorted(zip(book["原编码"], book["部件标识码"])) == [(one.old_code, one.code) for one in found.pairs]
    assert found.report.figures["code_pairs"] == 3
    plain = parts_workspace(tmp_path / "另一库.gpkg")
    count_components(plain, folder=tmp_path / "另")
    assert not (tmp_path / "另" / "部件新旧编码对照表.xlsx").exists()

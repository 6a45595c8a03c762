"""Supervisor, operator and contract of responsibility grids from a table: by scheme and code, told row by row."""

from __future__ import annotations

from datetime import date, timedelta

import openpyxl
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.responsibility.scheme_figures import scheme_figures
from tests.jobs.people.duty_district import CELLS, duty_workspace
from tests.jobs.people.places_of_workspaces import either_place  # noqa: F401  a fixture

TABLE = "responsibility_grid"
END = f"{date.today() + timedelta(days=100)}"


@pytest.fixture
def workspace(either_place):  # noqa: F811
    made = duty_workspace(either_place)
    grids = [{"scheme": "cg", "code": code, "name": name} for code, name in zip(CELLS, ("一格", "二格"))]
    with made.transaction("", "test") as transaction:
        transaction.insert(TABLE, Rows.from_records(grids))
    return made


def csv(folder, text, encoding="utf-8-sig"):
    path = folder / "合同 表.csv"
    path.write_bytes(text.encode(encoding))
    return read_source(path)


def stored(workspace):
    return {row["code"]: row for row in workspace.read(TABLE, geometry=False).records()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_bodies_and_contracts_come_in_by_scheme_and_code_and_the_window_shows_their_period(
    workspace, tmp_path, encoding
):
    text = "网格类别,责任网格编码,监管单位,作业单位,合同编号,合同起,合同止\n"
    text += f"城管巡查,{CELLS[0]},城管局（示例）,D9,合〔2026〕1号,2026/1/1,{END}\ncg,{CELLS[1]},D1,,,,\n"
    report = import_table(workspace, csv(tmp_path, text, encoding), TABLE)
    assert (report.accepted, report.rejected, report.figures["updated"]) == (2, 0, 2)
    rows = stored(workspace)
    first = rows[CELLS[0]]
    assert (first["supervisor_code"], first["operator_code"], first["contract_no"]) == ("D1", "D9", "合〔2026〕1号")
    assert (str(first["contract_from"]), str(first["contract_to"])) == ("2026-01-01", END)
    assert (rows[CELLS[1]]["supervisor_code"], rows[CELLS[1]]["name"]) == ("D1", "二格")
    (figures,) = scheme_figures(workspace)
    assert (figures.contracts, figures.contracts_over, figures.contract_ends) == (1, 0, END)


def test_a_workbook_without_the_scheme_means_the_only_one_and_a_contract_that_ended_is_counted(workspace, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["网格编码", "合同号", "合同到期日期"])
    book.active.append([CELLS[0], "旧合同", "2020-12-31"])
    book.save(tmp_path / "合同.xlsx")
    report = import_table(workspace, read_source(tmp_path / "合同.xlsx"), TABLE)
    assert report.accepted == 1
    (figures,) = scheme_figures(workspace)
    assert (figures.contracts, figures.contracts_over, figures.contract_ends) == (0, 1, "")


def test_rows_that_mean_no_grid_or_end_before_they_begin_are_told_one_by_one(workspace, tmp_path):
    text = "网格类别,责任网格编码,作业单位,合同起,合同止\n"
    text += f"cg,{CELLS[0]},查无此司,2026-01-01,2026-12-31\ncg,999,D9,,\n没有这类,{CELLS[0]},D9,,\n"
    text += f"cg,{CELLS[1]},D9,2026-12-31,2026-01-01\ncg,9.90101E+14,D9,,\n"
    report = import_table(workspace, csv(tmp_path, text), TABLE)
    told = [(row.row, row.reason) for row in report.rejected_rows]
    assert told == [
        (3, "grid_not_there"),
        (4, "reference_unknown"),
        (5, "period_reversed"),
        (6, "damage_scientific"),
    ]
    assert all(row.text(language) for row in report.rejected_rows for language in ("zh", "en"))
    assert [note.code for note in report.notes] == ["references_left_empty", "rows_updated"]
    assert stored(workspace)[CELLS[0]]["operator_code"] is None
    assert str(stored(workspace)[CELLS[0]]["contract_to"]) == "2026-12-31"


def test_of_two_schemes_the_file_must_say_which(workspace, tmp_path):
    with workspace.transaction("", "test") as transaction:
        transaction.insert("scheme", Rows.from_records([{"key": "hw", "title": "环卫"}]))
    source = csv(tmp_path, f"责任网格编码,作业单位\n{CELLS[0]},D9\n")
    with pytest.raises(InputError) as refused:
        import_table(workspace, source, TABLE)
    assert refused.value.code == "grid_scheme_not_told"
    assert stored(workspace)[CELLS[0]]["operator_code"] is None

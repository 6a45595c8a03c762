"""No telephone and no identity number comes in as text or key, and none stands in what is told about the file."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_table import import_table
from tests.jobs.intake.test_import_cases import HEAD, ROW, case_file, case_town, case_town_file

__all__ = ["case_town", "case_town_file"]  # fixtures

PHONES = ("13812345678", "138、1234、5678", "１３８１２３４５６７８")


def everything(town, report, folder):
    """Return all bytes that a job left: the workspace and its report with the lists beside it."""
    report.write(folder / "told.json", "zh_CN")
    return b"".join(path.read_bytes() for path in (town.path, *sorted(folder.glob("told*"))))


@pytest.mark.parametrize("phone", PHONES)
def test_a_case_whose_number_is_a_phone_is_not_taken_and_not_repeated(case_town, tmp_path, phone):
    row = f"{phone}{ROW[ROW.index(',') :]}"
    report = import_cases(case_town, case_file(tmp_path, row, ROW))
    assert report.reasons == {"key_is_private": 1}
    assert report.accepted == 1
    assert phone.encode() not in everything(case_town, report, tmp_path)


@pytest.mark.parametrize("text", ["电话138、1234、5678", "投诉人：赵小六，车牌鲁A12345", "一三八一二三四五六七八"])
def test_titles_and_notes_are_masked_in_every_form(case_town, tmp_path, text):
    report = import_cases(case_town, case_file(tmp_path, f"{ROW},{text},{text}", head=f"{HEAD},标题,备注"))
    (kept,) = case_town.read("cases").records()
    assert "隐去〕" in kept["title"]
    assert "隐去〕" in kept["note"]
    assert text.encode() not in everything(case_town, report, tmp_path)


@pytest.mark.parametrize(
    ("table", "content", "secret"),
    [
        ("department", "编码,名称\n13812345678,甲局\nB02,乙局\n", "13812345678"),
        ("department", "编码,名称\nB02,乙局 13812345678\n", "13812345678"),
        ("department", "编码,名称\n110101900307123,甲局\nB02,乙局\n", "110101900307123"),
        ("person", "人员编号,姓名,职务\nP1,赵甲,科长 13812345678\n", "13812345678"),
        ("person", "人员编号,姓名\n13812345678,赵甲\nP2,钱乙\n", "13812345678"),
        ("duty_rule", "编号,部门编码,依据\nR1,D01,见通知 电话88886666\n", "88886666"),
        ("duty_rule", "编号,部门编码,依据\nR1,13812345678,见通知\n", "13812345678"),
    ],
)
def test_no_table_takes_a_phone_or_identity_number_as_key_or_text(case_town, tmp_path, table, content, secret):
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    report = import_table(case_town, read_source(path), table)
    assert secret.encode() not in everything(case_town, report, tmp_path)


def test_contacts_and_duty_phones_come_in_as_they_are(case_town, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("编码,名称,值班电话\nB02,乙局,010-65123456\n", encoding="utf-8")
    import_table(case_town, read_source(path), "department")
    kept = {row["code"]: row for row in case_town.read("department").records()}
    assert kept["B02"]["duty_phone"] == "010-65123456"

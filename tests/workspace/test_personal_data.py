"""Whatever is written into a workspace, by whichever door, holds nothing that belongs to people."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.personal_data import free_texts, masked_already, without_people
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

SECRET = "138、1234、5678"
NOTE = f"联系 {SECRET}"


def _every_text(kept: Workspace) -> str:
    return "\n".join(
        str(value) for name in tables() for column in kept.read(name).columns.values() for value in column.tolist()
    )


def test_no_text_column_keeps_a_phone_that_is_inserted(kept):
    for name in tables():
        columns = free_texts(name)
        if not columns or name in ("workspace_info", "release_item"):
            continue
        filled = {column: as_column([NOTE]) for column in columns}
        for key in tables()[name].key:
            filled[key] = as_column(["x"])
        shape = as_column([None]) if tables()[name].geometry else None
        with kept.transaction("测试员", "test") as transaction:
            transaction.insert(name, Rows(filled, shape))
    assert SECRET not in _every_text(kept)


def test_neither_update_nor_set_column_nor_the_author_lets_one_through(kept):
    with kept.transaction(f"王工 {SECRET}", "test") as transaction:
        transaction.insert("scheme", Rows({"key": as_column(["a", "b"]), "title": as_column(["甲", "乙"])}))
        transaction.log("scheme", "a", None, None)
    rows = kept.read("scheme", ["key", "note"])
    with kept.transaction("", "test") as transaction:
        transaction.update("scheme", Rows({"note": as_column([NOTE])}, None, rows.fids[:1]))
        transaction.set_column("scheme", "note", rows.fids[1:2], [NOTE])
    assert SECRET not in _every_text(kept)
    assert "隐去" in _every_text(kept)


def test_contacts_codes_and_records_stay_as_they_are(kept):
    with kept.transaction("测试员", "test") as transaction:
        transaction.insert("contact", Rows({"person_id": as_column(["P1"]), "mobile": as_column(["13812345678"])}))
        transaction.insert("department", Rows({"code": as_column(["D1"]), "duty_phone": as_column(["010-65123456"])}))
        transaction.insert("person", Rows({"id": as_column(["P1"]), "account": as_column(["13812345678"])}))
        transaction.log("unit_grid", "370102011201009", None, '{"geom": "0103138123456780"}')
    assert kept.read("contact")["mobile"].tolist() == ["13812345678"]
    assert kept.read("department")["duty_phone"].tolist() == ["010-65123456"]
    assert kept.read("person")["account"].tolist() == ["13812345678"]
    assert kept.read("change_log")["after"].tolist() == ['{"geom": "0103138123456780"}']


@pytest.mark.parametrize("name", sorted(tables()))
def test_no_key_and_no_reference_is_ever_masked(name):
    assert free_texts(name).isdisjoint({*tables()[name].key, "unit_grid", "lane_code", "department_code"})


def test_rows_without_people_are_not_copied(kept):
    rows = Rows({"key": as_column(["a"]), "title": as_column(["甲"])}, None, np.array([1]))
    assert without_people("scheme", rows) is rows


def test_rows_that_were_masked_are_not_looked_through_again_until_a_text_is_put_into_them(kept):
    secret = as_column([NOTE])
    masked = masked_already("scheme", Rows({"key": as_column(["a"]), "title": as_column(["甲"]), "note": secret}))
    for still in (masked, masked.take([0]), masked.with_columns(state=as_column(["x"]))):
        assert without_people("scheme", still) is still
    again = without_people("scheme", masked.with_columns(title=as_column(["乙"])))
    assert SECRET not in again["note"][0]
    assert SECRET not in without_people("cases", masked)["note"][0]

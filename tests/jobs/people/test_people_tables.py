"""Tables for people read back as they were written, whatever their headings."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import FieldSpec
from gridmgmt_plugin.jobs.people.people_tables import PeopleTable, write_tables


@pytest.mark.parametrize("heading", ["人员（姓名）", "说明 （注：选填）", "Ｎｏ．", "姓名"])
def test_a_heading_in_full_width_letters_is_written_and_read_back(tmp_path, heading):
    table = PeopleTable(
        "表（一）", Rows({"a": as_column(["值（一）", "乙"])}), [FieldSpec(heading, heading, heading, "a")]
    )
    names = write_tables(tmp_path, [table], ("csv", "xlsx"), Progress())
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())

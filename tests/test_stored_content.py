"""What proves that a file did not change sees every change."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.stored_content import content_of


@pytest.mark.parametrize("other", ["1.0", "'1'", "NULL", "x'31'"])
def test_a_value_of_another_type_is_another_content(tmp_path, other):
    path = tmp_path / "库.gpkg"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.commit()
        before = content_of(path)
        connection.execute(f"UPDATE t SET a = {other}")
        connection.commit()
    assert content_of(path) != before

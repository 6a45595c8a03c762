"""The attribute table that is open shows what was saved."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def seen(desktop):
    return desktop("table_after_save.py", "zh-Hans")


def test_an_open_table_has_the_rows_of_the_edits(seen):
    in_layer, in_table = seen["split"]
    assert in_layer == in_table > 0


def test_an_open_table_has_the_rows_that_were_saved(seen):
    assert not seen["modified"]
    assert seen["saved"] == seen["split"]
    assert seen["title"] == seen["title_before"]


def test_an_open_table_lets_go_of_what_was_taken_back(seen):
    assert seen["taken_back"] == [0, 0]

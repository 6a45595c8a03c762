"""The stand-in for Windows refuses what Windows refuses."""

from __future__ import annotations

import pytest

from tests.held_files import refuse_held


def test_a_file_that_is_open_is_refused_and_a_closed_one_is_not(tmp_path):
    with (tmp_path / "a.csv").open("w") as stream:
        stream.write("a")
        with pytest.raises(PermissionError) as caught:
            refuse_held(tmp_path / "a.csv")
        assert caught.value.winerror == 32
        with pytest.raises(PermissionError):
            refuse_held(tmp_path)
    refuse_held(tmp_path / "a.csv")
    refuse_held(tmp_path)

"""The cases that are there are found by their ids, each by its own and nobody by another's."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.intake import stored_numbers
from gridmgmt_plugin.core.intake.stored_numbers import StoredNumbers
from gridmgmt_plugin.core.rows import as_column

_PARTS = (
    (("990101-1", None, "990101-案12"), np.array([4, 5, 9], dtype=np.int64)),
    ((), np.zeros(0, dtype=np.int64)),
    (("990101-2", "990101-12"), np.array([2, 3], dtype=np.int64)),
)
_ASKED = as_column(["990101-12", None, "990101-案12", "990101-3", "", "990101-1", "990101-2"])


@pytest.mark.parametrize("alike", [False, True], ids=["other hashes", "one hash for all"])
def test_every_id_finds_its_own_row(monkeypatch, alike):
    if alike:
        monkeypatch.setattr(stored_numbers, "hash", lambda key: 7, raising=False)
    assert StoredNumbers(_PARTS).of(_ASKED).tolist() == [3, -1, 9, -1, -1, 4, 2]


def test_a_workspace_without_cases_has_none_of_them():
    assert StoredNumbers(()).of(_ASKED).tolist() == [-1] * len(_ASKED)
    assert len(StoredNumbers(_PARTS).of(as_column([]))) == 0

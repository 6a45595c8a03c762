"""Which cases count when work is measured: not the void ones, not the duplicates."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.rows import Rows

VOID = "void"


def counting(cases: Rows) -> np.ndarray:
    """Return the mask of the cases that count; ``cases`` holds ``status`` and ``duplicate_of``."""
    pairs = zip(cases["status"], cases["duplicate_of"])
    return np.array([status != VOID and not duplicate for status, duplicate in pairs], dtype=bool)

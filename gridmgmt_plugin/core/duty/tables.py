"""Dates of the workspace's tables as the duty rules read them: what is no date stops the answer, with its place."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.duty.times import read_days
from gridmgmt_plugin.core.rows import Rows

__all__ = ["days", "texts"]


def days(rows: Rows, name: str, column: str) -> np.ndarray:
    """Return a date column as datetime64[D]; a column that is not there is open in every row.

    :raises InputError: ``duty_date_unclear``.
    """
    if column not in rows:
        return np.full(len(rows), "NaT", dtype="datetime64[D]")
    return read_days(rows[column], name, column)

"""Several rows of one key in a file: often the states that one case or person went through. The newest is taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.object_ids import IN_FILE
from gridmgmt_plugin.jobs.intake.rejections import Rejections, first_of_each
from gridmgmt_plugin.jobs.intake.update_rules import rule_of, states

OLDER_IN_FILE = "older_in_file"


def reject_repeated(
    source: Source, table: str, keys: np.ndarray, columns: Mapping[str, np.ndarray], rejections: Rejections
) -> None:
    """Reject all but one good row of each key: the newest, the first of those that nothing tells apart.

    :param keys: object array, one per row of the source. ``columns``: what is read of the table's columns so far.

    A column that says when a row was written tells what is newer, else the times and counts of the table
    (:mod:`.update_rules`).
    """
    rows = rejections.kept
    numbers, key = np.unique(keys[rows].astype(str), return_inverse=True)
    rows = rows[np.bincount(key.reshape(-1), minlength=len(numbers))[key.reshape(-1)] > 1]
    if len(rows) == 0:
        return
    written = find_field(source.rows, "updated")
    moments = as_column([None] * len(rows)) if written is None else parse_dates(source.rows[written.field][rows]).iso
    given = Rows({name: column[rows] for name, column in columns.items()})
    state = states(rule_of(table), given, moments)
    newest_first = np.argsort(-state, kind="stable")
    first = first_of_each(keys[rows], newest_first)
    taken = {keys[rows[at]]: state[at] for at in newest_first[first].tolist()}
    again = np.sort(newest_first[~first])
    older = [state[at] < taken[keys[rows[at]]] for at in again.tolist()]
    reasons = as_column(OLDER_IN_FILE if is_older else IN_FILE for is_older in older)
    rejections.add(rows[again], reasons, keys[rows[again]])

"""Several rows of one key in a file: often the states that one case or person went through. The newest is taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.intake.update_rules import rule_of, states
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.column_roles import find_field
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.object_ids import IN_FILE
from gridmgmt_plugin.jobs.intake.rejections import Rejections, first_of_each

OLDER_IN_FILE = "older_in_file"


def reject_repeated(
    source: Source,
    table: str,
    keys: np.ndarray,
    columns: Mapping[str, np.ndarray],
    rejections: Rejections,
    written_in: str | None,
) -> None:
    """Reject all but one good row of each key: the newest, the first of those that nothing tells apart.

    :param keys: object array, one per row of the source. ``columns``: what is read of the table's columns so far.
        ``written_in``: the heading that says when a row was written.

    A column that says when a row was written tells what is newer, else the times and counts of the table
    (:mod:`.update_rules`).
    """
    rows = rejections.kept
    numbers, key = np.unique(keys[rows].astype(str), return_inverse=True)
    rows = rows[np.bincount(key.reshape(-1), minlength=len(numbers))[key.reshape(-1)] > 1]
    if len(rows) == 0:
        return
    moments = moments_written(source, rows, written_in)
    given = Rows({name: column[rows] for name, column in columns.items()})
    again, reasons = superseded(table, keys[rows], given, moments)
    rejections.add(rows[again], reasons, keys[rows[again]])


def superseded(table: str, keys: np.ndarray, given: Rows, written: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the int64 positions of rows that are not the newest of their key, and why each is not taken.

    :param given: the columns of the rows. ``written``: ISO 8601 texts or ``None``, when each was written.
    """
    state = states(rule_of(table), given, written)
    newest_first = np.argsort(-state, kind="stable")
    first = first_of_each(keys, newest_first)
    taken = {keys[at]: state[at] for at in newest_first[first].tolist()}
    again = np.sort(newest_first[~first])
    older = [state[at] < taken[keys[at]] for at in again.tolist()]
    return again, as_column(OLDER_IN_FILE if is_older else IN_FILE for is_older in older)


def written_field(source: Source) -> str | None:
    """Return the heading of the column that says when a row was written, ``None`` where there is none."""
    written = find_field(source.rows, "updated")
    return None if written is None else written.field


def moments_written(source: Source, rows: np.ndarray, written_in: str | None) -> np.ndarray:
    """Return when some rows of a file were written (heading ``written_in``), ISO 8601 texts, ``None`` where it does
    not say.
    """
    if written_in is None:
        return as_column([None] * len(rows))
    return parse_dates(source.rows[written_in][rows]).iso

"""What a job did: how many rows came in, how many did not and why, and the figures it found."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, remove_file, replace_file, staging_path
from gridmgmt_plugin.core.listing import told
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.text import spreadsheet_safe
from gridmgmt_plugin.core.titles import REJECTED_ROWS, column_titles


@dataclass(frozen=True)
class RejectedRow:
    """One row that was not taken, or that somebody should look at: its number in the file, its key, and the reason.

    ``reason`` is a message code; its sentence may name ``row``, ``key``, ``value`` and what is in ``details``.
    """

    row: int
    key: str
    reason: str
    value: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """Return why the row was not taken."""
        return Message(self.reason, {"value": self.value, "key": self.key, "row": self.row, **self.details})

    def text(self, language: str) -> str:
        """Return why the row was not taken, as a sentence."""
        return self.message.text(language)


@dataclass(frozen=True)
class Report:
    """The outcome of a job that ended well.

    ``accepted``: what the job made or took (the ``COUNT`` of its algorithm). ``rejected``: rows that it did not take,
    counted by stable reason code in ``reasons`` and listed in ``rejected_rows``. ``figures`` holds what else the job
    wants to say as plain numbers and texts; ``notes`` are sentences for the planner. ``to_confirm``: what the job
    decided and a planner should look through, row by row.
    """

    job: str
    accepted: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    rejected_rows: Sequence[RejectedRow] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Message] = ()
    to_confirm: Sequence[RejectedRow] = ()

    def write(self, path: Path | str, language: str = "en") -> Path:
        """Write the report as JSON, rows rejected or to be confirmed beside it as CSV; return the path of the JSON.

        Each file appears complete or not at all; a list that an earlier report left under this name goes.

        :raises WorkspaceError: ``report_not_written`` with what the system says.
        """
        target = Path(path)
        lists = {
            target.with_name(target.stem + "_rejected.csv"): self.rejected_rows,
            target.with_name(target.stem + "_to_confirm.csv"): self.to_confirm,
        }
        rejected, confirm = (str(listing) if rows else None for listing, rows in lists.items())
        content = {
            "job": self.job,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "reasons": dict(self.reasons),
            "rejected_rows": rejected,
            **({"to_confirm": confirm} if confirm else {}),
            "figures": _told(self.figures, language),
            "notes": [{"code": note.code, "text": note.text(language)} for note in self.notes],
        }
        text = json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            for listing, rows in lists.items():
                if rows:
                    write_rejected_rows(listing, rows, language)
                else:
                    remove_file(listing)
            _replace(target, text)
        except OSError as error:
            raise WorkspaceError("report_not_written", path=str(target), reason=str(error.strerror)) from error
        return target


def write_rejected_rows(path: Path, rows: Sequence[RejectedRow], language: str) -> None:
    """List the rejected rows with the reason as code and as sentence (UTF-8 with BOM, for a spreadsheet).

    The headings are those of the reader: 行号 … in Chinese, row … in English.

    :raises OSError: when it cannot be written.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(column_titles(REJECTED_ROWS, language).values())
    for row in rows:
        cells = (told(row.key, language), row.reason, told(row.value, language), row.text(language))
        writer.writerow([row.row, *(spreadsheet_safe(cell) for cell in cells)])
    _replace(path, "\ufeff" + stream.getvalue())


def _replace(path: Path, text: str) -> None:
    """Write beside the target and put it in its place, so that nobody reads half a file."""
    unfinished = staging_path(path)
    try:
        unfinished.write_bytes(text.encode("utf-8"))
        replace_file(unfinished, path)
    finally:
        clear_away(unfinished)


def _told(value: Any, language: str) -> Any:
    """Return figures with what belongs to people masked in their texts."""
    if isinstance(value, str):
        return told(value, language)
    if isinstance(value, Mapping):
        return {_told(key, language): _told(item, language) for key, item in value.items()}
    return [_told(item, language) for item in value] if isinstance(value, (list, tuple, set)) else value


def _plain(value: Any) -> Any:
    """Return figures as JSON knows them: numpy's numbers as Python's, what is no number as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)

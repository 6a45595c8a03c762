"""What a job did: how many rows came in, how many did not and why, and the figures it found."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.messages import Message


@dataclass(frozen=True)
class RejectedRow:
    """One row that was not taken: its number in the file (first data row = 1), its key, and the reason."""

    row: int
    key: str
    reason: str
    value: str = ""


@dataclass(frozen=True)
class Report:
    """The outcome of a job that ended well.

    ``reasons`` counts the rejected rows by stable reason code; ``figures`` holds what else the job wants to say as
    plain numbers and texts; ``notes`` are sentences for the planner.
    """

    job: str
    accepted: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    rejected_rows: Sequence[RejectedRow] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Message] = ()

    def write(self, path: Path, language: str = "en") -> Path:
        """Write the report as JSON, and the rejected rows beside it as CSV; return the path of the JSON file."""
        content: dict[str, Any] = {
            "job": self.job,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "reasons": dict(self.reasons),
            "rejected_rows": None,
            "figures": dict(self.figures),
            "notes": [{"code": note.code, "text": note.text(language)} for note in self.notes],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.rejected_rows:
            listing = path.with_name(path.stem + "_rejected.csv")
            write_rejected_rows(listing, self.rejected_rows, language)
            content["rejected_rows"] = str(listing)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
        return path


def write_rejected_rows(path: Path, rows: Sequence[RejectedRow], language: str) -> None:
    """List the rejected rows with the reason as code and as sentence (UTF-8 with BOM, for a spreadsheet)."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "key", "reason", "value", "text"])
        for row in rows:
            text = Message(row.reason, {"value": row.value, "key": row.key, "row": row.row}).text(language)
            writer.writerow([row.row, spreadsheet_safe(row.key), row.reason, spreadsheet_safe(row.value), text])


def spreadsheet_safe(value: str) -> str:
    """Return text that a spreadsheet shows instead of running it (a leading ``= + - @`` is quoted)."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(value) else value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True

"""The table that the demo prints: what went in, what came out, what was refused, how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import Report

_HEADINGS = {"zh": ("步骤", "结果", "拒收", "要点", "秒"), "en": ("step", "result", "rejected", "figures", "s")}
_LEFT_OUT = {"zh": "未提供数据,跳过", "en": "not given, left out"}
_COLUMN_MISSING = {"zh": "缺少所需的列,跳过", "en": "a column is missing, left out"}
_MOST_NOTES = 6


@dataclass
class Line:
    """One step as shown."""

    step: str
    accepted: str
    rejected: str
    figures: str
    seconds: str
    notes: list[str] = field(default_factory=list)


class Table:
    """Collects the steps of a run and prints them as they are done."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self.lines: list[Line] = []

    def run(self, step: str, work: Callable[[], Report]) -> Report:
        """Do one step, add its line, return its report."""
        start = time.perf_counter()
        report = work()
        seconds = f"{time.perf_counter() - start:.1f}"
        figures = ", ".join(f"{name} {value}" for name, value in report.figures.items() if _short(value))
        if report.rejected:
            reasons = ", ".join(f"{reason} {count}" for reason, count in report.reasons.items())
            figures = f"{reasons}; {figures}" if figures else reasons
        notes = list(dict.fromkeys(note.text(self.language) for note in report.notes))
        self.lines.append(Line(step, str(report.accepted), str(report.rejected), figures, seconds, notes))
        return report

    def left_out(self, step: str, why: Message | None = None) -> None:
        """Add a line for a step whose input was not given, or that could not use it and says ``why``."""
        words = _LEFT_OUT if why is None else _COLUMN_MISSING
        self.lines.append(
            Line(step, "–", "–", words[self.language], "–", [] if why is None else [why.text(self.language)])
        )

    def add(self, step: str, result: str, figures: str, seconds: float) -> None:
        """Add a line for a step without a report."""
        self.lines.append(Line(step, result, "0", figures, f"{seconds:.1f}"))

    def text(self) -> str:
        """Return the table with its notes."""
        headings = _HEADINGS[self.language]
        rows = [headings] + [(x.step, x.accepted, x.rejected, x.seconds, x.figures) for x in self.lines]
        rows[0] = (headings[0], headings[1], headings[2], headings[4], headings[3])
        widths = [max(_width(row[i]) for row in rows) for i in range(4)]
        out = []
        for row in rows:
            cells = [_padded(row[0], widths[0])]
            cells += [_padded(row[i], widths[i], right=True) for i in (1, 2, 3)]
            out.append("  ".join([*cells, row[4]]).rstrip())
        for line in self.lines:
            out += [f"  · {line.step}: {note}" for note in line.notes[:_MOST_NOTES]]
        return "\n".join(out)

    def show(self) -> None:
        """Print the table."""
        sys.stdout.write(self.text() + "\n")


def told(message: Message, language: str) -> None:
    """Print one sentence on the error stream."""
    sys.stderr.write(message.text(language) + "\n")


def _short(value: object) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) < 40)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, right: bool = False) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks

"""What a job did, in one sentence for the message bar, and the report behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.messages import Message

# Jobs that bring what is there up to date.
_UPDATING = ("importcases", "importcomponents", "importtable", "importposts", "importledger")
# Notes that say all that a planner wants to know of the job; a count of rows would say less.
_SAYING = (
    "posts_handed_over",
    "posts_exported_since",
    "department_reformed",
    "department_reform_ahead",
    "department_reformed_already",
    "briefing_made",
    "ledger_since",
    "receipt_entered",
    "receipt_known_already",
)


@dataclass(frozen=True)
class _Written(Message):
    """What a report says already in the planner's language."""

    def text(self, language: str = "en") -> str:  # noqa: ARG002  it was written in one
        """Return what is written."""
        return str(self.details["text"])


@dataclass(frozen=True)
class Outcome:
    """A finished job: its title, what its algorithm returned, and its report (empty when none was written).

    ``tried``: what a trial says would come of it, "" where it was done.
    """

    title: str
    results: Mapping[str, Any]
    report: Mapping[str, Any] = field(default_factory=dict)
    tried: str = ""

    @classmethod
    def of(cls, title: str, results: Mapping[str, Any]) -> Outcome:
        """Read the report that the results name, if there is one."""
        path = Path(str(results.get("REPORT") or ""))
        report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return cls(title, dict(results), report)

    @property
    def rejected(self) -> int:
        """Return how many rows did not come in."""
        return int(self.results.get("REJECTED") or self.report.get("rejected") or 0)

    @property
    def accepted(self) -> int:
        """Return how many rows came in or were made."""
        return int(self.results.get("COUNT") or self.report.get("accepted") or 0)

    @property
    def is_sheet_alone(self) -> bool:
        """Tell whether an export wrote its sheet and nothing else: the workspace is as it was checked."""
        return self.report.get("job") == "foretell"

    @property
    def has_details(self) -> bool:
        """Tell whether there is more to read than the sentence."""
        return bool(self.report)

    @property
    def is_troubling(self) -> bool:
        """Tell whether the planner should look closer: rows were refused, or errors found."""
        return self.rejected > 0 or int(self.results.get("ERRORS") or 0) > 0


_COMPARED = "outcome_compared"
# Jobs of which the sentence tells all figures.
_BY_FIGURES = {
    "recurrence": "outcome_recurrence",
    "evaluate": "outcome_evaluation",
    "comparestates": _COMPARED,
    "servicecircles": "outcome_circles",
    "staffingboard": "outcome_staffing",
    "dutycoverage": "outcome_coverage",
    "systemcoverage": "outcome_system",
}


def told_message(title: str, text: str) -> Message:
    """Return for the message bar what is said of a job already in the planner's language."""
    return Message("outcome_said", {"title": title, "said": _Written("outcome_said", {"text": text})})


def outcome_message(outcome: Outcome) -> Message:
    """Return the sentence for the message bar."""
    results, title = outcome.results, outcome.title
    if outcome.tried:
        said = _Written("outcome_said", {"text": outcome.tried})
        return Message("outcome_tried", {"title": title, "said": said})
    if "ERRORS" in results:
        return Message(
            "outcome_checked",
            {"title": title, "errors": int(results["ERRORS"]), "warnings": int(results.get("WARNINGS") or 0)},
        )
    if outcome.report.get("job") == "hotspots":
        figures = outcome.report["figures"]
        numbers = {name: figures[name] for name in ("hot_places", "hot", "hot_99", "cold_places", "cold")}
        return Message("outcome_hotspots", {"title": title, **numbers})
    if outcome.report.get("job") == "hotspottrend":
        figures = outcome.report["figures"]
        became = {f"{word}_places": figures[word] for word in ("new", "persistent", "fading")}
        return Message("outcome_trend", {"title": title, "slices": figures["slices"], **became})
    if outcome.report.get("job") in _BY_FIGURES:
        told = _BY_FIGURES[outcome.report["job"]]
        if told == _COMPARED and not outcome.accepted:
            told = "outcome_compared_equal"
        return Message(told, {"title": title, "count": outcome.accepted, **outcome.report["figures"]})
    if outcome.is_sheet_alone:
        return Message("outcome_foretold", {"title": title, "path": Path(str(results.get("SHEET") or "")).name})
    if results.get("PACKAGE"):
        return Message("outcome_package", {"title": title, "path": Path(str(results["PACKAGE"])).name})
    saying = [note for note in outcome.report.get("notes") or () if note.get("code") in _SAYING]
    if saying:
        return Message("outcome_said", {"title": title, "said": _Written("outcome_said", saying[0])})
    details = {"title": title, "accepted": outcome.accepted, "rejected": outcome.rejected}
    figures = outcome.report.get("figures") or {}
    if outcome.report.get("job") in _UPDATING and (figures.get("updated") or figures.get("unchanged")):
        counts = {name: figures[name] for name in ("added", "updated", "unchanged")}
        return Message("outcome_updated", {**details, **counts})
    if outcome.rejected:
        return Message("outcome_some_rejected", details)
    return Message("outcome_accepted" if outcome.accepted else "outcome_done", details)

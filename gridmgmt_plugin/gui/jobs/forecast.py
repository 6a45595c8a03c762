"""What a job is about to do, told before it does it: how much it would go through, exactly after a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from gridmgmt_plugin.core.plurals import filled
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.frame.report_dialog import reason_examples
from gridmgmt_plugin.project.i18n import language, tr

_SHOWN_REASONS, _SHOWN_NOTES = 3, 1
# Jobs that make nothing new: they give what is there to somebody else.
_CHANGING = ("assignofficers", "endofficers", "handoverposts", "followground", "reformdepartment")
# Notes that tell as done what a trial does not do; its first sentence says what would come of it.
_SAID_AS_DONE = ("receipt_entered",)


def forecast(algorithm: str, numbers: Mapping[str, int], values: Mapping[str, Any]) -> str:
    """Return one line about what will happen, "" where nothing can be said without reading more.

    :param numbers: what :func:`~gridmgmt_plugin.jobs.reach.read_reach` counted. :param values: parameter → what is
        chosen.
    """
    if algorithm == "exportpackage" and values.get("PREVIEW"):
        return tr("First everything is checked, then only the sheet is written. Nothing is handed over.")
    if not numbers:
        return ""
    told = [_sentence(algorithm, numbers), *(text for name, text in _more_sentences() if numbers.get(name))]
    if algorithm == "exportposts" and values.get("SINCE"):
        told.append(tr("Only what changed since is written."))
    if algorithm == "ledgercounts" and values.get("PLACES"):
        told.append(tr("Those that lie in the chosen places count."))
    return " ".join(filled(text, {name: _number(count) for name, count in numbers.items()}) for text in told)


def is_foretold(algorithm: str) -> bool:
    """Tell whether there is a sentence about what a job would go through."""
    return algorithm in _sentences()


def _sentence(algorithm: str, numbers: Mapping[str, int]) -> str:
    if numbers.get("over_lanes"):
        return tr("{before} {before:grid|grids} over lanes of the one state and {after} of the other are compared.")
    return _sentences()[algorithm]


def _sentences() -> dict[str, str]:
    """Return job → what it would go through, with the names of :mod:`~gridmgmt_plugin.jobs.reach`."""
    cases = tr("{cases} of {all} {all:case|cases} {cases:is|are} counted: of this period and these classes.")
    return {
        **dict.fromkeys(("hotspots", "hotspottrend", "recurrence", "evaluate"), cases),
        "briefing": tr("{cases} of {all} {all:case|cases} {cases:is|are} counted: those that are asked for."),
        "generateunitgrids": tr(
            "{communities} {communities:community|communities} will be divided; {units} unit"
            " {units:grid is|grids are} there now."
        ),
        "buildresponsibilitygrids": tr(
            "{units} unit {units:grid|grids} in {communities} {communities:community|communities} will be grouped."
        ),
        "validate": tr(
            "To check: {units} unit {units:grid|grids}, {grids} responsibility {grids:grid|grids}, {lanes}"
            " {lanes:street-lane|street-lanes}, {components} {components:component|components}, {cases}"
            " {cases:case|cases}."
        ),
        "exportpackage": tr(
            "First everything is checked, then {units} unit {units:grid|grids}, {grids} responsibility"
            " {grids:grid|grids} and {lanes} {lanes:street-lane|street-lanes} go out."
        ),
        "exportposts": tr("{posts} {posts:post|posts} at {places} {places:place|places}."),
        "staffingboard": tr("{posts} {posts:post|posts} at {places} {places:place|places}."),
        "exportofficers": tr("{posts} {posts:post|posts} at {lanes} {lanes:street-lane|street-lanes}."),
        "patrolgaps": tr("{lanes} {lanes:street-lane is|street-lanes are} looked at."),
        "lanepapers": tr("Pages for {lanes} {lanes:street-lane|street-lanes}."),
        "drawlanes": tr("{lanes} of {all} {all:street-lane|street-lanes} will be drawn."),
        "dutycoverage": tr("{rules} {rules:rule|rules} of the duty list, asked for {areas} {areas:area|areas}."),
        "servicecircles": tr("The way from {units} unit {units:grid|grids} to the centres is measured."),
        "systemcoverage": tr(
            "{units} unit {units:grid|grids}, {grids} responsibility {grids:grid|grids} and {lanes}"
            " {lanes:street-lane|street-lanes} are counted."
        ),
        "comparestates": tr(
            "{before} unit {before:grid|grids} of the one state and {after} of the other are compared."
        ),
        "ledgercounts": tr("{items} {items:item|items} of {ledgers} {ledgers:ledger|ledgers}."),
        "copyworkspace": tr(
            "Everything is copied: {units} unit {units:grid|grids}, {lanes} {lanes:street-lane|street-lanes},"
            " {components} {components:component|components}, {cases} {cases:case|cases} and all else;"
            " contacts only where that is ticked."
        ),
        "deliverpostgis": tr("{rows} {rows:row|rows} of this release will be loaded."),
        "deliverhttp": tr(
            "{rows} {rows:row|rows} of {layers} {layers:layer or table|layers and tables} will be sent."
        ),
    }


def _more_sentences() -> tuple[tuple[str, str], ...]:
    """Return a number that is worth a sentence of its own where there is one, and the sentence."""
    return (("stay", tr("{stay} unit {stay:grid stays|grids stay} as {stay:it is|they are}.")),)


def tried(outcome: Outcome) -> Outcome:
    """Return what a trial came to as one, which says what would be done and not that it was."""
    report = {**outcome.report, "notes": _notes(outcome.report)}
    return replace(outcome, tried=_trial_sentence(outcome), report=report)


def trial_html(outcome: Outcome) -> str:
    """Return what a run would do, as HTML: rows that it would take, why it would not take others, what to look at."""
    report = outcome.report
    notes = [str(note.get("text", "")) for note in _notes(report)]
    figures = report.get("figures") or {}
    is_nothing = not (outcome.accepted or outcome.rejected or figures.get("unchanged") or "rows" in figures)
    # Why there is nothing to do stands in a note, and says it better.
    parts = [] if is_nothing and notes else [f"<b>{escape(_trial_sentence(outcome))}</b>"]
    examples = reason_examples(report)
    reasons = sorted((report.get("reasons") or {}).items(), key=lambda item: -item[1])
    parts += [f"{_number(count)} × {escape(examples.get(code, code))}" for code, count in reasons[:_SHOWN_REASONS]]
    parts += [escape(note) for note in notes[:_SHOWN_NOTES]]
    more = len(reasons[_SHOWN_REASONS:]) + len(notes[_SHOWN_NOTES:])
    if more:
        parts.append(f"<a href='#more'>{escape(tr('{count} more …').format(count=more))}</a>")
    return "<br>".join(parts)


def _notes(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [note for note in report.get("notes") or () if note.get("code") not in _SAID_AS_DONE]


def _trial_sentence(outcome: Outcome) -> str:
    figures = outcome.report.get("figures") or {}
    numbers = {"taken": outcome.accepted, "left": outcome.rejected}
    if outcome.report.get("job") == "importreceipt":  # a refused row is an answer, not a row that is left out
        text = tr("Will enter {accepted} accepted {accepted:row|rows} and {refused} refused {refused:row|rows}.")
        numbers = {"accepted": int(figures["accepted"]), "refused": int(figures["rejected"])}
        if figures.get("state"):
            state = ValueTitle(f"release_state.{figures['state']}").text(language())
            told = filled(text, {name: _number(count) for name, count in numbers.items()})
            return f"{told} {tr('The release then is “{state}”.').format(state=state)}"
    elif figures.get("updated") or figures.get("unchanged"):
        text = tr(
            "Will add {added} {added:row|rows}, update {updated}, find {unchanged} unchanged, and leave {left} out."
        )
        numbers.update({name: int(figures.get(name) or 0) for name in ("added", "updated", "unchanged")})
    elif outcome.rejected:
        text = tr("Will take {taken} {taken:row|rows}, and leave {left} out.")
    elif "rows" in figures and not outcome.accepted:
        return tr("There is nothing to take.")
    elif "rows" in figures:
        text = tr("Will take all {taken} {taken:row|rows}.")
    else:
        changes = outcome.report.get("job") in _CHANGING
        text = tr("Will change {taken} {taken:place|places}.") if changes else tr("Will make {taken}.")
    return filled(text, {name: _number(count) for name, count in numbers.items()})


def _number(value: int) -> str:
    return f"{value:,}"

"""What a job is about to do, told before it does it: at once from what the workspace has, exactly after a trial."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from gridmgmt_plugin.core.plurals import filled
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.frame.report_dialog import reason_examples
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

_SHOWN_REASONS, _SHOWN_NOTES = 3, 1
# Jobs that make nothing new: they give what is there to somebody else.
_CHANGING = ("assignofficers", "endofficers", "handoverposts", "followground", "reformdepartment")
# Notes that tell as done what a trial does not do; its first sentence says what would come of it.
_SAID_AS_DONE = ("receipt_entered",)


def forecast(algorithm: str, lists: WorkspaceLists, values: Mapping[str, Any]) -> str:
    """Return one line about what will happen, "" where nothing can be said without reading more.

    :param values: parameter → what is chosen.
    """
    counts = lists.counts
    if algorithm in ("hotspots", "hotspottrend", "recurrence", "evaluate", "briefing"):
        return tr(
            "{cases} of {all} {all:case|cases} {cases:falls|fall} into this period.",
            cases=_number(_cases_in(lists, values)),
            all=_number(counts.get("cases", 0)),
        )
    if algorithm == "generateunitgrids":
        return tr(
            "{communities} {communities:community|communities} will be divided; the workspace has {units} unit"
            " {units:grid|grids} now.",
            communities=_number(lists.communities_in(str(values.get("SCOPE") or ""))),
            units=_number(counts.get("unit_grid", 0)),
        )
    if algorithm == "buildresponsibilitygrids":
        return tr(
            "{units} unit {units:grid|grids} in {communities} {communities:community|communities} will be grouped.",
            units=_number(counts.get("unit_grid", 0)),
            communities=_number(lists.communities_in("")),
        )
    if algorithm == "exportpackage" and values.get("PREVIEW"):
        return tr("First everything is checked, then only the sheet is written. Nothing is handed over.")
    if algorithm in ("validate", "exportpackage"):
        text = (
            tr(
                "To check: {units} unit {units:grid|grids}, {lanes} {lanes:street-lane|street-lanes},"
                " {components} {components:component|components}, {cases} {cases:case|cases}."
            )
            if algorithm == "validate"
            else tr(
                "First everything is checked, then {units} unit {units:grid|grids} and {lanes}"
                " {lanes:street-lane|street-lanes} go out."
            )
        )
        names = {"units": "unit_grid", "lanes": "lane", "components": "component", "cases": "cases"}
        return filled(text, {name: _number(counts.get(table, 0)) for name, table in names.items()})
    return _what_there_is(algorithm, lists)


def _what_there_is(algorithm: str, lists: WorkspaceLists) -> str:
    """Return how much the workspace has of what a job goes through, where no more is known before it runs."""
    counts = lists.counts
    if algorithm in ("exportposts", "staffingboard"):
        return tr("The workspace has {posts} {posts:post|posts}.", posts=_number(counts.get("post", 0)))
    if algorithm == "exportofficers":
        posts = sum(post.target == "lane" for post in lists.posts)
        return tr("The workspace has {posts} {posts:post|posts} at street-lanes.", posts=_number(posts))
    if algorithm in ("drawlanes", "lanepapers", "patrolgaps"):
        return tr("The workspace has {lanes} {lanes:street-lane|street-lanes}.", lanes=_number(len(lists.lanes)))
    if algorithm in ("dutycoverage", "servicecircles", "systemcoverage"):
        return tr(
            "The workspace has {units} unit {units:grid|grids} and {grids} responsibility {grids:grid|grids}.",
            units=_number(counts.get("unit_grid", 0)),
            grids=_number(counts.get("responsibility_grid", 0)),
        )
    return ""


def trial_html(outcome: Outcome) -> str:
    """Return what a run would do, as HTML: rows that it would take, why it would not take others, what to look at."""
    report = outcome.report
    notes = [str(note.get("text", "")) for note in report.get("notes") or () if note.get("code") not in _SAID_AS_DONE]
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
    elif "rows" in figures:
        text = tr("Will take all {taken} {taken:row|rows}.")
    else:
        changes = outcome.report.get("job") in _CHANGING
        text = tr("Will change {taken} {taken:place|places}.") if changes else tr("Will make {taken}.")
    return filled(text, {name: _number(count) for name, count in numbers.items()})


def _cases_in(lists: WorkspaceLists, values: Mapping[str, Any]) -> int:
    first, last = str(values.get("FROM") or "")[:7], str(values.get("TO") or "9999")[:7]
    return sum(count for month, count in lists.cases_by_month.items() if first <= month <= last)


def _number(value: int) -> str:
    return f"{value:,}"

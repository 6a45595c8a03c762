"""Old → new in words and tables: for the dock, and short for beside the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qgis.PyQt.QtWidgets import QWidget

from gridmgmt_plugin.core.assignment.figures import Figure, GridFigures
from gridmgmt_plugin.core.assignment.model import Assignment, Move
from gridmgmt_plugin.gui.frame.colours import ALARM, NOTE, faint, readable
from gridmgmt_plugin.project.i18n import tr

_GRIDS_SHOWN, _NUMBER_DIGITS = 4, 3
_HECTARE_M2 = 10_000.0
# Figure → what one of it counts, digits behind the point.
_SCALES = {"area": (_HECTARE_M2, 2), "cases_per_month": (1.0, 1)}


@dataclass(frozen=True)
class Ink:
    """Colours that can be read where the text stands: ``faint`` for titles, ``alarm`` for what to mind, ``new``."""

    faint: str
    alarm: str
    new: str


def ink_of(widget: QWidget) -> Ink:
    """Return the colours for a text in a widget, as its theme has it."""
    return Ink(faint(widget).name(), readable(ALARM, widget).name(), readable(NOTE, widget).name())


def figure_titles() -> dict[str, str]:
    """Return figure → what a planner calls it, in the order in which they are read."""
    return {
        "units": tr("Unit grids"),
        "area": tr("Area (ha)"),
        "components": tr("Components"),
        "cases_per_month": tr("Cases per month"),
        "lane_m": tr("Lanes (m)"),
        "households": tr("Households"),
        "population": tr("People"),
    }


def grid_label(assignment: Assignment, grid: int) -> str:
    """Return what a planner calls a grid: its name, else its code."""
    entry = assignment.grids[grid]
    if entry.is_new:
        return tr("new grid {number}").format(number=entry.code[-_NUMBER_DIGITS:])
    return entry.name or entry.code


def figures_table(assignment: Assignment, figures: Sequence[GridFigures], ink: Ink) -> str:
    """Return the figures of the grids involved as a table: a line per figure, a column per grid."""
    if not figures:
        return ""
    shown = figures[:_GRIDS_SHOWN]
    heads = "".join(f"<td align='right'><b>{escape(grid_label(assignment, one.grid))}</b></td>" for one in shown)
    lines = [f"<tr><td></td>{heads}</tr>"]
    for name, title in figure_titles().items():
        found = [one.units if name == "units" else one.loads.get(name) for one in shown]
        cells = "".join(f"<td align='right'>{_cell(name, figure, ink)}</td>" for figure in found)
        lines.append(f"<tr><td><span style='color:{ink.faint}'>{title}</span></td>{cells}</tr>")
    more = len(figures) - len(shown)
    tail = f"<br>{tr('and {count} more').format(count=more)}" if more > 0 else ""
    return f"<table cellspacing='0' cellpadding='2' width='100%'>{''.join(lines)}</table>{tail}"


def warnings(assignment: Assignment, figures: Sequence[GridFigures], move: Move) -> list[str]:
    """Return what to mind: grids that fall apart, unit grids that stay where they are and why."""
    told = [
        tr(
            "⚠ {grid} falls into {parts} {parts:part|parts}",
            grid=grid_label(assignment, one.grid),
            parts=int(one.parts.after),
        )
        for one in figures
        if one.is_torn
    ]
    if move.across:
        told.append(
            tr(
                "{count} unit {count:grid lies|grids lie} beyond the area of the grid and {count:stays|stay}",
                count=move.across,
            )
        )
    if move.locked:
        told.append(
            tr("{count} unit {count:grid stays|grids stay}: their grid or the target is locked", count=move.locked)
        )
    return told


def warnings_text(told: Sequence[str], ink: Ink) -> str:
    """Return warnings as they stand under the figures."""
    return "".join(f"<div style='color:{ink.alarm}'>{escape(text)}</div>" for text in told)


def beside_mouse(assignment: Assignment, figures: Sequence[GridFigures], move: Move, target: str, ink: Ink) -> str:
    """Return what stands beside the mouse: how many go where, and old → new of who gains most and who loses."""
    lines = [tr("{count} unit {count:grid|grids} → {grid}", count=len(move.units), grid=target)]
    for one in figures[:2]:
        counts = f"{_number(one.units.before, 0)} → {_number(one.units.after, 0)}"
        text = f"{grid_label(assignment, one.grid)}{tr(': ')}{counts}"
        cases = one.loads.get("cases_per_month")
        if cases is not None:
            told = tr("{before} → {after} cases per month")
            text += " · " + told.format(before=_number(cases.before, 1), after=_number(cases.after, 1))
        lines.append(text)
    torn = [text for text in warnings(assignment, figures, move) if text.startswith("⚠")]
    rest = move.across + move.locked
    if rest:
        lines.append(tr("{count} {count:stays|stay}", count=rest))
    return "<br>".join(
        [*map(escape, lines), *(f"<span style='color:{ink.alarm}'>{escape(text)}</span>" for text in torn)]
    )


def _cell(name: str, figure: Figure | None, ink: Ink) -> str:
    """Return a figure old → new; "–" where nothing is known of it, "+?" where not of all unit grids."""
    if figure is None or figure.is_unknown:
        return "–"
    unit, digits = _SCALES.get(name, (1.0, 0))
    before, after = (_number(value / unit, digits) for value in (figure.before, figure.after))
    mark = " +?" if figure.is_partial else ""
    if before == after:
        return f"{after}{mark}"
    return f"{before} → <b style='color:{ink.new}'>{after}</b>{mark}"


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"

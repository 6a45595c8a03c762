"""What is wrong with the components of a workspace: codes, unit grids, owners, and what has gone since a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.codes.layout import CodeLayout, default_layout, layout, layouts_of_kind
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.inventory.code_classes import class_told, same_class, tells_class
from gridmgmt_plugin.core.inventory.components import component_arrays
from gridmgmt_plugin.core.inventory.newly_gone import LOG_COLUMNS, last_import, newly_gone
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.context import Context
from gridmgmt_plugin.core.validation.issue import Issue
from gridmgmt_plugin.core.validation.registry import all_rules, with_exemptions
from gridmgmt_plugin.jobs.checks.validate_workspace import validation_settings
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLE, _CATALOGUE = "component", "catalogues/inventory.json"
#: Problems that no rule of the check tells.
GONE, MALFORMED, FOREIGN, CLASS_DIFFERS = (
    "component_gone",
    "component_malformed",
    "component_foreign",
    "component_class",
)
_COUNTY_DIGITS = 6
# From this share on codes follow the layout, and one that does not is malformed.
_FOLLOW = 0.5
_TOLD = ("code", "old_code", "class_code", "name", "unit_grid")
#: Columns of :attr:`Problems.rows`.
PROBLEM_COLUMNS: dict[str, type] = {
    "problem": str, "problem_name": str, "code": str, "old_code": str, "class_code": str, "name": str,
    "unit_grid": str, "message": str,
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one component: ``kind`` is a rule of the check or one of this module; ``fid`` the
    row, −1 where it was deleted; ``x``, ``y`` metres of the frame, not-a-number without a place.
    """

    kind: str
    code: str
    old_code: str
    class_code: str
    name: str
    unit_grid: str
    message: Message
    fid: int
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Problems:
    """``found``: by kind, in the order of :func:`problem_kinds`. ``since``: from when on components count as newly
    gone, datetime64[D]. ``layouts``: label of each layout of component codes → how many codes and how many old codes
    are good ones of it; several layouts may fit the same code.
    """

    found: tuple[Problem, ...]
    since: np.datetime64
    layouts: dict[str, tuple[int, int]]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind, those of no kind left out."""
        kinds = [one.kind for one in self.found]
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}

    def rows(self, language: str) -> Rows:
        """Return them as a table with points, columns :data:`PROBLEM_COLUMNS`, sentences in ``language``."""
        columns = {
            "problem": (one.kind for one in self.found),
            "problem_name": (ProblemName(one.kind).text(language) for one in self.found),
            **{name: (getattr(one, name) or None for one in self.found) for name in _TOLD},
            "message": (one.message.text(language) for one in self.found),
        }
        x, y = (np.array([getattr(one, axis) for one in self.found], dtype=float) for axis in "xy")
        points = as_column([None] * len(self.found))
        drawn = ~np.isnan(x)
        points[drawn] = shapely.points(x[drawn], y[drawn])
        return Rows({name: as_column(values) for name, values in columns.items()}, points)


def problem_kinds() -> tuple[str, ...]:
    """Return every kind of problem, in the order in which they are told."""
    return (*load_json(_CATALOGUE)["rules"], MALFORMED, FOREIGN, CLASS_DIFFERS, GONE)


@dataclass(frozen=True)
class ProblemName(Message):
    """What a kind of problem (``code``) is called."""

    def text(self, language: str = "en") -> str:
        """Return the title of the rule, or what is no rule by its own name."""
        infos = rule_infos()
        if self.code in infos:
            return str(infos[self.code].title[tongue_of(language)])
        return Message(f"{self.code}_title").text(language)


def find_problems(
    workspace: Workspace,
    *,
    since: np.datetime64 | None = None,
    component_layout: str | None = None,
    progress: Progress | None = None,
) -> Problems:
    """Return what is wrong with components; give a workspace that is in one state (:meth:`Workspace.reading`).

    Codes that are missing or borne twice, disputed owners, components outside all unit grids or in another one than
    their row says: as the rules of the check tell it, but for what is exempted. Codes are held to
    ``component_layout`` (key of a code layout, the usual one without) only where most of them follow it: an
    inventory may have numbers of its own.

    :param since: components that went on this day or later are newly gone; without it those that went since the day
        of the last import, or within a year.
    :raises InputError: ``layout_unknown``.
    """
    progress = progress or Progress()
    chosen = layout(component_layout) if component_layout else default_layout(_TABLE)
    parts = workspace.read(_TABLE)
    units, exempt = workspace.read("unit_grid", ["code"]), workspace.read("exemption", geometry=False)
    log = workspace.read("change_log", LOG_COLUMNS, {"table_name": _TABLE}, geometry=False)
    progress.report(0.3)
    day = since if since is not None else last_import(log)
    day = np.datetime64(clock.today(), "D") - np.timedelta64(365, "D") if day is None else day
    at = {str(code): row for row, code in reversed(list(enumerate(texts(parts, "code").tolist())))}
    table = _Table(parts)
    found: list[Problem] = []
    settings = validation_settings(workspace.info, None, clock.today())
    context = Context({_TABLE: parts, "unit_grid": units, "exemption": exempt}, settings)
    rules = all_rules()
    for code in load_json(_CATALOGUE)["rules"]:
        issues = filter(_is_ours, with_exemptions(context, rules[code](context)))
        found += [table.of_issue(issue, at) for issue in issues]
        progress.report(0.3)
    progress.report(0.8)
    found += _code_faults(table, chosen, workspace.info.county_code)
    for one in newly_gone(component_arrays(parts), log, day):
        details = {"code": one.code, "on": one.on, "state": ValueTitle(f"component_state.{one.state}")}
        message = Message("component_gone" if one.state else "component_deleted", details)
        found.append(table.problem(GONE, at.get(one.code, -1), message, one.code))
    progress.report(1.0)
    place = {kind: number for number, kind in enumerate(problem_kinds())}
    found.sort(key=lambda one: (place[one.kind], one.code))
    codes, old = (texts(parts, name).tolist() for name in ("code", "old_code"))
    layouts = {one.label: (_fitting(one, codes), _fitting(one, old)) for one in layouts_of_kind(_TABLE)}
    return Problems(tuple(found), day, layouts)


class _Table:
    """The components, row by row."""

    def __init__(self, parts: Rows) -> None:
        self.columns = {name: texts(parts, name).tolist() for name in _TOLD}
        self.fids = parts.fids.tolist()
        self.x, self.y = (axis.tolist() for axis in parts.xy())

    def problem(self, kind: str, row: int, message: Message, code: str = "") -> Problem:
        if row < 0:
            return Problem(kind, code, "", "", "", "", message, -1, float("nan"), float("nan"))
        told = {name: self.columns[name][row] for name in _TOLD}
        return Problem(kind, **told, message=message, fid=self.fids[row], x=self.x[row], y=self.y[row])

    def of_issue(self, issue: Issue, at: dict[str, int]) -> Problem:
        key = issue.object_keys[0]
        row = at[key] if key in at else int(key[1:]) - 1  # a row without a code is told by its number
        return self.problem(issue.rule, row, issue.message)


def _is_ours(issue: Issue) -> bool:
    return issue.table == _TABLE and not issue.exempted


def _code_faults(table: _Table, chosen: CodeLayout, county: str) -> Iterator[Problem]:
    codes, classes = table.columns["code"], table.columns["class_code"]
    wrong = {row: chosen.problem(code) for row, code in enumerate(codes) if code}
    if list(wrong.values()).count(None) < _FOLLOW * len(wrong):
        return
    for row, fault in wrong.items():
        code = codes[row]
        if fault is not None:
            yield table.problem(MALFORMED, row, fault)
            continue
        if any(part.name == "county" for part in chosen.parts) and code[:_COUNTY_DIGITS] != county:
            details = {"code": code, "other": code[:_COUNTY_DIGITS], "county": county}
            yield table.problem(FOREIGN, row, Message("component_foreign", details))
        told = class_told(chosen, code) if tells_class(chosen) else ""
        if told and classes[row] and not same_class(classes[row], told):
            details = {"code": code, "told": told, "stored": classes[row]}
            yield table.problem(CLASS_DIFFERS, row, Message("component_class", details))


def _fitting(one: CodeLayout, codes: list[str]) -> int:
    return sum(one.fits(code) for code in codes if code)

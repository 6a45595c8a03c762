"""Compare two states of responsibility grids (比较): what passes from whom to whom, with all that lies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import geometries, or_none, texts
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.release.moves import moved_points
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.ground_moves import Flows, moved_ground, summed
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.fields import setting
from gridmgmt_plugin.jobs.lanes.lane_lengths import lane_lengths_m
from gridmgmt_plugin.jobs.responsibility.grid_states import GridState, grid_state, scheme_of_state, units_of_state
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

#: Columns of the result, with their types.
FIELDS: dict[str, type] = {
    "from_grid": str,
    "from_name": str,
    "from_people": str,
    "to_grid": str,
    "to_name": str,
    "to_people": str,
    "units": int,
    "area_m2": float,
    "components": int,
    "open_cases": int,
    "lane_m": float,
    "from_posts": int,
    "to_posts": int,
}
_NAMES_BETWEEN = "、"
# Before the code of a grid while two schemes are compared, which may use the same codes.
_OF_BASE, _OF_OTHER = "base|", "other|"


@dataclass(frozen=True)
class Comparison:
    """``rows``: one per pair of grids between which ground passes, with :data:`FIELDS` and that ground,
    the largest first; ``base``, ``other``: the states; ``moved``: how many unit grids pass, whole or in part:
    those of the base, and those of the other state where the base has none; over lanes it is lanes; ``report``:
    figures and notes.
    """

    rows: Rows
    base: GridState
    other: GridState
    moved: int
    report: Report


def compare_states(
    workspace: Workspace, base: str, other: str, *, scheme: str = "", progress: Progress | None = None
) -> Comparison:
    """Compare two states of responsibility grids; the workspace is only read.

    States are named ``today``, by the key of a scheme or an alternative, the number of a release, or a date. Ground,
    components and open cases are compared by the place where they lie; lanes along the border of two pieces are
    shared by both. A grid of an alternative is the grid of its scheme that has its code. Two states of different
    schemes are laid over each other: everything passes from the one's grid to the other's.

    :param scheme: scheme of ``today`` and of dates; when "" that of the other state (of an alternative the scheme
        that it is of), else the only one that is no alternative.
    :raises InputError: ``state_unknown``, ``state_scheme_needed``, ``scheme_not_there``.
    """
    progress = progress or Progress()
    main = _main_schemes(workspace)
    scheme = scheme or _scheme_of(workspace, (base, other), main)
    states = tuple(grid_state(workspace, named, scheme) for named in (base, other))
    progress.report(0.2)
    units = _told_apart(states, main)
    precision_m = workspace.info.precision_m
    ground = moved_ground(*units, precision_m, progress.part(0.2, 0.6))
    flows = summed(ground)
    progress.report(0.65)
    counts = [
        _points_between(points, units, flows, precision_m)
        for points in (workspace.read("component", ["code"]), _open_cases(workspace))
    ]
    progress.report(0.85)
    names = np.array([str(number) for number in range(len(flows))], dtype=object)
    lane_m = lane_lengths_m(workspace, names, flows.shape) if len(flows) else np.zeros(0)
    rows = _rows(flows, states, counts[0], counts[1], lane_m)
    progress.report(1.0)
    moved = ground.units()
    return Comparison(rows, states[0], states[1], moved, _report(rows, states, moved))


def units_compared(workspace: Workspace, base: str, other: str, *, scheme: str = "") -> tuple[int, int, bool]:
    """Return how many unit grids (over lanes: grids) :func:`compare_states` would lay over each other, of each state,
    and whether they are grids over lanes; nothing is laid, and no shape is read. It raises what that does of states
    and schemes.
    """
    scheme = scheme or _scheme_of(workspace, (base, other), _main_schemes(workspace))
    over_lanes = is_over_lanes(workspace.read("scheme", ["key", "base"], geometry=False), scheme)
    return units_of_state(workspace, base, scheme), units_of_state(workspace, other, scheme), over_lanes


def _main_schemes(workspace: Workspace) -> dict[str, str]:
    """Return scheme → the scheme that it is an alternative of, or itself."""
    return {key: rules.alternative_of or key for key, rules in stored_rules(workspace).items()}


def _scheme_of(workspace: Workspace, states: tuple[str, str], main: Mapping[str, str]) -> str:
    named = [scheme_of_state(workspace, state) for state in states]
    return next((main.get(key, key) for key in named if key), "") or _only(workspace, main)


def _only(workspace: Workspace, main: Mapping[str, str]) -> str:
    keys = texts(workspace.read("scheme", ["key"], geometry=False), "key").tolist()
    keys = [key for key in keys if main.get(key, key) == key]
    if len(keys) != 1:
        raise InputError("state_scheme_needed", known=_NAMES_BETWEEN.join(keys))
    return str(keys[0])


def _told_apart(states: tuple[GridState, ...], main: Mapping[str, str]) -> tuple[FrozenLayer, FrozenLayer]:
    """Return the unit grids of both states; where the schemes differ no grid of the one is one of the other.

    :param main: alternative → the scheme that it is of.
    """
    base, other = states
    if main.get(base.scheme, base.scheme) == main.get(other.scheme, other.scheme):
        return base.units, other.units
    found = []
    for mark, state in ((_OF_BASE, base), (_OF_OTHER, other)):
        groups = [mark + group if group else None for group in texts(state.units.rows, "responsibility_grid")]
        rows = state.units.rows.with_columns(responsibility_grid=groups)
        found.append(FrozenLayer(state.units.keys, rows))
    return found[0], found[1]


def _open_cases(workspace: Workspace) -> Rows:
    cases = workspace.read("cases", ["id", "status"])
    closed = np.isin(texts(cases, "status").astype(str), setting("open_case_statuses_excluded"))
    return cases.take(~closed)


def _points_between(
    points: Rows, units: tuple[FrozenLayer, FrozenLayer], flows: Flows, precision_m: float
) -> np.ndarray:
    """Return how many points pass in each flow, int64."""
    moves = moved_points(geometries(points), units[0], units[1], precision_m)
    number = {pair: row for row, pair in enumerate(zip(flows.giver, flows.taker))}
    counts = np.zeros(len(flows), dtype=np.int64)
    for giver, taker in zip(moves.old_responsibility_grid, moves.new_responsibility_grid):
        row = number.get((giver or "", taker or ""))
        if row is not None:
            counts[row] += 1
    return counts


def _rows(
    flows: Flows, states: tuple[GridState, ...], components: np.ndarray, cases: np.ndarray, lane_m: np.ndarray
) -> Rows:
    base, other = states
    giver, taker = (_plain(column) for column in (flows.giver, flows.taker))
    columns = {
        "from_grid": or_none(giver),
        "from_name": _named(giver, base.names),
        "from_people": _named(giver, {grid: _NAMES_BETWEEN.join(held) for grid, held in base.people.items()}),
        "to_grid": or_none(taker),
        "to_name": _named(taker, other.names),
        "to_people": _named(taker, {grid: _NAMES_BETWEEN.join(held) for grid, held in other.people.items()}),
        "units": as_column(flows.units.tolist()),
        "area_m2": as_column(np.round(flows.area_m2, 2).tolist()),
        "components": as_column(components.tolist()),
        "open_cases": as_column(cases.tolist()),
        "lane_m": as_column(np.round(lane_m, 1).tolist()),
        "from_posts": as_column(base.posts.get(grid, 0) for grid in giver),
        "to_posts": as_column(other.posts.get(grid, 0) for grid in taker),
    }
    order = np.lexsort((taker.astype(str), giver.astype(str), -flows.area_m2))
    return Rows(columns, flows.shape).take(order)


def _plain(grids: np.ndarray) -> np.ndarray:
    return as_column(grid.removeprefix(_OF_BASE).removeprefix(_OF_OTHER) for grid in grids)


def _named(grids: np.ndarray, names: Mapping[str, str]) -> np.ndarray:
    return as_column(names.get(grid) or None for grid in grids)


def _report(rows: Rows, states: tuple[GridState, ...], moved: int) -> Report:
    figures = {
        "moved": moved,
        "area_m2": round(float(sum(rows["area_m2"])), 2),
        **{name: int(sum(rows[name])) for name in ("components", "open_cases")},
        "lane_m": round(float(sum(rows["lane_m"])), 1),
    }
    notes = [note for state in states for note in state.notes]
    notes += [Message("state_without_units", {"state": state.title}) for state in states if not len(state.units)]
    return Report("comparestates", len(rows), figures=figures, notes=tuple(notes))

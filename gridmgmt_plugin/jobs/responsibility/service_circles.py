"""Unit grids to the service centre that is nearest on foot (一刻钟便民服务圈), and what lies beyond the limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import numbers
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.walking.circles import Circles, service_circles, unit_points
from gridmgmt_plugin.core.walking.options import WalkingOptions
from gridmgmt_plugin.core.walking.streets import street_network
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.responsibility.circle_centres import CentreFields, Centres, read_centres, read_streets
from gridmgmt_plugin.jobs.responsibility.circle_scheme import WantedScheme, refuse_scheme, write_circles
from gridmgmt_plugin.project.walking_ways import shortest_ways
from gridmgmt_plugin.workspace.workspace import Workspace

OFF_STREET = "circles_centre_off_street"
#: The columns of the result by unit grid, and by centre.
UNIT_FIELDS: dict[str, type] = {
    "code": str,
    "name": str,
    "area_code": str,
    "centre": str,
    "metres": float,
    "minutes": float,
    "beyond": int,
    "households": int,
    "population": int,
}
CENTRE_FIELDS: dict[str, type] = {
    "centre": str,
    "units": int,
    "units_beyond": int,
    "within_percent": float,
    "area_m2": float,
    "households": int,
    "population": int,
    "people_within_percent": float,
    "minutes_mean": float,
    "minutes_most": float,
}


@dataclass(frozen=True)
class ServiceCircles:
    """``units``: one row per unit grid with :data:`UNIT_FIELDS` and its polygon; ``centres``: one per centre
    near a street with :data:`CENTRE_FIELDS` and its point. ``beyond``: how many unit grids are beyond the limit.
    """

    units: Rows
    centres: Rows
    beyond: int
    report: Report


def find_service_circles(
    workspace: Workspace,
    *,
    centres: Source | None = None,
    streets: Source | None = None,
    fields: CentreFields | None = None,
    coordinates: str = "crs",
    street_coordinates: str = "crs",
    options: WalkingOptions | None = None,
    scheme: WantedScheme | None = None,
    author: str = "",
    progress: Progress | None = None,
    before_writing: Callable[[Rows, Rows], None] = lambda *_: None,
) -> ServiceCircles:
    """Find for every unit grid the centre that is nearest along the streets and the minutes on foot.

    The way is measured from the middle of the unit grid straight to the nearest street, along streets, and from the
    street to the centre. Nothing is written unless ``scheme`` asks for a scheme with a grid per centre.

    :param centres: points, or a table with coordinates; the workspace's stations when ``None``. ``streets``: lines;
        the workspace's lanes when ``None``.
    :param before_writing: called with the rows of unit grids and centres before a scheme is written, also when none
        will be; what it raises leaves the workspace as it was.
    :raises InputError: ``circles_without_streets``, ``circles_without_centres``, ``circles_streets_apart``,
        ``circles_centres_off_streets``, what :mod:`~.circle_centres` and :mod:`~.circle_scheme` raise.
    :raises WorkspaceError: ``workspace_without_unit_grids``, ``row_changed_meanwhile``.
    """
    progress, options = progress or Progress(), options or WalkingOptions()
    units = workspace.read("unit_grid")
    if not len(units):
        raise WorkspaceError("workspace_without_unit_grids", path=workspace.title)
    if scheme is not None:
        refuse_scheme(workspace, scheme)
    lines = read_streets(workspace, streets, units, street_coordinates)
    given = read_centres(workspace, centres, coordinates, fields or CentreFields())
    progress.report(0.2)
    network = street_network(lines, precision_m=workspace.info.precision_m, join_gap_m=options.join_gap_m)
    progress.report(0.5)
    found = service_circles(unit_points(units.shapes), given.point, network, shortest_ways, options)
    progress.report(0.8)
    notes = (*(() if streets is None else streets.notes), *given.notes, *_notes(units, given, found, options))
    shown = _units(units, given, found), _centres(units, given, found)
    before_writing(*shown)
    if scheme is not None:
        notes = (*notes, *write_circles(workspace, units, found.centre, given.name, scheme, author))
    progress.report(1.0)
    report = _report(units, given, found, notes, float(network.length_m.sum()), options)
    return ServiceCircles(*shown, int(found.beyond.sum()), report)


def _units(units: Rows, centres: Centres, found: Circles) -> Rows:
    columns = {
        **{name: units[name] for name in ("code", "name", "area_code", "households", "population")},
        "centre": as_column(centres.name[at] if at >= 0 else None for at in found.centre.tolist()),
        "metres": _or_none(np.round(found.metres, 1)),
        "minutes": _or_none(found.minutes),
        "beyond": as_column(found.beyond.astype(int).tolist()),
    }
    return Rows({name: columns[name] for name in UNIT_FIELDS}, units.geometry)


def _centres(units: Rows, centres: Centres, found: Circles) -> Rows:
    """Return the figures of each centre; a share is missing where a centre has nothing to share."""
    used = np.flatnonzero(found.centre_used)
    there = found.centre >= 0
    at, within = found.centre[there], ~found.beyond[there]

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=values, minlength=len(centres.name))[used]

    count, minutes = summed(np.ones(len(at))), found.minutes[there]
    households, people = (np.nan_to_num(numbers(units, name)[there]) for name in ("households", "population"))
    most = np.zeros(len(centres.name))
    np.maximum.at(most, at, minutes)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "centre": centres.name[used],
            "units": as_column(count.astype(int).tolist()),
            "units_beyond": as_column(summed(~within).astype(int).tolist()),
            "within_percent": _or_none(np.round(100 * summed(within) / count, 1)),
            "area_m2": as_column(np.round(summed(shapely.area(units.shapes[there])), 1).tolist()),
            "households": as_column(summed(households).astype(int).tolist()),
            "population": as_column(summed(people).astype(int).tolist()),
            "people_within_percent": _or_none(np.round(100 * summed(people * within) / summed(people), 1)),
            "minutes_mean": _or_none(np.round(summed(minutes) / count, 2)),
            "minutes_most": _or_none(np.where(count > 0, most[used], np.nan)),
        }
    return Rows(columns, centres.point[used])


def _or_none(values: np.ndarray) -> np.ndarray:
    return as_column(value if np.isfinite(value) else None for value in values.tolist())


def _notes(units: Rows, centres: Centres, found: Circles, options: WalkingOptions) -> list[Message]:
    """Tell what lies beyond, and what about streets and centres the planner should look at."""
    notes = []
    if found.beyond.any():
        people = int(np.nan_to_num(numbers(units, "population")[found.beyond]).sum())
        details = {"count": int(found.beyond.sum()), "of": len(units), "minutes": _plain(options.limit_minutes)}
        notes.append(Message("circles_beyond", {**details, "people": people}))
    if found.off_street.any():
        details = {"count": int(found.off_street.sum()), "distance_m": _plain(options.unit_off_street_m)}
        notes.append(Message("circles_units_off_streets", details))
    if found.pieces > 1:
        details = {"pieces": found.pieces, "percent": round(100 * found.connected_share, 1)}
        notes.append(Message("circles_streets_in_pieces", details))
    apart = centres.name[found.centre_apart].tolist()
    if apart:
        notes.append(Message("circles_centres_apart", {"count": len(apart), "centres": listing(apart)}))
    idle = np.setdiff1d(np.flatnonzero(found.centre_used), found.centre)
    if len(idle):
        names = listing(centres.name[idle].tolist())
        notes.append(Message("circles_centres_idle", {"count": len(idle), "centres": names}))
    return notes


def _report(
    units: Rows,
    centres: Centres,
    found: Circles,
    notes: tuple[Message, ...],
    streets_m: float,
    options: WalkingOptions,
) -> Report:
    off = np.flatnonzero(~found.centre_used)
    details = {"distance_m": _plain(options.centre_off_street_m)}
    rejected = (
        *centres.rejected,
        *(RejectedRow(int(centres.row[at]), centres.name[at], OFF_STREET, details=details) for at in off.tolist()),
    )
    there = found.centre >= 0
    figures = {
        "units": len(units),
        "beyond": int(found.beyond.sum()),
        "centres": int(found.centre_used.sum()),
        "minutes": _plain(options.limit_minutes),
        "speed_m_min": _plain(options.speed_m_min),
        "minutes_mean": round(float(found.minutes[there].mean()), 2) if there.any() else None,
        "minutes_most": round(float(found.minutes[there].max()), 2) if there.any() else None,
        "streets_km": round(streets_m / 1000, 3),
        "streets_connected_percent": round(100 * found.connected_share, 1),
    }
    reasons = Counter(row.reason for row in rejected)
    return Report("servicecircles", int(there.sum()), len(rejected), dict(reasons), rejected, figures, notes)


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value

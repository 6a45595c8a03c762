"""Sample questions with the right answers, by which a receiver proves that it dispatches as the workspace would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.duty import Points, who_answers
from gridmgmt_plugin.core.duty.classes import classes_asked
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.samples import SamplePoints, sample_points
from gridmgmt_plugin.core.release.sensitive import COMPONENT, EVENT, Sensitive
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.fields import setting, table_specs
from gridmgmt_plugin.jobs.handover.content import PackageContent

_ASKED = (
    "unit_grid", "area", "duty_zone", "lane", "post", "person", "department", "scheme", "responsibility_grid",
)  # fmt: skip


@dataclass(frozen=True)
class AcceptanceOptions:
    """How to ask: ``scheme``: whose grids answer; ``day``: first day of validity; ``precision_m``: of the workspace;
    ``seed``: the same seed and content give the same points; the catalogues name the files of the classes.
    """

    scheme: str
    day: np.datetime64
    precision_m: float
    seed: int
    component_catalogue: str
    event_catalogue: str


@dataclass(frozen=True)
class Acceptance:
    """``rows`` of ``acceptance_points.csv`` and what there is to say about them."""

    rows: Rows
    notes: tuple[Message, ...]


def acceptance_rows(
    tables: Mapping[str, Rows],
    content: PackageContent,
    sensitive: Sensitive,
    delivery: Delivery,
    options: AcceptanceOptions,
    progress: Progress,
) -> Acceptance:
    """Return sample points with the expected grid, department and person per class of the duty rules.

    Each point is asked for every class, or, where that would be too many rows, for some of them in turn. The time is
    a working day's morning on or after the first day of validity.
    """
    wanted = setting("acceptance")
    units = content.layers["unit_grid"]
    points = sample_points(
        geometries(units),
        units["code"].tolist(),
        wanted["points"],
        near_m=wanted["near_edge_m"],
        precision_m=options.precision_m,
        seed=options.seed,
    )
    classes = asked_classes(content.tables["duty_rules"], sensitive, options)
    point, asked = _pairs(len(points), len(classes), wanted["rows_at_most"])
    kinds, codes = (as_column(classes[i][side] for i in asked) for side in (0, 1))
    at = np.full(len(point), _working_time(options.day, wanted), dtype="datetime64[s]")
    answers = who_answers(
        Points(points.x[point], points.y[point], codes, as_column([None] * len(point)), at, kinds),
        {**{name: tables[name] for name in _ASKED if name in tables}, "duty_rule": content.tables["duty_rules"]},
        options.scheme,
        precision_m=options.precision_m,
        progress=progress,
    )
    return Acceptance(_rows(points, point, kinds, codes, at, answers.rows(), delivery), answers.notes)


def asked_classes(
    rules: Rows, sensitive: Sensitive, options: AcceptanceOptions
) -> list[tuple[str | None, str | None]]:
    """Return (kind, class code) of one class for every prefix that a rule names, and no class at all first.

    The class is the smallest of the catalogue that begins with the prefix and is not sensitive, the prefix itself
    where there is none.
    """
    catalogues = {COMPONENT: options.component_catalogue, EVENT: options.event_catalogue}
    return classes_asked(rules, catalogues, sensitive.classes)


def _pairs(points: int, classes: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which point is asked for which class: all for all, or a window that moves on from point to point."""
    window = min(classes, max(1, most // max(points, 1)))
    point = np.repeat(np.arange(points), window)
    asked = (point * window + np.tile(np.arange(window), points)) % max(classes, 1)
    if window == classes:
        asked = np.tile(np.arange(window), points)
    return point, asked


def _working_time(day: np.datetime64, wanted: Mapping[str, object]) -> np.datetime64:
    weekdays = set(wanted["weekdays"])  # type: ignore[call-overload]
    while (int(day.astype("datetime64[D]").astype(np.int64)) + 3) % 7 + 1 not in weekdays:  # 1970-01-01: a Thursday
        day = day + np.timedelta64(1, "D")
    return np.datetime64(f"{day}T{wanted['time_of_day']}", "s")


def _rows(
    points: SamplePoints,
    point: np.ndarray,
    kinds: np.ndarray,
    codes: np.ndarray,
    at: np.ndarray,
    answers: Rows,
    delivery: Delivery,
) -> Rows:
    x, y = delivery.xy(points.x, points.y)
    columns = {
        "point": as_column(f"P{number + 1:03d}" for number in point),
        "place": points.place[point],
        "x": as_column(float(value) for value in x[point]),
        "y": as_column(float(value) for value in y[point]),
        "at": as_column(str(value)[:16] for value in at),
        "class_kind": kinds,
        "class_code": codes,
    }
    for field in table_specs()["acceptance_points"].fields:
        if field.column not in columns:
            columns[field.column] = answers[field.column]
    return Rows(columns)

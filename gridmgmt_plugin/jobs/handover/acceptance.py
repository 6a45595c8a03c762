"""Sample questions with the right answers, by which a receiver proves that it dispatches as the workspace would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import geometries, picked, table, texts
from gridmgmt_plugin.core.duty import Points, who_answers
from gridmgmt_plugin.core.duty.classes import classes_asked
from gridmgmt_plugin.core.geometry.finite import xy_of_points
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

    Each point is asked for every class, or, where that would be too many rows, for some of them in turn, on a working
    day's morning on or after the first day of validity; without a class also at night and at a weekend. Some
    components are asked for where they stand, with what is recorded of their ownership.
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
    components = _sampled_components(table(tables, "component"), sensitive, wanted["components"], options.seed)
    asked = _asked(points, asked_classes(content.tables["duty_rules"], sensitive, options), components, options.day)
    answers = who_answers(
        Points(asked.x, asked.y, asked.class_code, asked.component_code, asked.at, asked.class_kind),
        {
            **{name: tables[name] for name in _ASKED if name in tables},
            "duty_rule": content.tables["duty_rules"],
            "component": components,
        },
        options.scheme,
        precision_m=options.precision_m,
        progress=progress,
    )
    return Acceptance(_rows(asked, components, answers.rows(), delivery), answers.notes)


@dataclass(frozen=True)
class _Asked:
    """The questions, n rows: ``point``: names; ``place``: where on the grid, ``None`` at a component; ``x``, ``y``
    float64 metres; ``at``: datetime64[s]; the others object arrays of texts.
    """

    point: np.ndarray
    place: np.ndarray
    x: np.ndarray
    y: np.ndarray
    at: np.ndarray
    class_kind: np.ndarray
    class_code: np.ndarray
    component_code: np.ndarray


def _asked(
    points: SamplePoints, classes: list[tuple[str | None, str | None]], components: Rows, day: np.datetime64
) -> _Asked:
    wanted = setting("acceptance")
    point, of_class = _pairs(len(points), len(classes), wanted["rows_at_most"])
    other_times = [_time_on(day, other) for other in wanted["other_times"]]
    at = [_time_on(day, wanted)] * len(point) + [time for time in other_times for _ in range(len(points))]
    at += [_time_on(day, wanted)] * len(components)
    of_point = np.concatenate([point, *[np.arange(len(points))] * len(other_times)]).astype(np.int64)
    asked: list[tuple[str | None, str | None]] = [classes[number] for number in of_class]
    asked += [(None, None)] * (len(of_point) - len(point))
    asked += [(COMPONENT, code or None) for code in texts(components, "class_code")]
    names = [f"P{number + 1:03d}" for number in of_point] + [f"C{n + 1:03d}" for n in range(len(components))]
    x, y = xy_of_points(geometries(components))
    return _Asked(
        point=as_column(names),
        place=np.append(points.place[of_point], as_column([None] * len(components))),
        x=np.append(points.x[of_point], x),
        y=np.append(points.y[of_point], y),
        at=np.array(at, dtype="datetime64[s]"),
        class_kind=as_column(kind for kind, _ in asked),
        class_code=as_column(code for _, code in asked),
        component_code=as_column([*[None] * len(of_point), *texts(components, "code")]),
    )


def _sampled_components(components: Rows, sensitive: Sensitive, count: int, seed: int) -> Rows:
    """Return some components that may be told of, each with a code of its own and a place, sorted by code."""
    codes = texts(components, "code")
    x, _ = xy_of_points(geometries(components))
    hidden = np.array([sensitive.is_component_class(code) for code in texts(components, "class_code")], dtype=bool)
    _, first, times = np.unique(codes.astype(str), return_index=True, return_counts=True)
    usable = first[times == 1]
    usable = usable[(codes[usable] != "") & ~np.isnan(x[usable]) & ~hidden[usable]]
    return components.take(np.sort(np.random.default_rng(seed).permutation(usable)[:count]))


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


def _time_on(day: np.datetime64, wanted: Mapping[str, Any]) -> np.datetime64:
    """Return the first time on or after a day that is of the weekdays and the hour wanted."""
    while (int(day.astype("datetime64[D]").astype(np.int64)) + 3) % 7 + 1 not in wanted["weekdays"]:
        day = day + np.timedelta64(1, "D")  # 1970-01-01: a Thursday
    return np.datetime64(f"{day}T{wanted['time_of_day']}", "s")


def _rows(asked: _Asked, components: Rows, answers: Rows, delivery: Delivery) -> Rows:
    x, y = delivery.xy(asked.x, asked.y)
    of_component = np.append(np.full(len(asked.x) - len(components), -1), np.arange(len(components)))
    columns = {
        "point": asked.point,
        "place": asked.place,
        "x": as_column(float(value) for value in x),
        "y": as_column(float(value) for value in y),
        "at": as_column(str(value)[:16] for value in asked.at),
        "class_kind": asked.class_kind,
        "class_code": asked.class_code,
        "component_code": asked.component_code,
        "component_lane": picked(texts(components, "lane_code"), of_component),
        **{
            name: picked(texts(components, name), of_component)
            for name in ("interim_code", "maintainer_code", "owner_code", "owner_state")
        },
    }
    for field in table_specs()["acceptance_points"].fields:
        if field.column not in columns:
            columns[field.column] = answers[field.column]
    return Rows(columns)

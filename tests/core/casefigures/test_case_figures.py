"""Figures of cases are those of a plain count, whatever is asked and however odd the cases are."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.casefigures.cases import COLUMNS, case_arrays
from gridmgmt_plugin.core.casefigures.choice import Wanted, choose, those
from gridmgmt_plugin.core.casefigures.figures import (
    AGES,
    by_age,
    by_class,
    by_hour_of_week,
    by_place,
    by_word,
    days_open,
    over_time,
)
from gridmgmt_plugin.core.rows import PointPart

FIRST, AFTER = np.datetime64("2026-02-26", "s"), np.datetime64("2026-03-26", "s")
GRIDS = {f"G{number}": number for number in range(7)}
NOW = np.datetime64("2026-04-01T12:00:00")


def _cases(count=400, seed=1):
    rng = np.random.default_rng(seed)
    records = []
    for number in range(count):
        reported = datetime(2026, 1, 1) + timedelta(minutes=int(rng.integers(0, 60 * 24 * 120)))
        closed = reported + timedelta(hours=int(rng.integers(-5, 900)))  # some closed before they were reported
        records.append(
            {
                "unit_grid": None if number % 11 == 0 else f"G{rng.integers(0, 9)}",
                "kind": ("event", "component")[int(rng.integers(0, 2))],
                "class_code": ("0101", "0102", "0201", None)[int(rng.integers(0, 4))],
                "source": ("监督员", "12345", "视频", "")[int(rng.integers(0, 4))],
                "status": ("void", "closed", "filed")[int(rng.integers(0, 3))],
                "duplicate_of": "C1" if number % 13 == 0 else None,
                "reported_at": None if number % 17 == 0 else reported.isoformat(),
                "closed_at": None if number % 3 == 0 else closed.isoformat(),
            }
        )
    missing = dict.fromkeys(COLUMNS)
    x, y = rng.uniform(0, 100, (2, count))
    return [missing | record for record in records], shapely.points(x, y)


def _arrays(records, shapes):
    """Return the arrays of cases that are read in two parts."""
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    half, numbers = len(records) // 2, np.arange(len(records))
    return case_arrays(
        PointPart(
            {name: [record[name] for record in records[part]] for name in COLUMNS}, numbers[part], x[part], y[part]
        )
        for part in (slice(None, half), slice(half, None))
    )


def _counting(records, asked):
    """Return the records that are wanted, one by one."""
    for record in records:
        moment = record["reported_at"] and np.datetime64(record["reported_at"])
        if record["status"] == "void" or record["duplicate_of"]:
            continue
        if asked.first is not None and not (moment and moment >= asked.first):
            continue
        if asked.after is not None and not (moment and moment < asked.after):
            continue
        if not (record["class_code"] or "").startswith(asked.class_prefix):
            continue
        if (asked.kind and record["kind"] != asked.kind) or (asked.sources and record["source"] not in asked.sources):
            continue
        if not asked.statuses or record["status"] in asked.statuses:
            yield record


ASKED = {
    "everything": Wanted(),
    "a month of assessment": Wanted(FIRST, AFTER),
    "since a day": Wanted(first=FIRST),
    "until a day, one class": Wanted(after=AFTER, class_prefix="01"),
    "two sources of one kind": Wanted(FIRST, AFTER, kind="event", sources=("12345", "视频")),
    "open cases": Wanted(statuses=("filed",)),
    "a class that nothing has": Wanted(class_prefix="99"),
    "an empty period": Wanted(np.datetime64("2031-01-01", "s"), np.datetime64("2031-02-01", "s")),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_every_figure_is_that_of_a_plain_count(asked):
    records, shapes = _cases()
    cases = _arrays(records, shapes)
    chosen, expected = choose(cases, asked), list(_counting(records, asked))
    assert len(chosen) == len(expected)
    placed = by_place(chosen, cases.columns["unit_grid"].of(GRIDS), len(GRIDS))
    grids = Counter(record["unit_grid"] for record in expected)
    assert placed.count.tolist() == [grids[grid] for grid in GRIDS]
    assert placed.outside == len(expected) - sum(placed.count)
    for column in ("class_code", "source", "status", "kind"):
        words = Counter(record[column] for record in expected if record[column])
        assert by_word(cases, chosen, column) == dict(words)
    moments = [datetime.fromisoformat(record["reported_at"]) for record in expected if record["reported_at"]]
    for unit, length in (("D", len("2026-01-01")), ("M", len("2026-01"))):
        steps, counts = over_time(cases, chosen, unit)
        told = {str(step): number for step, number in zip(steps, counts.tolist()) if number}
        assert told == Counter(moment.isoformat()[:length] for moment in moments)
    classes = Counter((record["kind"], record["class_code"]) for record in expected if record["class_code"])
    assert by_class(cases, chosen) == classes
    assert list(by_class(cases, chosen).values()) == sorted(classes.values(), reverse=True)
    hours = Counter((moment.weekday(), moment.hour) for moment in moments)
    table = by_hour_of_week(cases, chosen)
    assert {(d, h): int(table[d, h]) for d in range(7) for h in range(24) if table[d, h]} == hours
    ages = [_age(record) for record in expected if _is_open(record)]
    assert days_open(cases, chosen, NOW).tolist() == sorted(ages, reverse=True)
    limits = (*AGES, 10**6)
    classed = Counter(next(limit for limit in limits if age < limit) for age in ages)
    assert by_age(days_open(cases, chosen, NOW)) == tuple(classed[limit] for limit in limits)


def test_chosen_cases_are_narrowed_to_those_of_some_places():
    cases = _arrays(*_cases())
    chosen, there = choose(cases, Wanted()), cases.columns["unit_grid"].of({"G1": 0, "G2": 1}) >= 0
    narrowed = those(chosen, there)
    assert narrowed.at.tolist() == [at for at in chosen.at.tolist() if there[at]]
    assert 0 < len(narrowed) < len(chosen)


def _is_open(record):
    closed = record["closed_at"]
    known = record["reported_at"] and np.datetime64(record["reported_at"]) <= NOW
    if not closed and record["status"] == "closed":
        return False
    return bool(known) and not (closed and np.datetime64(closed) <= NOW)


def _age(record):
    return (NOW - np.datetime64(record["reported_at"])) // np.timedelta64(1, "D")


def test_what_does_not_count_is_told():
    records, shapes = _cases()
    chosen = choose(_arrays(records, shapes), Wanted(first=np.datetime64("2000-01-01", "s")))
    undated = sum(record["reported_at"] is None for record in records)
    bad = sum((r["status"] == "void" or bool(r["duplicate_of"])) and r["reported_at"] is not None for r in records)
    assert (chosen.undated, chosen.left_out) == (undated, bad)
    assert len(chosen) == len(records) - undated - bad


def test_no_cases_have_no_figures_and_are_no_trouble():
    cases = _arrays([], np.zeros(0, dtype=object))
    chosen = choose(cases, Wanted(FIRST, AFTER, "01", "event", ("12345",)))
    assert by_place(chosen, cases.columns["unit_grid"].of(GRIDS), 7).count.tolist() == [0] * 7
    assert by_word(cases, chosen, "source") == {}
    assert by_class(cases, chosen) == {}
    assert len(over_time(cases, chosen, "D")[0]) == 0
    assert by_age(days_open(cases, chosen, NOW)) == (0,) * (len(AGES) + 1)
    assert by_hour_of_week(cases, chosen).sum() == 0
    assert len(days_open(cases, chosen, NOW)) == 0


def test_some_classes_of_either_kind_are_chosen_alone():
    records, shapes = _cases(200)
    wanted = (("event", "0101"), ("component", "0201"), ("event", "no such"))
    chosen = choose(_arrays(records, shapes), Wanted(classes=wanted))
    plain = [r for r in records if (r["kind"], r["class_code"]) in wanted and r["status"] != "void"]
    assert len(chosen) == sum(not r["duplicate_of"] for r in plain) > 0
    assert len(choose(_arrays(records, shapes), Wanted(classes=(("event", "no such"),)))) == 0

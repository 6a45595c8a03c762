"""What a unit grid carries, as the figures beside the brush have it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.responsibility.unit_loads import cases_per_month, unit_loads
from tests.jobs.districts import drawn_town


def cases(*days, **more):
    records = [{"reported_at": day, "status": "closed", "duplicate_of": None, **more} for day in days]
    return Rows.from_records(records)


def test_cases_of_one_week_are_no_more_than_so_many_a_month():
    kept, each = cases_per_month(cases("2025-03-01T08:00:00", "2025-03-05T08:00:00"))
    assert kept.tolist() == [True, True]
    assert each == 1.0


def test_cases_of_half_a_year_are_spread_over_six_months():
    _, each = cases_per_month(cases("2025-01-01T00:00:00", "2025-07-01T00:00:00"))
    assert 1 / each == pytest.approx(6, abs=0.05)


def test_only_the_last_twelve_months_count():
    kept, each = cases_per_month(cases("2021-01-01", "2024-06-01", "2025-03-05"))
    assert kept.tolist() == [False, True, True]
    assert 1 / each == pytest.approx(9.1, abs=0.1)


def test_void_and_undated_cases_tell_no_rate():
    assert cases_per_month(cases("2025-01-01", status="void")) is None
    assert cases_per_month(cases(None)) is None


def test_every_stored_unit_grid_has_each_figure_that_there_is_anything_of(tmp_path):
    workspace = drawn_town(tmp_path)
    codes = [str(code) for code in workspace.read("unit_grid", ["code"])["code"]]
    assert unit_loads(workspace) == {}
    with workspace.transaction("王工", "test") as transaction:
        transaction.insert("component", Rows.from_records([{"code": "C1", "unit_grid": codes[0]}]))
        reports = [{"id": str(n), "unit_grid": codes[1], "reported_at": "2025-03-01T08:00:00"} for n in range(3)]
        transaction.insert("cases", Rows.from_records(reports))
    loads = unit_loads(workspace)
    assert loads["components"] == {**dict.fromkeys(codes, 0.0), codes[0]: 1.0}
    assert loads["cases_per_month"][codes[1]] == 3.0
    assert set(loads) == {"components", "cases_per_month"}

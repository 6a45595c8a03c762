"""A package names the department that has the work on its first day, whenever the reform was entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridmgmt_plugin.jobs.people.reform_department import reform_department
from tests.jobs.handover.exports import export, features_of, table_of


@pytest.mark.daily(1)
@pytest.mark.parametrize(("on", "effective_in_days", "named"), [(7, 8, "D02"), (0, -1, "D01")])
def test_grids_and_their_tables_name_the_department_of_the_first_day(
    workspace_in_both, folder, on, effective_in_days, named
):
    today = date.today()
    reform_department(workspace_in_both, department="D01", successor="D02", on=today + timedelta(days=on))
    first = (today + timedelta(days=effective_in_days)).isoformat()
    report = export(workspace_in_both, folder, formats=("geojson",), effective_from=first)
    cells = features_of(report.manifest.parent / "unit_grid.geojson")
    assert {cell["properties"]["RespCode"] for cell in cells} == {named}
    assert {row["department_code"] for row in table_of(report, "responsibility")} <= {named, "D03"}
    kept = workspace_in_both.read("unit_grid", ["responsible_code"], geometry=False)["responsible_code"]
    assert set(kept) == {"D01" if on else "D02"}

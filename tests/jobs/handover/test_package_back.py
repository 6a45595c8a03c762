"""The unit grids of a package come back with what they went out with."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import district, make_workspace, unit_rows

#: What a package tells of a unit grid and the plugin neither works out anew nor is told with the import.
KEPT = (
    "code", "name", "grid_kind", "land_use", "grade", "households", "population", "responsible_code", "fallback_code",
    "valid_from", "prior_code", "mapped_scale", "note",
)  # fmt: skip


@pytest.mark.daily(1)
@pytest.mark.parametrize(("format_", "suffix"), [("shp", "shp"), ("gpkg", "gpkg")])
def test_unit_grids_of_a_package_come_back_with_every_value_that_is_theirs(tmp_path, format_, suffix):
    units = unit_rows()
    values = {
        "grade": "一级", "land_use": "居住用地", "households": 12, "population": 30, "responsible_code": "D02",
        "fallback_code": "D01", "mapped_scale": "1:500", "valid_from": "2025-07-08",
    }  # fmt: skip
    units = units.with_columns(**{name: as_column([value] * len(units)) for name, value in values.items()})
    folder = tmp_path / "out"
    folder.mkdir()
    sent = make_workspace(tmp_path / "a.gpkg", unit_grid=units)
    report = export(sent, folder, formats=(format_,))
    tables = ("unit_grid", "responsibility_grid", "post", "component", "cases", "code_register")
    empty = make_workspace(tmp_path / "b.gpkg", **{name: district()[name].take([]) for name in tables})
    import_unit_grids(empty, read_source(report.manifest.parent / f"unit_grid.{suffix}"))
    before, after = ({row["code"]: row for row in each.read("unit_grid").records()} for each in (sent, empty))
    assert sorted(after) == sorted(before)
    for code, row in before.items():
        assert {name: after[code][name] for name in KEPT} == {name: row[name] for name in KEPT}

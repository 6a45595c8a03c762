"""What a save writes: cells, codes, history, log, and everything that hangs on cells."""

from __future__ import annotations

import pytest
import shapely

from tests.qgis.saving.town import SIZE, box, code, log_of, rows_of


def test_a_split_is_saved_with_everything_that_follows(town, open_desk):
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    assert not desk.refusals
    report = desk.reports[0]
    assert (report.changed, report.added, report.removed) == (2, 1, 0)  # the neighbour got a vertex
    assert desk.layer.isEditable()
    assert not desk.layer.isModified()
    assert desk.layer.undoStack().count() == 0
    assert desk.layer.featureCount() == 33
    cells = rows_of(town, "unit_grid")
    new = cells[code(17)]
    assert new["geometry"].equals(box(0, 0, 0.3, 1))
    assert new["area_m2"] == pytest.approx(0.3 * SIZE * SIZE)
    assert (new["state"], new["prior_code"], new["area_code"]) == ("draft", code(1), code(1)[:12])
    assert new["rg_cg"] == cells[code(1)]["rg_cg"]
    assert cells[code(1)]["row_version"] == 2
    register = rows_of(town, "code_register")
    assert register[code(17)]["state"] == "draft"
    assert register[code(17)]["changed_by"] == "王工"
    component = rows_of(town, "component")["99010100100101000000"]
    assert component["unit_grid"] == code(17)
    assert report.moved_points == 1
    grid = rows_of(town, "responsibility_grid")[new["rg_cg"]]
    assert grid["unit_count"] == 9
    assert grid["area_m2"] == pytest.approx(8 * SIZE * SIZE)
    assert grid["row_version"] == 1
    lines = [line for line in log_of(town) if line["gesture"] == "split"]
    # The cell, its new part, and the neighbours that only got a vertex.
    keys = {line["row_key"] for line in lines}
    assert {code(1), code(17)} <= keys
    line = next(line for line in lines if line["row_key"] == code(1))
    assert shapely.from_wkb(line["before"]["geometry"]).equals(box(0, 0))
    assert shapely.from_wkb(line["after"]["geometry"]).equals(box(0.3, 0, 0.7, 1))
    assert line["changed_by"] == "王工"

"""After a save nothing of it waits in QGIS's buffer, and the layer shows what is stored."""

from __future__ import annotations

import pytest
import shapely

from tests.qgis.editing.saving.town import code, rows_of

IN_BOTH = True


@pytest.fixture
def desk(town, open_desk):
    return open_desk(town)


def shown(desk) -> dict:
    return {
        str(f["code"]): (f.geometry().asWkt(6), str(f["note"]), round(f["area_m2"], 3))
        for f in desk.layer.getFeatures()
    }


def stored(town) -> dict:
    return {
        key: (shapely.from_wkb(shapely.to_wkb(row["geometry"])), row["note"], row["area_m2"])
        for key, row in rows_of(town, "unit_grid").items()
    }


def test_cells_that_were_drawn_and_written_to_are_shown_as_they_are_stored(desk, town):
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    desk.set(code(1), note="切过")
    desk.set(code(7), note="没切")
    desk.merge(3, 4)
    gone: list[int] = []
    desk.layer.featureDeleted.connect(gone.append)
    assert desk.save(), desk.refusals
    buffer = desk.layer.editBuffer()
    assert not desk.layer.isModified()
    assert not buffer.changedGeometries()
    assert not buffer.changedAttributeValues()
    assert not buffer.deletedFeatureIds()
    assert desk.layer.undoStack().count() == 0
    assert [fid for fid in gone if fid >= 0] == [], "nobody hears of rows that only count as deleted"
    there = stored(town)
    assert shown(desk).keys() == there.keys()
    for key, (wkt, note, area_m2) in shown(desk).items():
        shape, stored_note, stored_m2 = there[key]
        assert shapely.equals(shapely.from_wkt(wkt), shape), key
        assert (note if note != "NULL" else None, area_m2) == (stored_note, round(stored_m2, 3))


def test_it_goes_on_from_there(desk, town):
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    desk.merge(1, 17)
    assert desk.save(), desk.refusals
    desk.split(2, [(1.3, -1), (1.3, 1.5)])
    desk.layer.undoStack().undo()
    assert not desk.layer.editBuffer().changedGeometries()
    desk.layer.undoStack().redo()
    assert desk.save(), desk.refusals
    assert float(shapely.area(town.read("unit_grid").geometry).sum()) == pytest.approx(32e4)

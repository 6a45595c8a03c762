"""What is kept of how much lies where is true after every save, after it was taken back, and after an import."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.qgis.editing.saving.town import code, place, shapely
from tests.workspace.counts.reader import Reader

IN_BOTH = True


@pytest.fixture
def reader(town):
    one = Reader(town.location)
    yield one
    one.stop()


def test_what_is_kept_is_true_after_every_save_and_import(town, reader, open_desk, tmp_path):
    def is_true() -> dict:
        found = reader.read()
        assert found == reader.counted()
        return found

    before = is_true()
    desk = open_desk(town)
    desk.split(1, [(0.3, -1), (0.3, 1.5)])
    assert desk.save(), desk.refusals
    assert is_true() != before
    desk.merge(2, 3)
    assert desk.save(stop=True), desk.refusals
    is_true()
    for _ in range(2):
        take_back_last(town, "李工")
        is_true()
    assert is_true() == before
    cases = open_desk(town, "cases")
    cases.add(shapely.Point(*place(0.3, 0.3)), id="新案")
    assert cases.save(stop=True), cases.refusals
    assert is_true()["cases", "unit_grid"][code(1)] == before["cases", "unit_grid"].get(code(1), 0) + 1
    file = tmp_path / "案件.csv"
    (x, y), head = place(1.5, 1.5), "案件编号,类别代码,上报时间,横坐标X,纵坐标Y"
    file.write_text(f"{head}\n1,0504,2025-03-07 08:05:00,{x},{y}\n", encoding="utf-8")
    assert import_cases(town, read_source(file)).accepted == 1
    assert is_true()["cases", "unit_grid"][code(6)] == before["cases", "unit_grid"].get(code(6), 0) + 1

"""What is kept of how much lies where is at every moment what would be counted."""

from __future__ import annotations

import random
import threading
from contextlib import suppress

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.counts.counted import COUNTED
from gridmgmt_plugin.workspace.counts.kept import counting, forget_counts
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.postgis import listening
from gridmgmt_plugin.workspace.postgis.looking import written
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.colleague import Colleague
from tests.workspace.conftest import EPSG_FRAME, made
from tests.workspace.counts.reader import EVERY, Reader
from tests.workspace.news.test_hearing import wait

CODES = [f"99010100100100{n}" for n in range(1, 7)]
SERIES = 60


def _points(chance: random.Random, count: int) -> Rows:
    columns = {name: as_column(_code(chance) for _ in range(count)) for name in ("unit_grid", "lane_code")}
    keys = as_column(f"{chance.getrandbits(60)}" for _ in range(count))
    return Rows({**columns, "id": keys, "note": as_column(["x"] * count)})


def _for(table: str, rows: Rows) -> Rows:
    if table == "cases":
        return rows
    columns = dict(rows.columns)
    columns["code"] = columns.pop("id")
    return Rows(columns)


def _code(chance: random.Random):
    return chance.choice([*CODES, None])


@pytest.fixture
def workspace(place):
    chance, workspace = random.Random(1), made(place.location, EPSG_FRAME)
    with workspace.transaction("王", "begin") as transaction:
        for table in COUNTED:
            transaction.insert(table, _for(table, _points(chance, 300)))
    return workspace


@pytest.fixture
def desk(workspace, monkeypatch):
    monkeypatch.setattr(listening, "NET_S", 0.2)
    monkeypatch.setattr(written, "LATE_S", 0.0)
    one = Reader(workspace.location)
    yield one
    one.stop()


def _insert(transaction, chance, table, _):
    rows = _for(table, _points(chance, chance.choice([1, 3, 150])))
    chance.choice([transaction.insert, transaction.append])(table, rows)


def _update(transaction, chance, table, fids):
    columns = _for(table, _points(chance, len(fids))).columns
    names = chance.choice([("unit_grid",), ("lane_code",), ("unit_grid", "lane_code"), ("note",)])
    transaction.update(table, Rows({name: columns[name] for name in names}, None, fids), derived=True)


def _set_column(transaction, chance, table, fids):
    column = chance.choice(["unit_grid", "lane_code", "note"])
    transaction.set_column(table, column, fids, as_column(_code(chance) for _ in fids))


def _delete(transaction, chance, table, fids):
    transaction.delete(table, fids)


def _clear(transaction, chance, table, _):
    transaction.clear(table, {"unit_grid": chance.choice(CODES)})


DEEDS = (_insert, _update, _set_column, _delete, _clear)


def _fids(chance: random.Random, workspace: Workspace, table: str) -> np.ndarray:
    numbers = workspace.read(table, ["note"], geometry=False).fids
    count = min(len(numbers), chance.choice([1, 2, 5, 120]))
    return np.array(sorted(chance.sample(numbers.tolist(), count)), dtype=np.int64)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_series_of_edits_the_kept_counts_are_the_counted_ones(workspace, desk, seed):
    chance = random.Random(seed)
    assert desk.read() == desk.counted()
    for _ in range(SERIES):
        with suppress(KeyError), workspace.transaction("王", "edit") as transaction:
            tables = [chance.choice(list(COUNTED)) for _ in range(chance.choice([1, 1, 2]))]
            for table in dict.fromkeys(tables):
                fids = _fids(chance, workspace, table)
                chance.choice(DEEDS)(transaction, chance, table, fids)
            if chance.random() < 0.2:
                raise KeyError("taken back")
        if chance.random() < 0.7:
            assert desk.read() == desk.counted()
    assert desk.read() == desk.counted()


def test_what_a_colleague_moves_is_counted_again_and_nothing_else(workspace, desk, place):
    before = desk.read()
    asked: list = []
    assert desk.read(asked) == before
    assert asked == []
    colleague = Colleague(workspace.location)
    try:
        id_of = workspace.read("cases", ["id"], {"unit_grid": CODES[0]}, geometry=False)["id"][0]
        colleague.save("cases", "id", str(id_of), unit_grid=CODES[1])
        if place.kind == "database":
            wait(lambda: "cases" in desk.told)
        now = desk.read(asked)
    finally:
        colleague.leave()
    assert now == desk.counted() != before
    assert now["cases", "unit_grid"][CODES[1]] == before["cases", "unit_grid"][CODES[1]] + 1
    if place.kind == "database":
        assert [values for _, values in asked] == [(CODES[0], CODES[1])]
    else:
        assert {sql.split()[4] for sql, _ in asked} == {"cases"}


def test_ones_own_save_has_nothing_counted_in_a_file_and_the_places_it_touched_on_a_server(workspace, desk, place):
    desk.read()
    rows = workspace.read("cases", ["unit_grid"], {"unit_grid": CODES[2]}, geometry=False)
    with workspace.transaction("王", "edit") as transaction:
        moved = Rows({"unit_grid": as_column([CODES[3]] * len(rows))}, None, rows.fids)
        transaction.update("cases", moved, derived=True)
    asked: list = []
    assert desk.read(asked) == desk.counted()
    assert [values for _, values in asked] == ([(CODES[2], CODES[3])] if place.kind == "database" else [])


def test_what_another_program_writes_is_counted_when_it_is_known(workspace, desk, place):
    desk.read()
    if place.kind == "file":
        _written_with_gdal(workspace.path)
    else:
        place.run(f"UPDATE cases SET unit_grid = '{CODES[4]}' WHERE unit_grid = '{CODES[0]}'")
        wait(lambda: "cases" in desk.told)
    now = desk.read()
    assert now == desk.counted()
    assert CODES[0] not in now["cases", "unit_grid"]


def _written_with_gdal(path):
    ogr = pytest.importorskip("osgeo.ogr")
    data = ogr.Open(str(path), 1)
    layer = data.GetLayerByName("cases")
    layer.SetAttributeFilter(f"unit_grid = '{CODES[0]}'")
    found = list(layer)
    for feature in found:
        feature.SetField("unit_grid", CODES[4])
        layer.SetFeature(feature)
    layer, data = None, None


def test_whoever_asks_for_it_has_all_counted(workspace, desk):
    desk.read()
    forget_counts(workspace.location)
    asked: list = []
    desk.read(asked)
    assert len(asked) == len(EVERY)


def test_a_reading_that_fails_leaves_what_it_had_to_count_to_the_next(workspace, desk):
    desk.read()
    with workspace.transaction("王", "edit") as transaction:
        transaction.insert("cases", Rows({"id": as_column(["neu"]), "unit_grid": as_column([CODES[5]])}))
    with suppress(KeyError), counting(workspace.location), light_reading(workspace.location):
        raise KeyError
    assert desk.read() == desk.counted()


def test_two_who_read_at_once_both_count_right(workspace, desk):
    with counting(workspace.location):
        found = []
        other = threading.Thread(target=lambda: found.append(desk.read()))
        other.start()
        other.join()
    assert found == [desk.counted()]

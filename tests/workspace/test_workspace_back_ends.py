"""A workspace in a file and one in a database keep the same promises: read back as written, changed whole or not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import GridError, WorkspaceError
from gridmgmt_plugin.core.geometry.finite import xy_of_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.values import Beginning, Days, Naming
from gridmgmt_plugin.workspace.workspace import Workspace, refuse_existing
from tests.tries import tries
from tests.workspace.conftest import EPSG_FRAME, made, unit_rows

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def _refused(block, code) -> GridError:
    with pytest.raises(GridError) as caught:
        block()
    assert caught.value.code == code
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value


def _write(workspace, write):
    with workspace.transaction("测试员", "test") as transaction:
        write(transaction)


@pytest.fixture
def place_kept(place):
    """Return one small workspace in each kind of place, in one frame."""
    return place, made(place.location, EPSG_FRAME)


class TestReading:
    @pytest.mark.daily(1)
    def test_every_table_of_the_contract_is_there_even_when_empty(self, kept):
        for name, definition in tables().items():
            rows = kept.read(name)
            wanted = [*definition.column_names, *(["row_version"] if definition.versioned else [])]
            assert list(rows.columns) == wanted
            assert (rows.geometry is None) == (definition.geometry is None)
            assert rows.fid.dtype == np.int64
            assert len(rows) == kept.count(name)

    def test_what_a_workspace_says_about_itself_is_read_back(self, kept, frame):
        assert kept.info == WorkspaceInfo(frame, "990101", "示例区")

    def test_rows_come_back_as_they_were_written(self, kept):
        rows = kept.read("unit_grid")
        assert rows["code"].tolist() == unit_rows()["code"].tolist()
        assert shapely.equals_exact(rows.geometry, unit_rows().geometry).all()
        assert shapely.get_srid(rows.geometry).tolist() == [0] * 4
        assert rows["row_version"].tolist() == [1, 1, 1, 1]
        assert rows["name"].tolist() == [None] * 4
        assert rows.fid.tolist() == [1, 2, 3, 4]
        assert kept.count("unit_grid") == 4
        assert kept.count("unit_grid", {"code": "990101001001002"}) == 1

    def test_all_tables_together_are_what_each_is_alone_also_while_something_is_written(self, kept):
        together = kept.read_all()
        assert list(together) == list(tables())
        assert together["unit_grid"]["code"].tolist() == kept.read("unit_grid")["code"].tolist()
        with kept.transaction("测试", "test") as transaction:
            transaction.insert("person", Rows.from_records([{"id": "p1"}]))
            assert len(kept.read_all(["person"])["person"]) == 0
        assert kept.read_all(["person", "lane"])["person"]["id"].tolist() == ["p1"]

    def test_reading_can_be_narrowed_to_columns_and_equal_rows(self, kept):
        rows = kept.read("unit_grid", ["code"], {"code": ["990101001001001", "990101001001003"]}, geometry=False)
        assert list(rows.columns) == ["code"]
        assert rows["code"].tolist() == ["990101001001001", "990101001001003"]
        assert rows.geometry is None

    def test_conditions_ask_for_missing_values_for_several_columns_and_for_numbers(self, kept):
        assert kept.count("unit_grid", {"name": None}) == 4
        found, times = kept.count_by("unit_grid", ["state", "name"])
        assert list(zip(found["state"], found["name"], times.tolist())) == [("draft", None, 4)]
        found, times = kept.count_by("unit_grid", ["code"])
        assert sorted(zip(found["code"], times.tolist())) == [
            (code, 1) for code in sorted(kept.read("unit_grid")["code"])
        ]
        assert len(kept.count_by("cases", ["unit_grid", "status"])[0]) == 0
        assert kept.count("unit_grid", {"name": []}) == 0
        assert kept.count("unit_grid", {"area_m2": 10000, "state": "draft"}) == 4
        assert kept.count("unit_grid", {"fid": [np.int64(2), 3]}) == 2
        assert kept.count("unit_grid", {"code": 'it\'s "quoted", {a} \\ %s'}) == 0

    def test_days_are_asked_for_by_their_period_and_what_is_no_day_is_left_to_who_can_read_it(self, place_kept):
        workspace = place_kept[1]
        told = {"a": "2025-03-01", "b": "2025-03-05T23:59:59", "c": "2025-03-06 00:00:00", "d": "2025/3/4", "e": None}
        rows = [{"id": key, "reported_at": at} for key, at in told.items()]
        with workspace.transaction("测试", "test") as transaction:
            transaction.insert("cases", Rows.from_records(rows, as_column([None] * len(rows))))
        period = Days(date(2025, 3, 1), date(2025, 3, 5))
        found = workspace.read("cases", ["id"], {"reported_at": period, "id": list(told)}, geometry=False)
        assert found["id"].tolist() == ["a", "b", "d"]
        assert workspace.count("cases", {"reported_at": Days(date(2025, 3, 5), date(2025, 3, 5))}) == 2

    def test_texts_are_asked_for_by_how_they_begin_and_by_what_they_list(self, place_kept):
        workspace = place_kept[1]
        listed = {"7%1": "11,12", "7%2": "1", "8_1": None, "7x": "12", "7'": ""}
        rows = [{"code": code, "kind": "其他", "state": "retired", "successors": s} for code, s in listed.items()]
        with workspace.transaction("测试", "test") as transaction:
            transaction.insert("code_register", Rows.from_records(rows))

        def found(**where):
            return workspace.read("code_register", ["code"], {"kind": "其他", **where}, geometry=False)[
                "code"
            ].tolist()

        assert found(code=Beginning("7%")) == ["7%1", "7%2"]
        assert found(code=Beginning("7'")) == ["7'"]
        assert found(code=Beginning("")) == list(listed)
        assert found(successors=Naming(("12", "3"))) == ["7%1", "7x"]
        assert found(successors=Naming(("1",))) == ["7%2"]
        assert found(successors=Naming(())) == []

    def test_only_rows_whose_box_meets_the_bounds_come_back(self, kept):
        assert kept.read("unit_grid", bounds=(110, 10, 190, 90)).fid.tolist() == [2]
        assert kept.read("unit_grid", bounds=(100, 0, 200, 100)).fid.tolist() == [1, 2, 3]
        assert kept.read("unit_grid", where={"fid": [1, 4]}, bounds=(100, 0, 200, 100)).fid.tolist() == [1]
        assert kept.read("unit_grid", ["code"], bounds=(0, 0, 1, 1), geometry=False)["code"].tolist() == [
            "990101001001001"
        ]
        assert len(kept.read("unit_grid", bounds=(5000, 5000, 6000, 6000))) == 0

    @pytest.mark.parametrize("spots", [[(1.5, 2.5), None, (3.25, 4)], [(1, 2), "empty", None], [(1, 2), (3, 4)], []])
    def test_points_come_in_parts_as_they_come_whole(self, place_kept, spots):
        workspace = place_kept[1]
        shapes = as_column(shapely.Point() if spot == "empty" else spot and shapely.Point(spot) for spot in spots)
        rows = Rows(
            {"id": as_column(map(str, range(len(spots)))), "title": as_column([None, "甲", "乙"][: len(spots)])}
        )
        with workspace.transaction("测试", "test") as transaction:
            transaction.insert("cases", rows.with_geometry(shapes))
        whole, parts = (
            workspace.read("cases", ["id", "title"]),
            list(workspace.read_point_parts("cases", ["id", "title"])),
        )
        for name in ("id", "title"):
            assert [value for part in parts for value in part.columns[name]] == whole[name].tolist()
        assert [fid for part in parts for fid in part.fid.tolist()] == whole.fids.tolist()
        x, y = xy_of_points(whole.shapes)
        assert np.array_equal(np.concatenate([np.zeros(0), *(part.x for part in parts)]), x, equal_nan=True)
        assert np.array_equal(np.concatenate([np.zeros(0), *(part.y for part in parts)]), y, equal_nan=True)

    def test_a_column_that_is_not_there_is_a_mistake_of_ours(self, kept):
        with pytest.raises(ValueError, match="no columns"):
            kept.read("unit_grid", ["slope"])
        with pytest.raises(ValueError, match="no columns"):
            kept.count("unit_grid", {"slope": 1})


class TestValues:
    def test_dates_flags_and_bytes_come_back_as_texts_numbers_and_bytes(self, place_kept):
        _, workspace = place_kept
        cases = {"id": "1", "reported_at": "2026-11-22T08:30:00", "contacted": 1, "resolved": 0, "returned": 2}
        _write(workspace, lambda t: t.insert("cases", Rows.from_records([cases])))
        posts = {"id": "p", "signed_on": "2026-02-28", "valid_from": None, "start_time": "08:30"}
        _write(workspace, lambda t: t.insert("post", Rows.from_records([posts])))
        item = {"release_number": "r1", "layer": "unit_grid", "row_key": "1", "geometry_wkb": b"\x00\x01\\\xff"}
        _write(workspace, lambda t: t.insert("release_item", Rows.from_records([item])))
        for table, given_row in (("cases", cases), ("post", posts), ("release_item", item)):
            (row,) = workspace.read(table).records()
            found = {name: row[name] for name in given_row}
            assert found == given_row
            assert [type(value) for value in found.values()] == [type(value) for value in given_row.values()]

    def test_numbers_are_fitted_to_their_columns(self, place_kept):
        _, workspace = place_kept
        areas = {
            "code": as_column(["1", "2", "3", "4"]),
            "households": as_column([7.0, np.int32(8), float("nan"), True]),
            "name": as_column([5, 1.5, "", None]),
        }
        _write(workspace, lambda t: t.insert("area", Rows(areas)))
        rows = workspace.read("area")
        assert rows["households"].tolist() == [7, 8, None, 1]
        assert rows["name"].tolist() == ["5", "1.5", "", None]
        lengths = Rows({"code": as_column(["a", "b"]), "length_m": as_column([3, np.float32(0.5)])})
        _write(workspace, lambda t: t.insert("lane", lengths))
        assert [repr(value) for value in workspace.read("lane")["length_m"]] == ["3.0", "0.5"]

    def test_shapes_that_are_missing_stay_missing(self, place_kept):
        _, workspace = place_kept
        points = np.array([shapely.Point(500123.456, 4400000.001), None], dtype=object)
        _write(workspace, lambda t: t.insert("component", Rows({"code": as_column(["a", "b"])}, points)))
        back = workspace.read("component").geometry
        assert shapely.to_wkb(back[0]) == shapely.to_wkb(points[0])
        assert back[1] is None
        assert workspace.read("component", bounds=(500123.456, 0, 500124, 5e6))["code"].tolist() == ["a"]

    def test_a_table_of_any_shape_takes_points_lines_and_polygons(self, place_kept):
        _, workspace = place_kept
        shapes = np.array([shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)])
        items = Rows({"ledger": as_column(["树"] * 3), "key": as_column("abc")}, shapes)
        _write(workspace, lambda t: t.insert("ledger_item", items))
        back = workspace.read("ledger_item").geometry
        assert [shape.geom_type for shape in back] == ["Point", "LineString", "Polygon"]

    def test_single_parts_are_promoted_where_the_table_holds_several(self, place_kept):
        _, workspace = place_kept
        area = Rows({"code": as_column(["990101"])}, np.array([shapely.box(0, 0, 9, 9)]))
        _write(workspace, lambda t: t.insert("area", area))
        assert workspace.read("area").geometry[0].geom_type == "MultiPolygon"

    @pytest.mark.daily(1)
    def test_a_shape_of_another_family_is_a_mistake_of_ours(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        point = Rows({"code": as_column(["x"])}, np.array([shapely.Point(0, 0)]))
        with pytest.raises(ValueError, match="Polygon"):
            _write(workspace, lambda t: t.insert("unit_grid", point))
        assert place.state() == before

    @tries(15)
    @given(
        rows=st.lists(
            st.tuples(TEXT, st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))), max_size=6
        )
    )
    def test_any_text_and_number_comes_back_bit_for_bit(self, place_kept, rows):
        _, workspace = place_kept
        names = [name for name, _ in rows]
        numbers = [None if number is None else number + 0.0 for _, number in rows]  # SQLite knows no minus zero
        shapes = shapely.points(np.array([[n or 0.0, -(n or 0.0)] for n in numbers]).reshape(-1, 2))
        columns = {"key": as_column(str(i) for i in range(len(rows))), "name": as_column(names)}
        columns |= {"ledger": as_column(names), "attributes": as_column(names)}
        with workspace.transaction("", "test") as transaction:
            transaction.clear("ledger_item")
            transaction.clear("unit_grid_history")
            transaction.insert("ledger_item", Rows(columns, shapes))
            transaction.insert("unit_grid_history", Rows({"area_m2": as_column(numbers)}))
        back = workspace.read("ledger_item")
        assert back["name"].tolist() == back["ledger"].tolist() == back["attributes"].tolist() == names
        assert shapely.to_wkb(back.geometry).tolist() == shapely.to_wkb(shapes).tolist()
        assert [repr(v) for v in workspace.read("unit_grid_history")["area_m2"]] == [repr(v) for v in numbers]


class TestWriting:
    def test_row_numbers_of_new_rows_come_back_in_their_order(self, place_kept):
        _, workspace = place_kept
        many = 300
        rows = Rows({"code": as_column(f"{i * 7919 % many:04d}" for i in range(many))})
        with workspace.transaction("", "test") as transaction:
            fids = transaction.insert("component", rows)
        stored = workspace.read("component", ["code"], geometry=False)
        assert fids.dtype == np.int64
        assert stored.fid.tolist() == fids.tolist()
        assert stored["code"].tolist() == rows["code"].tolist()

    @pytest.mark.daily(1)
    def test_nothing_to_write_is_nothing_written(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        with workspace.transaction("", "test") as transaction:
            assert transaction.insert("unit_grid", unit_rows(0)).tolist() == []
            transaction.update("unit_grid", Rows({"code": as_column([])}, None, np.empty(0, dtype=np.int64)))
            transaction.delete("unit_grid", np.empty(0, dtype=np.int64))
            transaction.set_column("unit_grid", "name", np.empty(0, dtype=np.int64), [])
            assert transaction.clear("unit_grid", {"code": "nobody"}) == 0
        if place.kind == "database":  # a file notes when it was touched
            assert place.state() == before
        assert workspace.count("unit_grid") == 4

    def test_update_and_delete_change_what_is_named(self, place_kept):
        _, workspace = place_kept
        fids = workspace.read("unit_grid").fid
        shape = np.array([shapely.box(0, 500, 100, 600)], dtype=object)
        with workspace.transaction("测试员", "test") as transaction:
            transaction.update("unit_grid", Rows({"name": as_column(["甲"])}, shape, fids[:1]))
            transaction.delete("unit_grid", fids[1:2])
        rows = workspace.read("unit_grid")
        assert rows["name"].tolist() == ["甲", None, None]
        assert rows["row_version"].tolist() == [2, 1, 1]
        assert workspace.read("unit_grid", bounds=(0, 400, 50, 700)).fid.tolist() == [1]
        assert workspace.read("unit_grid", bounds=(0, 0, 50, 50)).fid.tolist() == []

    def test_what_is_derived_counts_no_version(self, place_kept):
        _, workspace = place_kept
        given_rows = Rows({"area_m2": as_column([1.0])}, None, np.array([1]))
        _write(workspace, lambda t: t.update("unit_grid", given_rows, derived=True))
        assert workspace.read("unit_grid")["row_version"].tolist() == [1, 1, 1, 1]

    def test_clearing_tells_how_many_went(self, place_kept):
        _, workspace = place_kept
        with workspace.transaction("", "test") as transaction:
            assert transaction.clear("unit_grid", {"code": ["990101001001001", "x"]}) == 1
            assert transaction.clear("unit_grid") == 3
        assert workspace.count("unit_grid") == 0

    def test_two_rows_may_swap_their_codes(self, place_kept):
        _, workspace = place_kept
        rows = workspace.read("unit_grid", ["code", "row_version"], geometry=False).take([0, 1])
        _write(workspace, lambda t: t.update("unit_grid", rows.with_columns(code=rows["code"][::-1])))
        assert workspace.read("unit_grid")["code"][:2].tolist() == ["990101001001002", "990101001001001"]

    def test_one_column_of_many_rows_is_written_in_one_pass(self, place_kept):
        _, workspace = place_kept
        fids = workspace.read("unit_grid").fid
        with workspace.transaction("测试员", "test") as transaction:
            assert transaction.add_column("unit_grid", "rg_cg", "text")
            assert not transaction.add_column("unit_grid", "rg_cg", "text")
            assert transaction.add_column("unit_grid", "slope", "real")
            transaction.set_column("unit_grid", "rg_cg", fids[1:], ["a", "b", None])
            transaction.set_column("unit_grid", "slope", fids[:1], np.array([0.5]))
        rows = workspace.read("unit_grid")
        assert rows["rg_cg"].tolist() == [None, "a", "b", None]
        assert rows["slope"].tolist() == [0.5, None, None, None]
        assert rows["row_version"].tolist() == [1, 1, 1, 1]
        assert list(rows.columns)[-2:] == ["rg_cg", "slope"]

    def test_a_gesture_is_logged_with_who_and_when(self, place_kept):
        _, workspace = place_kept
        with workspace.transaction("王示例", "rename") as transaction:
            transaction.log("unit_grid", "990101001001001", None, '{"name": "甲"}')
        (line,) = workspace.read("change_log").records()
        assert (line["changed_by"], line["gesture"], line["table_name"]) == ("王示例", "rename", "unit_grid")
        assert line["changed_at"].startswith("20")

    def test_an_entry_about_the_workspace_is_replaced(self, place_kept):
        _, workspace = place_kept
        with workspace.transaction("", "test") as transaction:
            transaction.set_info("county_name", "新区")
            transaction.set_info("office", "网格办")
        again = Workspace.open(workspace.location)
        assert again.info.county_name == "新区"
        assert again.info.more == {"office": "网格办"}

    def test_a_decimal_number_of_a_foreign_column_reads_as_a_number(self, place_kept):
        place, workspace = place_kept
        place.run("ALTER TABLE unit_grid ADD COLUMN price NUMERIC(8, 2) DEFAULT 1.5")
        assert workspace.read("unit_grid")["price"].tolist() == [1.5] * 4
        assert not isinstance(workspace.read("unit_grid")["price"][0], Decimal)


class TestAllOrNothing:
    @pytest.mark.daily(1)
    def test_a_failing_transaction_leaves_everything_as_it_was(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        with pytest.raises(RuntimeError), workspace.transaction("测试员", "test") as transaction:
            transaction.clear("unit_grid")
            transaction.set_info("county_name", "别的区")
            transaction.add_column("unit_grid", "rg_cg", "text")
            raise RuntimeError
        assert place.state() == before

    @pytest.mark.daily(1)
    def test_a_code_that_exists_already_is_refused(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        error = _refused(
            lambda: _write(workspace, lambda t: t.insert("unit_grid", unit_rows(1))), "workspace_duplicate_key"
        )
        assert "code" in error.text("zh")
        assert "单元网格" in error.text("zh")
        assert "constraint" not in error.text("en")
        assert "Key (" not in error.text("en")
        assert place.state() == before

    @pytest.mark.daily(1)
    def test_an_update_that_would_double_a_code_is_refused(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        doubled = Rows({"code": as_column(["990101001001002"])}, None, np.array([1]))
        _refused(lambda: _write(workspace, lambda t: t.update("unit_grid", doubled)), "workspace_duplicate_key")
        assert place.state() == before

    @pytest.mark.daily(1)
    @pytest.mark.parametrize("event", ["INSERT", "UPDATE", "DELETE"])
    def test_what_a_trigger_refuses_is_told_and_nothing_is_written(self, place_kept, event):
        place, workspace = place_kept
        place.refuse(event, "unit_grid")
        before = place.state()

        def write(transaction):
            transaction.set_info("county_name", "别的区")
            transaction.insert("unit_grid", unit_rows(5).take([4]))
            transaction.update("unit_grid", Rows({"name": as_column(["甲"])}, None, np.array([1])))
            transaction.delete("unit_grid", np.array([2]))

        error = _refused(lambda: _write(workspace, write), "workspace_write_refused")
        assert "不准" in error.text("zh")
        assert place.state() == before

    @pytest.mark.daily(4)
    @pytest.mark.kills
    @pytest.mark.parametrize("moment", ["insert", "update", "set_column", "delete", "add_column", "log"])
    def test_a_process_killed_in_the_middle_leaves_the_state_before(self, place_kept, moment):
        place, workspace = place_kept
        before = place.state()
        script = textwrap.dedent(f"""
            import os, signal
            import numpy as np
            from gridmgmt_plugin.core.rows import Rows, as_column
            from gridmgmt_plugin.workspace.workspace import Workspace
            from tests.workspace.conftest import unit_rows
            steps = {{
                "insert": lambda t: t.insert("unit_grid", unit_rows(6).take([4, 5])),
                "update": lambda t: t.update("unit_grid", Rows({{"name": as_column(["x"])}}, None, np.array([1]))),
                "set_column": lambda t: t.set_column("unit_grid", "note", np.array([1, 2]), ["x", "y"]),
                "delete": lambda t: t.delete("unit_grid", np.array([3])),
                "add_column": lambda t: t.add_column("unit_grid", "rg_cg", "text"),
                "log": lambda t: t.log("unit_grid", None, None, None),
            }}
            with Workspace.open({str(workspace.location)!r}).transaction("", "test") as transaction:
                for name, step in steps.items():
                    step(transaction)
                    if name == {moment!r}:
                        os.kill(os.getpid(), signal.SIGKILL)
        """)
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
        # The server takes a moment to notice that its client is gone.
        assert "free" in (_probed(workspace) for _ in range(50))
        assert place.state() == before

    def test_row_numbers_are_needed_to_update(self, place_kept):
        _, workspace = place_kept
        with pytest.raises(ValueError, match="row numbers"):
            _write(workspace, lambda t: t.update("unit_grid", unit_rows()))


def _probed(workspace) -> str:
    try:
        workspace.probe()
    except WorkspaceError as error:
        return error.code
    return "free"


class TestSeveralPlanners:
    def test_the_second_of_two_planners_is_told_instead_of_overwriting(self, place_kept):
        _, workspace = place_kept
        first = workspace.read("unit_grid", ["name", "row_version"], geometry=False).take([0])
        _write(workspace, lambda t: t.update("unit_grid", first.with_columns(name=["甲改的"])))
        _refused(
            lambda: _write(workspace, lambda t: t.update("unit_grid", first.with_columns(name=["乙改的"]))),
            "row_changed_meanwhile",
        )
        assert workspace.read("unit_grid")["name"][0] == "甲改的"

    def test_a_row_that_another_program_added_without_a_version_is_guarded_too(self, place_kept):
        _, workspace = place_kept
        with workspace.transaction("", "test") as transaction:
            fids = transaction.insert("person", Rows.from_records([{"id": "p1", "row_version": None}]))
        row = workspace.read("person", ["name", "row_version"])
        _write(workspace, lambda t: t.update("person", row.with_columns(name=["甲"])))
        assert workspace.read("person", where={"fid": fids.tolist()})["row_version"].tolist() == [1]
        _refused(
            lambda: _write(workspace, lambda t: t.update("person", row.with_columns(name=["乙"]))),
            "row_changed_meanwhile",
        )

    @pytest.mark.daily(1)
    def test_a_row_that_somebody_removed_is_told(self, place_kept):
        place, workspace = place_kept
        rows = workspace.read("unit_grid", ["name", "row_version"], geometry=False)
        _write(workspace, lambda t: t.delete("unit_grid", rows.fid[:1]))
        before = place.state()
        _refused(lambda: _write(workspace, lambda t: t.update("unit_grid", rows)), "row_changed_meanwhile")
        assert place.state() == before

    @pytest.mark.daily(1)
    def test_a_row_that_somebody_removed_is_told_also_where_a_column_is_written_as_a_whole(self, place_kept):
        place, workspace = place_kept
        fids = workspace.read("unit_grid", ["code"], geometry=False).fids
        _write(workspace, lambda t: t.delete("unit_grid", fids[:1]))
        before = place.state()
        _refused(
            lambda: _write(workspace, lambda t: t.set_column("unit_grid", "area_m2", fids, [1.0] * len(fids))),
            "row_changed_meanwhile",
        )
        assert place.state() == before

    def test_a_column_written_as_a_whole_turns_nobody_away_and_hides_no_edit(self, place_kept):
        """What is derived leaves the versions: the edit of another planner passes, and an older one is still told."""
        _, workspace = place_kept
        edited = workspace.read("unit_grid", ["name", "row_version"], geometry=False).take([0])
        fids = workspace.read("unit_grid", ["code"], geometry=False).fids
        _write(workspace, lambda t: t.set_column("unit_grid", "area_m2", fids, [7.0] * len(fids)))
        _write(workspace, lambda t: t.update("unit_grid", edited.with_columns(name=["甲改的"])))
        _write(workspace, lambda t: t.set_column("unit_grid", "area_m2", fids, [8.0] * len(fids)))
        _refused(
            lambda: _write(workspace, lambda t: t.update("unit_grid", edited.with_columns(name=["乙改的"]))),
            "row_changed_meanwhile",
        )
        row = workspace.read("unit_grid", geometry=False).records()[0]
        assert (row["name"], row["area_m2"], row["row_version"]) == ("甲改的", 8.0, 2)

    @pytest.mark.daily(1)
    def test_somebody_in_the_middle_of_writing_the_same_rows_is_told_at_once(self, place_kept):
        place, workspace = place_kept
        before = place.state()
        with place.writer():
            _refused(lambda: _write(workspace, lambda t: t.clear("unit_grid")), "workspace_locked")
        assert place.state() == before
        workspace.probe()

    @pytest.mark.daily(1)
    def test_what_is_held_is_written_by_nobody_else_but_read_by_all(self, place_kept):
        _, workspace = place_kept
        told = "workspace_table_held" if isinstance(workspace.location, PostgresLocation) else "workspace_locked"
        with workspace.transaction("甲", "test") as transaction:
            transaction.hold("unit_grid")
            assert workspace.count("unit_grid") == 4
            _refused(lambda: _write(workspace, lambda t: t.clear("unit_grid")), told)
            _refused(workspace.probe, "workspace_locked")

    def test_many_writers_at_once_lose_nothing(self, place_kept):
        """Eight threads count one row up, each as a planner who reads, changes and tries again when told."""
        _, workspace = place_kept
        told: list[str] = []

        def count_up():
            for _ in range(200):
                row = workspace.read("unit_grid", ["households", "row_version"], {"fid": 1}, geometry=False)
                more = row.with_columns(households=[(row["households"][0] or 0) + 1])
                try:
                    with workspace.transaction("", "test") as transaction:
                        transaction.update("unit_grid", more)
                except WorkspaceError as error:
                    told.append(error.code)
                else:
                    return

        threads = [threading.Thread(target=count_up) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        row = workspace.read("unit_grid", where={"fid": 1})
        assert row["households"].tolist() == [8]
        assert row["row_version"].tolist() == [9]
        assert set(told) <= {"row_changed_meanwhile", "workspace_locked"}


class TestCreating:
    @pytest.mark.daily(1)
    def test_a_name_that_is_taken_is_never_overwritten(self, place_kept):
        place, workspace = place_kept
        before = place.state()

        def again():
            with Workspace.create(place.location, workspace.info):
                raise AssertionError

        _refused(again, "workspace_exists")
        _refused(lambda: refuse_existing(place.location), "workspace_exists")
        assert place.state() == before

    def test_a_failure_while_filling_leaves_nothing(self, place):
        before = place.state()
        with (
            pytest.raises(RuntimeError),
            Workspace.create(place.location, WorkspaceInfo(EPSG_FRAME, "990101")) as made,
        ):
            made[1].insert("unit_grid", unit_rows())
            raise RuntimeError
        assert place.state() == before
        refuse_existing(place.location)

    def test_nobody_sees_a_workspace_before_it_is_filled(self, place):
        with Workspace.create(place.location, WorkspaceInfo(EPSG_FRAME, "990101")):
            _refused(lambda: Workspace.open(place.location), "workspace_missing")
        assert Workspace.open(place.location).count("unit_grid") == 0

    def test_creating_is_logged_under_the_author(self, place):
        with Workspace.create(place.location, WorkspaceInfo(EPSG_FRAME, "990101"), "王示例") as (_, transaction):
            transaction.log("area", None, None, None)
        (line,) = Workspace.open(place.location).read("change_log").records()
        assert (line["changed_by"], line["gesture"]) == ("王示例", "create_workspace")

    @pytest.mark.kills
    def test_a_process_killed_while_creating_leaves_nothing_in_the_way(self, place):
        script = textwrap.dedent(f"""
            import os, signal
            from gridmgmt_plugin.workspace.info import WorkspaceInfo
            from gridmgmt_plugin.workspace.workspace import Workspace
            from tests.workspace.conftest import EPSG_FRAME, unit_rows
            with Workspace.create({str(place.location)!r}, WorkspaceInfo(EPSG_FRAME, "990101")) as (_, transaction):
                transaction.insert("unit_grid", unit_rows())
                os.kill(os.getpid(), signal.SIGKILL)
        """)
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
        _refused(lambda: Workspace.open(place.location), "workspace_missing")
        assert made(place.location, EPSG_FRAME).count("unit_grid") == 4


class TestOpening:
    def test_what_is_missing_is_told(self, place):
        error = _refused(lambda: Workspace.open(place.location), "workspace_missing")
        assert (place.location.label if place.kind == "database" else "网格 库.gpkg") in error.text("zh")

    @pytest.mark.daily(1)
    @pytest.mark.parametrize(("version", "code"), [("99", "workspace_too_new"), ("0", "workspace_too_old")])
    def test_another_schema_version_is_not_touched(self, place_kept, version, code):
        place, workspace = place_kept
        _write(workspace, lambda t: t.set_info("schema_version", version))
        before = place.state()
        _refused(lambda: Workspace.open(place.location), code)
        assert place.state() == before

    def test_a_location_reads_back_from_its_text(self, place_kept):
        place, _ = place_kept
        assert Workspace.open(str(place.location)).location == place.location

    def test_a_missing_entry_is_told(self, place_kept):
        place, _ = place_kept
        place.run("DELETE FROM workspace_info WHERE key = 'crs_kind'")
        _refused(lambda: Workspace.open(place.location), "workspace_info_incomplete")

    def test_columns_that_are_missing_are_named(self, place_kept):
        place, _ = place_kept
        place.run("ALTER TABLE person RENAME COLUMN name TO nom")
        place.run("ALTER TABLE department RENAME COLUMN code TO id")
        told = _refused(lambda: Workspace.open(place.location), "workspace_columns_missing").text("zh")
        assert "person.name" in told
        assert "department.code" in told

    @pytest.mark.parametrize("text", ["半个字\ud800", "\udfff"])
    def test_half_a_character_is_told_and_nothing_is_written(self, place_kept, text):
        _, kept = place_kept
        before = kept.count("department")

        def write():
            with kept.transaction("甲", "test") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "D9", "name": "队"}]))
                transaction.insert("department", Rows.from_records([{"code": "D8", "name": text}]))

        assert "U+D" in _refused(write, "text_not_storable").text("zh")
        assert kept.count("department") == before
        _refused(lambda: kept.count("department", {"name": text}), "text_not_storable")

    def test_something_else_under_the_name_is_told(self, place_kept):
        place, _ = place_kept
        place.run("DROP TABLE workspace_info")
        _refused(lambda: Workspace.open(place.location), "workspace_not_ours")

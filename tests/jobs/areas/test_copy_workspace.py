"""A workspace that is copied from a file to a server and back is the same to the last bit, or it is not there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from contextlib import ExitStack, closing, contextmanager
from functools import partial

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import Cancelled, GridError, TornReadError
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.areas import copy_workspace as job
from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace
from gridmgmt_plugin.workspace import copying
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation, PostgresLocation
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace, take_copy
from tests.database_roles import login_of, logins, set_rights
from tests.tries import tries
from tests.workspace.conftest import EPSG_FRAME, FRAMES, unit_rows
from tests.workspace.places import place_of

WHOLE_IN_DATABASE = True

NUMBERS = st.integers(-(2**63), 2**63 - 1)
REALS = st.floats(allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
VALUES = {
    "text": TEXTS,
    "datetime": st.sampled_from(["2025-03-07T08:05:00", "明天上午", ""]),
    "integer": NUMBERS,
    "real": REALS,
    "date": st.dates().map(str),
    "boolean": st.sampled_from([0, 1]),
    "blob": st.binary(max_size=20),
}
COORDINATES = st.tuples(*[st.floats(-1e7, 1e7)] * 2)
RINGS = st.lists(COORDINATES, min_size=3, max_size=6)
POLYGONS = RINGS.map(shapely.Polygon) | st.just(shapely.Polygon())
LINES = st.lists(COORDINATES, min_size=2, max_size=4).map(shapely.LineString)
SHAPES = {
    "Point": COORDINATES.map(shapely.Point),
    "Polygon": POLYGONS,
    "MultiPolygon": st.lists(POLYGONS, max_size=3).map(shapely.MultiPolygon),
    "MultiLineString": st.lists(LINES, max_size=3).map(shapely.MultiLineString),
    "Geometry": POLYGONS | LINES | COORDINATES.map(shapely.Point),
}


@st.composite
def table_rows(draw, name):
    """Rows of a table as nobody would write them, with numbers that have gaps and keys that are all different."""
    definition = tables()[name]
    fids = sorted(draw(st.sets(st.integers(1, 2**40), max_size=3)))
    kinds = {column.name: column.type for column in definition.columns}
    if definition.versioned:
        kinds["row_version"] = "integer"
    columns = {}
    for column, kind in kinds.items():
        values = [draw(st.none() | VALUES[kind]) for _ in fids]
        if column in definition.key and kind == "text":
            values = [value if value is None else f"{value}{at}" for at, value in enumerate(values)]
        columns[column] = as_column(values)
    shapes = None
    if definition.geometry is not None:
        shapes = as_column(draw(st.none() | SHAPES[definition.geometry]) for _ in fids)
    return Rows(columns, shapes, np.array(fids, dtype=np.int64))


@st.composite
def contents(draw):
    """Some rows in every table of a workspace."""
    return {name: draw(table_rows(name)) for name in tables() if name not in ("workspace_info", "scheme")}


def filled(location, content, frame=EPSG_FRAME, more=()):
    """Make a workspace that holds just that."""
    info = WorkspaceInfo(frame, "990101", "示例区", more=dict(more))
    with take_copy(location, info) as target:
        entries = {"key": as_column(info.entries()), "value": as_column(info.entries().values())}
        target.write("workspace_info", Rows(entries, None, np.arange(3, 3 + len(info.entries()))))
        target.add_column("unit_grid", "rg_cg", "text")
        for name, rows in content.items():
            target.write(name, rows.with_columns(rg_cg=[None] * len(rows)) if name == "unit_grid" else rows)
    return Workspace.open(location)


def stored(workspace, without=()):
    """Return all that a planner or a program could tell apart: every row of every table, bit by bit."""
    found = {}
    for name in set(tables()) - set(without):
        rows = workspace.read(name)
        shapes = [] if rows.geometry is None else shapely.to_wkb(rows.geometry).tolist()
        values = {
            column: [value + 0.0 if type(value) is float else value for value in rows[column].tolist()]
            for column in sorted(rows.columns)
        }
        found[name] = repr((rows.fids.tolist(), values, shapes))
    return found


def in_file(workspace):
    """Return the rows of a file as they lie there, shapes as the bytes that they are, and the spatial indexes."""
    with closing(sqlite3.connect(workspace.path)) as connection:
        names = [*tables(), *(f"rtree_{name}_geom" for name, one in tables().items() if one.geometry)]
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}


@pytest.fixture
def roles():
    """Return where logins are entered that go at the end of the test."""
    with ExitStack() as stack:
        yield stack


OTHER = {"file": "database", "database": "file"}


@pytest.fixture
def both(tmp_path, request):
    """Return a place of each kind."""
    with place_of("file", tmp_path, request) as file, place_of("database", tmp_path, request) as database:
        yield {"file": file, "database": database}


def small(location, frame=EPSG_FRAME):
    """Return a workspace with two contacts, cells of a grid scheme and lines in its log."""
    with Workspace.create(location, WorkspaceInfo(frame, "990101", "示例区")) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())
        transaction.add_column("unit_grid", "rg_cg", "text")
        transaction.insert("contact", Rows({"person_id": as_column("ab"), "mobile": as_column(["1380", "1390"])}))
        transaction.log("unit_grid", "1", None, "{}")
    return Workspace.open(location)


@given(contents(), st.sampled_from(list(FRAMES.values())))
@tries(25)
def test_any_workspace_comes_back_from_a_server_as_it_was(postgis, tmp_path_factory, content, frame):
    folder, server = tmp_path_factory.mktemp("copies"), postgis.location()
    try:
        first = filled(GeoPackageLocation(folder / "a.gpkg"), content, frame)
        there = Workspace.open(_copied(first, server))
        assert stored(there) == stored(first)
        assert there.info == first.info
        back = Workspace.open(_copied(there, GeoPackageLocation(folder / "b.gpkg")))
        assert in_file(back) == in_file(first)
        assert back.info == first.info
    finally:
        postgis.drop(server.schema)


def _copied(workspace, location, **options):
    copy_workspace(workspace, location, **{"contacts": True, **options})
    return location


@pytest.mark.parametrize("kind", OTHER)
class TestBothWays:
    def test_new_rows_are_numbered_after_those_that_came_along(self, both, kind):
        target = Workspace.open(_copied(small(both[kind].location), both[OTHER[kind]].location))
        with target.transaction("测试", "test") as transaction:
            assert transaction.insert("unit_grid", unit_rows(1).with_columns(code=["1"])).tolist() == [5]
            transaction.log("unit_grid", "1", None, "{}")

    def test_columns_of_grid_schemes_and_of_others_come_along(self, both, kind):
        source = small(both[kind].location)
        both[kind].run("ALTER TABLE component ADD COLUMN height_m double precision")
        with source.transaction("测试", "test") as transaction:
            transaction.set_column("unit_grid", "rg_cg", np.array([2]), ["x"])
        target = Workspace.open(_copied(source, both[OTHER[kind]].location))
        assert target.read("unit_grid")["rg_cg"].tolist() == [None, "x", None, None]
        assert "height_m" in target.read("component").columns

    def test_a_column_that_cannot_be_copied_as_it_is_stops_it(self, both, kind):
        source = small(both[kind].location)
        both[kind].run("ALTER TABLE component ADD COLUMN seen_at time")
        with refused("copy_column_type", both[OTHER[kind]]):
            copy_workspace(source, both[OTHER[kind]].location)

    def test_contacts_stay_where_they_are_unless_asked_for(self, both, kind):
        source, target = small(both[kind].location), both[OTHER[kind]]
        report = copy_workspace(source, target.location)
        assert Workspace.open(target.location).count("contact") == 0
        assert stored(Workspace.open(target.location), ["contact"]) == stored(source, ["contact"])
        assert _codes(report) >= {"copy_compared", "copy_contacts_left"}
        report = copy_workspace(source, again := target.another(), contacts=True)
        assert Workspace.open(again).count("contact") == 2
        assert "copy_contacts_taken" in _codes(report)

    def test_where_there_are_no_contacts_nobody_is_told_to_tick_them(self, both, kind):
        source = small(both[kind].location)
        both[kind].run("DELETE FROM contact")
        report = copy_workspace(source, both[OTHER[kind]].location)
        assert "copy_contacts_left" not in _codes(report)

    def test_tables_that_belong_to_no_workspace_stay_and_are_told(self, both, kind):
        source = small(both[kind].location)
        both[kind].run("CREATE TABLE layer_styles (id integer)")
        report = copy_workspace(source, both[OTHER[kind]].location)
        (told,) = [note for note in report.notes if note.code == "copy_tables_beside"]
        assert "layer_styles" in told.text("zh")

    def test_a_place_that_is_taken_is_refused(self, both, kind):
        source, taken = small(both[kind].location), small(both[OTHER[kind]].location)
        before = both[OTHER[kind]].state()
        with pytest.raises(GridError) as caught:
            copy_workspace(source, taken.location)
        assert caught.value.code == "workspace_exists"
        assert both[OTHER[kind]].state() == before

    def test_cancelled_at_any_step_nothing_is_there(self, both, kind):
        source, target = small(both[kind].location), both[OTHER[kind]]
        before, steps = target.state(), []
        copy_workspace(source, target.another(), progress=Progress(steps.append))
        for stop in range(len(steps)):
            asked = iter([False] * stop)
            with pytest.raises(Cancelled):
                copy_workspace(source, target.location, progress=Progress(is_cancelled=partial(next, asked, True)))
            assert _same(target, before)
        assert len(steps) > 6
        if OTHER[kind] == "file":
            assert len(list(target.folder.iterdir())) == 1, "the first copy alone"

    def test_what_reads_back_otherwise_is_not_made(self, both, kind, monkeypatch):
        source, target = small(both[kind].location), both[OTHER[kind]]
        before, real = target.state(), job._write

        def losing(state, target, plan, progress):
            written = real(state, target, plan, progress)
            target.write("unit_grid", Rows({"code": as_column(["0"])}, unit_rows(1).geometry, np.array([99])))
            return written

        monkeypatch.setattr(job, "_write", losing)
        with pytest.raises(GridError) as caught:
            copy_workspace(source, target.location)
        assert caught.value.code == "copy_differs"
        assert "单元网格" in caught.value.text("zh")
        assert _same(target, before)

    def test_a_hand_over_under_way_is_waited_for(self, both, kind):
        source = small(both[kind].location)
        both[kind].run("INSERT INTO workspace_info (key, value) VALUES ('handing_over_r0001', '{}')")
        with refused("copy_handover_under_way", both[OTHER[kind]]):
            copy_workspace(source, both[OTHER[kind]].location)

    def test_large_tables_go_in_pages_and_large_records_in_small_ones(self, both, kind, monkeypatch):
        monkeypatch.setattr(copying, "_PAGE", 3)
        monkeypatch.setattr(copying, "_PAGES", {"take_back": 1})
        source = small(both[kind].location)
        with source.transaction("测试", "test") as transaction:
            transaction.insert("take_back", Rows({"id": as_column("abc"), "content": as_column(["{}"] * 3)}))
        target = Workspace.open(_copied(source, both[OTHER[kind]].location))
        assert stored(target) == stored(source)

    @pytest.mark.kills
    def test_killed_in_the_middle_nothing_is_there_and_it_can_be_copied_again(self, both, kind):
        source, target = small(both[kind].location), both[OTHER[kind]]
        before = target.state()
        script = textwrap.dedent(f"""
            import os, signal
            from gridmgmt_plugin.jobs.areas import copy_workspace as job
            from gridmgmt_plugin.workspace.workspace import Workspace
            job._compare = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
            job.copy_workspace(Workspace.open({str(source.location)!r}), {str(target.location)!r})
        """)
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
        assert _same(target, before)
        assert stored(Workspace.open(_copied(source, target.location))) == stored(source)
        if OTHER[kind] == "file":
            assert [path.name for path in target.folder.iterdir()] == [target.location.path.name]


class TestFromAFile:
    @pytest.mark.parametrize(
        ("table", "column", "value"),
        [
            ("component", "surveyed_on", "去年"),
            ("component", "surveyed_on", ""),
            ("area", "population", 1.5),
            ("unit_grid", "area_m2", "大"),
            ("unit_grid", "name", "a\0b"),
            ("unit_grid", "geom", shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])),
            ("unit_grid", "geom", shapely.Polygon([(0, 0, 1), (1, 0, 1), (1, 1, 1)])),
        ],
    )
    def test_a_value_that_a_server_cannot_keep_is_named_by_its_row(self, both, table, column, value):
        from gridmgmt_plugin.workspace.gpkg.blob import encode

        source = small(both["file"].location)
        kept = encode(as_column([value]), 4548)[0] if column == "geom" else value
        _insert(source.path, table, column, kept)
        with refused("copy_value_not_storable", both["database"]) as caught:
            copy_workspace(source, both["database"].location)
        assert caught.value.message.details["row"] == 77
        assert caught.value.message.details["column"] == column

    def test_a_file_goes_to_another_file_as_it_is_even_with_what_no_server_would_keep(self, both):
        source = small(both["file"].location)
        _insert(source.path, "component", "surveyed_on", "去年")
        target = Workspace.open(_copied(source, both["file"].another()))
        assert in_file(target) == in_file(source)

    def test_nobody_is_held_off_and_a_save_meanwhile_has_it_begin_anew(self, both, monkeypatch):
        source, real = small(both["file"].location), job._compare

        def saved_meanwhile(*given):
            with source.transaction("同事", "test") as transaction:
                transaction.set_info("note", "x")
            real(*given)
            source_state.read("workspace_info")

        monkeypatch.setattr(job, "_compare", saved_meanwhile)
        before = both["database"].state()
        with source.steady() as source_state, pytest.raises(TornReadError):
            copy_workspace(source_state, both["database"].location)
        assert both["database"].state() == before


class TestFromAServer:
    def test_what_is_no_number_is_told(self, both):
        source = small(both["database"].location)
        both["database"].run("UPDATE unit_grid SET area_m2 = 'NaN' WHERE fid = 3")
        with refused("copy_value_not_storable", both["file"]) as caught:
            copy_workspace(source, both["file"].location)
        assert caught.value.message.details["row"] == 3

    def test_a_viewer_copies_all_but_contacts_even_where_they_are_asked_for(self, both, postgis, roles):
        source, viewer = _with_roles(both["database"], postgis, roles, "viewer")
        report = copy_workspace(Workspace.open(viewer), both["file"].location, contacts=True)
        target = Workspace.open(both["file"].location)
        assert target.count("contact") == 0
        assert stored(target, ["contact"]) == stored(source, ["contact"])
        assert "copy_contacts_hidden" in _codes(report)

    def test_who_is_not_shown_a_table_copies_nothing(self, both, postgis, roles):
        source, viewer = _with_roles(both["database"], postgis, roles, "viewer")
        both["database"].run(f"REVOKE SELECT ON release FROM {source.location.schema}_viewer")
        with refused("copy_table_hidden", both["file"]):
            copy_workspace(Workspace.open(viewer), both["file"].location)


class TestToAServer:
    def test_an_empty_schema_of_a_group_is_filled_for_the_group_and_roles_work_on_it(self, both, postgis, roles):
        location = both["database"].location
        set_rights(postgis, location.schema)
        roles.enter_context(logins(postgis, location.schema))
        source = small(both["file"].location)
        report = copy_workspace(source, _as(postgis, location, "owner"))
        assert "copy_rights_to_be_set" in _codes(report)
        owners = postgis.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = %s", (location.schema,))
        assert owners == [(f"{location.schema}_owner",)]
        set_rights(postgis, location.schema)
        planner = Workspace.open(_as(postgis, location, "planner"))
        assert stored(planner, ["contact"]) == stored(source, ["contact"])
        with planner.transaction("测试", "test") as transaction:
            transaction.insert("unit_grid", unit_rows(1).with_columns(code=["1"]))


@contextmanager
def refused(code, target):
    """Expect a sentence in both languages, and nothing in the place that was to be filled."""
    before = target.state()
    with pytest.raises(GridError) as caught:
        yield caught
    assert caught.value.code == code
    assert caught.value.text("zh")
    assert caught.value.text("en")
    assert _same(target, before)


def _same(target, before):
    """Tell whether a place is as it was; beside a file a killed program leaves what goes with the next copy."""
    return target.state() == before if target.kind == "database" else not target.location.path.exists()


def _insert(path, table, column, value):
    """Add row 77 as another program does."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(name, 1, lambda blob: 1)
        connection.execute(f"INSERT INTO {table} (fid, {column}) VALUES (77, ?)", (value,))


def _with_roles(place, postgis, roles, role):
    """Return a small workspace with its rights set, and where it lies for a member of a role."""
    source = small(place.location)
    set_rights(postgis, source.location.schema)
    roles.enter_context(logins(postgis, source.location.schema))
    return source, _as(postgis, source.location, role)


def _as(postgis, location: PostgresLocation, role: str) -> PostgresLocation:
    return postgis.location(location.schema, user=login_of(location.schema, role))


def _codes(report):
    return {note.code for note in report.notes}

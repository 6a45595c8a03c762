"""Editing a workspace in a database while planners, rights and the server get in each other's way."""

from __future__ import annotations

import threading

import pytest
import shapely
from qgis.core import QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.postgis_cluster import server_or_skip
from tests.qgis.editing.saving.town import box, code, make_town, refused, rows_of


@pytest.fixture
def town(database_location, qgis_app):
    return make_town(database_location)


@pytest.fixture(scope="module")
def cluster():
    """Return a server that may be stopped: the other tests have one of their own."""
    cluster = server_or_skip()
    yield cluster
    idle_connections.close_all()
    cluster.stop()


@pytest.fixture
def two(town, open_desk):
    """Return two planners at work on the same layer, each with QGIS's own provider and connection."""
    return open_desk(town), open_desk(Workspace.open(town.location), author="李工")


def sound(town) -> None:
    """Make sure that the stored cells cover the town without gap or overlap and every code is known once."""
    cells = town.read("unit_grid")
    assert len(set(cells["code"])) == len(cells)
    assert float(shapely.area(cells.geometry).sum()) == pytest.approx(8 * 4 * 1e4, abs=1e-6)
    assert shapely.union_all(cells.geometry).equals(box(0, 0, 8, 4))
    states = dict(zip(*(town.read("code_register")[name] for name in ("code", "state"))))
    assert {states[text] for text in cells["code"]} <= {"draft", "valid"}


class TestTwoPlanners:
    @pytest.mark.proof
    def test_of_two_who_cut_the_same_cell_the_second_is_told_and_loses_nothing(self, two, town):
        first, second = two
        first.split(6, [(1.3, 0.5), (1.3, 2.5)])
        second.split(6, [(0.5, 1.6), (2.5, 1.6)])
        assert first.save(), first.refusals
        assert refused(second).code == "save_rows_overtaken"
        sound(town)
        assert len(rows_of(town, "unit_grid")) == 33

    def test_of_two_who_reshape_neighbours_of_each_other_no_gap_comes_about(self, two, town):
        first, second = two
        first.merge(6, 7)
        second.merge(10, 11)
        assert first.save(), first.refusals
        assert second.save(), second.refusals
        sound(town)

    def test_a_cut_that_ends_on_the_edge_which_another_has_cut_as_well(self, two, town):
        first, second = two
        first.split(6, [(1.5, 0.5), (1.5, 2.5)])
        second.split(10, [(1.5, 1.5), (1.5, 3.5)])
        assert first.save(), first.refusals
        if not second.save():
            assert second.refusals[-1].code in ("save_rows_overtaken", "save_refused_faults")
            second.guard.sweep()
            second.layer.rollBack()
        sound(town)

    def test_new_codes_of_both_are_different_and_both_are_told_theirs(self, two, town):
        first, second = two
        first.split(1, [(0.3, -1), (0.3, 1.5)])
        second.split(16, [(3.3, 2.5), (3.3, 4.5)])
        assert first.codes()[16] == second.codes()[16] == code(17)
        assert first.save(), first.refusals
        assert second.save(), second.refusals
        assert {code(17), code(18)} <= set(rows_of(town, "unit_grid"))
        sound(town)

    def test_of_two_who_press_save_in_the_same_moment_none_writes_half(self, town):
        places = [(1, [(0.3, -1), (0.3, 1.5)]), (16, [(3.3, 2.5), (3.3, 4.5)])]
        starts = threading.Barrier(len(places))
        told: list[object] = []

        def write(number: int) -> None:
            workspace = Workspace.open(town.location)
            starts.wait()
            try:
                with workspace.transaction("", "test") as transaction:
                    transaction.hold("unit_grid")
                    rows = workspace.read("unit_grid", ["population", "row_version"], {"code": code(number)})
                    transaction.update("unit_grid", rows.with_columns(population=[7]))
            except GridError as error:
                told.append(error.code)

        threads = [threading.Thread(target=write, args=(number,)) for number, _ in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = [number for number, _ in places if rows_of(town, "unit_grid")[code(number)]["population"] == 7]
        assert len(done) + len(told) == 2
        assert set(told) <= {"workspace_locked"}

    def test_what_a_colleague_built_on_keeps_the_save_from_being_taken_back(self, two, town):
        first, second = two
        first.split(6, [(1.3, 0.5), (1.3, 2.5)])
        assert first.save(), first.refusals
        second.layer.rollBack()
        second.layer.startEditing()
        second.set(code(17), note="李工改")
        assert second.save(), second.refusals
        take_back_last(Workspace.open(town.location), "李工")
        report = take_back_last(Workspace.open(town.location), "王工")
        assert report is not None
        assert len(rows_of(town, "unit_grid")) == 32
        sound(town)


class TestRights:
    def test_who_may_only_read_cannot_begin_to_edit(self, town, postgis, open_desk):
        from gridmgmt_plugin.editing.gestures.editor import GridEditor
        from gridmgmt_plugin.project.layers import _open
        from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
        from gridmgmt_plugin.workspace.schema import table

        schema = town.location.schema
        postgis.run("CREATE ROLE looker LOGIN")
        try:
            postgis.run(f"GRANT USAGE ON SCHEMA {schema} TO looker")
            postgis.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO looker")
            seen = Workspace.open(postgis.location(schema, user="looker"))
            layer = _open(seen, table("unit_grid"), "zh_CN", may_have_style=True)
            layer.setCustomProperty(TABLE_PROPERTY, "unit_grid")
            editor = GridEditor(layer, seen)
            with pytest.raises(GridError) as caught:
                editor.start()
            assert caught.value.code == "postgres_no_right_to_write"
            assert not editor.layer.isEditable()
            editor.close()
        finally:
            idle_connections.close_all()
            postgis.run("DROP OWNED BY looker CASCADE")
            postgis.run("DROP ROLE looker")

    def test_rights_that_are_taken_while_editing_are_told_at_the_save(self, town, postgis, open_desk):
        schema = town.location.schema
        postgis.run("CREATE ROLE demoted LOGIN")
        try:
            postgis.run(f"GRANT USAGE ON SCHEMA {schema} TO demoted")
            postgis.run(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO demoted")
            desk = open_desk(Workspace.open(postgis.location(schema, user="demoted")))
            desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
            before = postgis.dump(town.location)
            postgis.run(f"REVOKE INSERT ON {schema}.unit_grid FROM demoted")
            assert refused(desk).code == "postgres_no_right_to_write"
            assert postgis.dump(town.location) == before
            postgis.run(f"GRANT INSERT ON {schema}.unit_grid TO demoted")
            assert desk.save(), desk.refusals
            sound(town)
            desk.layer.rollBack()
        finally:
            idle_connections.close_all()
            postgis.run("DROP OWNED BY demoted CASCADE")
            postgis.run("DROP ROLE demoted")


class TestTheLayer:
    @pytest.mark.proof
    def test_a_layer_that_was_renamed_is_saved(self, town, open_desk):
        desk = open_desk(town)
        desk.layer.setName("我的 \"网格\" 'x'")
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        assert desk.save(), desk.refusals
        sound(town)

    def test_a_project_that_is_closed_with_edits_pending_leaves_the_database_as_it_was(
        self, town, open_desk, postgis
    ):
        desk = open_desk(town)
        QgsProject.instance().addMapLayer(desk.layer)
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        before = postgis.dump(town.location)
        desk.layer.rollBack()  # QGIS asks whether to discard; then the layers go
        desk.guard.detach()
        desk.editor.close()
        desk.close = lambda: None
        QgsProject.instance().clear()
        assert postgis.dump(town.location) == before
        Workspace.open(town.location).probe()

    def test_a_workspace_that_is_removed_while_it_is_edited_is_told(self, town, open_desk, postgis):
        desk = open_desk(town)
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        postgis.drop(town.location.schema)
        assert not desk.save()
        assert desk.refusals[-1].code in ("workspace_missing", "workspace_not_ours")
        assert desk.refusals[-1].message.text("zh")


class TestTheServer:
    @pytest.fixture
    def server(self, cluster):
        yield cluster
        cluster.start_again()

    @pytest.mark.proof
    def test_edits_outlive_a_server_that_stops_and_are_saved_when_it_is_back(self, server, open_desk, qgis_app):
        location = server.location()
        town = make_town(location)
        desk = open_desk(town)
        near_before = desk.codes()
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        before = server.dump(location)
        server.pause()
        assert not desk.save()
        assert desk.refusals[-1].code in ("editing_layer_silent", "postgres_unreachable", "postgres_connection_lost")
        assert desk.refusals[-1].message.text("zh")
        assert desk.layer.isEditable()
        assert desk.layer.isModified()
        assert desk.layer.undoStack().count() >= 1
        server.start_again()
        desk.guard.sweep()
        assert server.dump(location) == before
        assert desk.save(), desk.refusals
        assert len(desk.codes()) == len(near_before) + 1
        sound(Workspace.open(location))
        desk.set(code(1), note="还能改")
        assert desk.save(), desk.refusals

    @pytest.mark.proof
    def test_gestures_without_a_server_are_refused_with_a_sentence_and_go_on_after_it(
        self, server, open_desk, qgis_app
    ):
        location = server.location()
        desk = open_desk(make_town(location))
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        server.pause()
        with pytest.raises(GridError) as caught:
            desk.editor.neighbourhood(box(2, 2).bounds)
        assert caught.value.code == "editing_layer_silent"
        assert caught.value.text("zh")
        with pytest.raises(GridError):
            desk.split(11, [(2.3, 1.5), (2.3, 3.5)])
        server.start_again()
        assert desk.layer.isModified()
        desk.split(11, [(2.3, 1.5), (2.3, 3.5)])
        assert desk.save(), desk.refusals
        sound(Workspace.open(location))

    @pytest.mark.proof
    def test_a_server_that_copies_another_can_be_read_and_says_why_nothing_can_be_saved(
        self, server, open_desk, qgis_app
    ):
        location = server.location()
        desk = open_desk(make_town(location))
        desk.split(6, [(1.3, 0.5), (1.3, 2.5)])
        before = server.dump(location)
        with server.as_standby():
            town = Workspace.open(location)
            assert town.count("unit_grid") == 32
            with pytest.raises(GridError) as caught, town.transaction("", "test"):
                pytest.fail("a server that copies another let somebody write")
            assert caught.value.code == "postgres_standby"
            assert not desk.save()
            assert desk.refusals[-1].code == "postgres_standby"
        desk.guard.sweep()
        assert server.dump(location) == before
        assert desk.save(), desk.refusals
        sound(Workspace.open(location))

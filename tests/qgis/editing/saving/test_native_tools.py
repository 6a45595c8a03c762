"""QGIS's own tools, forms and the field calculator on unit grids: what they leave is checked, told, mended, saved."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject

from gridmgmt_plugin.workspace.changes.take_back import last_save, take_back_last
from tests.qgis.editing.saving.test_saves_in_any_order import sound
from tests.qgis.editing.saving.test_take_back import content
from tests.qgis.editing.saving.town import AREAS, Desk, box, code, make_town, place, refused, rows_of


@pytest.fixture(params=[False, True], ids=["loose", "topological"])
def topological(request):
    """Return whether QGIS's topological editing is on."""
    project = QgsProject.instance()
    project.setTopologicalEditing(request.param)
    yield request.param
    project.setTopologicalEditing(False)


def change_shapes(desk: Desk, text: str, shapes: dict) -> None:
    desk.layer.beginEditCommand(text)
    for name, shape in shapes.items():
        assert desk.layer.changeGeometry(desk.feature(name).id(), QgsGeometry.fromWkt(shape.wkt))
    desk.layer.endEditCommand()


def kinds(refusal) -> set[str]:
    return {fault.kind for fault in refusal.faults}


def sentences(refusal) -> set[str]:
    return {fault.message.code for fault in refusal.faults}


def repaired_and_saved(desk: Desk, town) -> None:
    steps = desk.layer.undoStack().count()
    desk.guard.repair(desk.guard.propose_repair(), desk.editor)
    assert desk.layer.undoStack().count() == steps + 1
    assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
    sound(town)


@pytest.mark.daily(1)
@pytest.mark.parametrize("valid", [(), tuple(range(1, 17))], ids=["drafts", "valid"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_row_of_cells_split_at_once_is_repaired_saved_and_taken_back(stored_in, open_desk, topological, valid):
    town = make_town(stored_in.location, valid=valid)
    before = content(town)
    desk = open_desk(town)
    desk.layer.beginEditCommand("分割要素")
    line = [QgsPointXY(*place(*at)) for at in ((-0.5, 1.5), (4.5, 1.6))]
    assert desk.layer.splitFeatures(line, topological) == QgsGeometry.OperationResult.Success
    desk.layer.endEditCommand()
    # Without topological editing the neighbour beyond the end of the line has no vertex there.
    assert kinds(refused(desk)) == ({"code"} if topological else {"code", "missing_vertex"})
    repaired_and_saved(desk, town)
    cells = rows_of(town, "unit_grid")
    assert [cells[code(n)]["prior_code"] for n in range(17, 21)] == [code(n) for n in range(5, 9)]
    take_back_last(town, "王工")
    assert last_save(town) is None
    assert content(town) == before


@pytest.mark.parametrize("as_new", [False, True], ids=["first stays", "all new"])
def test_cells_merged_with_qgis_s_own_tool_are_saved(town, open_desk, as_new):
    desk = open_desk(town)
    one, two = (desk.feature(code(n)) for n in (6, 7))
    whole = one.geometry().combine(two.geometry())
    desk.layer.beginEditCommand("合并要素")
    if as_new:
        merged = QgsFeature(desk.layer.fields())
        merged.setAttributes([None, *one.attributes()[1:]])
        merged.setGeometry(whole)
        desk.layer.deleteFeatures([one.id(), two.id()])
        assert desk.layer.addFeature(merged)
    else:
        desk.layer.deleteFeature(two.id())
        desk.layer.changeGeometry(one.id(), whole)
    desk.layer.endEditCommand()
    assert desk.save(), desk.refusals
    assert desk.reports[0].discarded == (code(7),)
    sound(town)


def test_a_merge_across_communities_is_refused_and_the_border_restored(town, open_desk):
    desk = open_desk(town)
    one, two = desk.feature(code(4)), desk.feature(code(1, 1))
    desk.layer.beginEditCommand("合并要素")
    desk.layer.deleteFeature(two.id())
    desk.layer.changeGeometry(one.id(), one.geometry().combine(two.geometry()))
    desk.layer.endEditCommand()
    assert kinds(refused(desk)) == {"overshoot"}
    repaired_and_saved(desk, town)


def test_a_copy_pasted_in_place_is_told_as_such_and_not_as_missing_vertices(town, open_desk):
    desk = open_desk(town)
    copy = QgsFeature(desk.feature(code(6)))
    copy.setAttribute(0, None)
    desk.layer.beginEditCommand("粘贴要素")
    assert desk.layer.addFeature(copy)
    desk.layer.endEditCommand()
    assert [fault.kind for fault in refused(desk).faults] == ["duplicate", "code"]
    repaired_and_saved(desk, town)


def test_a_cell_deleted_and_drawn_anew_gets_code_and_community_by_repair(town, open_desk):
    desk = open_desk(town)
    desk.layer.deleteFeature(desk.feature(code(6)).id())
    desk.add(box(1, 1), rg_cg=f"{AREAS[0]}001")
    # No word of ground beyond its community: only nobody said yet which one that is.
    assert sentences(refused(desk)) == {"cell_area_missing"}
    repaired_and_saved(desk, town)
    assert rows_of(town, "unit_grid")[code(17)]["area_code"] == AREAS[0]


def test_a_cell_without_shape_goes_with_the_repair(town, open_desk):
    desk = open_desk(town)
    feature = QgsFeature(desk.layer.fields())
    feature["code"], feature["area_code"] = code(44), AREAS[0]
    desk.layer.beginEditCommand("添加")
    assert desk.layer.addFeature(feature)
    desk.layer.endEditCommand()
    assert kinds(refused(desk)) == {"empty"}
    repaired_and_saved(desk, town)


def test_a_vertex_moved_in_all_its_cells_is_saved_with_every_digit(town, open_desk):
    desk = open_desk(town)
    x, y = place(2, 2)
    shapes = {}
    for number in (6, 7, 10, 11):
        moved = {(x, y): (x + 3.123456789, y + 1 / 3)}
        ring = [moved.get(xy, xy) for xy in desk.shape(code(number)).exterior.coords]
        shapes[code(number)] = shapely.Polygon(ring)
    change_shapes(desk, "移动节点", shapes)
    assert desk.save(), desk.refusals
    sound(town)


class TestFormsAndFieldCalculator:
    def test_a_community_that_a_cell_does_not_lie_in_is_refused(self, town, open_desk):
        desk = open_desk(town)
        desk.set(code(6), area_code=AREAS[1], code=code(44, 1))
        refusal = refused(desk)
        assert sentences(refusal) == {"cell_area_elsewhere"}
        assert AREAS[0] in refusal.faults[0].message.text("zh")
        repaired_and_saved(desk, town)
        assert rows_of(town, "unit_grid")[code(17)]["area_code"] == AREAS[0]

    def test_a_community_that_there_is_not_is_refused_and_no_ground_is_moved(self, town, open_desk):
        desk = open_desk(town)
        desk.set(code(6), area_code="990101001077", code="990101001077001")
        assert sentences(refused(desk)) == {"cell_area_unknown"}
        proposal = desk.guard.propose_repair()
        assert proposal.edit is None
        repaired_and_saved(desk, town)
        assert rows_of(town, "unit_grid")[code(17)]["geometry"].equals(box(1, 1))

    def test_a_cell_whose_community_was_put_right_keeps_its_code(self, town, open_desk):
        desk = open_desk(town)
        desk.set(code(6), area_code=None)
        desk.set(code(7), area_code=AREAS[1])
        refused(desk)
        repaired_and_saved(desk, town)
        cells = rows_of(town, "unit_grid")
        assert {cells[code(n)]["area_code"] for n in (6, 7)} == {AREAS[0]}
        assert cells[code(6)]["prior_code"] is None

    def test_two_cells_can_swap_their_codes(self, town, open_desk):
        desk = open_desk(town)
        one, two = (desk.feature(code(n)).id() for n in (6, 7))
        column = desk.layer.fields().lookupField("code")
        desk.layer.changeAttributeValue(one, column, code(7))
        desk.layer.changeAttributeValue(two, column, code(6))
        assert desk.save(), desk.refusals
        sound(town)

    def test_area_and_state_are_not_taken_from_a_form_and_that_is_told(self, valid_town, open_desk):
        desk = open_desk(valid_town)
        desk.set(code(6), area_m2=5.0, state="retired", note="真的")
        assert desk.save(), desk.refusals
        row = rows_of(valid_town, "unit_grid")[code(6)]
        assert (row["area_m2"], row["state"], row["note"]) == (10_000.0, "valid", "真的")
        (note,) = desk.reports[0].notes
        assert (note.code, note.details["count"]) == ("save_values_derived", 2)
        assert desk.feature(code(6))["area_m2"] == 10_000.0

    def test_a_responsibility_grid_that_there_is_not_is_told(self, town, open_desk):
        desk = open_desk(town)
        desk.set(code(6), rg_cg="不存在")
        assert desk.save(), desk.refusals
        (note,) = desk.reports[0].notes
        assert note.code == "save_grids_unknown"
        assert "不存在" in note.text("zh")

    def test_a_responsibility_grid_that_falls_apart_is_told(self, town, open_desk):
        desk = open_desk(town)
        for number in (2, 6):
            desk.set(code(number), rg_cg=f"{AREAS[0]}002")
        desk.set(code(12), rg_cg=f"{AREAS[0]}001")
        assert desk.save(), desk.refusals
        assert [note.code for note in desk.reports[0].notes] == ["save_grids_in_parts"]

    def test_what_is_there_already_writes_nothing(self, town, open_desk):
        desk = open_desk(town)
        assert desk.save()
        assert not desk.reports
        desk.set(code(6), note="x")
        desk.set(code(6), note=None, name="网格5")
        assert desk.save()
        assert (town.count("take_back"), town.count("change_log")) == (0, 0)


def test_a_border_between_communities_moves_in_both_layers(town, open_desk):
    cells, areas = open_desk(town), open_desk(town, "area")
    outlines = {AREAS[0]: box(0, 0, 4.05, 4), AREAS[1]: box(4.05, 0, 3.95, 4)}
    change_shapes(areas, "界线", outlines)
    west = {code(4 * row + 4): box(3, row, 1.05) for row in range(4)}
    east = {code(4 * row + 1, 1): box(4.05, row, 0.95) for row in range(4)}
    change_shapes(cells, "界线", {**west, **east})
    assert kinds(refused(cells)) == {"overshoot"}  # the border is not saved yet
    assert areas.save(), areas.refusals
    assert cells.save(), cells.refusals
    sound(town)


def test_a_project_is_closed_right_after_a_refusal_with_edits_open(town, qgis_app):
    desk = Desk(town)
    desk.move_vertex(code(6), (2, 2), (1.8, 1.8))
    project = QgsProject.instance()
    project.addMapLayer(desk.layer)
    assert not desk.save()
    project.clear()
    qgis_app.processEvents()
    assert town.count("change_log") == 0

"""Every save is guarded, whatever the menu offers: no tool, no action, no answer to any, no unit grids on the map."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry, QgsProject

from gridmgmt_plugin.core.errors import CapabilityError, GridError, WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.editing import controller, desk
from gridmgmt_plugin.gui.editing.controller import TOOLS, Editing
from gridmgmt_plugin.gui.frame.actions import ACTIONS, EDITING
from gridmgmt_plugin.gui.frame.registry import CONTROLLERS
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.editing.tool_window import Bench

CELL = "990101001001002"
WITHOUT_TOOLS = tuple(spec for spec in ACTIONS if spec.group != EDITING)
OF_EDITING = [*TOOLS, "take_back"]
NOBODY_FOR_TOOLS = {key: name for key, name in CONTROLLERS.items() if key not in OF_EDITING}
OFFERED = {
    "every action": (ACTIONS, CONTROLLERS),
    "no tool": (WITHOUT_TOOLS, NOBODY_FOR_TOOLS),
    "tools renamed": (ACTIONS, {**NOBODY_FOR_TOOLS, **{f"{key}_grid": CONTROLLERS[key] for key in OF_EDITING}}),
    "no action": ((), CONTROLLERS),
    "no action and nobody to answer one": ((), {}),
}


pytestmark = pytest.mark.usefixtures("author")


@pytest.fixture
def path(district, laid_out):
    return laid_out(district)


@pytest.fixture
def opened(path):
    """Open the district in a window that offers what a test names."""
    made = []

    def open_in(offered):
        made.append(Bench(path, *OFFERED[offered]))
        return made[-1]

    yield open_in
    for bench in made:
        bench.close()


def stored(path):
    rows = Workspace.open(path).read("unit_grid")
    return {code: shape.wkt for code, shape in zip(rows["code"], rows.geometry)}


def narrow_one_cell(layer):
    """Do what QGIS's own tools do: change one cell and not its neighbour, so that a gap is left."""
    fid = next(f.id() for f in layer.getFeatures() if f["code"] == CELL)
    assert layer.isEditable() or layer.startEditing()
    assert layer.changeGeometry(fid, QgsGeometry.fromWkt("POLYGON((100 0, 190 0, 190 100, 100 100, 100 0))"))


@pytest.mark.parametrize("offered", OFFERED)
def test_a_faulty_save_of_qgis_is_refused(opened, path, offered):
    bench, before = opened(offered), stored(path)
    bench.hand.rest()
    narrow_one_cell(bench.layer)
    assert not bench.layer.commitChanges(False)
    settle()
    assert stored(path) == before
    assert bench.layer.isModified()
    assert ["Not saved" in text for text in bench.messages()] == [True]


@pytest.mark.parametrize("offered", OFFERED)
def test_a_sound_save_is_ours_and_stands_in_the_change_log(opened, path, offered):
    bench = opened(offered)
    bench.hand.rest()
    fid = next(f.id() for f in bench.layer.getFeatures() if f["code"] == CELL)
    assert bench.layer.startEditing()
    bench.layer.changeAttributeValue(fid, bench.layer.fields().lookupField("note"), "核")
    assert bench.layer.commitChanges(False), bench.messages()
    log = Workspace.open(path).read("change_log", where={"table_name": "unit_grid"}, geometry=False)
    assert set(log["changed_by"]) == {"示例员"}


@pytest.mark.parametrize("offered", ["no tool", "tools renamed"])
def test_who_needs_the_place_of_work_finds_it_whatever_its_tools_are_called(opened, offered):
    shell = opened(offered).shell
    assert shell.controller("issues")._buffer_fixer() is not None
    with pytest.raises(GridError) as refused:
        shell.controller("lane_officers")._do("take_back")
    assert refused.value.code == "nothing_to_take_back"
    assert shell.always(Editing).desk is not None


@pytest.mark.proof
def test_a_workspace_that_is_shown_before_the_plugin_is_loaded_is_guarded(opened, path):
    first = opened("every action")
    first.shell.take_down()
    second = opened("no action and nobody to answer one")
    assert second.shell.session.location is not None
    second.hand.rest()
    narrow_one_cell(second.layer)
    assert not second.layer.commitChanges(False)


def test_a_save_is_guarded_where_the_tools_cannot_be_made_ready(opened, path, monkeypatch):
    def refuse(*_):
        raise WorkspaceError("editing_no_unit_grids")

    monkeypatch.setattr(desk, "Desk", refuse)
    bench = opened("every action")
    assert bench.messages() == [Message("editing_no_unit_grids").text()]
    bench.hand.rest()
    narrow_one_cell(bench.layer)
    assert not bench.layer.commitChanges(False)


def test_where_a_library_is_missing_it_is_told_that_saves_are_not_guarded(opened, monkeypatch):
    def refuse():
        raise CapabilityError("library_missing", names="shapely >= 2.0 (–)")

    monkeypatch.setattr(controller, "require_libraries", refuse)
    bench = opened("every action")
    assert "shapely >= 2.0" in bench.messages()[0]
    assert "unchecked" in bench.messages()[0]
    assert bench.editing().desk is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_other_layers_are_guarded_though_the_unit_grids_are_not_on_the_map(opened, path, when):
    bench = opened("every action")
    if when == "before":
        bench.shell.take_down()
    QgsProject.instance().removeMapLayer(bench.layer.id())
    settle()
    if when == "before":
        bench.shell.build()
    lanes = shown_layer(QgsProject.instance(), "lane")
    bench.hand.rest()
    assert lanes.startEditing()
    fid = next(f.id() for f in lanes.getFeatures())
    lanes.changeAttributeValue(fid, lanes.fields().lookupField("alias"), "老胡同")
    assert lanes.commitChanges(), bench.messages()
    settle()
    log = Workspace.open(path).read("change_log", where={"table_name": "lane"}, geometry=False)
    assert set(log["changed_by"]) == {"示例员"}
    assert len(bench.messages()) == 1

"""Deleting a responsibility grid asks where its unit grids go; one click takes all of it back."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QComboBox, QPushButton

from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import when_shown

pytestmark = pytest.mark.usefixtures("author")


@pytest.fixture
def question():
    """Return a function that answers the next question, and what was seen in it."""
    seen = {}

    def answer(button, pick=None):
        def look(widget):
            for box in widget.findChildren(QComboBox):
                seen[box.objectName()] = [box.itemText(i) for i in range(box.count())]
                if pick is not None:
                    box.setCurrentIndex(box.findData(pick))
            if button is None:
                widget.reject()
            else:
                widget.findChild(QPushButton, button).click()

        when_shown("gridmgmt_rehoming_dialog", look)

    answer.seen = seen
    return answer


def members(bench):
    rows = Workspace.open(bench.path).read("unit_grid", geometry=False)
    return dict(zip(rows["code"], rows["rg_cg"]))


def delete_and_save(bench):
    """Delete a grid that has unit grids and no post, as a planner does; return the layer and the code."""
    layer = shown_layer(QgsProject.instance(), "responsibility_grid")
    assert layer.startEditing()
    held = set(Workspace.open(bench.path).read("post", geometry=False)["target_code"])
    gone = sorted({grid for grid in members(bench).values() if grid} - held)[0]
    layer.deleteFeature(next(feature.id() for feature in layer.getFeatures() if feature["code"] == gone))
    layer.commitChanges(False)
    return layer, gone


def test_the_save_asks_and_the_unit_grids_go_where_the_planner_says(bench, question):
    before = members(bench)
    question("gridmgmt_rehoming_accept")
    layer, gone = delete_and_save(bench)
    settle()
    (offered,) = question.seen.values()
    assert len(offered) >= 2
    after = members(bench)
    mine = [cell for cell, grid in before.items() if grid == gone]
    assert mine
    homes = {after[cell] for cell in mine}
    assert len(homes) == 1
    assert homes.pop() not in (gone, None)
    assert layer.isEditable()
    assert not layer.isModified()
    take_back_last(Workspace.open(bench.path), "示例员")
    assert members(bench) == before


def test_whoever_cancels_keeps_the_edit_and_can_be_asked_again(bench, question):
    before = members(bench)
    question(None)
    layer, gone = delete_and_save(bench)
    settle()
    assert members(bench) == before
    assert layer.isModified()
    question("gridmgmt_rehoming_accept", pick="")
    bench.iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_rehome").click()
    settle()
    after = members(bench)
    assert {after[cell] for cell, grid in before.items() if grid == gone} == {None}
    assert not layer.isModified()

"""The dialog that makes papers: lanes by selection, area or code, and PDFs in the folder that is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsProject

from gridmgmt_plugin.project.shown_workspace import shown_layer
from tests.qgis.project.papers.paper_town import texts_of
from tests.qgis.workspace_window import tasks_done, wait_for


@pytest.fixture
def algorithms():
    return ("lanepapers",)


def _dialog(shell, processing):
    controller = shell.controller("lane_papers")
    controller.trigger("lane_papers", False)
    dialog = controller._open["lane_papers"].dialog
    wait_for(tasks_done)
    wait_for(lambda: dialog.fields["LANES"].widget.count() > 2)
    return dialog


def test_the_lanes_selected_on_the_map_are_offered_first_and_printed(
    shell, processing, author, tmp_path: Path
) -> None:
    layer = shown_layer(QgsProject.instance(), "lane")
    feature = next(layer.getFeatures())
    layer.selectByIds([feature.id()])
    dialog = _dialog(shell, processing)
    assert dialog.fields["LANES"].value() == feature["code"]
    dialog.fields["KIND"].show_value("sign")
    dialog.fields["FOLDER"].show_value(str(tmp_path / "纸"))
    dialog.runner.click()
    wait_for(dialog.shows_result)
    assert f"file://{tmp_path}" in dialog.result.toHtml()
    (made,) = (tmp_path / "纸").glob("*.pdf")
    assert len(texts_of(made)) == 1
    assert feature["name"] in texts_of(made)[0]


@pytest.mark.proof
def test_an_area_is_chosen_by_its_name_or_codes_are_typed(shell, processing) -> None:
    dialog = _dialog(shell, processing)
    lanes = dialog.fields["LANES"]
    assert lanes.value() is None
    lanes.show_value("990101001001")
    assert "990101001001" in lanes.widget.currentText()
    assert lanes.value() == "990101001001"
    lanes.widget.setEditText("9901010010001")
    assert lanes.value() == "9901010010001"

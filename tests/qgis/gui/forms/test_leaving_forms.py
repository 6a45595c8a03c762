"""A form whose layer goes is taken away before: QGIS 3.22 dies of a list that is read from a layer that is gone."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer
from qgis.gui import QgsAttributeDialog, QgsFeatureListComboBox

from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.project_file import remove_workspace


@pytest.fixture
def offered(bench):
    """Return a form of a layer of the planner's in which a row of the lanes is chosen, and the list of them."""
    own = QgsVectorLayer("NoGeometry?field=lane:string", "mine", "memory")
    QgsProject.instance().addMapLayer(own)
    dialog = QgsAttributeDialog(own, QgsFeature(own.fields()), False, None, True)
    choice = QgsFeatureListComboBox(dialog)
    choice.setSourceLayer(bench.layers["lane"])
    dialog.show()
    yield dialog
    if is_alive(dialog):
        dialog.close()
        dialog.deleteLater()


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    "go", [lambda: remove_workspace(QgsProject.instance()), lambda: QgsProject.instance().clear()]
)
@pytest.mark.proof
def test_forms_go_with_the_workspace(bench, go):
    dialog = bench.form("component")
    bench.open_forms.clear()
    go()
    assert not is_alive(dialog)
    bench.layers.clear()


def test_a_form_goes_when_the_rows_go_that_it_offers_and_no_other_form(bench, offered):
    cells = bench.form("unit_grid")
    QgsProject.instance().removeMapLayer(bench.layers.pop("lane").id())
    assert not is_alive(offered)
    assert is_alive(cells)
    assert cells.isVisible()


def test_nothing_is_followed_once_the_plugin_is_gone(bench, offered):
    bench.controller._leaving.stop()
    bench.controller._leaving.stop()
    QgsProject.instance().layersWillBeRemoved.emit([bench.layers["lane"].id()])
    assert offered.isVisible()

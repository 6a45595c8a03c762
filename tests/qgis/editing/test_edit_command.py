"""A step in the undo stack of a layer: whole or not there, and the buttons of QGIS know it."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsVectorLayer

from gridmgmt_plugin.editing.edit_command import edit_command


@pytest.fixture
def layer(qgis_app):
    made = QgsVectorLayer("Point?field=name:string", "点", "memory")
    made.startEditing()
    return made


def test_what_is_changed_together_is_one_step(layer):
    with edit_command(layer, "两点"):
        for _ in range(2):
            layer.addFeature(QgsFeature(layer.fields()))
    assert (layer.undoStack().count(), layer.undoStack().text(0)) == (1, "两点")


def test_what_fails_leaves_neither_change_nor_step_nor_an_offer_to_do_it_again(layer):
    offered = []
    layer.undoStack().canRedoChanged.connect(offered.append)
    with pytest.raises(ValueError, match="half"), edit_command(layer, "半"):
        layer.addFeature(QgsFeature(layer.fields()))
        raise ValueError("half")
    assert layer.featureCount() == 0
    assert not layer.undoStack().canUndo()
    assert offered[-1] is False

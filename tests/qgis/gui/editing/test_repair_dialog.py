"""What a repair gains and loses is read like figures, codes like names."""

from __future__ import annotations

from types import SimpleNamespace

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QTableWidget

from gridmgmt_plugin.editing.saving.reports import Recoding
from gridmgmt_plugin.gui.editing.repair_dialog import RepairDialog


def test_square_metres_stand_at_the_right_and_codes_at_the_left(qgis_app):
    ground = SimpleNamespace(code="990101001001001", gained_m2=2.5, lost_m2=5231.58)
    dialog = RepairDialog(SimpleNamespace(grounds=(ground,), recodings=(Recoding(1, "1", "2", None),)), None)
    areas, codes = dialog.findChildren(QTableWidget)
    right = Qt.AlignmentFlag.AlignRight
    assert [bool(areas.item(0, column).textAlignment() & right) for column in range(3)] == [False, True, True]
    assert [bool(codes.item(0, column).textAlignment() & right) for column in range(2)] == [False, False]
    dialog.deleteLater()

"""What a survey found otherwise is seen at a glance: headings whole, and no column out of sight without need."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.inventory.survey_dialog import SurveyDialog
from tests.qgis.fake_window import settle

FOUND = {
    "difference_name": "Did not come back",
    "code": "C000001",
    "old_code": None,
    "column_name": "State",
    "before": "Intact",
    "after": "Damaged",
}


def test_every_column_of_the_differences_is_read_without_scrolling(qgis_app):
    dialog = SurveyDialog("2026-03.gpkg", None)
    dialog.show()
    dialog.tell("", Rows.from_records([FOUND] * 3), is_possible=True)
    settle()
    header = dialog.table.horizontalHeader()
    for column in range(header.count()):
        heading = dialog.table.model().headerData(column, Qt.Orientation.Horizontal)
        assert header.fontMetrics().horizontalAdvance(heading) < header.sectionSize(column), heading
        assert dialog.table.sizeHintForColumn(column) <= header.sectionSize(column), heading
    assert header.length() <= dialog.table.viewport().width()
    dialog.close()
    dialog.deleteLater()
    settle()

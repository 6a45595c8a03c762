"""Rows that break: tables in them take the height that there is, buttons no more than they need."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QComboBox, QPushButton, QTableView, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.flow import flow_row


def _page(*controls, height):
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    made = [kind(page) for kind in controls]
    column.addWidget(flow_row(*made), 1)
    page.resize(900, height)
    page.show()
    return page, made


def test_tables_side_by_side_take_the_whole_height(qgis_app):
    page, tables = _page(QTableView, QTableView, height=500)
    assert [table.height() for table in tables] == [500, 500]
    page.close()


def test_a_row_of_buttons_stays_as_high_as_a_button(qgis_app):
    page, (box, button) = _page(QComboBox, QPushButton, height=500)
    assert button.height() == button.sizeHint().height()
    assert box.height() == box.sizeHint().height()
    page.close()


def test_what_breaks_into_two_rows_shares_the_height(qgis_app):
    page, tables = _page(QTableView, QTableView, height=700)
    for table in tables:
        table.setMinimumWidth(500)
    page.resize(600, 700)
    qgis_app.processEvents()
    assert tables[1].y() > tables[0].y()
    assert abs(tables[0].height() - tables[1].height()) <= 1
    assert tables[0].height() + tables[1].height() > 690
    page.close()

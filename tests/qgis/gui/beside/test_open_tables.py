"""QGIS's own attribute table, open while colleagues save: it shows what they saved, and keeps what is being typed."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeatureRequest, QgsProject
from qgis.gui import QgsAttributeEditorContext, QgsDualView, QgsGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTableView, QWidget

from gridmgmt_plugin.gui.beside.controller import Beside
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.news import fresh
from gridmgmt_plugin.workspace.news.news import written
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.workspace_window import tasks_done, wait_for

CODES = [f"990101001001{number:03d}" for number in range(1, 13)]


class Table:
    """The attribute table of unit grids."""

    def __init__(self, canvas) -> None:
        QgsGui.editorWidgetRegistry().initEditors()
        self.layer, self._tools = shown_layer(QgsProject.instance(), "unit_grid"), FormTools()
        context = QgsAttributeEditorContext()
        context.setVectorLayerTools(self._tools)
        self.layer.startEditing()
        self.view = QgsDualView()
        self.view.init(self.layer, canvas, QgsFeatureRequest(), context)
        self.view.show()
        self.view.activateWindow()
        tables = self.view.findChildren(QTableView)
        self.rows = next(one for one in tables if one.metaObject().className() == "QgsAttributeTableView")
        model = self.rows.model()
        titles = [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]
        self._code, self._note = titles.index("Unit grid code"), titles.index("Note")

    def note(self, code: str) -> str:
        """Return what the table shows."""
        return str(self._index(code).data())

    def type(self, code: str, text: str) -> QPlainTextEdit:
        """Type into a cell, and stay in it."""
        self.rows.setCurrentIndex(self._index(code))
        if QApplication.focusWidget() is self.rows:
            self.rows.edit(self._index(code))
        wait_for(lambda: isinstance(QApplication.focusWidget(), QPlainTextEdit))
        field = QApplication.focusWidget()
        field.selectAll()
        QTest.keyClicks(field, text)
        return field

    def _index(self, code: str):
        model = self.rows.model()
        at = next(row for row in range(model.rowCount()) if model.index(row, self._code).data() == code)
        return model.index(at, self._note)


@pytest.fixture
def table(shell):
    made = Table(shell.iface.mapCanvas())
    yield made
    made.layer.rollBack()
    if not sip.isdeleted(made.view):
        made.view.close()
        made.view.deleteLater()
    wait_for(tasks_done)


@pytest.mark.daily(2)
def test_it_shows_what_a_colleague_saved(table, colleague):
    colleague.save("unit_grid", "code", CODES[0], note="改了")
    wait_for(lambda: table.note(CODES[0]) == "改了", 10)


@pytest.mark.daily(2)
def test_no_version_counts_as_seen_that_is_not_shown(shell, table, location, colleague, monkeypatch):
    """The colleague saves once more while the first save is read, and what tells of that is late."""
    beside, read = shell.always(Beside), fresh.read_fresh
    shell.channel.arrived.disconnect(beside._hear)

    def saved_once_more(*given):
        colleague.save("unit_grid", "code", CODES[0], note="zweite")
        return read(*given)

    monkeypatch.setattr(fresh, "read_fresh", saved_once_more)
    colleague.save("unit_grid", "code", CODES[0], note="erste")
    number = Workspace.open(location).read("unit_grid", ["code"], {"code": CODES[0]}, geometry=False).fids.tolist()
    beside._hear([written({"unit_grid": number}, (), "李工")])
    wait_for(lambda: table.note(CODES[0]) not in ("", "NULL"))
    wait_for(tasks_done)
    assert table.note(CODES[0]) == "zweite"
    shell.channel.arrived.connect(beside._hear)


@pytest.mark.daily(2)
def test_what_is_typed_stays_and_is_refused_where_the_colleague_was_first(table, location, colleague):
    field = table.type(CODES[0], "mein")
    colleague.save("unit_grid", "code", CODES[0], note="sein")
    colleague.save("lane", "code", "L1", width_m=7.5)
    lanes = shown_layer(QgsProject.instance(), "lane")
    wait_for(lambda: next(row for row in lanes.getFeatures() if row["code"] == "L1")["width_m"] == 7.5, 10)
    QTest.qWait(500)
    assert QApplication.focusWidget() is field
    assert field.toPlainText() == "mein"
    table.rows.setFocus()
    wait_for(table.layer.isModified)
    wait_for(tasks_done)
    QTest.qWait(600)
    assert not table.layer.commitChanges(False), "he had typed before he saw what the colleague saved"
    assert Workspace.open(location).read("unit_grid", ["note"], {"code": CODES[0]})["note"][0] == "sein"
    wait_for(lambda: True)


@pytest.mark.daily(2)
def test_a_form_in_it_that_only_has_the_cursor_holds_nothing_up(table, colleague):
    table.view.setView(QgsDualView.ViewMode.AttributeEditor)
    forms = [one for one in table.view.findChildren(QWidget) if one.metaObject().className() == "QgsAttributeForm"]
    wait_for(lambda: any(one.isVisible() for one in forms))
    field = next(one for form in forms for one in form.findChildren(QLineEdit) if one.isVisible() and one.isEnabled())
    field.setFocus()
    wait_for(lambda: QApplication.focusWidget() is field)
    seen: list[int] = []
    table.layer.repaintRequested.connect(lambda *_: seen.append(1))
    colleague.save("unit_grid", "code", CODES[5], note="改了")
    wait_for(lambda: seen, 10)


def test_the_plugin_may_be_switched_off_while_it_is_open_and_its_lists_lead_to_the_tables_in_every_style(
    shell, table
):
    area = shown_layer(QgsProject.instance(), "area")
    if shell.session._late is not None:  # a file has no lists apart
        shell.session._late.finish()
    column, manager = table.layer.fields().lookupField("area_code"), table.layer.styleManager()
    table.view.close()
    sip.delete(table.view)
    leads_to = set()
    for style in manager.styles():
        manager.setCurrentStyle(style)
        leads_to.add(table.layer.editorWidgetSetup(column).config()["Layer"])
    assert len(manager.styles()) > 1
    assert leads_to == {area.id()}

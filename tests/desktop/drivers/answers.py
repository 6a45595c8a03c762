"""查责 with the mouse: a click on the map, another time, a person."""

from __future__ import annotations

from inside import click, drive, note, screenshot, wait_until, when_shown
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QPushButton, QTableView, QWidget

from gridmgmt_plugin.project.settings import remember

CELL = "990101002005012"


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    remember("author", "示例员")
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    tree = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: tree.model.summary is not None)
    yield
    window.findChild(QAction, "gridmgmt_ask_here").trigger()
    dock = window.findChild(QWidget, "gridmgmt_answers_dock")
    yield
    yield from _click_on_the_map(iface, dock, name)
    yield from _another_time(dock, name)
    yield from _a_person(dock, tree, name)
    window.findChild(QAction, "gridmgmt_ask_here").trigger()
    note("laid_down", window.findChild(QAction, "gridmgmt_ask_here").isChecked())
    yield
    yield from _compare(window, name)
    yield from _duty_list(window, name)
    yield from _ownership(window, name)


def _duty_list(window, name):
    """The duty list: a class in a street office gets a department, in place."""
    window.findChild(QAction, "gridmgmt_duty_list").trigger()
    dock = window.findChild(QWidget, "gridmgmt_duty_dock")
    yield from wait_until(lambda: dock.model.rowCount() > 0)
    table = dock.findChild(QTableView, "gridmgmt_duty_table")
    for row, department in ((3, 1), (4, 2), (5, 3)):
        index = dock.model.index(row, 0)
        table.setCurrentIndex(index)
        table.edit(index)
        box = table.findChild(QComboBox, "gridmgmt_duty_department")
        box.setCurrentIndex(min(department, box.count() - 1))
        chosen = box.currentText().split("  ")[0]
        QTest.keyClick(box, Qt.Key.Key_Return)
        yield from wait_until(lambda row=row, text=chosen: dock.model.data(dock.model.index(row, 0)) == text)
        yield
    note("duty", [dock.model.data(dock.model.index(3, 0)), dock.summary.text()])
    screenshot(f"duty-{name}")
    window.findChild(QAction, "gridmgmt_duty_list").trigger()
    yield


def _ownership(window, name):
    """The ownership desk: the first component gets a case."""
    window.findChild(QAction, "gridmgmt_ownership").trigger()
    dock = window.findChild(QWidget, "gridmgmt_ownership_dock")
    yield from wait_until(lambda: "?" not in dock.summary.text() and dock.table.rowCount() >= 0)
    yield
    note("disputes", dock.table.rowCount())
    if dock.table.rowCount():
        dock.table.selectRow(0)
        yield
        when_shown("gridmgmt_case_dialog", lambda d: _say(d, name))
        click(dock.opener)
        yield from wait_until(lambda: any(dock.table.item(r, 6).text() for r in range(dock.table.rowCount())))
        yield
    screenshot(f"ownership-{name}")
    window.findChild(QAction, "gridmgmt_ownership").trigger()
    yield


def _say(dialog, name):
    dialog.claims.setPlainText("甲单位\n乙单位")
    screenshot(f"ownership-case-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_case_accept"))


def _compare(window, name):
    """What passes from the day before the grids were made until today: every grid takes its ground from nobody."""
    window.findChild(QAction, "gridmgmt_compare_states").trigger()
    yield from wait_until(lambda: window.findChild(QDialog, "gridmgmt_job_comparestates") is not None)
    dialog = window.findChild(QDialog, "gridmgmt_job_comparestates")
    yield
    dialog.fields["BASE"].widget.setEditText("2020-01-01")
    dialog.fields["OTHER"].widget.setCurrentIndex(0)
    dialog.fields["SCHEME"].widget.setCurrentIndex(1)
    yield
    screenshot(f"compare-dialog-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
    yield from wait_until(dialog.shows_result)
    yield
    dialog.setGeometry(window.x() + 420, window.y() + 320, 900, 420)
    yield
    note("compared", dialog.result.toPlainText()[:2000])
    screenshot(f"compare-{name}")
    dialog.close()
    yield


def _click_on_the_map(iface, dock, name):
    layers = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    cell = next(f for f in layers["unit_grid"].getFeatures() if f["code"] == CELL)
    canvas, centre = iface.mapCanvas(), cell.geometry().centroid().asPoint()
    canvas.zoomScale(3000)
    canvas.setCenter(centre)
    canvas.refresh()
    yield
    place = canvas.getCoordinateTransform().transform(centre)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toQPointF().toPoint())
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    yield from wait_until(lambda: CELL in page.toPlainText())
    yield
    note("clicked", page.toPlainText())
    screenshot(f"ask-here-{name}")


def _another_time(dock, name):
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    dock.findChild(QWidget, "gridmgmt_ask_time").setDateTime(
        QDateTime.fromString("2026-01-15T23:00:00", Qt.DateFormat.ISODate)
    )
    yield from wait_until(lambda: "23:00" in page.toPlainText())
    note("at_night", page.toPlainText())
    classes = dock.findChild(QComboBox, "gridmgmt_ask_class")
    classes.setCurrentIndex(5)
    yield from wait_until(lambda: classes.currentText().split()[1] in page.toPlainText())
    note("class", classes.currentText().split()[1])
    note("one_class", page.toPlainText())
    screenshot(f"ask-night-{name}")


def _a_person(dock, tree, name):
    person = next(place for place in tree.model.summary.places if place.level == "person" and place.name)
    search = dock.findChild(QWidget, "gridmgmt_ask_search")
    search.setFocus()
    search.setText(person.name)  # QTest types no Chinese
    QTest.keyClick(search, Qt.Key.Key_Return)
    page = dock.findChild(QWidget, "gridmgmt_ask_page")
    yield from wait_until(lambda: person.name in page.toPlainText())
    yield
    note("person", [person.name, page.toPlainText()])
    screenshot(f"ask-person-{name}")


drive(steps)

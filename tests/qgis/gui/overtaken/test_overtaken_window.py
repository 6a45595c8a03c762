"""After a save that a colleague was quicker than: both versions in one window, chosen with the mouse."""

from __future__ import annotations

import json

import pytest
import shapely
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QRadioButton, QTableWidget

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.frame.qt import QAction
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle

A = "990101001001"
LEFT = Qt.MouseButton.LeftButton

pytestmark = pytest.mark.usefixtures("author")


def stored(bench):
    rows = Workspace.open(bench.path).read("unit_grid")
    return {row["code"]: row for row in rows.records()}


def colleague_changes(bench, code, **values):
    """Save values of a cell as another program does, with a line in the log."""
    other = Workspace.open(bench.path)
    rows = other.read("unit_grid", ["row_version", *values], {"code": code}, geometry=False)
    old = {name: rows[name][0] for name in values}
    with other.transaction("李工", "edit_rows") as transaction:
        transaction.update("unit_grid", rows.with_columns(**{name: [value] for name, value in values.items()}))
        transaction.insert("change_log", log_line(code, old, values))


def log_line(code, old, new):
    before, after = (json.dumps({"code": code, "attributes": side}, ensure_ascii=False) for side in (old, new))
    line = {"changed_at": "2026-11-30T09:30:00", "changed_by": "李工", "gesture": "qgis", "table_name": "unit_grid"}
    return Rows.from_records([{**line, "row_key": code, "before": before, "after": after}])


def edit(bench, code, **values):
    layer = bench.layer
    bench.hand.rest()
    fid = next(f.id() for f in layer.getFeatures() if f["code"] == code)
    if not layer.isEditable():
        layer.startEditing()
    layer.beginEditCommand("属性")
    for name, value in values.items():
        layer.changeAttributeValue(fid, layer.fields().lookupField(name), value)
    layer.endEditCommand()


def save(bench) -> bool:
    done = bench.layer.commitChanges(False)
    settle()
    return done


def press_in_bar(bench, name):
    item = bench.iface.messageBar().currentItem()
    button = item.findChild(QPushButton, name)
    (button.click if button is not None else item.findChild(QAction, name).trigger)()
    settle()


def window_of(bench):
    return bench.iface.mainWindow().findChild(object, "gridmgmt_overtaken_window")


def click(window, kind, name):
    button = window.findChild(kind, name)
    place = QPoint(8, button.height() // 2) if kind is QRadioButton else button.rect().center()
    QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.NoModifier, place)
    settle()


def crossed(bench):
    edit(bench, f"{A}001", name="东院", land_use="商业")
    colleague_changes(bench, f"{A}001", name="西院", note="他改")
    assert not save(bench)
    press_in_bar(bench, "gridmgmt_compare")
    return window_of(bench)


def test_both_versions_are_shown_with_who_saved_and_when(bench):
    window = crossed(bench)
    table = window.findChild(QTableWidget, "gridmgmt_side_table")
    assert "李工\n2026-11-30 09:30" in table.horizontalHeaderItem(2).text()
    theirs, mine = (window.findChild(QRadioButton, f"gridmgmt_{side}_name") for side in ("theirs", "mine"))
    assert (theirs.text(), mine.text()) == ("西院", "东院")
    assert not window.findChild(QPushButton, "gridmgmt_overtaken_apply").isEnabled()


def still_open(window):
    return window.findChild(QLabel, "gridmgmt_overtaken_open").text().rpartition("</style>")[2]


def test_it_is_said_what_is_still_to_be_chosen_and_a_click_leads_there(bench):
    for number in (1, 2):
        edit(bench, f"{A}00{number}", name="东院", land_use="商业")
        colleague_changes(bench, f"{A}00{number}", name="西院")
    assert not save(bench)
    press_in_bar(bench, "gridmgmt_compare")
    window = window_of(bench)
    rows = window.findChild(QTableWidget, "gridmgmt_overtaken_rows")
    assert window.findChild(QRadioButton, "gridmgmt_mine_land_use").isChecked()
    assert still_open(window).startswith("Still to be chosen: Name of <a")
    assert "1 more row" in still_open(window)
    rows.setCurrentCell(1, 0)
    window.findChild(QLabel, "gridmgmt_overtaken_open").linkActivated.emit("0")
    assert rows.currentRow() == 0
    click(window, QRadioButton, "gridmgmt_theirs_name")
    assert f"{A}002" in still_open(window)
    rows.setCurrentCell(1, 0)
    click(window, QRadioButton, "gridmgmt_mine_name")
    assert still_open(window) == "Everything is chosen."


def test_fields_are_mixed_and_saved(bench):
    window = crossed(bench)
    click(window, QRadioButton, "gridmgmt_theirs_name")
    click(window, QRadioButton, "gridmgmt_mine_land_use")
    click(window, QPushButton, "gridmgmt_overtaken_apply")
    assert window_of(bench) is None or not window_of(bench).isVisible()
    assert save(bench), bench.messages()
    row = stored(bench)[f"{A}001"]
    assert (row["name"], row["land_use"], row["note"]) == ("西院", "商业", "他改")


def test_everything_of_mine_is_kept_with_one_button(bench):
    window = crossed(bench)
    click(window, QPushButton, "gridmgmt_overtaken_mine")
    assert window.findChild(QRadioButton, "gridmgmt_mine_name").isChecked()
    click(window, QPushButton, "gridmgmt_overtaken_apply")
    assert save(bench), bench.messages()
    assert stored(bench)[f"{A}001"]["name"] == "东院"


def test_a_window_that_is_closed_leaves_the_edits_as_they_were(bench):
    window = crossed(bench)
    click(window, QPushButton, "gridmgmt_overtaken_theirs")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert next(f["name"] for f in bench.layer.getFeatures() if f["code"] == f"{A}001") == "东院"
    assert not save(bench)


def test_the_window_goes_with_the_edits(bench):
    window = crossed(bench)
    bench.layer.rollBack()
    settle()
    assert window_of(bench) is None or not window.isVisible()


def test_several_rows_are_chosen_at_once(bench):
    for number in (1, 2, 3):
        edit(bench, f"{A}00{number}", name="东院")
        colleague_changes(bench, f"{A}00{number}", name="西院")
    assert not save(bench)
    press_in_bar(bench, "gridmgmt_compare")
    window = window_of(bench)
    rows = window.findChild(QTableWidget, "gridmgmt_overtaken_rows")
    QTest.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(window, QPushButton, "gridmgmt_overtaken_theirs")
    assert {rows.item(at, 1).text() for at in range(3)} == {"theirs"}
    click(window, QPushButton, "gridmgmt_overtaken_apply")
    assert save(bench), bench.messages()
    assert [stored(bench)[f"{A}00{number}"]["name"] for number in (1, 2, 3)] == ["西院"] * 3


def test_a_row_that_was_merged_away_is_shown_with_what_has_its_ground(bench):
    edit(bench, f"{A}002", name="东院")
    other = Workspace.open(bench.path)
    rows = other.read("unit_grid", where={"code": [f"{A}001", f"{A}002"]})
    with other.transaction("李工", "merge") as transaction:
        transaction.delete("unit_grid", rows.take([1]).fids)
        union = shapely.union_all(rows.shapes)
        one = rows.take([0])
        transaction.update("unit_grid", Rows({"row_version": one["row_version"]}, as_column([union]), one.fids))
        after = {"code": f"{A}002", "geometry": shapely.to_wkb(rows.shapes[1], hex=True)}
        line = {"changed_at": "2026-11-30T09:30:00", "changed_by": "李工", "gesture": "merge"}
        told = {**line, "table_name": "unit_grid", "row_key": f"{A}002", "before": json.dumps(after), "after": None}
        transaction.insert("change_log", Rows.from_records([told]))
    assert not save(bench)
    press_in_bar(bench, "gridmgmt_compare")
    window = window_of(bench)
    about = window.findChild(QLabel, "gridmgmt_overtaken_about").text()
    assert f"{A}001" in about
    assert "given up" in about
    assert not window.findChild(QRadioButton, "gridmgmt_mine_*").isEnabled()
    click(window, QPushButton, "gridmgmt_overtaken_theirs")
    click(window, QPushButton, "gridmgmt_overtaken_apply")
    edit(bench, f"{A}003", name="北院")
    assert save(bench), bench.messages()
    assert f"{A}002" not in stored(bench)

"""查责: a click on the map, a code or a link tells who answers; the tool leaves no trace."""

from __future__ import annotations

import pytest
import shapely
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QDateTime, QPoint, Qt
from qgis.PyQt.QtTest import QTest

from gridmgmt_plugin.core.duty.place_answer import DutyPlace, Person, PlaceAnswer, Post
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.people.answer_html import answer_page
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for

SOUTH = "990101001001"
PART, CASE = "9901010101000077", "RX20260077"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")

    def rows(**columns):
        return Rows({name: as_column(values) for name, values in columns.items()})

    with Workspace.open(path).transaction("测试", "import_tables") as transaction:
        transaction.insert("contact", rows(person_id=["A"], mobile=["13900000001"]))
        transaction.insert("department", rows(code=["D1"], name=["水务局"], duty_phone=["65001111"]))
        lying, point = {"class_code": ["0101"], "unit_grid": [f"{SOUTH}001"]}, as_column([shapely.Point(60, 50)])
        transaction.insert("component", Rows(rows(code=[PART], **lying).columns, point))
        transaction.insert("cases", Rows(rows(id=[CASE], case_no=[CASE], **lying).columns, point))
        transaction.insert(
            "duty_rule", rows(id=["R1"], class_prefix=["0101"], department_code=["D1"], state=["明确"])
        )
    return path


@pytest.fixture
def dock(shell):
    shell.action("ask_here").trigger()
    return shell.controller("ask_here").dock


def _click(shell, x, y):
    canvas = shell.iface.mapCanvas()
    place = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    wait_for(tasks_done)


def _text(dock):
    return dock.page.toPlainText()


def test_one_click_tells_grid_person_with_phone_department_and_the_rule(shell, dock):
    _click(shell, 60, 50)
    for told in (
        f"{SOUTH}001",
        "南门社区",
        "城管巡查",
        "示例甲",
        "13900000001",
        "南北胡同",
        "示例乙",
        "水务局",
        "R1",
    ):
        assert told in _text(dock)
    assert shell.controller("ask_here")._mark._items


def test_another_class_and_time_ask_again(shell, dock):
    _click(shell, 60, 50)
    dock.classes.setCurrentIndex(dock.classes.findData("component|0102"))
    wait_for(lambda: "R1" not in _text(dock))
    assert "0102" in _text(dock)
    dock.time.setDateTime(QDateTime.fromString("2031-05-06T07:08:00", Qt.DateFormat.ISODate))
    wait_for(lambda: "2031-05-06 07:08" in _text(dock))
    dock.now.click()
    wait_for(lambda: "2031-05-06" not in _text(dock))


def test_a_code_is_found_and_answered(shell, dock):
    dock.search.setText(f"{SOUTH}005")
    QTest.keyClick(dock.search, Qt.Key.Key_Return)
    wait_for(lambda: f"{SOUTH}005" in _text(dock))
    selected = shown_layer(QgsProject.instance(), "unit_grid").selectedFeatures()
    assert [feature["code"] for feature in selected] == [f"{SOUTH}005"]


@pytest.mark.daily(1)
@pytest.mark.parametrize("number", ["L1", PART, CASE])
def test_a_lane_a_component_and_a_case_are_asked_by_their_number(shell, dock, number):
    dock.search.setText(number)
    QTest.keyClick(dock.search, Qt.Key.Key_Return)
    wait_for(lambda: f"{SOUTH}001" in _text(dock))
    assert "示例甲" in _text(dock)
    assert shell.controller("ask_here")._mark._items


def test_a_person_is_told_with_posts(shell, dock):
    dock.search.setText("示例甲")
    QTest.keyClick(dock.search, Qt.Key.Key_Return)
    wait_for(lambda: "13900000001" in _text(dock))
    assert "Street office: 湖阳街道" in _text(dock)  # areas of all levels stand in one table


def test_what_names_several_is_offered_to_choose_from(shell, dock):
    dock.search.setText("示例")
    QTest.keyClick(dock.search, Qt.Key.Key_Return)
    wait_for(lambda: "示例乙" in _text(dock))
    assert "示例甲" in _text(dock)


def test_what_is_not_there_is_told(shell, dock):
    dock.search.setText("没有这样的")
    QTest.keyClick(dock.search, Qt.Key.Key_Return)
    wait_for(lambda: _text(dock) and "示例" not in _text(dock) and "map" not in _text(dock))


def test_a_click_beside_the_district_is_answered_too(shell, dock):
    _click(shell, -40, 50)
    assert "none" in _text(dock) or "无" in _text(dock)


def test_laid_down_the_tool_leaves_no_mark(shell, dock):
    _click(shell, 60, 50)
    shell.action("ask_here").trigger()
    assert not shell.action("ask_here").isChecked()
    assert not shell.controller("ask_here")._mark._items
    assert shell.iface.mapCanvas().mapTool() is not shell.controller("ask_here")._tool


def test_closing_the_workspace_forgets_the_question(shell, dock):
    _click(shell, 60, 50)
    shell.session.close_workspace()
    assert SOUTH not in _text(dock)
    assert not shell.action("ask_here").isChecked()


def test_who_holds_a_post_in_turns_is_told_in_the_readers_language(qgis_app):
    holder = Person("A", "示例甲", "grid_leader", "A角", ())
    place = DutyPlace("responsibility_grid", "1", "示例网格", "", (holder,))
    page = answer_page(PlaceAnswer("2026-01-15T09:30:00", places=(place,)), {})
    assert "(First)" in page
    post = Post("responsibility_grid", "1", "示例网格", "", "grid_leader", "代班", on_duty=True)
    page = answer_page(PlaceAnswer("2026-01-15T09:30:00", person=holder, posts=(post,)), {})
    assert "(Stand-in)" in page

"""The staffing board as a planner uses it: look, filter, hand over, drag a person onto a grid."""

from __future__ import annotations

import pytest
from qgis.core import QgsRectangle
from qgis.PyQt.QtCore import QDate, QDateTime, QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QTime
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.gui.people.board_dock import HOURS, PERSONS, POSTS
from gridmgmt_plugin.gui.people.dragging import person_mime
from gridmgmt_plugin.processing.algorithms.people.staff import HandOverPosts
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.people.staff_state import post
from tests.qgis.workspace_window import build_workspace, tasks_done, wait_for, when_shown

FIRST, SECOND = "990101001001001", "990101001001002"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")
    with Workspace.open(path).transaction("", "test") as transaction:
        day = {"target": "responsibility_grid", "scheme": "cg", "role": "grid_worker"}
        hours = {"weekdays": "1-5", "start_time": "08:00", "end_time": "18:00"}
        posts = [{"id": "7", "target_code": SECOND, "person_id": "B", **day, **hours}]
        posts.append({"id": "8", "target_code": FIRST, "person_id": "B", "valid_to": "2020-01-01", **day})
        transaction.insert("post", Rows.from_records(posts))
    return path


@pytest.fixture
def iface(iface):
    remember("author", "王工")
    return iface


@pytest.fixture
def algorithms():
    return [HandOverPosts.KEY]


@pytest.fixture
def staff(shell):
    controller = shell.controller("staff")
    controller.trigger("staff", True)
    wait_for(lambda: tasks_done() and controller.dock.models[POSTS].rowCount() > 0)
    return controller


def cells(staff, at, column):
    view = staff.dock.views[at]
    return [view.model().index(row, column).data() for row in range(view.model().rowCount())]


def choose(staff, at, text):
    staff.dock.tabs.setCurrentIndex(at)
    view = staff.dock.views[at]
    row = next(row for row, cell in enumerate(cells(staff, at, 0)) if text in cell)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().setCurrentIndex(view.model().index(row, 0), flags)


def button(staff, name) -> QPushButton:
    return staff.dock.findChild(QPushButton, f"gridmgmt_staff_{name}")


def test_posts_vacancies_and_expired_posts_are_listed_and_filtered(staff):
    wrong = dict(zip(cells(staff, POSTS, 0), cells(staff, POSTS, 8)))
    vacant = [place for place, fault in wrong.items() if fault == "vacant"]
    assert len(vacant) == 4, "of six grids two have somebody, one of them a post that has expired"
    dock = staff.dock
    dock.fault.setCurrentIndex(dock.fault.findData("expired"))
    assert [cell.split()[-1] for cell in cells(staff, POSTS, 0)] == [FIRST]
    dock.fault.setCurrentIndex(dock.fault.findData("any"))
    assert len(cells(staff, POSTS, 0)) == 5


def test_a_person_in_several_schemes_is_told_with_what_he_carries(staff):
    load = dict(zip(cells(staff, PERSONS, 0), cells(staff, PERSONS, 5)))
    assert load["示例甲  A"] == "Administrative areas, 城管巡查"


def test_hours_without_anybody_name_who_answers(staff):
    hours = dict(zip(cells(staff, HOURS, 0), zip(cells(staff, HOURS, 2), cells(staff, HOURS, 3))))
    (when, who) = next(value for place, value in hours.items() if SECOND in place)
    assert when == "Mon–Thu 18:00–08:00; Fri 18:00–Mon 08:00"
    assert who == "nobody: no duty phone"


def test_on_an_earlier_day_the_board_is_as_it_was_then(staff):
    staff.dock.day.setDateTime(QDateTime(QDate(2019, 6, 1), QTime(0, 0)))
    wait_for(tasks_done)
    held = [(place.split()[-1], person) for place, person in zip(cells(staff, POSTS, 0), cells(staff, POSTS, 4))]
    assert (FIRST, "示例乙") in held


def test_hand_over_opens_the_job_with_the_person_filled_in(staff, shell):
    choose(staff, PERSONS, "示例甲")
    button(staff, "hand_over").click()
    wait_for(tasks_done)
    dialog = next(w for w in QApplication.topLevelWidgets() if "handoverposts" in w.objectName() and w.isVisible())
    assert dialog.fields["PERSON"].value() == "A"
    assert dialog.fields["SUCCESSOR"].value() is None
    dialog.reject()


@pytest.mark.proof
def test_the_post_of_a_row_ends_with_a_day_and_can_be_taken_back(staff, shell):
    choose(staff, POSTS, SECOND)
    asked = []

    def end(dialog):
        asked.append(dialog.findChild(QLabel, "gridmgmt_end_posts").text())
        dialog.findChild(QPushButton, "gridmgmt_end_accept").click()

    when_shown("gridmgmt_end_dialog", end)
    workspace = Workspace.open(shell.session.location)
    assert button(staff, "end").isEnabled()
    button(staff, "end").click()
    wait_for(lambda: tasks_done() and post(workspace, "7")["valid_to"])
    assert post(workspace, "7")["valid_to"] == clock.today().isoformat()
    (question,) = asked
    assert "Grid worker: 示例" in question, "it says whose post ends, and which"
    take_back_last(workspace, "王工")
    assert post(workspace, "7")["valid_to"] is None


def test_only_a_post_in_force_can_be_ended(staff):
    staff.dock.fault.setCurrentIndex(staff.dock.fault.findData("expired"))
    choose(staff, POSTS, FIRST)
    assert not button(staff, "end").isEnabled(), "it has expired"
    staff.dock.tabs.setCurrentIndex(PERSONS)
    assert not button(staff, "end").isEnabled()


def drop(widget, person: QMimeData, at: QPoint) -> bool:
    """Drag a person into a widget and let go there, as Qt tells it."""
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at, action, person, left, none)
    QApplication.sendEvent(widget, entered)
    event = QDropEvent(QPointF(at), action, person, left, none)
    QApplication.sendEvent(widget, event)
    return entered.isAccepted() and event.isAccepted()


def agree(dialog):
    dialog.role.setCurrentIndex(dialog.role.findData("grid_worker"))
    dialog.weekdays.setText("1-5")
    dialog.start.setText("08:00")
    dialog.end.setText("18:00")
    dialog.findChild(QPushButton, "gridmgmt_assign_accept").click()


def posts_at(shell, code):
    return Workspace.open(shell.session.location).read("post", where={"target_code": code}, geometry=False).records()


@pytest.mark.proof
def test_a_person_dropped_on_a_grid_of_the_map_gets_a_post_there(staff, shell, iface):
    canvas = iface.mapCanvas()
    canvas.setExtent(QgsRectangle(0, 0, 1200, 200))
    canvas.refreshAllLayers()
    shell.session.scheme = "cg"
    at = canvas.getCoordinateTransform().transform(950, 150).toQPointF().toPoint()
    when_shown("gridmgmt_assign_dialog", agree)
    assert drop(canvas.viewport(), person_mime("B", "示例乙"), at)
    wait_for(lambda: tasks_done() and bool(posts_at(shell, "990101001002003")))
    (post,) = posts_at(shell, "990101001002003")
    assert (post["person_id"], post["scheme"], post["role"]) == ("B", "cg", "grid_worker")
    assert (post["weekdays"], post["start_time"], post["end_time"]) == ("1-5", "08:00", "18:00")
    assert "示例乙 has a post at" in iface.messages()[0]
    wait_for(lambda: tasks_done() and any("990101001002003" in cell for cell in cells(staff, POSTS, 0)))


def test_beside_all_grids_nobody_is_assigned_and_it_is_said(staff, iface, shell):
    canvas = iface.mapCanvas()
    canvas.setExtent(QgsRectangle(0, 0, 1200, 200))
    shell.session.scheme = "cg"
    at = canvas.getCoordinateTransform().transform(600, 400).toQPointF().toPoint()
    drop(canvas.viewport(), person_mime("B", "示例乙"), at)
    assert "no responsibility grid" in iface.messages()[0]


@pytest.mark.proof
def test_a_person_dropped_on_a_grid_of_the_tree_gets_a_post_there(staff, shell):
    tree = shell.controller("tree").dock
    wait_for(lambda: tree.model.summary is not None)
    tree.tree.expandAll()
    index = tree.model.index_of_key(("responsibility_grid", SECOND))
    tree.tree.scrollTo(index)
    when_shown("gridmgmt_assign_dialog", agree)
    drop(tree.tree.viewport(), person_mime("A", "示例甲"), tree.tree.visualRect(index).center())
    wait_for(lambda: tasks_done() and len(posts_at(shell, SECOND)) == 2)


def test_the_same_post_twice_is_refused_with_a_reason(staff, shell, iface):
    choose(staff, POSTS, SECOND)

    def same(dialog):
        dialog.person.setCurrentIndex(dialog.person.findData("B"))
        agree(dialog)

    when_shown("gridmgmt_assign_dialog", same)
    button(staff, "assign").click()
    wait_for(lambda: tasks_done() and bool(iface.messages()))
    assert "holds the same post" in iface.messages()[0]
    assert len(posts_at(shell, SECOND)) == 1

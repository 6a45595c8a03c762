"""The keyboard alone reaches and works everything in docks and dialogs: Tab, Enter, Space, Esc, the menu key."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtGui import QContextMenuEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextBrowser,
    QWidget,
)

from gridmgmt_plugin.gui.frame import manual as door
from gridmgmt_plugin.project import manual as place
from tests.desktop.cut_off import is_of_ours
from tests.qgis.fake_window import settle
from tests.qgis.gui.our_windows import House
from tests.qgis.workspace_window import tasks_done, wait_for
from tools import manual

#: More presses than any dock has controls.
MANY = 120
#: More presses than a line of links has of them; who needs more is caught in it.
LINKS = 12
CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextBrowser),
    QLabel,
)


@pytest.fixture(scope="module")
def house(processing, tmp_path_factory):
    made = House(tmp_path_factory.mktemp("keys"), "zh_CN")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _at_work(house):
    """Let the window have the keyboard; a dialog of another test may have had it."""
    house.window.activateWindow()
    wait_for(lambda: QApplication.activeWindow() is house.window)


def _wanted(root):
    """Return the controls that somebody with a mouse could use now."""
    found = []
    for widget in root.findChildren(QWidget):
        is_link = isinstance(widget, QLabel) and "<a " in widget.text()
        if not isinstance(widget, CONTROLS) or (isinstance(widget, QLabel) and not is_link):
            continue
        if isinstance(widget, QHeaderView) or not widget.isVisible() or not widget.isEnabled():
            continue
        if widget.visibleRegion().isEmpty() or not is_of_ours(widget, root) or _is_inside(widget, root):
            continue
        found.append(widget)
    return found


def _is_inside(widget, root):
    """Tell whether a control is a part of another, which the keyboard works as a whole, or of a frame of Qt's."""
    if (
        widget.objectName().startswith(("qt_", "mClear"))
        or "QDockWidgetTitleButton" in widget.metaObject().className()
    ):
        return True
    around = widget.parentWidget()
    while around is not None and around is not root:
        if isinstance(around, CONTROLS):
            return True
        around = around.parentWidget()
    return False


def _walk(root, first):
    """Press Tab until the focus is where it began, or leaves; return all that had it, in order."""
    first.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    seen = []
    for _ in range(MANY):
        at = QApplication.focusWidget()
        if at is None or (at is first and len(set(seen)) > 1) or seen[-LINKS:] == [at] * LINKS:
            break
        seen.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
        settle()
    inside = [widget for widget in seen if root is widget or root.isAncestorOf(widget)]
    return list(dict.fromkeys(inside))


def _missed(root, first):
    reached = _walk(root, first)
    held = {*reached, *(part for widget in reached for part in _ancestors(widget, root))}
    # Tab stops at one of a group of buttons; the arrows lead to the others.
    groups = [widget.group() for widget in reached if isinstance(widget, QAbstractButton) and widget.group()]
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in _wanted(root)
        if widget not in held
        and widget.focusProxy() not in held
        and not (isinstance(widget, QAbstractButton) and widget.group() in groups)
    ]


def _ancestors(widget, root):
    while widget is not None and widget is not root:
        yield widget
        widget = widget.parentWidget()


def _each_dock(house, look):
    """Call ``look(dock)`` for every dock that the window has, also for those made later; return name → its answer.

    Which parts of the house are docks is seen by looking, so that a new one is proven without being named here.
    """

    def at_work(root):
        if not isinstance(root, QDockWidget):
            return None
        house.window.activateWindow()  # a dialog or a list may have had the keyboard last
        wait_for(lambda: QApplication.activeWindow() is house.window)
        return look(root)

    found = {}
    for name in house.names:
        if not name.startswith(("job ", "form ", "figures")):
            answer = house.visit(name, at_work)
            if answer is not None:
                found[name] = answer
    return found


def test_tab_reaches_everything_in_every_dock(house):
    def missed(dock):
        first = next(widget for widget in _wanted(dock) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return _missed(dock, first)

    wrong = _each_dock(house, missed)
    assert len(wrong) > 5
    assert {name: widgets for name, widgets in wrong.items() if widgets} == {}


@pytest.mark.proof
def test_esc_leads_from_every_control_of_every_dock_to_the_map(house):
    def stuck(dock):
        caught = []
        for widget in [each for each in _wanted(dock) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]:
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            _type(Qt.Key.Key_Escape)
            if QApplication.focusWidget() is not house.iface.mapCanvas():
                _type(Qt.Key.Key_Escape)  # the first has emptied a line
            if QApplication.focusWidget() is not house.iface.mapCanvas():
                caught.append(f"{type(widget).__name__} {widget.objectName()}")
        return caught

    wrong = _each_dock(house, stuck)
    assert len(wrong) > 5
    assert {name: widgets for name, widgets in wrong.items() if widgets} == {}


@pytest.mark.proof
def test_enter_on_the_help_button_of_every_dock_opens_its_page_of_the_manual(house, monkeypatch, tmp_path):
    manual.build(tmp_path)
    opened = []
    monkeypatch.setattr(place, "resource_path", lambda _: tmp_path)
    monkeypatch.setattr(door.QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())) or True)

    def press(dock):
        opened.clear()
        start = dock.findChildren(QAbstractButton, "gridmgmt_manual_button")
        buttons = [*dock.findChildren(QAbstractButton, "gridmgmt_help"), *start]
        next(button for button in buttons if button.isVisible()).setFocus(Qt.FocusReason.TabFocusReason)
        _type(Qt.Key.Key_Return)
        return list(opened)

    pages = _each_dock(house, press)
    assert {name for name, found in pages.items() if len(found) != 1 or not found[0].is_file()} == set()
    stems = {name: found[0].stem for name, found in pages.items() if "," not in name}  # others: the same dock again
    assert [name for name, stem in stems.items() if stem == "index"] == ["start page"]
    assert len(set(stems.values())) == len(stems)


@pytest.mark.proof
def test_tab_reaches_everything_in_every_dialog(house):
    def missed(dialog):
        dialog.window().activateWindow()
        wait_for(lambda: QApplication.activeWindow() is dialog.window())
        first = QApplication.focusWidget() or dialog.nextInFocusChain()
        return _missed(dialog, first)

    def of_dialogs(root):
        return [] if isinstance(root, QDockWidget) else missed(root)

    wrong = {name: house.visit(name, of_dialogs) for name in house.names if not name.startswith(("figures", "form"))}
    assert {name: widgets for name, widgets in wrong.items() if widgets} == {}


def _type(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)
    settle()


def _tab_to(widget):
    for _ in range(MANY):
        if QApplication.focusWidget() is widget:
            return
        _type(Qt.Key.Key_Tab)
    raise AssertionError(f"the keyboard does not reach {widget.objectName()}")


def test_enter_follows_a_link_of_the_state(house):
    followed = []

    def look(dock):
        dock.state.wanted.connect(followed.append)
        dock.search.line.setFocus()
        _tab_to(dock.state.findChild(QLabel, "gridmgmt_state_links"))
        _type(Qt.Key.Key_Tab)
        _type(Qt.Key.Key_Return)
        dock.state.wanted.disconnect(followed.append)

    house.visit("tree", look)
    wait_for(tasks_done)
    assert followed
    assert followed[0] in ("edits", "check", "release", "jobs")


def test_enter_shows_what_was_found_and_esc_goes_back_to_the_map(house):
    def look(dock):
        wanted = []
        dock.place_wanted.connect(wanted.append)
        dock.search.line.setFocus()
        _tab_to(dock.results)
        _type(Qt.Key.Key_Down)
        _type(Qt.Key.Key_Return)
        assert [place.level for place in wanted] == ["community"]
        _tab_to(dock.tree)
        _type(Qt.Key.Key_Up)
        _type(Qt.Key.Key_Return)
        assert len(wanted) == 2
        wait_for(tasks_done)
        dock.search.line.setFocus()
        _type(Qt.Key.Key_Escape)
        assert dock.search.line.text() == ""
        assert QApplication.focusWidget() is dock.search.line
        _type(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is house.iface.mapCanvas()

    house.visit("tree", look)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space], ids=["Enter", "Space"])
def test_enter_and_space_press_the_buttons_of_the_list_of_issues(house, key):
    def look(dock):
        before = dock.current()
        dock.view.setFocus()
        _tab_to(dock.findChild(QAbstractButton, "gridmgmt_issues_next"))
        _type(key)
        assert dock.current() != before

    house.visit("issues", look)


def test_the_menu_key_opens_the_menu_of_the_chosen_row(house):
    opened = []

    def look(dock):
        dock.tree.setFocus()
        index = dock.tree.currentIndex()
        # What the window does when the menu key is pressed: the place is that of the chosen row.
        place = dock.tree.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, dock.tree.mapToGlobal(QPoint(place)))
        QApplication.sendEvent(dock.tree, event)
        menu = dock.tree.findChild(QMenu, "gridmgmt_place_menu")
        opened.extend(action.text() for action in menu.actions())
        menu.close()
        assert dock.tree.currentIndex() == index
        assert event.type() == QEvent.Type.ContextMenu

    house.visit("tree", look)
    assert len(opened) >= 3


def test_tab_leads_from_the_map_into_the_figures_and_esc_back(house):
    pressed = []

    def look(panel):
        canvas = house.iface.mapCanvas()
        panel.show_buttons(
            [("gridmgmt_one", "换号", lambda: pressed.append(1)), ("gridmgmt_two", "撤销", lambda: None)]
        )
        settle()
        canvas.setFocus()
        _type(Qt.Key.Key_Tab)
        assert QApplication.focusWidget().objectName() == "gridmgmt_cut_off_m2"
        _tab_to(panel.findChild(QAbstractButton, "gridmgmt_one"))
        _type(Qt.Key.Key_Return)
        assert pressed == [1]
        assert QApplication.focusWidget() is canvas
        _tab_to(panel.findChild(QAbstractButton, "gridmgmt_two"))
        _type(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is canvas

    house.visit("figures of split", look)

"""Every form in a real window, tab by tab; then an officer is given to a lane by mouse, and the workspace goes."""

from __future__ import annotations

from inside import Moment, click, drive, note, picture, screenshot, wait_until, when_shown
from qgis.core import QgsProject, QgsVectorLayerUtils
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractScrollArea,
    QAction,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QToolButton,
    QTreeWidget,
    QWidget,
)

SAMPLE_DIALOG, AUTHOR_DIALOG = "gridmgmt_sample_dialog", "gridmgmt_author_dialog"
SCREEN = (1366, 768)
#: A list is read when it is seen, and then what is around it finds its place.
_SETTLING_S = 0.1
PERSONS = {"zh": "示例甲八", "en": "Sample Jia 8"}


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, *SCREEN)
    yield
    when_shown(SAMPLE_DIALOG, lambda dialog: click(dialog.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: "lane" in _layers())
    yield
    seen = {}
    for table, layer in sorted(_layers().items()):
        row = next(layer.getFeatures(), None) or QgsVectorLayerUtils.createFeature(layer)
        seen[table] = yield from _look(iface, layer, row, f"form-{table}", name)
    note("forms", seen)
    yield from _give_an_officer(iface, name)
    yield from _leave_with_a_form_open(iface, window)


def _layers():
    found = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    found.pop(None, None)
    return found


def _form():
    forms = [w for w in QApplication.topLevelWidgets() if w.metaObject().className() == "QgsAttributeDialog"]
    return next((form for form in forms if form.isVisible()), None)


def _opened(iface, layer, row):
    """Open a form; return it once it is painted."""
    iface.openFeatureForm(layer, row, False, False)
    QApplication.processEvents()
    return _form()


def _look(iface, layer, row, title, name):
    form = _opened(iface, layer, row)
    yield Moment(0)
    tabs = form.findChild(QTabWidget)
    scrolled, texts = [], []
    for at in range(tabs.count()):
        click(tabs.tabBar(), tabs.tabBar().tabRect(at).center())
        yield Moment(_SETTLING_S)
        picture(form, f"{title}-{at + 1}-{name}")
        scrolled += [[at, type(area).__name__, *over] for area, *over in _scrolling(form)]
        lines = [line.text() for line in form.findChildren(QLineEdit) if line.isVisible() and not _is_hidden(line)]
        texts += [*lines, *(label.text() for label in form.findChildren(QLabel) if label.isVisible())]
    size = (form.frameGeometry().width(), form.frameGeometry().height())
    form.close()
    yield from wait_until(lambda: _form() is None)
    return {"tabs": tabs.count(), "scrolled": scrolled, "size": size, "texts": texts}


def _scrolling(form):
    """Yield what shows a scroll bar, and by how many pixels it is too small across and down.

    A list of more rows than there is room for scrolls by itself, and never sideways.
    """
    for area in form.findChildren(QAbstractScrollArea):
        across, down = area.horizontalScrollBar(), area.verticalScrollBar()
        if area.isVisible() and (across.isVisible() or (down.isVisible() and not isinstance(area, QTreeWidget))):
            yield area, across.maximum(), down.maximum()


def _is_hidden(line):
    return "transparent" in line.styleSheet()


def _give_an_officer(iface, name):
    """From the form of a lane: its tab of people, "add", the role, the person, OK."""
    layers, clicks = _layers(), 0
    before = layers["post"].featureCount()
    lane = next(layers["lane"].getFeatures())
    form = _opened(iface, layers["lane"], lane)
    yield
    tabs = form.findChild(QTabWidget)
    click(tabs.tabBar(), tabs.tabBar().tabRect(1).center())
    clicks += 1
    yield
    add = next(button for button in form.findChildren(QToolButton, "gridmgmt_add_row") if button.isVisible())
    when_shown(AUTHOR_DIALOG, _sign)
    counted = []
    _as_soon_as(lambda: _open_menu(add), lambda menu: _choose_role(menu, counted, name))
    click(add)  # opens the menu, and goes on when it is closed
    clicks += 1 + len(counted)
    yield from wait_until(lambda: layers["post"].featureCount() == before + 1)
    yield
    picture(form, f"form-lane-officer-{name}")
    tree = next(tree for tree in form.findChildren(QTreeWidget, "gridmgmt_short_list") if tree.isVisible())
    note("officers", [[tree.topLevelItem(0).text(at) for at in range(2)]])
    note("officer_clicks", clicks)
    note("editing_ended", not layers["post"].isEditable())
    form.close()


def _choose_role(menu, counted, name):
    screenshot(f"form-lane-roles-{name}")
    action = menu.actions()[3]
    _as_soon_as(lambda: _new_post(name), lambda dialog: _fill(dialog, counted, name))
    counted.append("role")
    click(menu, menu.actionGeometry(action).center())


def _as_soon_as(found, deed):
    """Do ``deed(what)`` when ``found()`` gives something, however slow the machine, also while a menu is open."""
    what = found()
    if what is None:
        QTimer.singleShot(50, lambda: _as_soon_as(found, deed))
    else:
        deed(what)


def _open_menu(button):
    menu = button.menu()
    return menu if menu is not None and menu.isVisible() and len(menu.actions()) > 3 else None


def _new_post(name):
    """Return the dialog of a new post once its list of persons, which QGIS reads behind it, has the one to choose."""
    dialog = QApplication.activeModalWidget()
    person = dialog.findChild(QWidget, "person_id") if dialog is not None and dialog.isActiveWindow() else None
    lines = [] if person is None else [line for line in person.findChildren(QLineEdit) if line.isVisible()]
    boxes = [] if person is None else person.findChildren(QComboBox)
    return dialog if lines and any(box.findText(PERSONS[name]) >= 0 for box in boxes) else None


def _fill(dialog, counted, name):
    line = next(line for line in dialog.findChild(QWidget, "person_id").findChildren(QLineEdit) if line.isVisible())
    click(line)
    counted.append("person")
    line.setText(PERSONS[name])  # QTest types Latin letters alone
    QTest.keyClick(line, Qt.Key.Key_Tab)
    picture(dialog, f"form-post-new-{name}")
    counted.append("ok")
    click(dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok))


def _sign(dialog):
    dialog.findChild(QLineEdit, "gridmgmt_author_name").setText("测试")
    click(dialog.findChild(QPushButton, "gridmgmt_author_accept"))


def _leave_with_a_form_open(iface, window):
    """Close the workspace under a form before its lists are read, and open a new project: nothing may fall over."""
    layers = _layers()
    _opened(iface, layers["component"], next(layers["component"].getFeatures()))
    window.findChild(QAction, "gridmgmt_close_workspace").trigger()
    yield
    iface.newProject(False)
    yield
    note("form_left", _form() is not None)


drive(steps)

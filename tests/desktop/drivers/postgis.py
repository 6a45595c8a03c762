"""A planner opens the district that the office keeps in a database, logs in, looks round, checks it, comes back."""

from __future__ import annotations

import time
from pathlib import Path

from inside import click, drive, note, screenshot, spoken, wait_until
from qgis.core import QgsDataSourceUri, QgsFeature, QgsProject, QgsProviderRegistry, QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QTabWidget,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from gridmgmt_plugin.project.postponed import is_postponed, knows_all_rows
from gridmgmt_plugin.project.shown_workspace import shown_layer

_LEFT = Qt.MouseButton.LeftButton
FREE = spoken("市局测试库", "City test server")
LOCKED = spoken("区城管数据库", "District database")
AWAY = spoken("旧服务器", "Old server")


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    for connection, user, port in ((FREE, "postgres", arguments["port"]), (AWAY, "postgres", 1)):
        _store(connection, user, port, arguments["database"])
    _store(LOCKED, arguments["user"], arguments["port"], arguments["database"])
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield
    dock = window.findChild(QWidget, "gridmgmt_dock")
    click(dock.findChild(QToolButton, "gridmgmt_open_postgis_button"))
    yield
    dialog = _dialog()
    note("connections", [item.text() for item in _items(dialog)])

    _click_connection(dialog, AWAY)
    yield from wait_until(lambda: "127.0.0.1:1" in _status(dialog) and not _is_waiting(dialog))
    note("away", _status(dialog))
    screenshot(f"postgis-away-{name}")

    gaps = _Gaps()
    seen = {}
    QTimer.singleShot(100, lambda: _log_in(arguments["password"], seen, name))
    _click_connection(dialog, LOCKED)
    yield from wait_until(lambda: _row(dialog, arguments["schema"]) is not None)
    note("login", seen)
    note("listed", [_row(dialog, arguments["schema"]).text(column) for column in range(3)])
    note("longest_wait_ms", gaps.longest_ms())
    screenshot(f"postgis-dialog-{name}")

    view = dialog.findChild(QTreeWidget, "gridmgmt_postgis_workspaces")
    place = view.visualItemRect(_row(dialog, arguments["schema"])).center()
    click(view.viewport(), place, times=2)
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    note("dialog_closed", _dialog() is None)
    # Tables that nobody turns to are opened while he does nothing; lists of names stay in memory until somebody does.
    yield from wait_until(lambda: all(is_postponed(layer) <= knows_all_rows(layer) for layer in _layers().values()))
    for table in _layers():
        shown_layer(QgsProject.instance(), table)
    note("layers", {key: layer.featureCount() for key, layer in _layers().items()})
    note("providers", sorted({layer.providerType() for layer in _layers().values()}))
    note("sources", [layer.source() for layer in _layers().values()])
    note("message", [item.text() for item in iface.messageBar().items()])
    note("places", len(dock.model.summary.places))
    screenshot(f"postgis-open-{name}")

    yield from _form(iface, name)
    yield from _edit(iface)
    yield from _check(window, iface, name)
    yield from _come_back(window, iface, name)


def _store(name, user, port, database):
    source = QgsDataSourceUri()
    source.setConnection("127.0.0.1", str(port), database, user, "")
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    metadata.saveConnection(metadata.createConnection(source.uri(False), {"saveUsername": True}), name)


def _dialog():
    found = [
        w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_postgis_dialog" and w.isVisible()
    ]
    return found[0] if found else None


def _items(dialog):
    view = dialog.findChild(QListWidget, "gridmgmt_postgis_connections")
    return [view.item(row) for row in range(view.count())]


def _click_connection(dialog, text):
    view = dialog.findChild(QListWidget, "gridmgmt_postgis_connections")
    item = next(item for item in _items(dialog) if item.text() == text)
    click(view.viewport(), view.visualItemRect(item).center())


def _row(dialog, schema):
    view = dialog.findChild(QTreeWidget, "gridmgmt_postgis_workspaces")
    rows = [view.topLevelItem(row) for row in range(view.topLevelItemCount())]
    return next((row for row in rows if row.text(2) == schema), None)


def _status(dialog):
    return dialog.findChild(QWidget, "gridmgmt_postgis_status").text()


def _is_waiting(dialog):
    return dialog.findChild(QPushButton, "gridmgmt_postgis_stop").isVisible()


def _log_in(password, seen, name):
    """Type the password into QGIS's own dialog as soon as it asks."""
    asking = QApplication.activeModalWidget()
    lines = asking.findChildren(QLineEdit, "lePassword") if isinstance(asking, QDialog) else []
    if not lines:
        QTimer.singleShot(100, lambda: _log_in(password, seen, name))
        return
    seen["title"] = asking.windowTitle()
    seen["times"] = seen.get("times", 0) + 1
    QTest.keyClicks(lines[0], password)
    screenshot(f"postgis-login-{name}")
    click(next(button for button in asking.findChildren(QPushButton) if button.isDefault()))


def _layers():
    found = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    found.pop(None, None)
    return found


def _form(iface, name):
    """Give a unit grid to an office that is entered and not saved: its form offers it with the others."""
    units, offices = _layers()["unit_grid"], _layers()["department"]
    offices.startEditing()
    row = QgsFeature(offices.fields())
    row["code"], row["name"], row["row_version"] = "BM-NEW", spoken("新设科室", "New office"), 1
    offices.addFeature(row)
    units.startEditing()
    yield
    iface.openFeatureForm(units, next(units.getFeatures()), False, False)
    QApplication.processEvents()
    (form,) = [w for w in QApplication.topLevelWidgets() if w.inherits("QgsAttributeDialog") and w.isVisible()]
    lists = [box for box in form.findChildren(QComboBox) if box.findText(row["name"]) >= 0]
    note("offices_offered", [list(map(box.itemText, range(box.count()))) for box in lists])
    yield
    tabs = form.findChild(QTabWidget)
    for at in range(tabs.count()):
        if not any(box.isVisible() for box in lists):
            click(tabs.tabBar(), tabs.tabBar().tabRect(at).center())
            yield
    box = next(box for box in lists if box.isVisible())
    click(box)
    yield
    screenshot(f"postgis-form-{name}")
    box.view().setCurrentIndex(box.model().index(box.findText(row["name"]), 0))
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    yield
    note("office_chosen", box.currentText() == row["name"])
    screenshot(f"postgis-form-chosen-{name}")
    form.close()
    yield from wait_until(lambda: not _visible(form))
    units.rollBack()
    offices.rollBack()
    yield


def _edit(iface):
    """Change a name with QGIS's own means and save with its own action."""
    layer = _layers()["lane"]
    iface.setActiveLayer(layer)
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("alias"), "改名巷")
    iface.actionSaveActiveLayerEdits().trigger()
    yield
    layer.rollBack()
    note("edited", next(layer.getFeatures(f"\"code\" = '{feature['code']}'"))["alias"])


def _check(window, iface, name):
    window.findChild(QAction, "gridmgmt_validate").trigger()
    yield from wait_until(_job_dialog)
    yield
    dialog = _job_dialog()
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    note("dialog_texts", texts)
    dialog.findChild(QPushButton, "gridmgmt_job_run").click()
    yield from wait_until(lambda: not _visible(dialog))
    yield
    note("checked", [item.text() for item in iface.messageBar().items()])
    screenshot(f"postgis-checked-{name}")


def _job_dialog():
    tops = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return next((w for w in tops if w.objectName().startswith("gridmgmt_job_")), None)


def _visible(dialog):
    try:
        return dialog.isVisible()
    except RuntimeError:  # Qt has deleted it
        return False


def _come_back(window, iface, name):
    """Close the workspace and open it again from the menu of recent ones; the login still holds."""
    window.findChild(QAction, "gridmgmt_close_workspace").trigger()
    yield
    note("closed", sorted(_layers()))
    whole, menu = window.findChild(QMenu, "gridmgmt_menu"), window.findChild(QMenu, "gridmgmt_recent_menu")
    whole.popup(window.mapToGlobal(window.menuBar().actionGeometry(whole.menuAction()).bottomLeft()))
    yield
    QTest.mouseClick(whole, _LEFT, pos=whole.actionGeometry(menu.menuAction()).center())
    yield from wait_until(menu.isVisible)
    yield
    note("recent", [action.text() for action in menu.actions()])
    screenshot(f"postgis-recent-{name}")
    QTest.mouseClick(menu, _LEFT, pos=menu.actionGeometry(menu.actions()[0]).center())
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None and _layers())
    yield
    note("back", len(dock.model.summary.places))


class _Gaps:
    """Watches how long the window does not answer, without the time for which other programs had its core."""

    def __init__(self):
        self._last, self._longest = self._now(), 0.0
        self._clock = QTimer()
        self._clock.timeout.connect(self._tick)
        self._clock.start(5)

    @staticmethod
    def _now():
        _, waited_for_a_core_ns, _ = Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()
        return time.perf_counter() - int(waited_for_a_core_ns) / 1e9

    def _tick(self):
        now = self._now()
        self._longest, self._last = max(self._longest, now - self._last), now

    def longest_ms(self):
        self._clock.stop()
        return 1000 * self._longest


drive(steps)

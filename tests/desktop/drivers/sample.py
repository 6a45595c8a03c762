"""A planner's first minutes: open the sample, walk through the tree, search, look at every action, run two jobs."""

from __future__ import annotations

from inside import Moment, click, click_action, drive, note, picture, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QPushButton,
    QToolBar,
    QTreeView,
    QWidget,
)

from gridmgmt_plugin.gui.frame.actions import ACTIONS

SAMPLE_DIALOG, AUTHOR_DIALOG = "gridmgmt_sample_dialog", "gridmgmt_author_dialog"


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    iface.mapCanvas().setCachingEnabled(True)
    yield
    note("enabled_before", _enabled(window))
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield
    screenshot(f"start-{name}")

    when_shown(SAMPLE_DIALOG, lambda dialog: _accept_sample(dialog, name))
    click_action(toolbar, window.findChild(QAction, "gridmgmt_open_sample"))
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None)
    yield
    note("enabled_after", _enabled(window))
    note("layers", {key: layer.featureCount() for key, layer in _layers().items()})
    note("titles", [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups(True)])
    note("message", [item.text() for item in _messages(iface)])
    screenshot(f"sample-{name}")

    yield from _tree(iface, dock, name)
    yield from _search(iface, dock, name)
    if arguments.get("jobs"):
        yield from _every_action(window, toolbar, name)
        yield from _run(window, iface, "hotspots", name)
        yield from _run(window, iface, "validate", name)
        yield from _issues(window, iface, name)
    yield from _menu(window, name)
    note("bar", [item.text() for item in iface.messageBar().items()])
    note("dock_width", dock.width())
    note("dock_wanted", dock.wanted_width())
    note("tree_names", [layer.name() for layer in QgsProject.instance().layerTreeRoot().layerOrder()][:12])


def _accept_sample(dialog, name):
    screenshot(f"sample-dialog-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_sample_accept"))


def _enabled(window):
    actions = window.findChild(QMenu, "gridmgmt_menu").findChildren(QAction)
    return {a.objectName()[9:]: a.isEnabled() for a in actions if a.objectName().startswith("gridmgmt_")}


def _layers():
    found = {layer.customProperty("gridmgmt/table"): layer for layer in QgsProject.instance().mapLayers().values()}
    found.pop(None, None)
    return found


def _messages(iface):
    item = iface.messageBar().currentItem()
    return [] if item is None else [item]


def _tree(iface, dock, name):
    tree = dock.findChild(QTreeView, "gridmgmt_tree_view")
    place = next(p for p in dock.model.summary.places if p.level == "community")
    index = dock.model.index_of_key((place.level, place.code))
    before = iface.mapCanvas().extent()
    tree.expand(index)
    tree.scrollTo(index)
    click(tree.viewport(), tree.visualRect(index).center())
    yield Moment(0.25)
    screenshot(f"flash-{name}")
    yield
    chosen = _layers()["area"].selectedFeatures()
    note("clicked", place.code)
    note("selected", [feature["code"] for feature in chosen])
    note("zoomed_in", iface.mapCanvas().extent().width() < before.width())
    note("in_view", all(iface.mapCanvas().extent().contains(f.geometry().boundingBox()) for f in chosen))
    screenshot(f"community-{name}")

    index = dock.model.index(0, 0, dock.model.index(0, 0, index))
    tree.expand(index.parent())
    tree.scrollTo(index)
    click(tree.viewport(), tree.visualRect(index).center(), times=2)
    yield
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    note("form", [w.windowTitle() for w in dialogs])
    screenshot(f"form-{name}")
    for dialog in dialogs:
        dialog.close()
    tree.customContextMenuRequested.emit(tree.visualRect(index).center())
    yield
    screenshot(f"context-{name}")
    tree.findChild(QMenu, "gridmgmt_place_menu").close()


def _search(iface, dock, name):
    line = dock.findChild(QWidget, "gridmgmt_search")
    place = "Chenghu" if name.startswith("en") else "澄湖"
    for key, text in (("name", place), ("990101002005", "990101002005")):
        line.clear()
        if text.isascii():
            QTest.keyClicks(line, text)
        else:
            line.insert(text)  # what an input method does; there is no key for it
        yield
        QTest.keyClick(line, Qt.Key.Key_Return)
        yield
        tree = dock.findChild(QTreeView, "gridmgmt_tree_view")
        place = dock.model.place(tree.currentIndex())
        note(f"found:{key}", [place.code, place.name, dock.findChild(QObject, "gridmgmt_search_count").text()])
    screenshot(f"search-{name}")


def _every_action(window, toolbar, name):
    """Trigger every action that opens a dialog of an algorithm, and see what comes."""
    note("author", spoken("示例员", "Sample"))
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    seen, jobs = {}, {spec.key for spec in ACTIONS if spec.algorithm is not None}
    for action in window.findChild(QMenu, "gridmgmt_menu").findChildren(QAction):
        key = action.objectName()[9:]
        if key not in jobs:
            continue
        click_action(toolbar, action)
        yield from wait_until(_job_dialog)
        yield
        dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        seen[key] = {"titles": [d.windowTitle() for d in dialogs]}
        if dialogs:
            seen[key] |= {"parameters": _values(dialogs[-1]), "workspace": _workspace(dialogs[-1])}
            picture(dialogs[-1], f"dialog-{key}-{name}")
        for dialog in dialogs:
            dialog.close()
        yield
    note("dialogs", seen)


def _job_dialog():
    tops = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return next((w for w in tops if w.objectName().startswith("gridmgmt_job_")), None)


def _values(dialog):
    """What each field of a job's dialog holds, also where another one is still to be chosen."""
    if not hasattr(dialog, "fields"):
        return {}
    return {name: str(field.value()) for name, field in dialog.fields.items()}


def _workspace(dialog):
    """Which workspace a job's dialog names, "" for another dialog."""
    label = dialog.findChild(QLabel, "gridmgmt_job_workspace")
    return "" if label is None else label.text()


def _run(window, iface, key, name):
    action = window.findChild(QAction, f"gridmgmt_{key}")
    action.trigger()
    yield from wait_until(_job_dialog)
    dialog = _job_dialog()
    yield
    click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
    yield from wait_until(lambda: not _visible(dialog) or dialog.shows_result())
    if _visible(dialog):
        dialog.close()
    yield
    note(f"ran:{key}", [item.text() for item in _messages(iface)])
    screenshot(f"{key}-{name}")
    button = iface.messageBar().findChild(QPushButton, "gridmgmt_message_button")
    note(f"details:{key}", button is not None)
    if button is not None:
        click(button)
        yield
        report = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_report_dialog")
        note(f"report:{key}", report.findChild(QObject, "gridmgmt_report_text").toPlainText())
        screenshot(f"{key}-report-{name}")
        report.close()


def _visible(dialog):
    try:
        return dialog.isVisible()
    except RuntimeError:  # Qt has deleted it
        return False


def _issues(window, iface, name):
    dock = window.findChild(QWidget, "gridmgmt_issues_dock")
    note("issues_dock", dock is not None)
    if dock is None:
        return
    view = dock.findChild(QWidget, "gridmgmt_issues_view")
    note("issues", view.model().rowCount())
    if view.model().rowCount():
        before = iface.mapCanvas().extent().center()
        click(view.viewport(), view.visualRect(view.model().index(0, 3)).center())
        yield
        note("issue_moves_map", iface.mapCanvas().extent().center() != before)
        screenshot(f"issues-{name}")
    dock.close()


def _menu(window, name):
    menu = window.findChild(QMenu, "gridmgmt_menu")
    menu.popup(window.mapToGlobal(window.menuBar().actionGeometry(menu.menuAction()).bottomLeft()))
    yield
    screenshot(f"menu-{name}")
    menu.close()


drive(steps)

"""Look at menu, toolbar and dialog; then unload and load the plugin as often as asked and count what stays."""

from __future__ import annotations

import re
import sys

from inside import drive, note, screenshot
from qgis import utils
from qgis.core import QgsApplication
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QCoreApplication, QObject, QTimer
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QDockWidget, QMenu, QToolBar

NAME = "gridmgmt_plugin"


def _census(window):
    ours = [child.objectName() for child in window.findChildren(QObject) if child.objectName().startswith("gridmgmt")]
    return {
        "ours": sorted(ours),
        "menus": len(window.menuBar().actions()),
        "toolbars": len(window.findChildren(QToolBar)),
        "docks": len(window.findChildren(QDockWidget)),
        "actions": len(window.findChildren(QAction)),
        "shortcuts": len(QgsGui.shortcutsManager().listActions()),
        "providers": sorted(provider.id() for provider in QgsApplication.processingRegistry().providers()),
        "modules": sorted(name for name in sys.modules if name.startswith(NAME)),
        "text": QCoreApplication.translate("gridmgmt", "Grid Management"),
    }


def _plain(text):
    """Return a menu text without the letter that is underlined in it."""
    return re.sub(r"\(&.\)", "", text).replace("&", "")


def _shortcuts(window):
    """Return each shortcut of ours with the texts of all actions that have it."""
    actions = window.findChildren(QAction)
    ours = {a.shortcut().toString() for a in actions if a.objectName().startswith("gridmgmt_")} - {""}
    return {keys: [a.objectName() for a in actions if a.shortcut().toString() == keys] for keys in ours}


def _look_at_options(name):
    page = next(
        (page for top in QApplication.topLevelWidgets() for page in top.findChildren(QObject, "gridmgmt_options")),
        None,
    )
    note("options", page is not None and page.isVisible())
    screenshot(f"options-{name}")
    if page is not None:
        page.window().reject()


def steps(iface, arguments):
    window = iface.mainWindow()
    yield 1
    note("loaded", NAME in utils.plugins)
    note("menu", window.findChild(QMenu, "gridmgmt_menu").title())
    note("menu_titles", [action.text().replace("&", "") for action in window.menuBar().actions()])
    menu = window.findChild(QMenu, "gridmgmt_menu")
    note("entries", [_plain(action.text()) for action in menu.findChildren(QAction) if action.text()])
    note("shortcuts", _shortcuts(window))
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    note("toolbar", {"title": toolbar.windowTitle(), "visible": toolbar.isVisible()})
    note("provider", QgsApplication.processingRegistry().providerById("gridmgmt").name())
    window.findChild(QAction, "gridmgmt_about").trigger()
    yield 0.5
    dialog = window.findChild(QDialog, "gridmgmt_about_dialog")
    note("about", dialog.findChild(QObject, "gridmgmt_about_text").toPlainText())
    window.findChild(QMenu, "gridmgmt_menu").popup(window.mapToGlobal(window.menuBar().geometry().bottomLeft()))
    yield 0.5
    screenshot(f"shell-{arguments['name']}")
    window.findChild(QMenu, "gridmgmt_menu").close()

    QTimer.singleShot(1500, lambda: _look_at_options(arguments["name"]))
    iface.showOptionsDialog(window, "gridmgmt_options")  # returns when the dialog is closed
    yield 0.2

    utils.unloadPlugin(NAME)
    yield 0.2
    before = _census(window)
    for _ in range(arguments["rounds"]):
        utils.loadPlugin(NAME)
        utils.startPlugin(NAME)
        window.findChild(QAction, "gridmgmt_about").trigger()
        window.findChild(QAction, "gridmgmt_tree").trigger()
        yield 0.02
        utils.unloadPlugin(NAME)
        yield 0.02
    yield 0.2
    note("before", before)
    note("after", _census(window))
    note("rounds", arguments["rounds"])


drive(steps)

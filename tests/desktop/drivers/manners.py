"""Look at docks, dialogs, a form, the figures over the map and the menu in another theme or at another scale."""

from __future__ import annotations

from cut_off import cut_off
from inside import click, click_action, drive, figures_shown, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QMenu, QPushButton, QToolBar, QWidget

DIALOGS = ("create_workspace", "generate_unit_grids", "import_cases", "hotspots", "export_package", "about")


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    click_action(toolbar, window.findChild(QAction, "gridmgmt_open_sample"))
    yield from wait_until(lambda: _layer("responsibility_grid") is not None)
    yield
    lacking = {}
    tree = window.findChild(QWidget, "gridmgmt_dock")
    click_action(toolbar, window.findChild(QAction, "gridmgmt_issues"))
    issues = window.findChild(QWidget, "gridmgmt_issues_dock")
    yield
    click(issues.findChild(QPushButton, "gridmgmt_issues_check"))
    yield from wait_until(lambda: len(issues.model.table) > 0)
    yield
    tree.search.line.setText("1001")
    yield from wait_until(tree.results.isVisible)
    yield
    tree.search.step(1)
    yield from wait_until(tree.card.isVisible)
    yield
    note("window", [window.width(), window.height()])
    note("ratio", window.devicePixelRatioF())
    lacking["tree"], lacking["issues"] = list(cut_off(tree)), list(cut_off(issues))
    screenshot(f"manners-docks-{name}")
    for key in DIALOGS:
        window.findChild(QAction, f"gridmgmt_{key}").trigger()
        yield from wait_until(lambda: _dialog() is not None)
        yield
        lacking[key] = list(cut_off(_dialog()))
        screenshot(f"manners-{key}-{name}")
        _dialog().close()
        yield
    layer = _layer("responsibility_grid")
    iface.openFeatureForm(layer, next(layer.getFeatures()), False, False)
    yield
    lacking["form"] = list(cut_off(_dialog()))
    screenshot(f"manners-form-{name}")
    _dialog().close()
    yield
    window.findChild(QAction, "gridmgmt_draw").trigger()
    yield
    lacking["figures"] = list(cut_off(figures_shown()))
    screenshot(f"manners-figures-{name}")
    _layer("unit_grid").rollBack()
    menu = window.findChild(QMenu, "gridmgmt_menu")
    menu.popup(window.mapToGlobal(window.menuBar().actionGeometry(menu.menuAction()).bottomLeft()))
    yield
    menu.setActiveAction(window.findChild(QMenu, "gridmgmt_import_menu").menuAction())
    yield
    screenshot(f"manners-menu-{name}")
    menu.close()
    note("lacking", lacking)


def _layer(table):
    layers = QgsProject.instance().mapLayers().values()
    return next((layer for layer in layers if layer.customProperty("gridmgmt/table") == table), None)


def _dialog():
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    return shown[0] if shown else None


drive(steps)

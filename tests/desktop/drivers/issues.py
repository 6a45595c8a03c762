"""A planner clears up a list of issues by mouse: check, filter, walk, fix, exempt, export."""

from __future__ import annotations

from pathlib import Path

from inside import Moment, click, click_action, drive, note, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import (
    QAction,
    QComboBox,
    QFileDialog,
    QPlainTextEdit,
    QPushButton,
    QToolBar,
    QToolButton,
    QWidget,
)


def steps(iface, arguments):
    window = iface.mainWindow()
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    click_action(toolbar, window.findChild(QAction, "gridmgmt_open_sample"))
    yield from wait_until(_unit_grids)
    yield
    note("narrowed", _make_faults(Path(_unit_grids().source().split("|")[0])))
    click_action(toolbar, window.findChild(QAction, "gridmgmt_issues"))
    yield
    dock = window.findChild(QWidget, "gridmgmt_issues_dock")
    note("empty", dock.findChild(QWidget, "gridmgmt_issues_empty").text())
    screenshot("issues-empty")

    yield from _checked(iface, dock)
    note("found", _rules(dock))
    click(dock.findChild(QToolButton, "gridmgmt_issues_warning"))
    click(dock.findChild(QToolButton, "gridmgmt_issues_info"))
    yield
    note("errors_only", sorted({dock.model.table.text("severity")[at] for at in dock.model.shown()}))
    screenshot("issues-list")

    _choose_rule(dock, "unit_gap")
    yield
    click(_button(dock, "next"))
    yield
    note("walked_to", _rule_at(dock))
    note("width_m", iface.mapCanvas().extent().width())
    screenshot("issues-next")

    seen = {}
    when_shown("gridmgmt_fix_dialog", lambda dialog: _agree(dialog, seen))
    click(_button(dock, "fix"))
    yield from wait_until(lambda: "unit_gap" not in _rules(dock))
    yield
    note("fix_dialog", seen)
    note("fixed_area_m2", _area_m2())
    note("fixed_message", [item.text() for item in iface.messageBar().items()])
    screenshot("issues-fixed")

    yield from _exempt(iface, dock)
    yield from _export(dock, arguments)


def _make_faults(path):
    """Draw one cell 20 cm narrower and lift one corner of another off; return the m² that are bare then."""
    # The plugin must be the first to load shapely.
    import numpy as np
    import shapely

    from gridmgmt_plugin.core.rows import Rows, as_column
    from gridmgmt_plugin.workspace.workspace import Workspace

    workspace = Workspace.open(path)
    units = workspace.read("unit_grid", ["code", "area_m2"])
    inner = shapely.buffer(units.geometry, -0.1, join_style="mitre")
    whole = shapely.union_all(units.geometry)
    away = shapely.distance(units.geometry, shapely.boundary(whole)) > 100
    one = int(np.flatnonzero(away & (shapely.get_type_id(inner) == 3))[0])
    shape = shapely.set_precision(inner[one], 0.001)
    changed = Rows({"area_m2": as_column([float(shape.area)])}, as_column([shape]), units.fid[[one]])
    with workspace.transaction("示例员", "test") as transaction:
        transaction.update("unit_grid", changed)
    return float(units.geometry[one].area - shape.area)


def _checked(iface, dock):
    click(_button(dock, "check"))
    yield Moment(0.2)
    screenshot("issues-checking")
    yield from wait_until(lambda: len(dock.model.table) > 0)
    yield


def _exempt(iface, dock):
    _choose_rule(dock, "")
    for name in ("warning", "info"):
        button = dock.findChild(QToolButton, f"gridmgmt_issues_{name}")
        if not button.isChecked():
            click(button)
    yield
    dock.view.clearSelection()
    index = dock.model.index(0, 4)
    click(dock.view.viewport(), dock.view.visualRect(index).center())
    yield
    note("exempted_rule", _rule_at(dock))

    def fill(dialog):
        dialog.findChild(QPlainTextEdit, "gridmgmt_exempt_reason").setPlainText("现场核实，按批复保留")
        screenshot("issues-exempt")
        click(dialog.findChild(QPushButton, "gridmgmt_exempt_accept"))

    when_shown("gridmgmt_exempt_dialog", fill)
    click(_button(dock, "exempt"))
    yield from wait_until(lambda: bool(dock.model.table.exempted.any()))
    yield
    box = dock.findChild(QComboBox, "gridmgmt_issues_exempted")
    box.setCurrentIndex(box.findData("only"))
    yield
    note("exempted", dock.model.rowCount())
    screenshot("issues-exempted")
    box.setCurrentIndex(box.findData("with"))
    yield


def _export(dock, arguments):
    target = Path(arguments["list"])

    # The dialog for a file name is the system's own and cannot be driven; what it would answer is given instead.
    QFileDialog.getSaveFileName = staticmethod(lambda *_: (str(target), "(*.csv)"))
    note("shown", dock.model.rowCount())
    click(_button(dock, "export"))
    yield from wait_until(target.exists)
    yield


def _agree(dialog, seen):
    cells = dialog.findChild(QWidget, "gridmgmt_fix_cells")
    seen["gained_m2"] = [float(cells.item(row, 1).text().replace(",", "")) for row in range(cells.rowCount())]
    screenshot("issues-fix")
    click(dialog.findChild(QPushButton, "gridmgmt_fix_accept"))


def _unit_grids():
    layers = QgsProject.instance().mapLayers().values()
    return next((layer for layer in layers if layer.customProperty("gridmgmt/table") == "unit_grid"), None)


def _area_m2():
    return sum(feature.geometry().area() for feature in _unit_grids().getFeatures())


def _button(dock, name):
    return dock.findChild(QPushButton, f"gridmgmt_issues_{name}")


def _rules(dock):
    return sorted(set(dock.model.table.text("rule")))


def _rule_at(dock):
    return dock.model.table.text("rule")[dock.current()]


def _choose_rule(dock, rule):
    box = dock.findChild(QComboBox, "gridmgmt_issues_rule")
    box.setCurrentIndex(box.findData(rule))
    box.activated.emit(box.currentIndex())


drive(steps)

"""Every tool in hand while its layers go: workspace closed, new project, lanes removed; then QGIS's own editing."""

from __future__ import annotations

import sys
import traceback
from operator import attrgetter
from pathlib import Path

from inside import click, drive, figures_shown, note, wait_until, when_shown
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QLabel, QPushButton

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
# A click of these writes, or asks in a dialog.
ONLY_MOVED = (
    "absorb",
    "enclose",
    "paint",
    "ownership",
    "lane_officers",
    "lane_split",
    "lane_reverse",
    "lane_abolish",
)
# Tools that a button of their dock takes up: which.
PICKERS = {"ownership": attrgetter("picker"), "lane_officers": attrgetter("assigning.brush")}


def steps(iface, arguments):
    window = iface.mainWindow()
    QgsSettings().setValue("gridmgmt/author", "示例员")
    wrong = []
    # QGIS would show it in a dialog that nobody closes here.
    sys.excepthook = lambda kind, error, trace: wrong.append("".join(traceback.format_exception(kind, error, trace)))
    window.findChild(QAction, "gridmgmt_tree").trigger()
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    yield from wait_until(lambda: _layer("unit_grid") is not None)
    path = Path(_layer("unit_grid").source().split("|")[0])
    engine = iface.mapCanvas().snappingUtils()
    rounds = []
    for tool in arguments["tools"]:
        for way in _ways(tool):
            yield from _opened(iface, path)
            yield from _begin(iface, tool)
            active = _ours_in_hand(iface)
            way(iface)
            yield 0.1
            yield from _wander(iface)
            own = iface.mapCanvas().snappingUtils() is engine
            rounds.append(
                {
                    "tool": tool,
                    "way": way.__name__,
                    "had": active,
                    "engine_back": own,
                    "panel": figures_shown() is not None,
                    "ours_in_hand": _ours_in_hand(iface),
                }
            )
            note("rounds", rounds)
        yield from _edit_natively(iface)
    note("traces", wrong)
    note("bar", [label.text() for label in iface.messageBar().findChildren(QLabel)])


def _ours_in_hand(iface):
    return type(iface.mapCanvas().mapTool()).__module__.startswith("gridmgmt")


def _ways(tool):
    """Return how the layers go under a tool."""
    return (_close, _new_project, *((_remove_lanes, _close_beside_forms) if tool == "split" else ()))


def _layer(table):
    for layer in QgsProject.instance().mapLayers().values():
        if layer.customProperty("gridmgmt/table") == table:
            return layer
    return None


def _opened(iface, path):
    """Open the workspace from the recent ones, in place of what there is."""
    shell = _shell()
    if _layer("unit_grid") is not None:
        if _layer("unit_grid").isEditable():
            _layer("unit_grid").rollBack()
        if _layer("lane") is None:
            shell.session.close_workspace()
    if _layer("unit_grid") is None:
        shell.attempt(lambda: shell.session.open(path))
    yield from wait_until(lambda: _layer("unit_grid") is not None)
    cell = next(_layer("unit_grid").getFeatures())
    view = QgsRectangle(cell.geometry().boundingBox())
    view.scale(4.0)
    iface.mapCanvas().setExtent(view)
    iface.mapCanvas().refresh()
    yield 0.3


def _shell():
    from qgis.utils import plugins

    return plugins["gridmgmt_plugin"]._shell


def _begin(iface, tool):
    """Take a tool up and begin what it does, so that something of it is on the map."""
    action = iface.mainWindow().findChild(QAction, f"gridmgmt_{tool}")
    if not action.isChecked():  # a dock stays open when the workspace goes
        action.trigger()
    yield 0.2
    if tool == "waiting_cases":  # the sample has no case without a place, and so no button that could be pressed
        desk = _shell().controller(tool)
        yield from wait_until(lambda: not desk._is_reading)
        desk._pick(True)
    if tool in PICKERS:
        PICKERS[tool](_shell().controller(tool).dock).click()
    port = iface.mapCanvas().viewport()
    middle = port.rect().center()
    for step in (-60, -20):
        _move(port, middle + QPoint(step, step))
        if tool not in ONLY_MOVED:
            QTest.mouseClick(port, LEFT, PLAIN, middle + QPoint(step, step))
    _move(port, middle)
    yield 0.2


def _close(iface):
    iface.mainWindow().findChild(QAction, "gridmgmt_close_workspace").trigger()


def _new_project(iface):
    if _layer("unit_grid").isModified():
        _layer("unit_grid").rollBack(False)
    iface.newProject(False)  # what Ctrl+N does once its questions are answered


def _remove_lanes(iface):
    QgsProject.instance().removeMapLayer(_layer("lane").id())


def _close_beside_forms(iface):
    """Close the workspace while forms with relations and a table of its rows are open."""
    for table in ("area", "unit_grid", "lane"):
        layer = _layer(table)
        iface.openFeatureForm(layer, next(layer.getFeatures()), False, False)
    iface.showAttributeTable(_layer("unit_grid"))
    QCoreApplication.processEvents()
    _close(iface)


def _move(port, place):
    where = (QPointF(place), QPointF(port.mapToGlobal(place)))
    none = Qt.MouseButton.NoButton
    QCoreApplication.sendEvent(port, QMouseEvent(QEvent.Type.MouseMove, *where, none, none, PLAIN))
    QCoreApplication.processEvents()


def _wander(iface):
    port = iface.mapCanvas().viewport()
    middle = port.rect().center()
    for step in range(-80, 80, 20):
        _move(port, middle + QPoint(step, 10))
        yield 0.02
    QTest.mouseClick(port, LEFT, PLAIN, middle)
    yield 0.1


def _edit_natively(iface):
    """Draw with QGIS's own tool on a layer of the planner's."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4547", "mine", "memory")
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(0, 0, 10, 10)))
    layer.addFeature(feature)
    iface.actionVertexTool().trigger()
    yield 0.2
    yield from _wander(iface)
    layer.rollBack()
    iface.actionPan().trigger()
    QgsProject.instance().removeMapLayer(layer.id())
    yield 0.1


drive(steps)

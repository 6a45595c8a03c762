"""Two planners in one database: one edits, the other one looks on and begins a gesture in the same place; then both
edit the same unit grid, and the second settles what the first one saved.
"""

from __future__ import annotations

from pathlib import Path

from ground import layer_of
from hand import Hand
from inside import click, drive, note, picture, spoken, wait_until
from qgis.core import QgsRectangle, QgsSettings
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QWidget,
)
from qgis.utils import plugins

from gridmgmt_plugin.gui.beside.overlay import COLOURS


def steps(iface, arguments):
    people = {"editor": spoken("李工", "Li"), "onlooker": spoken("王工", "Wang")}
    QgsSettings().setValue("gridmgmt/author", people[arguments["role"]])
    window, canvas = iface.mainWindow(), iface.mapCanvas()
    window.findChild(QAction, "gridmgmt_tree").trigger()
    yield
    shell = plugins["gridmgmt_plugin"]._shell
    shell.session.open(arguments["location"])
    dock = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: dock.model.summary is not None and layer_of() is not None)
    yield
    box = QgsRectangle(*arguments["box"])
    view = QgsRectangle(box)
    view.scale(5.0)
    canvas.setExtent(view)
    canvas.refresh()
    yield
    met = Meeting(Path(arguments["meeting"]))
    yield from (_edit if arguments["role"] == "editor" else _look_on)(iface, box, met, arguments["name"])


class Meeting:
    """A folder in which the two say how far they are."""

    def __init__(self, folder):
        self._folder = folder

    def say(self, word, text="-"):
        (self._folder / f"{word}.part").write_text(text, encoding="utf-8")
        (self._folder / f"{word}.part").rename(self._folder / word)

    def wait_for(self, word):
        yield from wait_until((self._folder / word).exists)
        return (self._folder / word).read_text(encoding="utf-8")


def _hatched(iface):
    bands = [
        item for item in iface.mapCanvas().scene().items() if isinstance(item, QgsRubberBand) and item.isVisible()
    ]
    return [band.asGeometry().boundingBox() for band in bands if band.strokeColor().name() in COLOURS]


def _said(iface):
    links = iface.mainWindow().findChild(QLabel, "gridmgmt_state_links")
    return links.text().replace("&nbsp;", " ").replace("\u2060", "")


def _split(iface, box):
    """Split what lies in a rectangle from the bottom to the top."""
    iface.mainWindow().findChild(QAction, "gridmgmt_split").trigger()
    yield
    hand, middle = Hand(iface.mapCanvas()), box.center().x()
    hand.click(middle, box.yMinimum() - 4)
    hand.double_click(middle, box.yMaximum() + 4)
    yield


def _edit(iface, box, met, name):
    yield from met.wait_for("there")
    yield from _split(iface, box)
    note("steps", layer_of().undoStack().count())
    yield from met.wait_for("seen")
    note("saved", layer_of().commitChanges(False))
    met.say("saved")
    yield from met.wait_for("gone")
    layer_of().rollBack()
    layer = layer_of()
    codes = yield from met.wait_for("mine")
    note("begun", layer.startEditing())
    for code in codes.split():
        _set(layer, code, name=spoken("西院", "West yard"))
    note("saved_first", layer.commitChanges())
    met.say("theirs")
    yield from met.wait_for("settled")


def _look_on(iface, box, met, name):
    view = iface.layerTreeView()
    marks = {node.name(): view.indicators(node) for node in view.layerTreeModel().rootGroup().findLayers()}
    note("scratch", [title for title, shown in marks.items() if any("scratch" in one.toolTip() for one in shown)])
    note("before", _hatched(iface))
    met.say("there")
    yield from wait_until(lambda: _hatched(iface))
    yield
    (hatched,) = _hatched(iface)
    note("hatched", [hatched.contains(box.center()), hatched.width() / box.width()])
    note("panel", _said(iface))
    picture(iface.mainWindow(), f"colleagues-{name}")
    links = iface.mainWindow().findChild(QLabel, "gridmgmt_state_links")
    links.linkActivated.emit("at_work")
    yield from wait_until(lambda: _menu(iface) is not None)
    note("listed", [action.text() for action in _menu(iface).actions() if action.text()])
    _menu(iface).close()
    yield
    iface.mainWindow().findChild(QAction, "gridmgmt_split").trigger()
    yield
    Hand(iface.mapCanvas()).click(box.center().x(), box.center().y())
    yield from wait_until(lambda: iface.messageBar().currentItem() is not None)
    note(
        "warned",
        iface.messageBar().currentItem().property("gridmgmt_whole") or iface.messageBar().currentItem().text(),
    )
    picture(iface.mainWindow(), f"colleagues-warned-{name}")
    iface.actionPan().trigger()
    whole = iface.mapCanvas().fullExtent()
    iface.mapCanvas().setExtent(whole)
    iface.mapCanvas().refresh()
    yield
    picture(iface.mainWindow(), f"colleagues-far-{name}")
    note("far", len(_hatched(iface)))
    layer_of().rollBack()
    met.say("seen")
    yield from met.wait_for("saved")
    yield from wait_until(lambda: not _hatched(iface))
    yield
    note("after", [len(_hatched(iface)), _said(iface)])
    met.say("gone")
    yield from _settle(iface, box, met, name)


def _settle(iface, box, met, name):
    """Edit a unit grid that the other one saves first, with the form of the one beside it open."""
    window, layer = iface.mainWindow(), layer_of()
    code, beside = (feature["code"] for feature in list(layer.getFeatures(box))[:2])
    note("begun", layer.startEditing())
    _set(layer, code, name=spoken("东院", "East yard"), note="mine")
    iface.openFeatureForm(layer, _feature(layer, beside), False, False)
    yield from wait_until(lambda: _form() is not None)
    met.say("mine", f"{code} {beside}")
    yield from met.wait_for("theirs")
    yield from wait_until(lambda: spoken("西院", "West yard") in _texts(_form()))
    _form().close()
    yield
    yield from _save(iface, layer)
    note("refused", [layer.isModified(), _feature(layer, code)["note"]])
    click(iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_compare"))
    yield from wait_until(lambda: _side_by_side(window) is not None)
    dialog = _side_by_side(window)
    button = dialog.findChild(QRadioButton, "gridmgmt_theirs_name")
    click(button, QPoint(8, button.height() // 2))
    yield
    picture(dialog, f"colleagues-settling-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_overtaken_apply"))
    yield
    yield from _save(iface, layer)
    stored = _feature(layer, code)
    note("settled", [layer.isModified(), stored["name"], stored["note"]])
    layer.rollBack()
    met.say("settled")


def _save(iface, layer):
    iface.setActiveLayer(layer)
    iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits").trigger()
    yield
    yield from wait_until(lambda: iface.messageBar().currentItem() is not None)
    yield


def _set(layer, code, **values):
    fid = _feature(layer, code).id()
    layer.beginEditCommand("form")
    for column, value in values.items():
        assert layer.changeAttributeValue(fid, layer.fields().lookupField(column), value)
    layer.endEditCommand()


def _feature(layer, code):
    return next(layer.getFeatures(f"\"code\" = '{code}'"))


def _form():
    windows = QApplication.topLevelWidgets()
    return next((w for w in windows if w.metaObject().className() == "QgsAttributeDialog" and w.isVisible()), None)


def _texts(form):
    return [line.text() for line in form.findChildren(QLineEdit)]


def _side_by_side(window):
    dialogs = window.findChildren(QDialog, "gridmgmt_overtaken_window")
    return next((dialog for dialog in dialogs if dialog.isVisible()), None)


def _menu(iface):
    found = iface.mainWindow().findChildren(QMenu, "gridmgmt_state_menu")
    return next((menu for menu in found if menu.isVisible()), None)


drive(steps)

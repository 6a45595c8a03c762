"""Two planners in one database: one edits, the other one looks on and begins a gesture in the same place."""

from __future__ import annotations

from pathlib import Path

from ground import layer_of
from hand import Hand
from inside import drive, note, picture, spoken, wait_until
from qgis.core import QgsRectangle, QgsSettings
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtWidgets import QAction, QLabel, QMenu, QWidget
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

    def say(self, word):
        (self._folder / word).touch()

    def wait_for(self, word):
        yield from wait_until((self._folder / word).exists)


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


def _look_on(iface, box, met, name):
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


def _menu(iface):
    found = iface.mainWindow().findChildren(QMenu, "gridmgmt_state_menu")
    return next((menu for menu in found if menu.isVisible()), None)


drive(steps)

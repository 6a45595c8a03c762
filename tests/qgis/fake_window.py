"""What the plugin uses of QGIS's window, with real widgets and without QGIS's application around them."""

from __future__ import annotations

from qgis.gui import QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMainWindow

from gridmgmt_plugin.gui.frame.qt import QAction

#: Windows that are open: Python must not forget one while its parts still call Python.
OPEN_WINDOWS: list = []


class _Designers(QObject):
    """The signals of QGIS's window about layout designers."""

    about_to_close = pyqtSignal(object)


class _LayoutDesigner:
    """A layout designer that is open."""

    def __init__(self, layout):
        self._layout = layout
        self.shows_pages = False

    def layout(self):
        return self._layout

    def setAtlasPreviewEnabled(self, enabled):
        self.shows_pages = enabled


class FakeIface:
    """The part of QgisInterface that the shell calls; an unknown call is an error, as in the real one."""

    def __init__(self):
        self._window = QMainWindow()
        OPEN_WINDOWS.append(self._window)
        self._window.menuBar().addMenu("Layer")
        self._help = self._window.menuBar().addMenu("Help")
        self._bar = QgsMessageBar(self._window)
        self.registered = []
        self.option_pages = []
        self._designers = _Designers()
        self.layoutDesignerWillBeClosed = self._designers.about_to_close
        self.designers = []

    def openLayoutDesigner(self, layout):
        self.designers.append(_LayoutDesigner(layout))
        return self.designers[-1]

    def close_designer(self):
        """Be the planner who closes the designer that was opened last."""
        self.layoutDesignerWillBeClosed.emit(self.designers.pop())

    def mainWindow(self):
        return self._window

    def firstRightStandardMenu(self):
        return self._help

    def addToolBar(self, title):
        return self._window.addToolBar(title)

    def messageBar(self):
        return self._bar

    def registerMainWindowAction(self, action, shortcut):
        self.registered.append(action)
        return True

    def unregisterMainWindowAction(self, action):
        self.registered.remove(action)
        return True

    def registerOptionsWidgetFactory(self, factory):
        self.option_pages.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.option_pages.remove(factory)

    # What a test asks.

    def menu_titles(self):
        return [action.text() for action in self._window.menuBar().actions()]

    def messages(self):
        """Return what is said, whole: the bar may show its beginning only."""
        item = self._bar.currentItem()
        return [] if item is None else [item.property("gridmgmt_whole") or item.text()]

    def census(self):
        """Count everything in the window that a careless plugin leaves behind."""
        settle()
        return {
            "menus": len(self._window.menuBar().actions()),
            "objects": len(self._window.findChildren(QObject)),
            "actions": len(self._window.findChildren(QAction)),
            "registered": len(self.registered),
            "option pages": len(self.option_pages),
            "messages": len(self.messages()),
        }


def close_windows(since: int = 0):
    """Delete the windows opened since so many were, as QGIS does at its end: while all that is in them is there."""
    while len(OPEN_WINDOWS) > since:
        window = OPEN_WINDOWS.pop()
        if not sip.isdeleted(window):
            window.deleteLater()
    settle()


def settle():
    """Let Qt delete what was marked for deletion, as its event loop would; a deletion may mark further objects."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

"""The same search from QGIS's locator bar: ``wg`` and a blank, then a code, a name, a lane with a house number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from qgis.core import QgsLocatorContext, QgsLocatorFilter, QgsLocatorResult, QgsSettings
from qgis.PyQt.QtGui import QIcon

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.tree.tree_model import LEVEL_TITLES, place_title
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.finding import find_records, is_worth_looking
from gridmgmt_plugin.workspace.light.places import Place, Summary
from gridmgmt_plugin.workspace.location import Location

PREFIX = "wg"
_NAME = "gridmgmt"
_LONG_PREFIX = "wgrid"
# Where QGIS keeps the prefix that a person has chosen: 3.22, and newer ones, which have settings in a tree.
_PREFIX_SETTINGS = (f"gui/locator_filters/prefix_{_NAME}", f"locator-filters/items/{_NAME}/prefix")
_SHOWN_AT_MOST = 20
WhatToSearch = Callable[[], "tuple[Summary | None, Location | None]"]


class GridLocator(QgsLocatorFilter):
    """One of QGIS's locator filters. QGIS clones it for every search and searches in a thread of its own.

    :param ask: tells in the window's thread what there is to search.
    :param go_to: called in the window's thread with the place that was chosen.
    """

    def __init__(self, ask: WhatToSearch, go_to: Callable[[Place], None]) -> None:
        super().__init__()
        self._ask, self._go_to = ask, go_to
        self._summary: Summary | None = None
        self._location: Location | None = None
        for setting in _PREFIX_SETTINGS:
            if QgsSettings().value(setting) is None:  # QGIS lets no plugin have two letters of itself, people may
                QgsSettings().setValue(setting, PREFIX)

    def clone(self) -> GridLocator:
        """Return a filter for one search; QGIS takes it over."""
        return GridLocator(self._ask, self._go_to)

    def name(self) -> str:
        """Return the name that QGIS keeps settings under."""
        return _NAME

    def displayName(self) -> str:
        """Return the name that the planner reads."""
        return tr("Grid Management")

    def prefix(self) -> str:
        """Return the beginning that asks this filter alone, as far as QGIS grants it to a plugin."""
        return _LONG_PREFIX

    def prepare(self, text: str, context: QgsLocatorContext) -> list[str]:  # noqa: ARG002  QGIS's signature
        """Take with it what is to be searched; the window's thread calls this."""
        self._summary, self._location = self._ask()
        return []

    def fetchResults(self, text: str, context: QgsLocatorContext, feedback: Any) -> None:  # noqa: ARG002, N802
        """Search; a worker thread calls this, and it touches nothing of the window."""
        if self._summary is None or not text.strip():
            return
        for at in self._summary.find(text)[:_SHOWN_AT_MOST]:
            self._offer(self._summary.places[at])
        if self._location is None or not is_worth_looking(text) or feedback.isCanceled():
            return
        try:
            records = find_records(self._location, text, _SHOWN_AT_MOST)
        except GridError:  # a locked file or a lost connection: what the tree holds is offered all the same
            return
        for place in records:
            self._offer(place)

    def triggerResult(self, result: QgsLocatorResult) -> None:  # noqa: N802  QGIS calls it
        """Go to what was chosen."""
        level, code, name = json.loads(result.userData)
        self._go_to(Place(level, code, name, -1))

    def _offer(self, place: Place) -> None:
        result = QgsLocatorResult()
        result.filter = self
        result.displayString = place_title(place)
        result.description = "  ".join(filter(None, (tr(LEVEL_TITLES[place.level]), place.code)))
        result.icon = QIcon(str(resource_path("icons/plugin.svg")))
        result.userData = json.dumps([place.level, place.code, place.name])  # anything but text ends QGIS 3.22
        self.resultFetched.emit(result)

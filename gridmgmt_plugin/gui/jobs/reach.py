"""How much a job would go through, asked in the background whenever something else is chosen in its dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.jobs.forecast import forecast, is_foretold
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import Location

_CALM_MS = 200


class Reach:
    """Asks for one dialog; in the window's thread ``on_told`` is called with what will happen, ``on_refused`` with
    what the job would say against what is chosen.
    """

    def __init__(
        self, key: str, location: Location | None, on_told: Callable[[str], None], on_refused: Callable[[str], None]
    ) -> None:
        self._key, self._location, self._on_told, self._on_refused = key, location, on_told, on_refused
        self._values: Mapping[str, Any] = {}
        self._call: BackgroundCall | None = None
        self._calm = QTimer()
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._ask)

    def ask(self, values: Mapping[str, Any], *, is_whole: bool) -> None:
        """Ask for what is chosen now; what was asked before is forgotten.

        :param values: parameter → value. :param is_whole: nothing is missing or wrong, so that it can be counted.
        """
        self.forget()
        self._values = dict(values)
        known = forecast(self._key, {}, self._values)
        if known or self._location is None or not is_whole or not is_foretold(self._key):
            self._on_told(known)
        else:
            self._on_told(tr("Counting …"))  # what was told is not said of what is chosen now
            self._calm.start()

    def forget(self) -> None:
        """Tell nothing of what was asked."""
        self._calm.stop()
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def _ask(self) -> None:
        key, values = self._key, self._values

        def read(location: Location) -> Mapping[str, int]:
            from gridmgmt_plugin.jobs.reach import read_reach  # noqa: PLC0415  heavy
            from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

            return read_reach(Workspace.open(location), key, values)

        if self._location is not None:
            self._call = BackgroundCall(tr("Counting what it is about"), self._location, read, self._told)
            self._call.start()

    def _told(self, numbers: Mapping[str, int] | None, error: GridError | None) -> None:
        self._call = None
        if numbers is None:
            self._on_refused(error.text(language()) if error else "")
        else:
            self._on_told(forecast(self._key, numbers, self._values))

"""Keeps our functions in QGIS's expressions, and lets them ask the workspace that is open."""

from __future__ import annotations

from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.expressions.functions import ExpressionFunctions


class Expressions:
    """Lives as long as the plugin."""

    def __init__(self, shell: Shell) -> None:
        self._session = shell.session
        self._functions = ExpressionFunctions()
        self._functions.register()
        self._session.changed.connect(self._follow)
        self._session.data_changed.connect(self._functions.forget)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Serve no action: expressions call the functions."""

    def close(self) -> None:
        """Take the functions out of QGIS."""
        self._session.changed.disconnect(self._follow)
        self._session.data_changed.disconnect(self._functions.forget)
        self._functions.unregister()

    def _follow(self) -> None:
        self._functions.use(self._session.location, lambda: self._session.scheme or "")

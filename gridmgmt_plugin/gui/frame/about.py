"""The help in the menu: the manual; versions of the plugin and its libraries, and what is missing, ready to copy."""

from __future__ import annotations

import importlib
import platform
from html import escape
from typing import Any

from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR
from qgis.PyQt.QtWidgets import QDialog, QTextBrowser, QVBoxLayout

from gridmgmt_plugin.core._compat import missing_libraries
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import plugin_version
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button
from gridmgmt_plugin.gui.frame.manual import open_manual
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr

_LIBRARIES = ("numpy", "shapely", "pyproj", "openpyxl")


def versions() -> list[tuple[str, str]]:
    """Return name and version of everything that the plugin stands on; "–" where it is missing."""
    rows = [
        (tr("Grid Management"), plugin_version()),
        ("QGIS", Qgis.QGIS_VERSION),
        ("Qt", QT_VERSION_STR),
        ("Python", platform.python_version()),
        ("GDAL", gdal.__version__),
    ]
    load_shapely()
    for name in _LIBRARIES:
        try:
            rows.append((name, str(importlib.import_module(name).__version__)))
        except ImportError:
            rows.append((name, "–"))
    return rows


class Manual:
    """Answers the action ``manual``."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action, not checkable
        """Open the whole manual."""
        open_manual(self._shell.iface.mainWindow())

    def close(self) -> None:
        """Leave nothing: the manual is the browser's."""


class About:
    """Answers the action ``about``."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._dialog: Any = None

    def trigger(self, key: str, checked: bool) -> None:  # noqa: ARG002, FBT001  serves one action, not checkable
        """Show the versions afresh."""
        self.close()
        self._dialog = _dialog(self._shell.iface.mainWindow())
        self._dialog.show()

    def close(self) -> None:
        """Close the dialog if it is open."""
        if is_alive(self._dialog):
            self._dialog.close()
            self._dialog.deleteLater()
        self._dialog = None


def _dialog(parent: Any) -> QDialog:
    dialog = QDialog(parent)
    dialog.setObjectName("gridmgmt_about_dialog")
    dialog.setWindowTitle(tr("About and libraries"))
    text = QTextBrowser(dialog)
    text.setObjectName("gridmgmt_about_text")
    text.setHtml(_html())
    explain(text, tr("Versions on this computer; what you select can be copied into a message."))
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(close_button(dialog, "about"))
    dialog.resize(460, 380)
    return dialog


def _html() -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(version)}</td></tr>" for name, version in versions()
    )
    missing = missing_libraries()
    if missing:
        names = ", ".join(f"{m.library} >= {m.needed} ({m.found})" for m in missing)
        verdict = Message("library_missing", {"names": names}).text(language())
    else:
        verdict = tr("Every library that the computing needs is here.")
    return f"<table>{rows}</table><p>{escape(verdict)}</p>"

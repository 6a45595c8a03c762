"""What the plugin remembers from one day to the next, in QGIS's own settings."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsSettings

#: Where the last copy of the sample went.
SAMPLE_FOLDER = "sample_folder"

_PREFIX = "gridmgmt/"
_LAYOUT = "layout/"


def remembered(key: str, default: Any = None) -> Any:
    """Return what was stored under ``key``, or ``default``."""
    return QgsSettings().value(_PREFIX + key, default)


def remember(key: str, value: Any) -> None:
    """Store ``value`` under ``key``."""
    QgsSettings().setValue(_PREFIX + key, value)


def is_on(key: str, *, default: bool) -> bool:
    """Return a stored yes or no; settings files know only text."""
    return str(remembered(key, default)).lower() in ("true", "1")


def author() -> str:
    """Return who is working, as told by the user; empty before anybody was asked."""
    return str(remembered("author") or "")


def layout_key(name: str) -> str:
    """Return the key under which the arrangement of a panel or of columns is remembered."""
    return _LAYOUT + name


def forget_layout() -> None:
    """Forget how panels and columns were arranged."""
    QgsSettings().remove(_PREFIX + _LAYOUT.rstrip("/"))

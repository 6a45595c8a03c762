"""What the plugin remembers from one day to the next, in QGIS's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

_PREFIX = "gridmgmt/"
_RECENT_KEPT = 8


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


def recent_workspaces() -> list[Path]:
    """Return the workspaces opened last that still exist, the latest first."""
    stored = remembered("recent") or []
    paths = [Path(text) for text in ([stored] if isinstance(stored, str) else stored)]
    return [path for path in paths if path.is_file()]


def remember_workspace(path: Path) -> None:
    """Put a workspace at the head of the list."""
    others = [str(other) for other in recent_workspaces() if other != path]
    remember("recent", [str(path), *others][:_RECENT_KEPT])


def working_folder() -> Path:
    """Return where file dialogs begin: beside the last workspace, at first in the user's documents."""
    for path in recent_workspaces():
        return path.parent
    return documents()


def documents() -> Path:
    """Return the user's documents folder."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())

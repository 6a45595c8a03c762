"""What the plugin remembers from one day to the next, in QGIS's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, PostgresLocation, parse_location

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


def recent_workspaces() -> list[Location]:
    """Return the workspaces opened last, the latest first: files that are still there, and databases, unasked."""
    stored = remembered("recent") or []
    places = [_place(text) for text in ([stored] if isinstance(stored, str) else stored)]
    return [place for place in places if place is not None]


def remember_workspace(location: Location) -> None:
    """Put a workspace at the head of the list; a password is no part of it."""
    others = [str(other) for other in recent_workspaces() if other != location]
    remember("recent", [str(location), *others][:_RECENT_KEPT])


def place_label(location: Location) -> str:
    """Return how lists name a workspace: ``folder / file``, or ``database/schema @ server``."""
    if isinstance(location, GeoPackageLocation):
        return f"{location.path.parent.name} / {location.path.name}"
    return server_label(location).replace(" @ ", f"/{location.schema} @ ", 1)


def server_label(location: PostgresLocation) -> str:
    """Return how a database is named whatever lies in it: ``database @ server``."""
    database = location.database or location.service or location.user or ""
    return f"{database} @ {location.host or location.service or 'localhost'}"


def working_folder() -> Path:
    """Return where file dialogs begin: beside the last workspace file, at first in the user's documents."""
    for place in recent_workspaces():
        if isinstance(place, GeoPackageLocation):
            return place.path.parent
    return documents()


def _place(text: str) -> Location | None:
    """Return a remembered place; ``None`` for a file that is gone, and for what another version wrote differently."""
    try:
        place = parse_location(text)
    except WorkspaceError:
        return None
    return None if isinstance(place, GeoPackageLocation) and not place.path.is_file() else place


def documents() -> Path:
    """Return the user's documents folder."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())

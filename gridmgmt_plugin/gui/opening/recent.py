"""The workspaces that were opened last: remembered, named as lists name them, and offered in the menu."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QStandardPaths
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.gui.frame.qt import with_mnemonic
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location, parse_location

_RECENT_KEPT = 8


def recent_workspaces() -> list[Location]:
    """Return the workspaces opened last, the latest first: files that are still there, and databases, unasked."""
    stored = remembered("recent") or []
    places = [_place(text) for text in ([stored] if isinstance(stored, str) else stored)]
    return [place for place in places if place is not None]


def remember_workspace(location: Location) -> None:
    """Put a workspace at the head of the list; a password is no part of it."""
    others = [str(other) for other in recent_workspaces() if other != location]
    remember("recent", [str(location), *others][:_RECENT_KEPT])


def remember_name(location: Location, name: str) -> None:
    """Know a workspace of the list by the name of its county."""
    listed = set(map(str, recent_workspaces()))
    names = {**_names(), str(location): name}
    remember("recent_names", json.dumps({key: names[key] for key in names if key in listed}, ensure_ascii=False))


def known_name(location: Location) -> str:
    """Return the name of the county as it was when the workspace was open last, else where it lies."""
    return _names().get(str(location)) or location.label


def recent_labels() -> dict[Location, str]:
    """Return the workspaces opened last, each with its name and where it lies."""
    names = _names()
    return {at: " – ".join(filter(None, (names.get(str(at)), at.place))) for at in recent_workspaces()}


def forget_workspaces() -> None:
    """Empty the list."""
    remember("recent", [])
    remember("recent_names", "")


def place_tip(location: Location) -> str:
    """Return where a workspace lies, in full: the path of its file, or schema, database and server."""
    return str(location) if isinstance(location, GeoPackageLocation) else location.label


def working_folder() -> Path:
    """Return where file dialogs begin: beside the last workspace file, at first in the user's documents."""
    for place in recent_workspaces():
        if isinstance(place, GeoPackageLocation):
            return place.path.parent
    return documents()


def documents() -> Path:
    """Return the user's documents folder."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


class RecentMenu:
    """Stands behind the entry ``after`` of ``menu`` and lists afresh whenever it is opened."""

    def __init__(self, menu: QMenu, after: Any, on_open: Callable[[Location], None]) -> None:
        self._on_open = on_open
        self._menu = QMenu(with_mnemonic(tr("Open recent"), "r"), menu)
        self._menu.setObjectName("gridmgmt_recent_menu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        entries = menu.actions()
        behind = entries[entries.index(after) + 1] if after is not entries[-1] else None
        menu.insertMenu(behind, self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        places = recent_labels()
        for place, label in places.items():
            entry = self._menu.addAction(label.replace("&", "&&"))
            entry.setToolTip(place_tip(place))
            entry.triggered.connect(lambda _=False, chosen=place: self._on_open(chosen))
        if not places:
            self._menu.addAction(tr("None yet")).setEnabled(False)


def _names() -> dict[str, str]:
    stored = remembered("recent_names")
    return dict(json.loads(stored)) if stored else {}


def _place(text: str) -> Location | None:
    """Return a remembered place; ``None`` for a file that is gone, and for what another version wrote differently."""
    try:
        place = parse_location(text)
    except WorkspaceError:
        return None
    return None if isinstance(place, GeoPackageLocation) and not place.path.is_file() else place

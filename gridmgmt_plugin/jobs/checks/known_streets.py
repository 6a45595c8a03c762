"""The file of streets that a workspace's lanes were made from or checked against, for the next check to ask again.

A workspace has no table of streets, and where a file lies differs from computer to computer: so it is this computer
that remembers, in QGIS's settings.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.checks.validate_workspace import ValidationReport, streets_left_out, validate_workspace
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace

_KEY = "streets_of_lanes"
# Workspaces whose streets are remembered; the one that was asked for longest ago is forgotten first.
_MOST = 20


@dataclass(frozen=True)
class KnownStreets:
    """``path``: of the file, with its layer as QGIS writes it. ``coordinates``: their kind. ``field``: the column
    with names, ``None`` where it is found by itself.
    """

    path: str
    coordinates: str = "crs"
    field: str | None = None


def keep_streets(location: Location, path: str | None, coordinates: str, field: str | None = None) -> None:
    """Remember the streets of a workspace; a layer that is no file (``None``) changes nothing."""
    if path is None:
        return
    kept = _all()
    kept.pop(str(location), None)
    kept[str(location)] = asdict(KnownStreets(path, coordinates, field))
    remember(_KEY, json.dumps(dict(list(kept.items())[-_MOST:]), ensure_ascii=False))


def known_streets(location: Location) -> KnownStreets | None:
    """Return the streets that were kept for a workspace."""
    found = _all().get(str(location))
    return None if found is None else KnownStreets(str(found["path"]), str(found["coordinates"]), found["field"])


def check_again(workspace: Workspace, progress: Progress) -> ValidationReport:
    """Check a workspace with the streets that are known; when they cannot be used any more, without, and say so."""
    known = known_streets(workspace.location)
    streets: Source | None = None
    notes: tuple[Message, ...] = ()
    if known is None:
        known = KnownStreets("")
    else:
        try:
            streets = read_source(known.path)
        except (InputError, CapabilityError) as error:
            notes = (streets_left_out(error),)
    report = validate_workspace(
        workspace,
        streets=streets,
        street_field=known.field,
        streets_must=False,
        coordinates=known.coordinates,
        progress=progress,
    )
    return replace(report, notes=(*notes, *report.notes))


def _all() -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = json.loads(str(remembered(_KEY) or "{}"))
    return found

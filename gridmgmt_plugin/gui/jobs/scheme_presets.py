"""What the dialog of the balance begins with: the rules of the scheme, and the grids that were locked in painting."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject

from gridmgmt_plugin.gui.schemes.within import within_title
from gridmgmt_plugin.project.grid_locks import locked_grids
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

_NAMED = 6


def balance_presets(lists: WorkspaceLists, scheme: str) -> dict[str, Any]:
    """Return parameter → value; what the scheme's rules leave open is not among them."""
    found: dict[str, Any] = {"LOCKED": ",".join(locked_grids(QgsProject.instance(), scheme))}
    rules = lists.scheme_rules.get(scheme)
    if rules is not None:
        found["WITHIN"] = rules.within
        if rules.tolerance_percent > 0:
            found["TOLERANCE"] = rules.tolerance_percent
    return found


def balance_told(lists: WorkspaceLists, scheme: str) -> list[str]:
    """Return in sentences what the dialog was filled in with, and why."""
    told = []
    rules = lists.scheme_rules.get(scheme)
    if rules is not None:
        text = tr("By the rules of the scheme each grid keeps within {area}.").format(area=within_title(rules.within))
        if rules.tolerance_percent > 0:
            tolerance = f"{rules.tolerance_percent:g}"
            text += " " + tr("Grids may differ by {tolerance} %.").format(tolerance=tolerance)
        told.append(text)
    locked = list(locked_grids(QgsProject.instance(), scheme).values())
    if locked:
        names = tr(", ").join(locked[:_NAMED]) + ("…" if len(locked) > _NAMED else "")
        text = tr("Locked in painting, so they stay as they are: {grids} ({count}).")
        told.append(text.format(grids=names, count=len(locked)))
    return told

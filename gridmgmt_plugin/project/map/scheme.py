"""The grid scheme that the map shows: one variable of the project that styles and labels ask.

A layer filter would hide the rows of other schemes from forms and saves too, and cannot be set during an edit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from qgis.core import QgsExpressionContextUtils, QgsProject

from gridmgmt_plugin.project.shown_workspace import shown_layer

VARIABLE = "gridmgmt_scheme"
#: The rows of responsibility grids that are drawn; before a scheme was chosen, all of them.
IS_SHOWN = f"coalesce(@{VARIABLE}, '') IN ('', \"scheme\")"
#: Codes of the grids that were painted and not saved yet, one after another: their stored outlines are not drawn.
PAINTED = "gridmgmt_painted"
IS_DRAWN = f"({IS_SHOWN}) AND strpos(coalesce(@{PAINTED}, ''), \"code\") = 0"
#: The code of the responsibility grid that a unit grid belongs to in this scheme, also one that was not saved yet.
GROUP_OF_UNIT = f"attribute($currentfeature, concat('rg_', @{VARIABLE}))"
#: The colour of the outlines of this scheme's grids, "" for the map's own; the variable holds JSON, key → colour.
COLOURS = "gridmgmt_scheme_colours"
COLOUR_OF_GRIDS = f"map_get(json_to_map(coalesce(@{COLOURS}, '{{}}')), @{VARIABLE})"
_TABLES = ("unit_grid", "responsibility_grid")


def shown_scheme(project: QgsProject) -> str | None:
    """Return the scheme that a project's map shows, ``None`` before one was chosen."""
    return project.customVariables().get(VARIABLE) or None


def colour_schemes(project: QgsProject, colours: Mapping[str, str]) -> None:
    """Draw the outlines of grids in the colours of their schemes (key → ``#rrggbb``; others in the map's own)."""
    given = {key: colour for key, colour in colours.items() if colour}
    QgsExpressionContextUtils.setProjectVariable(project, COLOURS, json.dumps(given))
    layer = shown_layer(project, "responsibility_grid")
    if layer is not None:
        layer.triggerRepaint()


def hide_stored_outlines(project: QgsProject, codes: Iterable[str]) -> None:
    """Draw the outlines that grids had at the last save no longer for these grids, and again for all others."""
    wanted = ",".join(sorted(codes))
    if wanted == (project.customVariables().get(PAINTED) or ""):
        return
    if wanted:
        QgsExpressionContextUtils.setProjectVariable(project, PAINTED, wanted)
    else:
        QgsExpressionContextUtils.removeProjectVariable(project, PAINTED)
    layer = shown_layer(project, "responsibility_grid")
    if layer is not None:
        layer.triggerRepaint()


def show_scheme(project: QgsProject, scheme: str | None) -> bool:
    """Let the map show the grids of another scheme; return whether that changes anything."""
    if scheme == shown_scheme(project):
        return False
    if scheme is None:
        QgsExpressionContextUtils.removeProjectVariable(project, VARIABLE)
    else:
        QgsExpressionContextUtils.setProjectVariable(project, VARIABLE, scheme)
    for table in _TABLES:
        layer = shown_layer(project, table)
        if layer is not None:
            layer.triggerRepaint()
    return True

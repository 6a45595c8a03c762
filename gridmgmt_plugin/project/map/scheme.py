"""The grid scheme that the map shows: one variable of the project that styles and labels ask.

A layer filter would hide the rows of other schemes from forms and saves too, and cannot be set during an edit.
"""

from __future__ import annotations

from qgis.core import QgsExpressionContextUtils, QgsProject

from gridmgmt_plugin.project.shown_workspace import shown_layer

VARIABLE = "gridmgmt_scheme"
#: The rows of responsibility grids that are drawn; before a scheme was chosen, all of them.
IS_SHOWN = f"coalesce(@{VARIABLE}, '') IN ('', \"scheme\")"
#: The code of the responsibility grid that a unit grid belongs to in this scheme, also one that was not saved yet.
GROUP_OF_UNIT = f"attribute($currentfeature, concat('rg_', @{VARIABLE}))"
_TABLES = ("unit_grid", "responsibility_grid")


def shown_scheme(project: QgsProject) -> str | None:
    """Return the scheme that a project's map shows, ``None`` before one was chosen."""
    return project.customVariables().get(VARIABLE) or None


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

"""What is selected on the map, and what lies under it."""

from __future__ import annotations

from qgis.core import QgsProject

_ALPHA = 90


def make_selection_translucent(project: QgsProject) -> None:
    """Let the grids be seen through what is selected; a colour that the planner made translucent stays."""
    colour = project.selectionColor()
    if colour.alpha() == 255:
        colour.setAlpha(_ALPHA)
        project.setSelectionColor(colour)

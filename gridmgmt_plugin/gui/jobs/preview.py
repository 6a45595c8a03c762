"""The best division so far over the map, while responsibility grids are being balanced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsProject

from gridmgmt_plugin.project.shown_workspace import shown_layer


class DivisionPreview:
    """Areas over the canvas that come and go with a run."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._rubber: Any = None

    def show(self, outlines: Sequence[Any]) -> None:
        """Draw the outlines (shapely polygons in the workspace's frame) in place of those drawn before."""
        import shapely  # noqa: PLC0415  heavy

        from gridmgmt_plugin.gui.editing.rubber import PART_COLOURS, Area, Rubber  # noqa: PLC0415  needs shapely

        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if layer is None:
            return
        if self._rubber is None:
            self._rubber = Rubber(self._canvas)
        shares = [outlines[colour :: len(PART_COLOURS)] for colour in range(len(PART_COLOURS))]
        collected = [shapely.multipolygons(shapely.get_parts(share)) for share in shares]
        self._rubber.draw_areas([Area(shape, colour) for colour, shape in enumerate(collected)], layer)

    def clear(self) -> None:
        """Take the areas away."""
        if self._rubber is not None:
            self._rubber.clear()
            self._rubber = None

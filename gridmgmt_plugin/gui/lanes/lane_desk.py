"""What the tools for street-lanes share: lanes and streets around the mouse, and how a gesture is shown and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.core.lanes.lane_edit import SHARED_M, LaneEdit, gone_states
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.near_names import near_names
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.lanes.lane_editor import LaneEditor
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow
from gridmgmt_plugin.gui.editing.rubber import Area, Look
from gridmgmt_plugin.gui.editing.streets import street_layers
from gridmgmt_plugin.gui.editing.workplace import Workplace
from gridmgmt_plugin.gui.frame.message_door import Tell
from gridmgmt_plugin.gui.lanes.street_pieces import StreetPieces, street_pieces
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.changes.row_reading import Bounds
from gridmgmt_plugin.workspace.workspace import Workspace

# A line is shown as a band of this many pixels.
_BAND_PX = 4.0
# These make a lane under a name that somebody gave; a part that was split off keeps the name of the whole.
_NAMED_BY_HAND = ("lane_make", "lane_draw")
_SNAPPED = ("lane", "area")


class LaneDesk(Workplace):
    """The place of work of the layer of street-lanes."""

    def __init__(
        self,
        iface: Any,
        tell: Tell,
        withdraw: Callable[[Any], None],
        layer: QgsVectorLayer,
        workspace: Workspace,
    ) -> None:
        super().__init__(iface, tell, withdraw, layer)
        self.editor = LaneEditor(layer, workspace, self.streets)

    def start(self) -> None:
        """Begin editing, or go on with it."""
        self.editor.start()

    def snap(self) -> None:
        """Snap to lanes and boundaries, and to every line layer that the map shows, from now on."""
        self.snap_to(_SNAPPED, lambda: street_layers(self.canvas))

    def streets(self, bounds: Bounds) -> tuple[np.ndarray, np.ndarray]:
        """Return the pieces of street that meet ``bounds``, and their names (``None`` = has none)."""
        pieces = self.street_pieces(bounds)
        return pieces.lines, pieces.names

    def street_pieces(self, bounds: Bounds) -> StreetPieces:
        """Return the pieces of street that meet ``bounds``, with names and road classes."""
        return street_pieces(self.canvas, self.layer, bounds)

    def lane_at(self, lanes: Rows, place: tuple[float, float], within_m: float) -> int | None:
        """Return the nearest lane within a distance of a place."""
        return nearest(lanes.shapes, place, within_m)

    def preview(self, near: Rows, edit: LaneEdit) -> tuple[list[Area], list[FigureRow]]:
        """Return the lines that the edit would change, make and end, as bands."""
        made = [Area(self.band(shape), Look.RESULT) for shape in edit.changed_shapes]
        made += [Area(self.band(shape), number) for number, shape in enumerate(edit.added_shapes)]
        ended = [Area(self.band(near.shapes[at]), Look.BEFORE) for at in edit.ended.tolist()]
        return [*made, *ended], []

    def band(self, line: Any) -> shapely.Geometry:
        """Return a line as an area that can be seen at the scale of the map."""
        return shapely.buffer(line, _BAND_PX * self.canvas.mapUnitsPerPixel() / 2.0)

    def apply(self, near: Rows, edit: LaneEdit) -> str:
        """Make the gesture: one undo step, one repaint. Lanes whose names are like that of a new one are told.

        :raises GridError: with nothing changed.
        """
        name = next((values["name"] for values in edit.added_values if values.get("name")), "")
        alike = self._named_like(name) if edit.kind in _NAMED_BY_HAND else []
        text = self.editor.apply(near, edit)
        # QGIS undoes and saves the layer that is active: that must be the one that just changed.
        self.iface.setActiveLayer(self.layer)
        if alike:
            self._tell(Message("lane_name_near", {"name": name, "near": listing(alike)}))
        return text

    def _named_like(self, name: str) -> list[str]:
        """Return the lanes in use that a name may mean, each with its code."""
        if not name:
            return []
        request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes(["code", "name", "state"], self.layer.fields())
        codes: dict[str, list[str]] = {}
        for feature in self.layer.getFeatures(request):
            if plain(feature["name"]) and plain(feature["state"]) not in gone_states():
                codes.setdefault(str(feature["name"]), []).append(str(plain(feature["code"]) or "–"))
        return [f"{other} {code}" for other in near_names(name, codes) for code in codes[other]]


def nearest(lines: np.ndarray, place: tuple[float, float], within_m: float) -> int | None:
    """Return the position of the nearest line within a distance of a place, ``None`` for none."""
    if len(lines) == 0:
        return None
    distance_m = shapely.distance(lines, shapely.Point(place))
    at = int(np.argmin(distance_m))
    return at if distance_m[at] <= max(within_m, SHARED_M) else None


def told_length(count: int, metres: float) -> str:
    """Return how much is picked, as a planner reads it."""
    return tr("{count} {count:piece|pieces}, {metres} m", count=count, metres=f"{metres:,.0f}")

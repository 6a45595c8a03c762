"""Where colleagues edit, read in our own copy of the rows: shapes as they are stored, and names of communities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from gridmgmt_plugin.workspace.changes.row_reading import Bounds, read_any, read_around, read_numbered
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.presence.presence import EditedRows, Presence, Whereabouts
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

_CELLS, _AREA = "unit_grid", "area_code"
# Of what has no area of its own so many places are looked up.
_MOST_PLACES = 20


def read_whereabouts(location: Location, presences: Sequence[Presence]) -> dict[Presence, Whereabouts]:
    """Return where each presence is, in a few reads by number or place, however many rows the tables have.

    :raises GridError: what opening or reading the workspace raises.
    """
    found: dict[Presence, Whereabouts] = {}
    with Workspace.open(location).reading() as workspace:
        for presence in presences:
            shapes: list[shapely.Geometry] = []
            areas: set[str] = set()
            for edited in presence.edits:
                own, codes = _of_table(workspace, edited)
                shapes += own
                areas |= codes
            found[presence] = Whereabouts(tuple(shapely.to_wkb(shape) for shape in shapes), _names(workspace, areas))
    return found


def _of_table(workspace: Workspace, edited: EditedRows) -> tuple[list[shapely.Geometry], set[str]]:
    """Return the shapes of what is edited in one table, and the codes of the areas in which it lies."""
    areas = set(edited.areas)
    if edited.box is None:
        return [], areas
    drawn = [shapely.box(*box) for box in edited.new]
    if not edited.rows and not drawn:
        return [shapely.box(*edited.box)], areas
    names = [_AREA] if _AREA in tables()[edited.table].column_names else []
    rows = read_numbered(workspace, edited.table, edited.rows, names)
    stored = rows.shapes[~shapely.is_missing(rows.shapes)]
    # Cut out of what is stored it is shown with that.
    shapes = [*stored.tolist(), *(box for box in drawn if not shapely.intersects(stored, box.centroid).any())]
    if names:
        areas |= {str(code) for code in rows[_AREA] if code}
    elif not areas:
        areas = _areas_around(workspace, shapes[:_MOST_PLACES])
    return shapes, areas


def _areas_around(workspace: Workspace, shapes: Sequence[shapely.Geometry]) -> set[str]:
    """Return the areas of the unit grids in which the middle of each shape lies."""
    middles = shapely.point_on_surface(np.array(shapes, dtype=object))
    places: list[Bounds] = [(x, y, x, y) for x, y in shapely.get_coordinates(middles).tolist()]
    cells = read_around(workspace, _CELLS, places, [_AREA])
    at = shapely.STRtree(cells.shapes).query(middles, predicate="intersects")[1]
    return {str(code) for code in cells[_AREA][at] if code}


def _names(workspace: Workspace, areas: Iterable[str]) -> tuple[str, ...]:
    codes = sorted(areas)
    if not codes:
        return ()
    rows = read_any(workspace, "area", "code", codes, ["code", "name"], geometry=False)
    named = {str(code): str(name or code) for code, name in zip(rows["code"], rows["name"])}
    return tuple(named.get(code, code) for code in codes)

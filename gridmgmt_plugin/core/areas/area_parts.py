"""Areas that a layer holds in several rows, because they lie in several pieces: merged into one each."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgmt_plugin.core.coverage.health.shape_faults import polygonal
from gridmgmt_plugin.core.coverage.health.snapping import with_known_vertices
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column

# What is counted per piece; a piece that repeats the figure of the whole is not counted twice.
_COUNTED = ("households", "population", "registered_population")


def parts_merged(rows: Rows, precision_m: float) -> tuple[Rows, list[Message]]:
    """Return the areas with rows of the same ``code`` made one, in the order of the first rows.

    What the pieces say differently is told: the first one counts, figures of people are added up.
    """
    members: dict[str, list[int]] = {}
    for row, code in enumerate(rows["code"].tolist()):
        members.setdefault(code, []).append(row)
    several = {code: part for code, part in members.items() if len(part) > 1}
    if not several:
        return rows, []
    first = np.array([part[0] for part in members.values()], dtype=np.int64)
    shapes = rows.shapes[first].copy()
    for at, part in enumerate(members.values()):
        if len(part) > 1:
            pieces = rows.shapes[part]
            merged = polygonal(as_column([shapely.union_all(pieces, grid_size=precision_m)]))
            # Rounded vertices would lie beside those of the neighbours, all along the border.
            shapes[at] = with_known_vertices(merged, pieces, precision_m)[0] if precision_m else merged[0]
    differing: list[str] = []
    columns = {
        name: as_column(_together(name, column[part], code, differing) for code, part in members.items())
        for name, column in rows.columns.items()
    }
    shown = some([f"{code} ({len(part)})" for code, part in several.items()])
    count = sum(map(len, several.values()))
    notes = [Message("areas_parts_merged", {"count": count, "codes": len(several), "shown": shown})]
    if differing:
        notes.append(Message("areas_parts_differ", {"count": len(differing), "shown": some(differing)}))
    return Rows(columns, shapes), notes


def _together(name: str, cells: np.ndarray, code: str, differing: list[str]) -> Any:
    """Return what the pieces of an area say of it in one column."""
    said = list(dict.fromkeys(cell for cell in cells.tolist() if cell is not None))
    if len(said) < 2:
        return said[0] if said else None
    if name in _COUNTED:
        return sum(cell for cell in cells.tolist() if cell is not None)
    differing.append(f"{code} {name}: {' / '.join(map(str, said))}")
    return said[0]

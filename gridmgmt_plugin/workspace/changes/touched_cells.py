"""Unit grids that a change is about, and those around them: as they are stored, and as the change leaves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.workspace.changes.row_reading import Bounds


@dataclass(frozen=True, eq=False)
class TouchedCells:
    """Unit grids around the edits.

    ``before``: whole rows as they are stored. ``after``: the same columns as the edits leave them; ``fid`` is
    negative for new cells. ``origin``: int64 per row of ``after``, its position in ``before``, −1 for new cells.
    ``changed``, ``removed``: int64 positions in ``before``; of ``changed``: ``reshaped`` those with another outline,
    ``regrouped`` those with another area. ``not_taken``: how many values of forms are not taken over, because
    the column follows from the outline.
    ``added``: int64 positions in ``after``. ``missing``: how many edited rows are no longer stored. ``places``:
    rectangles around every cell with another outline or code.
    """

    before: Rows
    after: Rows
    origin: np.ndarray
    changed: np.ndarray
    reshaped: np.ndarray
    regrouped: np.ndarray
    removed: np.ndarray
    added: np.ndarray
    places: tuple[Bounds, ...]
    missing: int = 0
    not_taken: int = 0

    def now(self, positions: np.ndarray) -> np.ndarray:
        """Return the positions in ``after`` of cells that stay, in the order given by positions in ``before``."""
        place = np.full(len(self.before), -1, dtype=np.int64)
        stays = self.origin >= 0
        place[self.origin[stays]] = np.flatnonzero(stays)
        return place[positions]

    @property
    def ground_before(self) -> np.ndarray:
        """Return the positions in ``before`` of cells that gave their ground or got another outline or area."""
        return np.concatenate([np.union1d(self.reshaped, self.regrouped), self.removed])

    @property
    def ground_after(self) -> np.ndarray:
        """Return the positions in ``after`` of cells with another outline or area and of new ones."""
        return np.concatenate([self.now(np.union1d(self.reshaped, self.regrouped)), self.added])

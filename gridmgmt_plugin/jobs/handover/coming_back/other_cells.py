"""Unit grids of a package beside those of a workspace: which are new, gone or drawn otherwise, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.ground import Ground, some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import geometry_digests
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells

JOB = "importpackage"
_OF_CELLS = {"new": "package_cell_new", "gone": "package_cell_gone", "reshaped": "package_cell_reshaped"}


@dataclass(frozen=True, eq=False)
class OtherCells:
    """How n unit grids of a package lie beside m of a workspace.

    ``at``: int64 (n,), the row of the workspace with the same code, −1 for new ones. ``reshaped``: bool (n,), those
    with another outline. ``area``, ``present_area``: int64, the ground that each lies in (−1 = none). ``gone``: bool
    (m,), those that the package does not have, in areas in which it has some. ``left``: bool (m,), those in areas of
    which the package says nothing; they stay.
    """

    rows: Rows
    present: Rows
    ground: Ground
    at: np.ndarray
    reshaped: np.ndarray
    area: np.ndarray
    present_area: np.ndarray
    gone: np.ndarray
    left: np.ndarray

    @property
    def new(self) -> np.ndarray:
        """Tell which unit grids of the package the workspace does not have: bool (n,)."""
        return self.at < 0

    def __bool__(self) -> bool:
        return bool(self.new.any() or self.reshaped.any() or self.gone.any())

    @property
    def dirty(self) -> np.ndarray:
        """Return the areas in which something is drawn otherwise: int64, ascending positions in the ground."""
        moved = self.at[self.reshaped]
        found = [self.area[self.new | self.reshaped], self.present_area[moved], self.present_area[self.gone]]
        places = np.unique(np.concatenate(found))
        return np.asarray(places[places >= 0])

    @property
    def counts(self) -> dict[str, int]:
        """Return how many are new, gone and drawn otherwise."""
        masks = {"new": self.new, "gone": self.gone, "reshaped": self.reshaped}
        return {name: int(mask.sum()) for name, mask in masks.items()}

    @property
    def areas(self) -> str:
        """Return the areas in which something is drawn otherwise, for a sentence."""
        return some(sorted(self.ground.codes[self.dirty].tolist())) or "–"

    @property
    def listed(self) -> tuple[RejectedRow, ...]:
        """Return each unit grid that is new, gone or drawn otherwise."""
        codes = {
            "new": self.rows["code"][self.new],
            "gone": self.present["code"][self.gone],
            "reshaped": self.rows["code"][self.reshaped],
        }
        return tuple(
            RejectedRow(0, str(code), _OF_CELLS[kind]) for kind, column in codes.items() for code in sorted(column)
        )

    @property
    def notes(self) -> list[Message]:
        """Return the areas that have unit grids here and none in the package."""
        if not self.left.any():
            return []
        codes = sorted(set(self.present["area_code"][self.left].tolist()) - {None})
        told = {"count": int(self.left.sum()), "areas": len(codes), "shown": some(codes) or "–"}
        return [Message("package_back_areas_left", told)]


def same_codes(rows: Rows, present: Rows) -> np.ndarray:
    """Return the row of the workspace that bears the code of each unit grid of a package, −1 for none: int64."""
    place = {code: at for at, code in enumerate(present["code"].tolist())}
    return np.array([place.get(code, -1) for code in rows["code"].tolist()], dtype=np.int64)


def drawn_otherwise(rows: Rows, present: Rows, at: np.ndarray, precision_m: float) -> np.ndarray:
    """Tell which unit grids of a package have another outline than those of the same code: bool (n,)."""
    there = np.flatnonzero(at >= 0)
    one, two = (
        geometry_digests(as_multi(shapes), len(there), precision_m)
        for shapes in (rows.shapes[there], present.shapes[at[there]])
    )
    found = np.zeros(len(rows), dtype=bool)
    found[there] = [a != b for a, b in zip(one, two)]
    return found


def other_cells(rows: Rows, present: Rows, at: np.ndarray, reshaped: np.ndarray, ground: Ground) -> OtherCells:
    """Return what a package has otherwise than a workspace. ``at``, ``reshaped``: as :class:`OtherCells` has them."""
    area = area_of_cells(rows.shapes, ground.geometry, ground.codes)
    present_area = area_of_cells(present.shapes, ground.geometry, ground.codes)
    kept = np.zeros(len(present), dtype=bool)
    kept[at[at >= 0]] = True
    told_of = np.isin(present_area, np.unique(area[area >= 0]))
    return OtherCells(
        rows, present, ground, at, reshaped, area, present_area, gone=~kept & told_of, left=~kept & ~told_of
    )


def refuse_other_cells(found: OtherCells, areas: Rows, *, redraw: bool) -> None:
    """Refuse unit grids that are drawn otherwise, with the list of them, unless ``redraw`` agrees to them; in any
    case those of areas that begin later.

    :param areas: of workspace and package.
    :raises InputError: ``package_back_begins_later``, ``package_back_ground_differs`` (details: ``report``).
    """
    _refuse_later_ground(found, areas)
    if redraw:
        return
    listed = found.listed
    reasons = {_OF_CELLS[kind]: count for kind, count in found.counts.items() if count}
    report = Report(JOB, rejected=len(listed), reasons=reasons, rejected_rows=listed, notes=tuple(found.notes))
    shown = some(sorted({row.key for row in listed}))
    raise InputError("package_back_ground_differs", areas=found.areas, shown=shown, **found.counts, report=report)


def _refuse_later_ground(found: OtherCells, areas: Rows) -> None:
    """Refuse unit grids with codes of areas that begin later: today they lie on the ground of others.

    :param areas: of workspace and package.
    :raises InputError: ``package_back_begins_later``.
    """
    begins = dict(zip(areas["code"].tolist(), days(areas, "valid_from").tolist()))
    later = {code: day for code, day in begins.items() if day is not None and day > clock.today()}
    fresh = found.rows["code"][found.new | found.reshaped].tolist()
    ahead = [code for code in fresh if code.startswith(tuple(later))]
    if ahead:
        held = sorted(area for area in later if any(code.startswith(area) for code in ahead))
        day = max(later[area] for area in held).isoformat()
        raise InputError("package_back_begins_later", count=len(ahead), areas=some(held), day=day)

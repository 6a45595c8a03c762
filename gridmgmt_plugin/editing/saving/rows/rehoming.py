"""A responsibility grid is deleted that has unit grids: where they can go, and what follows when they go there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.outlines import summed_grids
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.saving.reports import HomelessGrid, Refusal, SaveRefused, Target
from gridmgmt_plugin.workspace.changes.row_reading import joined_rows, read_any
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.workspace import Workspace

GRIDS, UNITS, POSTS = "responsibility_grid", "unit_grid", "post"
#: (scheme, code) of a grid that is deleted → code of the grid that gets its unit grids, ``None`` = no grid does.
Homes = Mapping[tuple[str, str], "str | None"]


@dataclass(frozen=True, eq=False)
class Rehoming:
    """What follows when grids go and their unit grids get others: changes in the order in which they are written.

    ``ended``: numbers of posts that ended before; they stay what was, and name a grid that is no more.
    """

    units: tuple[TableChange, ...] = ()
    ended: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    posts: tuple[TableChange, ...] = ()
    outlines: tuple[TableChange, ...] = ()

    @property
    def parts(self) -> list[TableChange]:
        """Return the changes that have rows."""
        return [part for part in (*self.units, *self.posts, *self.outlines) if part]

    def settled(self, table: str) -> np.ndarray:
        """Return the numbers of rows of a table that no longer refer to what is deleted, int64."""
        fids = [part.updated.fids for part in self.parts if part.table == table]
        return np.concatenate([*fids, self.ended if table == POSTS else self.ended[:0]])

    def notes(self) -> tuple[Message, ...]:
        """Return what to tell: how many unit grids and posts went where."""
        units, posts = (sum(len(part.updated) for part in parts) for parts in (self.units, self.posts))
        return (Message("grid_units_went", {"units": units, "posts": posts}),) if units else ()


def rehoming_of(workspace: Workspace, change: TableChange, homes: Homes) -> Rehoming:
    """Return what follows for the unit grids of deleted responsibility grids. Call it while the tables are held.

    Unit grids get the grid that was chosen, posts go with them, and its outline is summed anew.

    :raises SaveRefused: ``save_grid_homeless``, whose ``homeless`` says for which grids nothing was chosen, or
        something that is not among its targets, and what the targets are.
    """
    if change.table != GRIDS or len(change.deleted) == 0:
        return Rehoming()
    units, posts, outlines, homeless, ended = [], [], [], [], []
    for scheme in sorted({str(value) for value in change.deleted["scheme"] if value}):
        met = _Scheme(workspace, change, scheme)
        ended.append(met.ended)
        chosen: dict[str, str | None] = {}
        for grid in met.homeless():
            target = homes.get((scheme, grid.code), "")
            if target is not None and target not in [one.code for one in grid.targets]:
                homeless.append(grid)
            chosen[grid.code] = target
        if not homeless and chosen:
            units.append(met.units_to(chosen))
            posts.append(met.posts_to(chosen))
            outlines.append(met.outlines_of(chosen))
    if homeless:
        told = {"keys": listing([grid.code for grid in homeless]), "count": sum(grid.units for grid in homeless)}
        raise SaveRefused(Refusal(Message("save_grid_homeless", told), homeless=tuple(homeless)))
    past = np.concatenate(ended) if ended else np.zeros(0, dtype=np.int64)
    return Rehoming(tuple(units), past, tuple(posts), tuple(outlines))


class _Scheme:
    """The deleted grids of one scheme, the unit grids that they have, and the grids around them."""

    def __init__(self, workspace: Workspace, change: TableChange, scheme: str) -> None:
        self._workspace, self._scheme = workspace, scheme
        self._column = scheme_column(scheme)
        self._gone = change.deleted.take(change.deleted["scheme"] == scheme)
        codes = sorted({str(code) for code in self._gone["code"] if code is not None})
        known = self._column in workspace.read(UNITS, where={"fid": []}, geometry=False)
        self.units = (
            read_any(workspace, UNITS, self._column, codes) if known else workspace.read(UNITS, where={"fid": []})
        )
        posts = workspace.read(POSTS, where={"target": GRIDS, "scheme": scheme}, geometry=False)
        today = clock.today().isoformat()
        past = np.array([end is not None and str(end) < today for end in posts["valid_to"]], dtype=bool)
        self.ended: np.ndarray = posts.fids[past & np.isin(posts["target_code"].astype(str), codes)]
        self._posts = posts.take(~past)
        there = workspace.read(GRIDS, where={"scheme": scheme})
        edited = [part.fids for part in (change.before, change.deleted) if part.fid is not None]
        self._others = there.take(~np.isin(there.fids, np.concatenate(edited)))

    def homeless(self) -> Iterator[HomelessGrid]:
        """Yield the deleted grids that have unit grids, with the grids beside them that could get these."""
        for at, code in enumerate(self._gone["code"].tolist()):
            mine = self.units.take(self.units[self._column] == code) if len(self.units) else self.units
            if len(mine):
                posts = int((self._posts["target_code"] == code).sum())
                targets = tuple(self._beside(mine))
                yield HomelessGrid(self._scheme, code, self._gone["name"][at], len(mine), posts, targets)

    def _beside(self, units: Rows) -> Iterator[Target]:
        """Yield the grids that share a border with some unit grids and may have them, the longest border first."""
        areas = {str(code or "") for code in units["area_code"]}
        ground = shapely.union_all(units.shapes)
        shared_m = shapely.length(
            shapely.intersection(shapely.boundary(self._others.shapes), shapely.boundary(ground))
        )
        for at in np.argsort(-shared_m, kind="stable").tolist():
            own = str(self._others["area_code"][at] or "")
            if shared_m[at] > 0 and all(area.startswith(own) for area in areas):
                yield Target(self._others["code"][at], self._others["name"][at], float(shared_m[at]))

    def units_to(self, chosen: Mapping[str, str | None]) -> TableChange:
        before = self.units.take(np.isin(self.units[self._column].astype(str), list(chosen)))
        given = as_column(chosen[code] for code in before[self._column])
        new = {self._column: given, "row_version": before["row_version"]}
        return TableChange(UNITS, before=before, updated=Rows(new, None, before.fid))

    def posts_to(self, chosen: Mapping[str, str | None]) -> TableChange:
        """Return the change of the posts that go along; those of a grid whose unit grids get none hinder."""
        before = self._posts.take([chosen.get(code) is not None for code in self._posts["target_code"].tolist()])
        given = as_column(chosen[code] for code in before["target_code"])
        new = {"target_code": given, "row_version": before["row_version"]}
        return TableChange(POSTS, before=before, updated=Rows(new, None, before.fid))

    def outlines_of(self, chosen: Mapping[str, str | None]) -> TableChange:
        """Return the grids that get unit grids, with outline, count and area derived again."""
        targets = sorted({code for code in chosen.values() if code is not None})
        if not targets:
            return TableChange(GRIDS, derived=True)
        stay = read_any(self._workspace, UNITS, self._column, targets, [self._column])
        coming = Rows(
            {self._column: as_column(chosen[code] for code in self.units[self._column])},
            self.units.geometry,
            self.units.fid,
        )
        every = joined_rows([stay, coming])
        summed = summed_grids(every.shapes, every[self._column], targets)
        place = {code: at for at, code in enumerate(self._others["code"].tolist())}
        before = self._others.take([place[code] for code in targets])
        columns = {"unit_count": summed.unit_count, "area_m2": summed.area_m2}
        return TableChange(GRIDS, before=before, updated=Rows(columns, summed.outline, before.fid), derived=True)

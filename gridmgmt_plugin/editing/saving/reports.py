"""What the guard and the save tell: why a save was refused and where, what was written, what a repair would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.coverage.gestures.edit import CoverageEdit
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood


@dataclass(frozen=True, eq=False)
class GuardFault:
    """One thing that stands against a save.

    ``kind``: a kind of ``core.coverage.health.faults.UNITS``, or ``code``. ``codes``, ``fids``: of the
    cells concerned (row numbers, negative for cells that are not saved yet). ``place``: shapely geometry where it
    is, ``None`` where there is nothing to show. ``measure`` in the unit of the kind. ``repairable``: whether
    :meth:`SaveGuard.propose_repair` knows what to do.
    """

    kind: str
    codes: tuple[str, ...]
    fids: tuple[int, ...]
    place: Any
    measure: float
    message: Message
    repairable: bool


@dataclass(frozen=True)
class Target:
    """A responsibility grid that can get unit grids of a deleted one: ``border_m`` metres of border with them."""

    code: str
    name: str | None
    border_m: float


@dataclass(frozen=True)
class HomelessGrid:
    """A responsibility grid that is to be deleted though it has ``units`` unit grids and ``posts`` posts.

    ``targets``: the grids beside it that could get them, the longest border first.
    """

    scheme: str
    code: str
    name: str | None
    units: int
    posts: int
    targets: tuple[Target, ...]


@dataclass(frozen=True, eq=False)
class Refusal:
    """A save that was not made: nothing was written, every edit is still there.

    ``message``: the sentence, what happened and what to do. ``faults``: where the edits themselves are at fault.
    ``homeless``: deleted grids for whose unit grids the planner has to say where they go.
    """

    message: Message
    faults: tuple[GuardFault, ...] = ()
    homeless: tuple[HomelessGrid, ...] = ()

    @property
    def code(self) -> str:
        """Return the stable code of the reason."""
        return self.message.code

    @property
    def places(self) -> tuple[Any, ...]:
        """Return the geometries to show on the map, one per fault that has a place."""
        return tuple(fault.place for fault in self.faults if fault.place is not None)

    @property
    def repairable(self) -> bool:
        """Tell whether a repair can be proposed for at least one fault."""
        return any(fault.repairable for fault in self.faults)


class SaveRefused(GridError):  # noqa: N818  what happens, as in Cancelled
    """Raised inside a save to leave it with nothing written; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message.code, **refusal.message.details)
        self.refusal = refusal


@dataclass(frozen=True)
class SaveReport:
    """What one save wrote.

    ``changed``, ``added``, ``removed``: rows of ``table``. ``recoded``: (code on the screen until now, final code)
    of new cells whose number somebody else had taken meanwhile. ``retired``, ``discarded``: codes that went out of
    use. ``moved_points``: components, cases and ledger items that lie in another cell now. ``tables_changed``: every
    table that was written, to reload its layer. ``notes``: what to tell beyond "saved"; ``details``: lines about it
    for whoever asks.
    """

    table: str
    changed: int
    added: int
    removed: int
    recoded: tuple[tuple[str, str], ...] = ()
    retired: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()
    moved_points: int = 0
    tables_changed: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    details: tuple[Message, ...] = ()

    @property
    def message(self) -> Message:
        """Return the sentence that says what was saved."""
        details = {"changed": self.changed, "added": self.added, "removed": self.removed}
        return Message("cells_saved" if self.table == "unit_grid" else "rows_saved", details)


@dataclass(frozen=True)
class GroundChange:
    """What a repair does to one cell: ``code`` (``None`` = not numbered yet), m² that it gains and loses."""

    code: str | None
    gained_m2: float
    lost_m2: float


@dataclass(frozen=True)
class Recoding:
    """A cell that gets another code or area: QGIS's number of its row, the code that it bears now (``None`` = none),
    the one it gets (the same where only the area is put right), the area that it belongs to.
    """

    fid: int
    old: str | None
    new: str
    area_code: str | None


@dataclass(frozen=True, eq=False)
class RepairProposal:
    """A repair that the planner can accept. ``edit``: of the cells of ``near``, ``None`` when only codes change."""

    near: Neighbourhood | None
    edit: CoverageEdit | None
    grounds: tuple[GroundChange, ...]
    recodings: tuple[Recoding, ...]

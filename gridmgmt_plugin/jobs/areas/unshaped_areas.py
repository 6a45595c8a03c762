"""Areas of a file that have no usable shape: which of them leave a hole in the district, and which do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.jobs.intake.placed_shapes import INVALID_RING, MISSING

_SHOWN = 10


@dataclass(frozen=True)
class UnshapedArea:
    """A row without a usable shape. ``number``: under which the user finds it. ``record``: what else it says, its
    ``code`` as the file has it included. ``alone``: no row of its layer has a usable shape.
    """

    path: str
    layer: str
    number: int
    reason: str
    record: Mapping[str, Any]
    alone: bool

    @property
    def code(self) -> str | None:
        """Return the area code, ``None`` where there is no usable one."""
        code: str | None = self.record.get("code")
        return None if area_code_problem(code) is not None else code

    @property
    def shown(self) -> str:
        """Return the row as sentences name it: its number, its code and name where it has them."""
        told = [str(text) for text in (self.record.get("code"), self.record.get("name")) if text]
        return f"{self.number} ({' '.join(told)})" if told else str(self.number)


@dataclass(frozen=True)
class SettledAreas:
    """``left_out``: rows that do not come in. ``derived``: what rows say of areas that get the shape of their parts.
    ``notes``: both, told.
    """

    left_out: tuple[RejectedRow, ...]
    derived: Mapping[str, Mapping[str, Any]]
    notes: tuple[Message, ...]


def settle_unshaped(unshaped: Sequence[UnshapedArea], codes: Sequence[str], *, repair: bool) -> SettledAreas:
    """Return what becomes of rows without a usable shape.

    An area that the file has in parts (communities of a street office) gets the shape of these; a blank row, and a
    row whose code another one with a shape bears, is no area of its own. Any other leaves a hole in the district: no
    unit grid would ever lie there. It is refused with all the rest, unless the planner agrees.

    :param codes: of the areas with a shape, in all layers.
    :raises InputError: ``areas_without_shape``, ``areas_invalid_rings``, ``areas_beyond_repair``.
    """
    there = set(codes)
    derived, out, holes = {}, [], []
    for area in unshaped:
        code = area.code
        if code is not None and code not in there and any(other.startswith(code) for other in there):
            derived[code] = area.record
            continue
        out.append(area)
        if not (code in there or (area.reason == MISSING and not any(area.record.values()))):
            holes.append(area)
    if holes and (not repair or not there or any(area.alone for area in holes)):
        _refuse(holes, repair=repair)
    notes = [_told("areas_without_shape_left_out", layer) for layer in _by_layer(out)]
    if derived:
        notes.append(Message("areas_shaped_by_parts", {"count": len(derived), "shown": some(list(derived))}))
    rejected = tuple(RejectedRow(area.number, str(area.record.get("code") or ""), area.reason) for area in out)
    return SettledAreas(rejected, derived, tuple(notes))


def _refuse(holes: Sequence[UnshapedArea], *, repair: bool) -> None:
    first = next(iter(_by_layer(holes)))
    if any(area.reason != INVALID_RING for area in first):
        raise InputError("areas_without_shape", **_told("", first).details)
    code = "areas_beyond_repair" if repair else "areas_invalid_rings"
    raise InputError(code, count=len(first), shown=some([area.shown for area in first], _SHOWN))


def _by_layer(areas: Sequence[UnshapedArea]) -> list[list[UnshapedArea]]:
    found: dict[tuple[str, str], list[UnshapedArea]] = {}
    for area in areas:
        found.setdefault((area.path, area.layer), []).append(area)
    return list(found.values())


def _told(code: str, areas: Sequence[UnshapedArea]) -> Message:
    rows = some([area.shown for area in areas], _SHOWN)
    return Message(code, {"path": areas[0].path, "layer": areas[0].layer, "count": len(areas), "rows": rows})

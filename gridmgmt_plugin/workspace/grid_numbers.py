"""Codes for grids that are made while painting: the lowest numbers that nobody holds, entered by the save."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.core.codes.areas import normalise_area_code
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.workspace.workspace import Workspace


class GridNumbers:
    """The numbers of one scheme as they were when it was read: of its register, in any state, and of its grids."""

    def __init__(self, workspace: Workspace, scheme: str, digits: int) -> None:
        """Read the register.

        :param digits: how many digits the area codes have that the scheme's grids are numbered under.
        """
        kind = register_kind("responsibility_grid", scheme)
        registered = workspace.read("code_register", ["code"], {"kind": kind}, geometry=False)["code"]
        grids = workspace.read("responsibility_grid", ["code"], {"scheme": scheme}, geometry=False)["code"]
        self._stored = sorted({str(code) for codes in (registered, grids) for code in codes if code})
        self._layout = layout(workspace.info.responsibility_layout)
        self._numbers = NumbersInUse(self._layout, lambda prefix: codes_under(prefix, self._stored))
        self._digits = digits

    def area_of(self, unit_area: str | None) -> str:
        """Return the area under which a grid around a unit grid is numbered."""
        return normalise_area_code(str(unit_area or "")[: self._digits])

    def next(self, area_code: str, besides: Iterable[str]) -> str:
        """Return the lowest free code of an area; ``besides``: codes of grids that are not stored yet.

        :raises InputError: ``code_sequence_full``, or what is wrong with the area code.
        """
        prefix = self._layout.prefix_for_area(area_code)
        return self._layout.code_at(prefix, self._numbers.lowest(prefix, 1, list(besides))[0])

"""A scope: the areas, at any level, that a job is asked to work in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.codes.area_chains import KnownAreas
from gridmgmt_plugin.core.codes.areas import area_code_problem, parent_code
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.ground import areas_in_force, some
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.rows import Rows


@dataclass(frozen=True)
class Scope:
    """``codes``: the areas asked for, none for all; ``within``: these and all areas below them."""

    codes: tuple[str, ...]
    within: frozenset[str]

    @property
    def is_all(self) -> bool:
        """Tell whether nothing was named: the whole workspace."""
        return not self.codes

    def holds(self, area_codes: Iterable[str]) -> np.ndarray:
        """Tell which areas lie in the scope: bool, one per code."""
        return np.array([self.is_all or code in self.within for code in area_codes], dtype=bool)


def read_scope(wanted: str | Iterable[str] | None, areas: Rows) -> Scope:
    """Return the scope of codes of areas, separated by commas, semicolons or blanks; padding zeros do not matter.

    :param areas: the ``area`` table with ``code``, ``parent_code`` and validity.
    :raises InputError: ``scope_unknown`` with the codes that no area in force has.
    """
    texts = parts_of(wanted, at_blanks=True) if isinstance(wanted, str) else [str(code) for code in wanted or ()]
    at = areas_in_force(areas)
    codes, parents = columns.texts(areas, "code")[at].tolist(), columns.texts(areas, "parent_code")[at].tolist()
    known = KnownAreas(codes)
    named = tuple(dict.fromkeys(known.stored(text.strip()) for text in texts if text.strip()))
    unknown = [code for code in named if code not in codes]
    if unknown:
        raise InputError("scope_unknown", scope=some(unknown))
    above = {code: parent or _level_above(code) for code, parent in zip(codes, parents)}
    within = {code for code in codes if _is_below(code, set(named), above)}
    return Scope(named, frozenset(within))


def _level_above(code: str) -> str | None:
    return None if area_code_problem(code) else parent_code(code)


def _is_below(code: str, named: set[str], above: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at not in seen:
        if at in named:
            return True
        seen.add(at)
        at = above[at] if at in above else _level_above(at)
    return False

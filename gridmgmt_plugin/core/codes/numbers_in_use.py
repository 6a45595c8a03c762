"""Which numbers of a code layout are in use, and which come next: the one place where free numbers are counted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from gridmgmt_plugin.core.codes.code_text import is_digits
from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.errors import InputError

_AFTER_ANY_CHARACTER = "\U0010ffff"


def codes_under(prefix: str, ascending: Sequence[str]) -> Sequence[str]:
    """Return those of ``ascending`` (sorted texts) that begin with ``prefix``."""
    start = bisect_left(ascending, prefix)
    return ascending[start : bisect_left(ascending, prefix + _AFTER_ANY_CHARACTER, start)]


class NumbersInUse:
    """The numbers that codes hold; those of a prefix are counted when it is first asked for.

    A number is free when no code of its prefix holds it, whatever its tail, and it is not one that the layout
    reserves. Codes that do not fit the layout (from an earlier layout, say) hold none.
    """

    def __init__(self, layout: CodeLayout, under: Callable[[str], Iterable[str]]) -> None:
        """Count in ``layout``; ``under`` returns the codes that there are at first under a prefix."""
        self._layout = layout
        self._under = under
        self._holders: dict[str, np.ndarray] = {}  # prefix → how many codes hold each number

    def enter(self, code: str) -> None:
        """Count ``code`` as well: one that ``under`` does not return for a prefix first asked for."""
        self._count(code, 1)

    def give_back(self, code: str) -> None:
        """Count ``code`` no longer."""
        self._count(code, -1)

    def free(self, prefix: str, besides: Iterable[str] = ()) -> np.ndarray:
        """Return the free numbers of a prefix, int64, ascending; ``besides``: further codes that hold theirs."""
        part = self._layout.sequence_part
        usable = self._held_under(prefix) == 0
        usable[self._numbers(code for code in besides if code.startswith(prefix))] = False
        usable[: part.first] = False
        usable[list(part.reserved)] = False
        return np.flatnonzero(usable)

    def lowest(self, prefix: str, wanted: int, besides: Iterable[str] = ()) -> list[int]:
        """Return the ``wanted`` lowest free numbers of a prefix, ascending; see :meth:`free`.

        :raises InputError: ``code_sequence_full``.
        """
        free = self.free(prefix, besides)
        if len(free) < wanted:
            raise InputError(
                "code_sequence_full",
                prefix=prefix,
                wanted=wanted,
                free=len(free),
                capacity=self._layout.capacity,
                layout=self._layout.label,
            )
        return [int(number) for number in free[:wanted]]

    def _count(self, code: str, step: int) -> None:
        number = self._number(code)
        if number is not None:
            self._held_under(code[: self._layout.prefix_length])[number] += step

    def _held_under(self, prefix: str) -> np.ndarray:
        holders = self._holders.get(prefix)
        if holders is None:
            numbers = self._numbers(self._under(prefix))
            holders = np.bincount(numbers, minlength=self._layout.sequence_part.last + 1).astype(np.int32)
            self._holders[prefix] = holders
        return holders

    def _numbers(self, codes: Iterable[str]) -> np.ndarray:
        numbers = (self._number(code) for code in codes)
        return np.array([number for number in numbers if number is not None], dtype=np.int64)

    def _number(self, code: str) -> int | None:
        part, start = self._layout.sequence_part, self._layout.prefix_length
        text = code[start : start + part.length]
        if len(code) != self._layout.length or not is_digits(text) or int(text) > part.last:
            return None
        return int(text)

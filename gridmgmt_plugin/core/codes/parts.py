"""A code layout: the parts of a code, how to take a code apart, put one together and say what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Union

from gridmgmt_plugin.core.codes.areas import LEVELS, area_parts
from gridmgmt_plugin.core.codes.code_text import is_digits, text_problem
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message, is_chinese

SEQUENCE = "sequence"
# Who keeps the code of a cell that is split: its largest part unless the planner names another, or none.
LARGER_KEEPS = "larger_keeps"
BOTH_NEW = "both_new"
SPLIT_POLICIES = (LARGER_KEEPS, BOTH_NEW)
# Between the key of a layout and the value that a workspace has in the part beside its areas.
VALUE_MARK = ":"
PartValue = Union[str, int]


@dataclass(frozen=True)
class CodePart:
    """One stretch of a code: ``length`` digits between ``first`` and ``last``, or text that fits ``pattern``.

    ``reserved`` are numbers of a sequence that are valid but never given out (``00`` = not divided). ``value``: what
    all codes of one workspace have here, ``None`` where they differ.
    """

    name: str
    length: int
    first: int = 0
    last: int = 0
    pattern: str | None = None
    reserved: tuple[int, ...] = ()
    value: str | None = None

    @property
    def title(self) -> Message:
        """Return the part's name in the reader's language."""
        return Message(f"code_part_{self.name}")

    def accepts(self, text: str) -> bool:
        """Tell whether ``text`` is a value of this part."""
        if self.pattern is not None:
            return len(text) == self.length and re.fullmatch(self.pattern, text) is not None
        return len(text) == self.length and is_digits(text) and self.first <= int(text) <= self.last

    def write(self, value: PartValue) -> str:
        """Return ``value`` as it stands in a code, a number padded with zeros.

        :raises InputError: ``code_part_value`` when it is not a value of this part.
        """
        text = f"{value:0{self.length}d}" if isinstance(value, int) else value
        if not self.accepts(text):
            raise InputError("code_part_value", part=self.title, part_value=value, allowed=self.allowed)
        return text

    @property
    def allowed(self) -> str:
        """Return the accepted values as a planner reads them: ``001–999``, or the pattern."""
        if self.pattern is not None:
            return self.pattern
        return f"{self.first:0{self.length}d}–{self.last:0{self.length}d}"


@dataclass(frozen=True)
class ParsedCode:
    """A code taken apart: part name → text, the sequence as a number, what stands before and after it."""

    code: str
    parts: Mapping[str, str]
    prefix: str
    sequence: int
    tail: str

    def __getitem__(self, name: str) -> str:
        return self.parts[name]


@dataclass(frozen=True)
class CodeLayout:
    """How codes of one kind are built. A layout is chosen by the user, never guessed from the length of a code:
    old and new component codes have 16 digits both.

    ``split_policy``: the default of the layout, one of ``SPLIT_POLICIES``. ``standard``: its number, or
    ``None`` for a layout that no standard names.
    """

    key: str
    kind: str
    title_zh: str
    title_en: str
    standard: str | None
    split_policy: str
    parts: tuple[CodePart, ...]

    @cached_property
    def length(self) -> int:
        """Return the number of characters of a code."""
        return sum(part.length for part in self.parts)

    @cached_property
    def sequence_part(self) -> CodePart:
        """Return the part that counts."""
        return next(part for part in self.parts if part.name == SEQUENCE)

    @cached_property
    def prefix_parts(self) -> tuple[CodePart, ...]:
        """Return the parts before the sequence: numbers are counted within one value of them."""
        return self.parts[: self.parts.index(self.sequence_part)]

    @cached_property
    def tail_parts(self) -> tuple[CodePart, ...]:
        """Return the parts after the sequence; none in most layouts."""
        return self.parts[len(self.prefix_parts) + 1 :]

    @cached_property
    def parts_beside_area(self) -> tuple[str, ...]:
        """Return the names of the parts before the sequence that no area code holds; none in most layouts."""
        return tuple(part.name for part in self.prefix_parts if part.name not in LEVELS and part.value is None)

    def with_value(self, value: str) -> CodeLayout:
        """Return the layout of a workspace whose codes all have one value in the part that no area code holds.

        :raises InputError: ``layout_without_object`` when there is no such part, or ``code_part_value``.
        """
        beside = self.parts_beside_area
        if len(beside) != 1:
            raise InputError("layout_without_object", layout=self.label, value=value)
        parts = tuple(
            replace(part, value=part.write(value)) if part.name == beside[0] else part for part in self.parts
        )
        return replace(self, key=f"{self.key}{VALUE_MARK}{value}", parts=parts)

    @cached_property
    def prefix_length(self) -> int:
        """Return the number of characters before the sequence."""
        return sum(part.length for part in self.prefix_parts)

    @cached_property
    def capacity(self) -> int:
        """Return how many numbers one prefix can ever give out."""
        part = self.sequence_part
        return part.last - part.first + 1 - len(part.reserved)

    @cached_property
    def label(self) -> str:
        """Return the name used in messages, the same in every language: ``GB/T 30428.1-2013 (6+3+3+3)``."""
        return f"{self.standard or self.key} ({'+'.join(str(part.length) for part in self.parts)})"

    def title(self, language: str = "en") -> str:
        """Return the title in ``language``."""
        return self.title_zh if is_chinese(language) else self.title_en

    def problem(self, code: Any) -> Message | None:
        """Return what is wrong with ``code``, where in it and what is expected, or ``None`` for a good code."""
        if self._is_good_number(code):
            return None
        found = text_problem(code)
        if found is not None:
            return found
        if len(code) != self.length:
            return Message(
                "code_wrong_length",
                {"value": code, "length": len(code), "expected": self.length, "layout": self.label},
            )
        return self._parts_problem(code, self.parts, 0)

    def validate(self, code: Any) -> None:
        """Do nothing for a good code.

        :raises InputError: ``code_missing``, ``code_not_text``, ``code_scientific_form``, ``code_has_space``,
            ``code_other_digit``, ``code_wrong_length``, ``code_not_digit`` or ``code_part_out_of_range``, with the
            part and the position (from 1) in its details.
        """
        found = self.problem(code)
        if found is not None:
            raise InputError(found.code, **found.details)

    def fits(self, code: Any) -> bool:
        """Tell whether ``code`` is a good code of this layout."""
        return self.problem(code) is None

    def parse(self, code: Any) -> ParsedCode:
        """Take ``code`` apart; ``format(**parse(code).parts)`` gives it back.

        :raises InputError: as :meth:`validate`.
        """
        self.validate(code)
        parts, start = {}, 0
        for part in self.parts:
            parts[part.name] = code[start : start + part.length]
            start += part.length
        end = self.prefix_length + self.sequence_part.length
        return ParsedCode(code, MappingProxyType(parts), code[: self.prefix_length], int(parts[SEQUENCE]), code[end:])

    def format(self, **parts: PartValue) -> str:
        """Put a code together from a value for every part, numbers or text.

        :raises InputError: ``code_part_value`` when a value does not fit its part.
        :raises TypeError: when a part is missing or not of this layout (a mistake of the caller).
        """
        self._require(self.parts, parts)
        return "".join(part.write(parts[part.name]) for part in self.parts)

    def prefix(self, **parts: PartValue) -> str:
        """Put together what stands before the sequence.

        :raises InputError: ``code_part_value`` when a value does not fit its part.
        :raises TypeError: when a part is missing or does not stand before the sequence.
        """
        self._require(self.prefix_parts, parts)
        return "".join(part.write(parts[part.name]) for part in self.prefix_parts)

    def prefix_for_area(self, area_code: str, **others: PartValue) -> str:
        """Return the prefix of codes in an area of any level; ``others`` are parts that no area code holds.

        A level that the area does not have becomes zeros (community part ``000``); a level that the layout does
        not have is left out (a 12-digit responsibility grid is numbered within its street office).

        :raises InputError: as :func:`~gridmgmt_plugin.core.codes.areas.area_parts`, or ``code_part_value``.
        :raises TypeError: when a part is neither in the area code nor in ``others``.
        """
        names = {part.name for part in self.prefix_parts}
        known: dict[str, PartValue] = {name: value for name, value in area_parts(area_code).items() if name in names}
        known.update({part.name: part.value for part in self.prefix_parts if part.value is not None})
        return self.prefix(**{**known, **others})

    def code_at(self, prefix: str, number: int, tail: str = "") -> str:
        """Return the code with sequence ``number``; ``prefix`` and ``tail`` must be good (not checked again).

        :raises InputError: ``code_part_value`` when the sequence cannot hold the number.
        """
        return prefix + self.sequence_part.write(number) + tail

    def validate_prefix(self, prefix: Any) -> None:
        """Do nothing when codes can be counted under ``prefix``.

        :raises InputError: ``code_prefix_wrong_length``, or as :meth:`validate`.
        """
        found = text_problem(prefix)
        if found is None and len(prefix) != self.prefix_length:
            found = Message(
                "code_prefix_wrong_length",
                {"prefix": prefix, "length": len(prefix), "expected": self.prefix_length, "layout": self.label},
            )
        found = found or self._parts_problem(prefix, self.prefix_parts, 0)
        if found is not None:
            raise InputError(found.code, **found.details)

    @cached_property
    def _numbers(self) -> tuple[tuple[int, int, int, int], ...] | None:
        """Where each part begins and ends and its first and last number; ``None`` when a part is no number."""
        ends = list(accumulate(part.length for part in self.parts))
        if any(part.pattern is not None for part in self.parts):
            return None
        return tuple((end - part.length, end, part.first, part.last) for part, end in zip(self.parts, ends))

    def _is_good_number(self, code: Any) -> bool:
        """Tell whether a code is all digits and good: most are, and this is asked of every code in a workspace."""
        numbers = self._numbers
        if numbers is None or not isinstance(code, str) or len(code) != self.length or not is_digits(code):
            return False
        return all(first <= int(code[start:end]) <= last for start, end, first, last in numbers)

    def _parts_problem(self, code: str, parts: tuple[CodePart, ...], start: int) -> Message | None:
        for part in parts:
            value = code[start : start + part.length]
            if not part.accepts(value):
                return self._part_problem(code, part, start, value)
            start += part.length
        return None

    def _part_problem(self, code: str, part: CodePart, start: int, value: str) -> Message:
        details = {"value": code, "part": part.title, "part_value": value, "allowed": part.allowed}
        if part.pattern is None and not is_digits(value):
            offset = next(i for i, character in enumerate(value) if not is_digits(character))
            return Message("code_not_digit", {**details, "position": start + offset + 1, "character": value[offset]})
        return Message("code_part_out_of_range", {**details, "position": start + 1, "end": start + part.length})

    def _require(self, wanted: tuple[CodePart, ...], given: Mapping[str, PartValue]) -> None:
        names = [part.name for part in wanted]
        if set(names) != set(given):
            raise TypeError(f"{self.key} needs the parts {names}, not {list(given)}")

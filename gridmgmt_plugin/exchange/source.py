"""What a file that came in holds: its rows as they stand, where it says it lies, how its text was decoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gridmgmt_plugin.core.codes.damaged_codes import DamagedCodes
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.row_problems import RowProblems

_HALF = re.compile("[\ud800-\udfff]")


def _no_numbers() -> np.ndarray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Source:
    """A table or layer as it stands in a file; nothing in it is repaired, nothing left out.

    ``rows``: the columns as read (text as ``str``, blanks and words for nothing as ``None``, dates of a layer as ISO
    8601 text) and the geometries, two-dimensional. ``name``: file stem, layer or sheet. ``path``: as the user gave
    it. ``crs_wkt``: what the file says about its reference system, ``None`` when it says nothing. ``encoding``: the
    codec of its text. ``notes``: what the user should know about the file as a whole. ``row_numbers``: int64 array,
    the number under which the user finds each row (line of a text table, row of a sheet, feature id of a layer).
    ``problems``: what is wrong with single rows. ``titles``: column → what a reader knows it by, where it has one.
    ``damaged``: column → which of its codes a spreadsheet damaged, of the columns that were looked at for that.
    """

    rows: Rows
    name: str
    path: str
    crs_wkt: str | None
    encoding: str
    notes: tuple[Message, ...] = ()
    row_numbers: np.ndarray = field(default_factory=_no_numbers)
    problems: RowProblems = field(default_factory=RowProblems)
    titles: Mapping[str, str] = field(default_factory=dict)
    damaged: Mapping[str, DamagedCodes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the columns in the order of the file."""
        return tuple(self.rows.columns)

    def title_of(self, name: str) -> str:
        """Return how a sentence or a list names the column ``name``."""
        return self.titles.get(name, name)

    def as_own(self, table: str, language: str) -> Source:
        """Return the same as a layer of the workspace itself: it lies in the workspace's frame, whatever its file is
        able to say of that, and its columns have the titles of ``table``."""
        titles = {name: Title(f"{table}.{name}").text(language) for name in self.field_names}
        notes = tuple(note for note in self.notes if note.code != "crs_missing")
        return replace(self, notes=notes, titles=titles)


class WholeNeededError(Exception):
    """Raised where the rows of a part alone do not tell what they say: 3/7/2025 among other dates."""


@dataclass(frozen=True)
class SourceParts:
    """A large table that is never in memory whole. ``shown``: the rows by which its columns are judged, the same
    whatever the size of the parts; iterating yields the parts, once, or raises :class:`WholeNeededError`. ``whole``
    reads all of it at once, where a part alone cannot be understood. ``holds_codes(column)``, called before the parts
    are read, has a column looked at for damaged codes that does not bear the name of one.
    """

    shown: Source
    parts: Iterable[Source]
    whole: Callable[[], Source]
    holds_codes: Callable[[str], None]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.parts)


def with_real_characters(source: Source) -> Source:
    """Return the source with U+FFFD for halves of characters, which no table and no file can hold."""
    cleaned: dict[str, np.ndarray] = {}
    count = 0
    for name, column in source.rows.columns.items():
        texts = [value for value in column if type(value) is str]
        bad = _HALF.search("".join(texts)) is not None
        count += sum(_HALF.search(text) is not None for text in texts) if bad else 0
        whole = as_column(_HALF.sub("\ufffd", v) if type(v) is str else v for v in column) if bad else column
        cleaned[_HALF.sub("\ufffd", name)] = whole
    if not count and list(cleaned) == list(source.rows.columns):
        return source
    notes = (*source.notes, Message("bytes_unreadable", {"count": count, "encoding": source.encoding}))
    return replace(source, rows=replace(source.rows, columns=cleaned), notes=notes if count else source.notes)


@dataclass(frozen=True)
class LayerInfo:
    """A layer or sheet of a file: ``geometry`` is GDAL's type name (``None`` for a table), ``rows`` −1 if unknown."""

    name: str
    geometry: str | None
    rows: int


def layer_needed(name: str, layers: Iterable[str]) -> InputError:
    """Return the refusal of a file with several layers or sheets; its detail ``parts`` holds their names."""
    parts = tuple(layers)
    return InputError("layer_needed", name=name, layers=", ".join(parts), parts=parts)

"""What is counted: how many rows of the largest tables name each unit grid and each lane."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Optional

#: Table → the columns by which its rows are counted.
COUNTED: Mapping[str, tuple[str, ...]] = dict.fromkeys(("component", "cases"), ("unit_grid", "lane_code"))
#: More unit grids or lanes than these are not told one by one, nor those of more rows.
MOST_PLACES = 100
#: Seconds after which all is counted again, whatever is known of what was written.
KEPT_S = 600.0
# Rows in no unit grid are counted as well.
_WITH_EMPTY = "unit_grid"

#: Table → column → the codes whose rows may be others in number, ``None``: any. "" stands for rows without a code.
Places = Mapping[str, Mapping[str, Optional[Collection[str]]]]


def counted_among(table: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Return those of the columns by which rows of the table are counted."""
    return tuple(name for name in COUNTED.get(table, ()) if name in columns)


def all_places(tables: Iterable[str]) -> dict[str, dict[str, Collection[str] | None]]:
    """Return the places of which it is not known where in the tables something was written."""
    return {table: dict.fromkeys(COUNTED[table]) for table in tables if table in COUNTED}


def question(table: str, column: str, codes: Collection[str] | None = None) -> tuple[str, tuple[Any, ...]]:
    """Return what asks for codes and how many rows have each, with its values: of all, or of those given."""
    # As the column stands, so that an index answers and no row is looked at.
    counting = f"SELECT {column}, count(*) FROM {table}"  # noqa: S608  names of ours
    is_empty_asked = column == _WITH_EMPTY
    if codes is None:
        return f"{counting}{'' if is_empty_asked else f' WHERE {column} IS NOT NULL'} GROUP BY 1", ()
    named = sorted(codes)
    empty = f" OR {column} IS NULL" if is_empty_asked and "" in codes else ""
    return f"{counting} WHERE {column} IN ({', '.join('?' * len(named))}){empty} GROUP BY 1", tuple(named)


def by_code(rows: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Return the answer to :func:`question`: code → how many rows."""
    counts: dict[str, int] = {}
    for code, count in rows:
        counts[code or ""] = counts.get(code or "", 0) + count
    return counts

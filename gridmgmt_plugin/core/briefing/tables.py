"""The tables of a briefing: one reading of its content for page, workbook and paper, so that they agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Union

from gridmgmt_plugin.core.briefing.content import Briefing, Share
from gridmgmt_plugin.core.briefing.words import NOTHING, age_labels, change, is_word, weekdays, word
from gridmgmt_plugin.core.titles import LAYERS, column_titles
from gridmgmt_plugin.core.value_lists import value_label

Cell = Union[str, int, float, None]
#: Kinds of columns: how their cells are written.
TEXT, COUNT, PERCENT, HOURS, CHANCE = "text", "count", "percent", "hours", "chance"
_PERCENT = 100.0


@dataclass(frozen=True)
class Column:
    """A column: its ``heading`` and the ``kind`` of its cells."""

    heading: str
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """A table: ``key`` names it in every language, ``rows`` hold a cell for each column."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def written(cell: Cell, kind: str) -> str:
    """Return a cell as people read it."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if kind == COUNT:
        return f"{cell:,}"
    return {PERCENT: f"{cell:.1f}", HOURS: f"{cell:.1f}", CHANCE: f"{cell:.3f}"}.get(kind, str(cell))


def briefing_tables(content: Briefing, language: str) -> tuple[Table, ...]:
    """Return all tables of a briefing in ``language``, the most important first."""
    made = (
        _figures(content, language),
        _rates(content, language),
        _classes(content, language),
        _areas(content, language),
        _places(content, language),
        _hot(content, language),
        _come_back(content, language),
        _ages(content, language),
        _shares("states", "state", content.states, language),
        _shares("sources", "source", content.sources, language),
        _shares("departments", "department", content.departments, language),
        _days(content, language),
        _hours(content, language),
        _table(
            "notes", ((word("note", language), TEXT),), ((one.text(language),) for one in content.notes), language
        ),
    )
    return tuple(made)


def table_of(tables: Iterable[Table], key: str) -> Table:
    """Return a table by its key."""
    return next(one for one in tables if one.key == key)


def _table(key: str, columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[Cell]], language: str) -> Table:
    heads = tuple(Column(heading, kind) for heading, kind in columns)
    return Table(key, word(f"table_{key}", language), heads, tuple(tuple(row) for row in rows))


def _headings(language: str, *columns: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the headings of columns: as layers of results call them, else in words of briefings."""
    known = column_titles(LAYERS, language)
    return [(word(key, language) if is_word(key) else known[key], kind) for key, kind in columns]


def _figures(content: Briefing, language: str) -> Table:
    columns = _headings(
        language,
        *(("figure", TEXT), ("period", COUNT), ("before", COUNT), ("change", TEXT), ("earlier", COUNT)),
        ("change", TEXT),
    )
    titles = column_titles(LAYERS, language)
    rows = [
        (titles[one.key], one.value, one.before, _change(one.value, one.before), one.earlier,
         _change(one.value, one.earlier))
        for one in content.figures
    ]  # fmt: skip
    return _table("figures", columns, rows, language)


def _change(value: int, other: int | None) -> str | None:
    return None if not other else change(value, other)


def _rates(content: Briefing, language: str) -> Table:
    columns = _headings(
        language, ("rate", TEXT), ("period", PERCENT), ("before", PERCENT), ("of", COUNT), ("among", COUNT)
    )
    titles = column_titles(LAYERS, language)
    rows = [(titles[one.key], one.value, one.before, one.of, one.among) for one in content.rates]
    return _table("rates", columns, rows, language)


def _classes(content: Briefing, language: str) -> Table:
    columns = _headings(
        language,
        *(("class", TEXT), ("code", TEXT), ("kind", TEXT), ("period", COUNT), ("before", COUNT)),
        ("share", PERCENT),
    )
    whole = sum(one.count for one in content.classes)
    rows = [
        (
            one.name.text(language),
            one.code,
            _kind(one, language),
            one.count,
            one.before,
            round(_PERCENT * one.count / whole, 2),
        )
        for one in content.classes
    ]
    return _table("classes", columns, rows, language)


def _kind(one: Share, language: str) -> str | None:
    return value_label("case_kind", one.kind, language) if one.kind else None


def _areas(content: Briefing, language: str) -> Table:
    columns = _headings(
        language,
        *(("name", TEXT), ("code", TEXT), ("filed", COUNT), ("closed", COUNT), ("overdue", COUNT)),
        *(("closing_rate", PERCENT), ("closing_in_time_rate", PERCENT), ("closing_hours", HOURS)),
        *(("rank", COUNT), ("rank_before", COUNT)),
    )
    rows = [
        (one.name, one.code, one.filed, one.closed, one.overdue, one.closing_rate, one.closing_in_time_rate,
         one.closing_hours, one.rank, one.rank_before)
        for one in content.areas
    ]  # fmt: skip
    return _table("areas", columns, rows, language)


def _places(content: Briefing, language: str) -> Table:
    columns = _headings(
        language, ("name", TEXT), ("code", TEXT), ("period", COUNT), ("before", COUNT), ("mainly", TEXT)
    )
    rows = [
        (one.name or None, one.code, one.count, one.before, one.mainly.text(language) or None)
        for one in content.places
    ]
    return _table("places", columns, rows, language)


def _hot(content: Briefing, language: str) -> Table:
    columns = _headings(
        language, ("hot_place", TEXT), ("mainly", TEXT), ("lane_name", TEXT), ("responsibility_grid", TEXT)
    )
    rows = [
        (one.name.text(language), one.mainly.text(language) or None, one.lane or None, one.grid or None)
        for one in content.hot
    ]
    return _table("hot", columns, rows, language)


def _come_back(content: Briefing, language: str) -> Table:
    columns = _headings(
        language,
        *(("place", TEXT), ("class", TEXT), ("unit_grid", TEXT), ("times", COUNT), ("not_held", COUNT)),
        *(("last", TEXT), ("p", CHANCE)),
    )
    rows = [
        (
            one.place,
            one.mainly.text(language) or None,
            one.unit_grid or None,
            one.times,
            one.not_held,
            one.last,
            one.p,
        )
        for one in content.come_back
    ]
    return _table("come_back", columns, rows, language)


def _ages(content: Briefing, language: str) -> Table:
    columns = _headings(language, ("age", TEXT), ("count", COUNT))
    return _table("ages", columns, zip(age_labels(language), content.ages), language)


def _shares(key: str, heading: str, shares: Sequence[Share], language: str) -> Table:
    columns = _headings(language, (heading, TEXT), ("period", COUNT), ("before", COUNT))
    return _table(key, columns, ((one.name.text(language), one.count, one.before) for one in shares), language)


def _days(content: Briefing, language: str) -> Table:
    columns = _headings(language, ("when", TEXT), ("count", COUNT))
    return _table("days", columns, zip(map(str, content.moments), content.per_moment.tolist()), language)


def _hours(content: Briefing, language: str) -> Table:
    columns = [(word("weekday", language), TEXT), *((str(hour), COUNT) for hour in range(content.by_hour.shape[1]))]
    rows = [(day, *counts) for day, counts in zip(weekdays(language), content.by_hour.tolist())]
    return _table("hours", columns, rows, language)

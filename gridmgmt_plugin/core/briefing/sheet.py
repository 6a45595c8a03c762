"""What stands on the paper of a briefing: a text for every label, a drawing for every picture, rows for every table.

Columns of the one page that a template shows: its labels and pictures name them, its tables go by ``table_`` and the
key of the table.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from gridmgmt_plugin.core.briefing.content import Briefing
from gridmgmt_plugin.core.briefing.drawing import charts, legend, on_paper
from gridmgmt_plugin.core.briefing.map_drawing import count_classes
from gridmgmt_plugin.core.briefing.summary import headline
from gridmgmt_plugin.core.briefing.tables import Table, briefing_tables, table_of, written
from gridmgmt_plugin.core.briefing.words import briefing_data, word
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import is_chinese

_BULLET = "· "
# Class and lane; there is no room for codes of grids.
_TOLD_OF_PLACES = 2


def sheet_texts(content: Briefing, language: str, font: str) -> dict[str, str]:
    """Return the columns of the page: texts by name, titles of tables as ``title_<key>``, pictures as
    ``picture_<key>`` in the form in which layouts take them. ``font``: of the texts in pictures.
    """
    head, tables = headline(content, language), briefing_tables(content, language)
    found = {
        "title": head.title,
        "days": head.days,
        "compared": head.compared,
        "made_on": head.made_on,
        "mark": content.classification,
        "count": f"{head.count:,}",
        "unit": head.unit,
        "lines": "\n".join(head.lines),
        "map_title": word("map_title", language, level=word(f"level_{content.level}", language)),
        "hot": _hot_places(table_of(tables, "hot"), language),
        "notes": _listed(_cut(table_of(tables, "notes"), briefing_data()["paper_notes"], language), language),
    }
    found |= {f"title_{table.key}": table.title for table in tables}
    ink = on_paper(font)
    keys = [(one.colour, one.label(language)) for one in count_classes(content.map.counts)]
    if content.map.hot.any():
        keys.append((briefing_data()["hot_colour"], word("hot", language)))
    drawn = {**charts(content, language, ink), "legend": legend(keys, ink)}
    return {**found, **{f"picture_{key}": _as_source(svg) for key, svg in drawn.items()}}


def sheet_tables(content: Briefing, language: str) -> Mapping[str, Table]:
    """Return the tables by their keys, as many rows as there is room for; the last one says how many are left."""
    room = briefing_data()["paper_rows"]
    tables = {one.key: one for one in briefing_tables(content, language)}
    return {key: _cut(table, room[key], language) for key, table in tables.items() if key in room}


def _cut(table: Table, room: int, language: str) -> Table:
    if len(table.rows) <= room:
        return table
    left = len(table.rows) - room + 1
    rest = (word("more_rows", language, count=left), *("" for _ in table.columns[1:]))
    return Table(table.key, table.title, table.columns, (*table.rows[: room - 1], rest))


def _listed(table: Table, language: str) -> str:
    lines = [f"{_BULLET}{written(row[0], table.columns[0].kind)}" for row in table.rows]
    return "\n".join(lines) or word("empty", language)


def _hot_places(table: Table, language: str) -> str:
    """Return the hot places line by line, each with its class and lane, for which there is room."""
    lines = []
    for name, *facts in table.rows:
        told = listing(fact for fact in facts[:_TOLD_OF_PLACES] if fact)
        about = told if is_chinese(language) else told.with_commas()
        lines.append(f"{_BULLET}{name} – {about}" if told else f"{_BULLET}{name}")
    return "\n".join(lines) or word("empty", language)


def _as_source(svg: str) -> str:
    return "base64:" + base64.b64encode(svg.encode("utf-8")).decode("ascii")

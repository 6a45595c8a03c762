"""The briefing as one file of HTML: map, charts and tables in it, nothing fetched from anywhere.

Its own rules for what it may load (Content-Security-Policy) forbid everything but what stands in it, so that it can
be passed on and opened on any closed network.
"""

from __future__ import annotations

from html import escape

from gridmgmt_plugin.core.briefing.content import Briefing
from gridmgmt_plugin.core.briefing.drawing import ON_SCREEN, charts
from gridmgmt_plugin.core.briefing.map_drawing import count_classes, draw_map
from gridmgmt_plugin.core.briefing.summary import headline
from gridmgmt_plugin.core.briefing.tables import TEXT, Cell, Column, Table, briefing_tables, table_of, written
from gridmgmt_plugin.core.briefing.words import briefing_data, word
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import resource_path

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
# Which part of a line a section takes; charts stand in that of their table's key.
_PLACES = (
    ("areas", "wide", True), ("days", "half", False), ("hours", "half", False), ("rates", "half", True),
    ("classes", "half", False), ("places", "half", True), ("ages", "half", False), ("come_back", "wide", True),
    ("classes", "wide", True), ("states", "third", True), ("sources", "third", True), ("departments", "third", True),
)  # fmt: skip


def briefing_page(content: Briefing, language: str) -> str:
    """Return the page in ``language``."""
    tables = briefing_tables(content, language)
    drawn = charts(content, language, ON_SCREEN)
    sections = [
        _map_section(content, language),
        _section("beside-map", "glance", _glance(content, tables, language)),
    ]
    for key, place, is_table in _PLACES:
        table = table_of(tables, key)
        inside = _table_html(table, language) if is_table else drawn[key]
        sections.append(_section(place, f"{key}-{'table' if is_table else 'chart'}", _heading(table.title) + inside))
    notes = table_of(tables, "notes")
    told = "".join(f"<li>{escape(str(row[0]))}</li>" for row in notes.rows)
    if told:
        sections.append(_section("wide", "notes", f'{_heading(notes.title)}<ul class="notes">{told}</ul>'))
    return _whole(content, language, "\n".join(sections))


def _whole(content: Briefing, language: str, inside: str) -> str:
    top = headline(content, language)
    mark = f'<div class="mark">{escape(content.classification)}</div>' if content.classification else ""
    style, script = (resource_path(f"briefing/page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    return f"""<!DOCTYPE html>
<html lang="{"zh-CN" if tongue_of(language) == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(top.title)} {escape(top.days)}</title>
<style>
{style}{_colours(content)}
</style>
</head>
<body>
{mark}
<header><h1>{escape(top.title)}</h1>
<p class="when">{escape(top.days)}</p><p class="small">{escape(top.compared)}　{escape(top.made_on)}</p></header>
<main>
{inside}
</main>
<script>
{script}</script>
</body>
</html>
"""


def _colours(content: Briefing) -> str:
    """Return the rules for the classes of the map."""
    rules = [f":root{{--hot:{briefing_data()['hot_colour']}}}"]
    for at, one in enumerate(count_classes(content.map.counts)):
        rules.append(f".map .p.c{at}{{fill:{one.colour}}}.map .l.c{at}{{stroke:{one.colour}}}")
        rules.append(f".legend .c{at}{{background:{one.colour}}}")
    return "\n".join(rules)


def _section(place: str, name: str, inside: str) -> str:
    return f'<section class="{place}" id="{name}">{inside}</section>'


def _heading(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _map_section(content: Briefing, language: str) -> str:
    keys = [
        f'<li><i class="c{at}"></i>{escape(one.label(language))}</li>'
        for at, one in enumerate(count_classes(content.map.counts))
    ]
    if content.map.hot.any():
        keys.append(f'<li><i style="border:2px solid var(--hot)"></i>{escape(word("hot", language))}</li>')
    title = word("map_title", language, level=word(f"level_{content.level}", language))
    legend = f'<ul class="legend">{"".join(keys)}</ul>'
    return _section("map-place", "map", _heading(title) + draw_map(content.map, language) + legend)


def _glance(content: Briefing, tables: tuple[Table, ...], language: str) -> str:
    top = headline(content, language)
    figures, hot = table_of(tables, "figures"), table_of(tables, "hot")
    told = "".join(f"<p>{escape(line)}</p>" for line in top.lines)
    count = f'<p><span class="big" data-v="{top.count}">{top.count:,}</span> {escape(top.unit)}</p>'
    return (
        f"{_heading(figures.title)}{count}{told}{_table_html(figures, language)}"
        f"<h2>{escape(hot.title)}</h2>{_table_html(hot, language)}"
    )


def _table_html(table: Table, language: str) -> str:
    """Return a table that sorts by a click on a heading; long ones are printed in part."""
    if not table.rows:
        return f'<p class="small">{escape(word("empty", language))}</p>'
    heads = "".join(
        f'<th{_number_class(one)}><button type="button">{escape(one.heading)}</button></th>' for one in table.columns
    )
    printed = briefing_data()["printed_rows"]
    rows = "".join(
        f"<tr{' class=more' if at >= printed else ''}>{''.join(map(_cell, row, table.columns))}</tr>"
        for at, row in enumerate(table.rows)
    )
    head = f"<thead><tr>{heads}</tr></thead>"
    return f'<table data-table="{table.key}">{head}<tbody>{rows}</tbody></table>'


def _cell(cell: Cell, column: Column) -> str:
    value = "" if cell is None else f' data-v="{escape(str(cell))}"'
    return f"<td{_number_class(column)}{value}>{escape(written(cell, column.kind))}</td>"


def _number_class(column: Column) -> str:
    return "" if column.kind == TEXT else ' class="n"'

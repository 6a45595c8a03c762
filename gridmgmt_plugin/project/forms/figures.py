"""What a form works out: load and neighbours of a grid, who answers today, an area at a glance, what was logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qgis.core import QgsAggregateCalculator, QgsFeature, QgsFeatureRequest, QgsGeometry

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.times import weekday_mask
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.forms.conditions import all_of, begins, equals, one_of
from gridmgmt_plugin.project.forms.description import ListDescription, list_descriptions
from gridmgmt_plugin.project.forms.logged_values import ledger_columns, listed_attributes, logged_values
from gridmgmt_plugin.project.forms.names import Names
from gridmgmt_plugin.project.forms.row_facts import in_force, row_name
from gridmgmt_plugin.project.forms.schemes import scheme_columns, scheme_of, scheme_titles
from gridmgmt_plugin.project.forms.short_lists import ListSource, Row, ShortList, answering_order, word
from gridmgmt_plugin.project.postponed import open_to_read
from gridmgmt_plugin.workspace.schema import scheme_column, tables

_OPEN = "coalesce(\"status\", '') NOT IN ('closed', 'void')"
_EVERYTHING = "TRUE"
_HECTARE_M2, _KILOMETRE_M2 = 10_000.0, 1_000_000.0
# Outlines of grids that touch lie this near, metres; a corner that touches is no neighbour.
_REACH_M, _SHARED_M = 0.05, 1.0


def read_list(source: ListSource, description: ListDescription, feature: QgsFeature) -> ShortList:
    """Return what a list shows for the row of a form, worked out where the list says so."""
    if description.figures is None:
        return source.read(description, feature)
    try:
        return _FIGURES[description.figures](source, feature)
    except KeyError as error:
        if error.args[0] not in tables():
            raise
        return ShortList((), (), 0)  # counted from a table that this planner may not read


def _answers(source: ListSource, unit: QgsFeature) -> ShortList:
    """Return per scheme the grid of a unit grid, and who holds a post there today."""
    layer = source.layers["unit_grid"]
    titles = scheme_titles(source.layers.get("scheme"))
    if "post" not in source.layers:
        return ShortList((), (), 0)
    names = Names(source.layers, "post", source.language)
    headings = tuple(word(key, source.language) for key in ("scheme", "grid", "role", "person", "turn", "hours"))
    rows: list[Row] = []
    for column in scheme_columns(layer):
        code, scheme = unit[column], scheme_of(column)
        if is_null(code) or code == "":
            continue
        title, grid = titles.get(scheme, scheme), names.place("responsibility_grid", str(code), scheme)
        there = all_of(
            [equals("target", "responsibility_grid"), equals("target_code", code), equals("scheme", scheme)]
        )
        held = [post for post in source.features("post", there, _POST_COLUMNS) if _is_today(post)]
        held.sort(key=answering_order)
        for post in held:
            known = post.attributeMap()
            cells = [names.of(name, post[name], known) for name in ("role", "person_id", "turn")]
            rows.append(Row((title, grid, *cells, _hours(post)), "post", f"$id = {post.id()}"))
        if not held:
            own = all_of([equals("scheme", scheme), equals("code", code)])
            rows.append(Row((title, grid, "", word("nobody", source.language), "", ""), "responsibility_grid", own))
    return ShortList(headings, tuple(rows), len(rows))


_POST_COLUMNS = (
    "target", "target_code", "scheme", "person_id", "role", "turn", "weekdays", "start_time", "end_time",
    "valid_from", "valid_to", "section_from", "section_to",
)  # fmt: skip


def _is_today(post: QgsFeature) -> bool:
    """Tell whether a post is in force today, on this weekday."""
    if not in_force(post):
        return False
    try:
        days = weekday_mask(None if is_null(post["weekdays"]) else post["weekdays"])
        return bool(days >> clock.today().weekday() & 1)
    except InputError:  # days that nobody can read: better told than left out
        return True


def _hours(post: QgsFeature) -> str:
    ends = ["" if is_null(post[name]) else str(post[name]) for name in ("start_time", "end_time")]
    return "–".join(ends) if any(ends) else ""


def _load(source: ListSource, grid: QgsFeature) -> ShortList:
    """Return what a responsibility grid has to look after."""
    units = _units_of(source, grid, ["code", "area_m2"])
    area_m2 = sum(0.0 if is_null(unit["area_m2"]) else float(unit["area_m2"]) for unit in units)
    inside = one_of("unit_grid", [unit["code"] for unit in units])
    lines = [
        _number(source, "unit_grids", "unit_grid", _in_grid(grid)),
        _line(source, "area", _area(source, area_m2)),
        _number(source, "components", "component", inside),
        _number(source, "cases", "cases", inside),
        _number(source, "open_cases", "cases", all_of([inside, _OPEN])),
        _line(source, "lanes", _metres(source, _lane_metres(source, grid.geometry()))),
    ]
    return _figures(source, lines)


def _neighbours(source: ListSource, grid: QgsFeature) -> ShortList:
    """Return the grids of the same scheme that share a stretch of border, the longest first."""
    outline, layer = grid.geometry(), source.layers["responsibility_grid"]
    if outline.isEmpty():
        return ShortList((), (), 0)
    request = QgsFeatureRequest().setFilterExpression(equals("scheme", grid["scheme"]))
    request.setFilterRect(outline.boundingBox().buffered(_REACH_M))
    border = QgsGeometry(outline.constGet().boundary()).buffer(_REACH_M, 2)
    found = []
    for other in layer.getFeatures(request):
        shared_m = QgsGeometry(other.geometry().constGet().boundary()).intersection(border).length()
        if other.id() != grid.id() and shared_m > _SHARED_M:
            found.append((shared_m, other))
    found.sort(key=lambda pair: -pair[0])
    rows = tuple(
        Row(
            (row_name("responsibility_grid", other), _metres(source, shared_m)),
            "responsibility_grid",
            f"$id = {other.id()}",
        )
        for shared_m, other in found
    )
    return ShortList((word("neighbour", source.language), word("border", source.language)), rows, len(rows))


def _grid_components(source: ListSource, grid: QgsFeature) -> ShortList:
    return _by_class(source, grid, "unit_grid.components")


def _grid_cases(source: ListSource, grid: QgsFeature) -> ShortList:
    return _by_class(source, grid, "unit_grid.cases")


def _by_class(source: ListSource, grid: QgsFeature, like: str) -> ShortList:
    """Count what lies in the unit grids of a responsibility grid as the list of one unit grid does."""
    codes = [unit["code"] for unit in _units_of(source, grid, ["code"])]
    if list_descriptions()[like].table not in source.layers:
        return ShortList((), (), 0)
    return source.counted(list_descriptions()[like], one_of("unit_grid", codes))


def _area_figures(source: ListSource, area: QgsFeature) -> ShortList:
    """Return what lies in an administrative area and all areas below it."""
    code = str(area["code"])
    is_all = area["level"] == "county"
    inside = _EVERYTHING if is_all else begins("unit_grid", code)
    lines = [_number(source, "unit_grids", "unit_grid", _EVERYTHING if is_all else begins("area_code", code))]
    if area.hasGeometry():
        lines.append(_line(source, "area", _area(source, area.geometry().area())))
    titles = scheme_titles(source.layers.get("scheme"))
    for scheme, title in titles.items():
        there = all_of([equals("scheme", scheme), begins("area_code", code)])
        line = _number(source, "responsibility_grids", "responsibility_grid", there)
        named = f"{line.cells[0]} · {title}" if len(titles) > 1 else line.cells[0]
        lines.append(Row((named, *line.cells[1:]), line.table, line.condition))
    lines += [
        _number(source, "components", "component", inside),
        _number(source, "cases", "cases", inside),
        _number(source, "open_cases", "cases", all_of([inside, _OPEN])),
    ]
    return _figures(source, lines)


def _scheme_figures(source: ListSource, scheme: QgsFeature) -> ShortList:
    """Return how many grids a scheme has, and which unit grids are in none of them."""
    lines = [_number(source, "responsibility_grids", "responsibility_grid", equals("scheme", scheme["key"]))]
    column = scheme_column(str(scheme["key"]))
    units = source.layers.get("unit_grid")
    if units is not None and column in scheme_columns(units):
        lines += [
            _number(source, "given", "unit_grid", f'"{column}" IS NOT NULL'),
            _number(source, "not_given", "unit_grid", f'"{column}" IS NULL'),
        ]
    return _figures(source, lines)


def _figures(source: ListSource, lines: list[Row]) -> ShortList:
    return ShortList((word("figure", source.language), word("count", source.language)), tuple(lines), len(lines))


def _line(source: ListSource, key: str, value: str) -> Row:
    return Row((word(key, source.language), value))


def _number(source: ListSource, key: str, table: str, condition: str) -> Row:
    """Return how many rows of a table meet a condition; the line leads to them."""
    if table not in source.layers:  # the planner has no right to see it
        return Row((word(key, source.language), "–"))
    return Row((word(key, source.language), f"{_count(source, table, condition):,}"), table, condition)


def _count(source: ListSource, table: str, condition: str) -> int:
    open_to_read(source.layers[table])
    if condition == _EVERYTHING:
        return int(source.layers[table].featureCount())
    parameters = QgsAggregateCalculator.AggregateParameters()
    parameters.filter = condition
    found, counted = source.layers[table].aggregate(QgsAggregateCalculator.Aggregate.Count, "fid", parameters)
    return int(found) if counted and not is_null(found) else 0


def _in_grid(grid: QgsFeature) -> str:
    return equals(scheme_column(str(grid["scheme"])), grid["code"])


def _units_of(source: ListSource, grid: QgsFeature, columns: list[str]) -> list[QgsFeature]:
    units = source.layers.get("unit_grid")
    if units is None or scheme_column(str(grid["scheme"])) not in scheme_columns(units):
        return []
    return source.features("unit_grid", _in_grid(grid), columns)


def _lane_metres(source: ListSource, outline: QgsGeometry) -> float:
    """Return the metres of lane in an outline; of a lane along its border half, as the neighbour has the other."""
    if outline.isEmpty() or "lane" not in source.layers:
        return 0.0
    open_to_read(source.layers["lane"])
    border = QgsGeometry(outline.constGet().boundary()).buffer(_REACH_M, 2)
    inside = outline.buffer(_REACH_M, 2)
    request = QgsFeatureRequest().setFilterRect(inside.boundingBox()).setNoAttributes()
    lengths = 0.0
    for lane in source.layers["lane"].getFeatures(request):
        part = lane.geometry().intersection(inside)
        if not part.isEmpty():
            lengths += part.length() - part.intersection(border).length() / 2
    return lengths


def _metres(source: ListSource, metres: float) -> str:
    return f"{metres:,.0f} {word('m', source.language)}"


def _area(source: ListSource, area_m2: float) -> str:
    if area_m2 >= _KILOMETRE_M2:
        return f"{area_m2 / _KILOMETRE_M2:,.2f} {word('km2', source.language)}"
    return f"{area_m2 / _HECTARE_M2:,.2f} {word('ha', source.language)}"


_FIGURES: Mapping[str, Callable[[ListSource, QgsFeature], ShortList]] = {
    "answers": _answers,
    "grid_load": _load,
    "neighbours": _neighbours,
    "grid_components": _grid_components,
    "grid_cases": _grid_cases,
    "area_figures": _area_figures,
    "scheme_figures": _scheme_figures,
    "logged_values": logged_values,
    "attributes": listed_attributes,
    "ledger_columns": ledger_columns,
}

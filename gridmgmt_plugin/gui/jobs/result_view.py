"""What a job did, with places to click: rows that are new, hot spots, files and lists."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.titles import REJECTED_ROWS, column_titles
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.map_focus import MapFocus, bring_into_view
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import shown_layer

ALL, PLACE = "all", "place"
_LISTED = 12
_LONGEST_LABEL = 24
# Each of so many shapes flashes; of more than these only the box around all of them.
_MOST_FLASHED = 200


@dataclass(frozen=True)
class FoundPlaces:
    """Features of one layer to click: ``title`` above them, ``fids`` in the order of ``labels``; ``everything`` are
    those that one click shows together. ``by_line``: one below the other, because labels are sentences. ``together``:
    of a feature that stands for several, all of them.
    """

    layer: QgsVectorLayer
    title: str
    fids: Sequence[int]
    labels: Sequence[str]
    everything: Sequence[int]
    by_line: bool = False
    together: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def html(self) -> str:
        """Return them as links."""
        links = [f"<a href='{PLACE}:{fid}'>{escape(label)}</a>" for fid, label in zip(self.fids, self.labels)]
        together = (
            f"<a href='{ALL}:'>{escape(tr('Show all {count} on the map').format(count=len(self.everything)))}</a>"
        )
        head = f"<p><b>{escape(self.title)}</b> &nbsp; {together}</p>"
        between = "<br>" if self.by_line else " &nbsp;·&nbsp; "
        return head + (f"<p>{between.join(links)}</p>" if links else "")

    def show(self, url: QUrl, focus: MapFocus) -> bool:
        """Show on the map what a link stands for; tell whether it was one of these."""
        scheme, _, fid = url.toString().partition(":")
        if scheme not in (ALL, PLACE):
            return False
        fids = list(self.everything if scheme == ALL else self.together.get(int(fid), [int(fid)]))
        self.layer.selectByIds(fids)
        bring_into_view(self.layer)
        shapes = [f.geometry() for f in self.layer.getFeatures(QgsFeatureRequest().setFilterFids(fids))]
        shapes = [shape for shape in shapes if not shape.isNull()]
        if len(shapes) > _MOST_FLASHED:
            shapes = [QgsGeometry.fromRect(self.layer.boundingBoxOfSelected())]
        if shapes:
            focus.show_geometries(shapes, self.layer)
        return True


@dataclass(frozen=True)
class Heading:
    """A heading of a table; ``is_number``: what stands under it keeps to the right and to one line."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class PlaceTable:
    """``rows``: key of a place, as links name it, and the cells; the first cell is what is clicked. ``more``: rows
    that are not listed. Names stand in a line of their own above the numbers, with ``between`` between them: beside
    so many numbers they would be pressed into columns of a letter's width.
    """

    title: str
    headings: Sequence[Heading]
    rows: Sequence[tuple[int, Sequence[str]]]
    more: int = 0
    between: str = " · "

    def html(self) -> str:
        """Return the table."""
        texts = [escape(heading.text) for heading in self.headings]
        head = self._lines("th", [in_two_lines(text) if n else text for text, n in zip(texts, self._are_numbers)])
        rows = "".join(self._row(key, cells) for key, cells in self.rows)
        rest = f"<p>{escape(tr('{count} more in the table of the layer', count=self.more))}</p>" if self.more else ""
        table = f"<table cellpadding='3' width='100%'>{head}{rows}</table>"
        return f"<p><b>{escape(self.title)}</b></p>{table}{rest}"

    @property
    def _are_numbers(self) -> list[bool]:
        return [heading.is_number for heading in self.headings]

    def _row(self, key: int, cells: Sequence[str]) -> str:
        link = f"<a href='{PLACE}:{key}'>{escape(cells[0])}</a>"
        return self._lines("td", [link, *map(escape, cells[1:])])

    def _lines(self, tag: str, texts: Sequence[str]) -> str:
        """Return names over the whole width, and below them the numbers, none of which is broken into lines."""
        names = [text for text, is_number in zip(texts, self._are_numbers) if not is_number and text]
        numbers = [text for text, is_number in zip(texts, self._are_numbers) if is_number]
        below = "".join(f"<{tag} align='right' style='white-space:nowrap'>{text}</{tag}>" for text in numbers)
        above = f"<{tag} align='left' colspan='{max(len(numbers), 1)}'>{self.between.join(names)}</{tag}>"
        return f"<tr>{above}</tr><tr>{below}</tr>"


@dataclass(frozen=True)
class TabledPlaces(FoundPlaces):
    """The same as tables to read and to click."""

    tables: Sequence[PlaceTable] = ()

    def html(self) -> str:
        """Return the tables, one below the other."""
        return "".join(table.html() for table in self.tables)


def in_two_lines(heading: str) -> str:
    """Return a heading as HTML whose lines are as short as two lines can be.

    >>> in_two_lines("Cases per 100 m"), in_two_lines("Cases")
    ('Cases per<br>100 m', 'Cases')
    """
    words = heading.split(" ")
    ways = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words) + 1)]
    above, below = min(ways, key=lambda lines: (max(len(lines[0]), len(lines[1])), -len(lines[0])))
    return f"{above}<br>{below}" if below else above


def last_row(table: str) -> int:
    """Return the number of the last row that the map's layer of a table has, 0 for none."""
    layer = shown_layer(QgsProject.instance(), table) if table else None
    if layer is None:
        return 0
    found = layer.maximumValue(layer.fields().indexOf("fid"))
    return 0 if is_null(found) else int(found)


def new_rows(table: str, since: int) -> FoundPlaces | None:
    """Return the rows of a table that have been added since its last one was ``since``, ``None`` without any."""
    layer = shown_layer(QgsProject.instance(), table) if table else None
    if layer is None or not layer.isSpatial():
        return None
    request = QgsFeatureRequest().setFilterExpression(f'"fid" > {since}')
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    features = list(layer.getFeatures(request))
    if not features:
        return None
    names = [name for name in ("name", "title", "code", "case_no", "id") if layer.fields().indexOf(name) >= 0]
    shown = features[:_LISTED]
    labels = [_label(feature, names) for feature in shown]
    fids = [feature.id() for feature in features]
    return FoundPlaces(layer, tr("New: {count}").format(count=f"{len(features):,}"), fids[:_LISTED], labels, fids)


def grids_with_codes(scheme: str, reasons: Mapping[str, str], title: str) -> FoundPlaces | None:
    """Return the responsibility grids of a scheme that have these codes, in their order, each with what is said of
    it; ``title`` names their ``{count}``.
    """
    layer = shown_layer(QgsProject.instance(), "responsibility_grid")
    if layer is None:
        return None
    request = QgsFeatureRequest().setFilterExpression(QgsExpression.createFieldEqualityExpression("scheme", scheme))
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    place = {code: at for at, code in enumerate(reasons)}
    features = sorted((f for f in layer.getFeatures(request) if f["code"] in place), key=lambda f: place[f["code"]])
    if not features:
        return None
    labels = [f"{_label(f, ('name', 'code'))} – {reasons[f['code']]}" for f in features[:_LISTED]]
    fids = [feature.id() for feature in features]
    title = title.format(count=f"{len(features):,}")
    return FoundPlaces(layer, title, fids[:_LISTED], labels, fids, by_line=True)


def reasons_to_confirm(report: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str]:
    """Return what the list beside a report says of the rows with these keys, in their order."""
    told = listed_to_confirm(report)
    return {key: told[key] for key in keys if key in told}


def listed_to_confirm(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the list beside a report: key → sentence, in its order; nothing where there is none."""
    path = Path(str(report.get("to_confirm") or ""))
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        _, *rows = csv.reader(stream)  # the headings are in the language of who wrote the list
    columns = list(column_titles(REJECTED_ROWS, "en"))
    return {row[columns.index("key")]: row[columns.index("text")] for row in rows}


# What a place may have become as a hot spot, in the order of interest.
_BECAME = ("new", "persistent", "fading")


def found_places(layer: QgsVectorLayer) -> FoundPlaces | None:
    """Return the places of a result, ``None`` without any: hot spots, the surest first; in a trend the newest first;
    what came back, the most often first."""
    if layer.fields().indexOf("not_held") >= 0:
        return _places(
            layer, '"not_held" > 0', lambda f: (-f["not_held"], -f["times"]), _returned, tr("Places: {count}")
        )
    if layer.fields().indexOf("trend") >= 0:
        words = ", ".join(map(QgsExpression.quotedString, _BECAME))
        return _places(layer, f'"trend" IN ({words})', _newest_first, _became, tr("Hot cells: {count}"))
    return _hot_places(layer)


def _hot_places(layer: QgsVectorLayer) -> FoundPlaces | None:
    """Return the hot places, each with its cells, the one with most cases first."""
    request = QgsFeatureRequest().setFilterExpression('"hotspot" > 0')
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    members: dict[int, list[QgsFeature]] = {}
    for feature in layer.getFeatures(request):
        members.setdefault(feature["place_no"], []).append(feature)
    if not members:
        return None
    places = [members[number] for number in sorted(members)]
    first = [cells[0].id() for cells in places]
    together = {cells[0].id(): [cell.id() for cell in cells] for cells in places}
    everything = [fid for fids in together.values() for fid in fids]
    labels = [_hot_place(cells[0]) for cells in places[:_LISTED]]
    title = tr(
        "{places} hot {places:place|places} ({count} {count:cell|cells})", places=len(places), count=len(everything)
    )
    return FoundPlaces(layer, title, first[:_LISTED], labels, everything, by_line=True, together=together)


# What is told of a hot place beside its name, in this order.
_PLACE_FACTS = ("main_class", "lane_name", "responsibility_grid", "person_name")


def _hot_place(cell: QgsFeature) -> str:
    """Return what a hot place is called, what it is mainly about, and whose it is."""
    facts = [cell[name] for name in _PLACE_FACTS if cell.fields().indexOf(name) >= 0]
    told = listing(fact for fact in facts if not is_null(fact))
    return tr("{place}: {told}", place=cell["place_name"], told=told) if told else str(cell["place_name"])


def _places(
    layer: QgsVectorLayer,
    wanted: str,
    interest: Callable[[QgsFeature], Any],
    label: Callable[[QgsFeature], str],
    title: str,
) -> FoundPlaces | None:
    request = QgsFeatureRequest().setFilterExpression(wanted)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found = sorted(layer.getFeatures(request), key=interest)
    if not found:
        return None
    fids = [feature.id() for feature in found]
    labels = [label(feature) for feature in found[:_LISTED]]
    return FoundPlaces(layer, title.format(count=len(found)), fids[:_LISTED], labels, fids)


def _newest_first(feature: QgsFeature) -> tuple[int, int]:
    return _BECAME.index(feature["trend"]), -feature["count"]


def _became(feature: QgsFeature) -> str:
    name, became = _label(feature, ("name", "code")), value_label("hotspot_trend", feature["trend"], language())
    return tr("{place} ({became}, {count} {count:case|cases})", place=name, became=became, count=feature["count"])


def _returned(feature: QgsFeature) -> str:
    name = _label(feature, ("place", "unit_grid"))
    return tr("{place} ({count} {count:closing|closings} did not hold)", place=name, count=feature["not_held"])


def places_beyond(layer: QgsVectorLayer) -> FoundPlaces | None:
    """Return the unit grids of service circles that are beyond the limit, those without a way first; ``None`` without
    any.
    """
    request = QgsFeatureRequest().setFilterExpression('"beyond" = 1')
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    beyond = sorted(layer.getFeatures(request), key=lambda f: (not is_null(f["minutes"]), -float(f["minutes"] or 0)))
    if not beyond:
        return None
    labels = [
        tr("{place} (no way)").format(place=_label(f, ("name", "code")))
        if is_null(f["minutes"])
        else tr("{place} ({minutes} min)").format(place=_label(f, ("name", "code")), minutes=f["minutes"])
        for f in beyond[:_LISTED]
    ]
    fids = [feature.id() for feature in beyond]
    return FoundPlaces(layer, tr("Beyond the limit: {count}").format(count=len(beyond)), fids[:_LISTED], labels, fids)


def _label(feature: QgsFeature, names: Sequence[str]) -> str:
    """Return what a person calls the row, as one of many: the first of its names that is not empty, cut."""
    values = [feature[name] for name in names]
    found = next((str(value) for value in values if not is_null(value) and str(value).strip()), str(feature.id()))
    return found if len(found) <= _LONGEST_LABEL else f"{found[: _LONGEST_LABEL - 1]}…"

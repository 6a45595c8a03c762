"""Cases on street-lanes as tables to read and to click: the worst lanes, and who answers for them, by their rate."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsVectorLayer

from gridmgmt_plugin.gui.jobs.result_view import Heading, PlaceTable, TabledPlaces
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr

_LANES, _OFFICERS = 20, 20


def lane_case_tables(lanes: QgsVectorLayer, officers: QgsVectorLayer | None) -> TabledPlaces | None:
    """Return the lanes with cases in the order of their rank, and the officers by their rate; a click on a lane shows
    it, one on an officer shows all lanes that the officer answers for. ``None`` where no lane has a case.

    :param lanes, officers: results of ``lanecases``.
    """
    ranked = sorted((f for f in lanes.getFeatures() if (f["count"] or 0) > 0), key=lambda f: f["rank"] or len(lanes))
    if not ranked:
        return None
    title = tr("{count} {count:lane has|lanes have} cases, the worst for its length first", count=len(ranked))
    rows = [(lane.id(), _lane_cells(lane)) for lane in ranked[:_LANES]]
    tables = [PlaceTable(title, _lane_headings(), rows, more=len(ranked) - len(rows))]
    together: dict[int, list[int]] = {}
    if officers is not None:
        fid_of = {str(lane["code"]): lane.id() for lane in lanes.getFeatures()}
        burdened = sorted((f for f in officers.getFeatures() if (f["count"] or 0) > 0), key=_by_rate)
        for key, officer in enumerate(burdened[:_OFFICERS], 1):
            codes = str(officer["lane_codes"]).split(",")
            together[-key] = [fid_of[code] for code in codes if code in fid_of]
        if burdened:
            told = tr("Officers whose lanes have most cases for their length")
            persons = [(-key, _officer_cells(f)) for key, f in enumerate(burdened[:_OFFICERS], 1)]
            tables.append(PlaceTable(told, _officer_headings(), persons, more=len(burdened) - len(persons)))
    labels = [cells[0] for _, cells in rows]
    fids = [key for key, _ in rows]
    everything = [lane.id() for lane in ranked]
    return TabledPlaces(lanes, title, fids, labels, everything, together=together, tables=tables)


def _lane_headings() -> list[Heading]:
    return [Heading(tr("Street-lane")), *_numbers(), Heading(tr("Worst items")), Heading(tr("Officers"))]


def _officer_headings() -> list[Heading]:
    return [
        Heading(tr("Officer")), *_numbers(), Heading(tr("Lanes"), is_number=True), Heading(tr("Worst items")),
    ]  # fmt: skip


def _numbers() -> tuple[Heading, ...]:
    titles = (tr("Cases per 100 m"), tr("Cases"), tr("Metres"))
    return tuple(Heading(title, is_number=True) for title in titles)


def _lane_cells(lane: QgsFeature) -> list[str]:
    name = str(lane["code"]) if is_null(lane["name"]) else str(lane["name"])
    chance = tr("{name} (more than chance)", name=name) if lane["hot"] == 1 else name
    return [chance, *_figures(lane), _text(lane["worst_items"]), _text(lane["officers"])]


def _officer_cells(officer: QgsFeature) -> list[str]:
    name = next(str(officer[c]) for c in ("person_name", "person") if not is_null(officer[c]))
    return [name, *_figures(officer), str(officer["lanes"]), _text(officer["worst_items"])]


def _figures(feature: QgsFeature) -> tuple[str, str, str]:
    rate = "–" if is_null(feature["per_100m"]) else f"{float(feature['per_100m']):.2f}"
    return rate, f"{feature['count']:,}", f"{float(feature['length_m'] or 0.0):,.0f}"


def _by_rate(officer: QgsFeature) -> float:
    return 0.0 if is_null(officer["per_100m"]) else -float(officer["per_100m"])


def _text(value: object) -> str:
    return "" if is_null(value) else str(value)

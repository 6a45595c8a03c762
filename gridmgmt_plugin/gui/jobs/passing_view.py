"""What passes from whom to whom, as a table to read and to click: each row shows its ground on the map."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFeature, QgsProject, QgsVectorLayer

from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.frame.result_display import put_on_top
from gridmgmt_plugin.gui.jobs.result_view import Heading, PlaceTable, TabledPlaces
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.passing_style import style_passing

_LISTED = 200
_NUMBERS = ("units", "area_m2", "components", "open_cases", "lane_m", "from_posts", "to_posts")


def show_passing(layer: QgsVectorLayer, outcome: Outcome, iface: Any) -> TabledPlaces | None:
    """Put what passes on top of the map and return it as a table. Where nothing does the layer would be empty: it
    leaves the project, and there is no table.
    """
    if not outcome.accepted:
        QgsProject.instance().removeMapLayer(layer.id())
        return None
    style_passing(layer)
    figures = outcome.report.get("figures") or {}
    layer.setName(f"{figures.get('base', '')} → {figures.get('other', '')}")
    put_on_top(layer)
    iface.setActiveLayer(layer)
    return _passing_table(layer)


def _passing_table(layer: QgsVectorLayer) -> TabledPlaces:
    """Return what passes, the largest flow first."""
    features = sorted(layer.getFeatures(), key=lambda f: -float(f["area_m2"] or 0.0))
    fids = [feature.id() for feature in features]
    rows = [(feature.id(), _cells(feature)) for feature in features[:_LISTED]]
    title = tr(
        "{count} {count:transfer|transfers} from grid to grid, the largest first; click one to see it",
        count=len(fids),
    )
    table = PlaceTable(title, _headings(), rows, more=len(fids) - len(rows), between=" → ")
    return TabledPlaces(layer, title, fids[:_LISTED], [cells[0] for _, cells in rows], fids, tables=(table,))


def _headings() -> list[Heading]:
    numbers = (
        tr("Unit grids"), tr("Area (ha)"), tr("Components"), tr("Open cases"), tr("Lanes (m)"), tr("Posts before"),
        tr("Posts after"),
    )  # fmt: skip
    return [
        Heading(tr("Passes from")),
        Heading(tr("Passes to")),
        *(Heading(text, is_number=True) for text in numbers),
    ]


def _cells(feature: QgsFeature) -> list[str]:
    return [_side(feature, "from"), _side(feature, "to"), *(_number(name, feature) for name in _NUMBERS)]


def _side(feature: QgsFeature, side: str) -> str:
    """Return the grid's name and who holds its posts; "nobody" for none."""
    name = next((str(feature[f]) for f in (f"{side}_name", f"{side}_grid") if not is_null(feature[f])), tr("nobody"))
    people = feature[f"{side}_people"]
    return name if is_null(people) else tr("{grid} ({people})").format(grid=name, people=people)


def _number(name: str, feature: QgsFeature) -> str:
    value = float(feature[name] or 0.0)
    if name == "area_m2":
        return f"{value / 10_000:,.2f}"
    return f"{value:,.0f}"

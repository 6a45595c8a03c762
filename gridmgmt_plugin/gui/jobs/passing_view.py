"""What passes from whom to whom, as a table to read and to click: each row shows its ground on the map."""

from __future__ import annotations

from html import escape

from qgis.core import QgsFeature, QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.gui.jobs.result_view import PLACE, FoundPlaces
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr

_LISTED = 200
# From whom and to whom take names; numbers need little.
_SIDES, _SIDE_WIDTH = 2, "25%"
_NUMBERS = ("units", "area_m2", "components", "open_cases", "lane_m", "from_posts", "to_posts")


class PassingTable(FoundPlaces):
    """The flows of a comparison, the largest first; a click shows one of them."""

    def html(self) -> str:
        """Return the table, whose first column leads to the map."""
        features = {
            f.id(): f for f in self.layer.getFeatures(QgsFeatureRequest().setFilterFids(list(self.everything)))
        }
        heads = (
            tr("Passes from"), tr("Passes to"), tr("Unit grids"), tr("Area (ha)"), tr("Components"), tr("Open cases"),
            tr("Lanes (m)"), tr("Posts before"), tr("Posts after"),
        )  # fmt: skip
        head = "".join(_cell("th", escape(text), is_number=at >= _SIDES) for at, text in enumerate(heads))
        rows = "".join(_row(fid, label, features[fid]) for fid, label in zip(self.fids, self.labels))
        more = len(self.everything) - len(self.fids)
        rest = f"<p>{escape(tr('{count} more in the table of the layer').format(count=more))}</p>" if more else ""
        table = f"<table cellpadding='3' width='100%'><tr>{head}</tr>{rows}</table>"
        return f"<p><b>{escape(self.title)}</b></p>{table}{rest}"


def passing_table(layer: QgsVectorLayer) -> PassingTable | None:
    """Return what passes, ``None`` where nothing does."""
    features = sorted(layer.getFeatures(), key=lambda f: -float(f["area_m2"] or 0.0))
    if not features:
        return None
    fids = [feature.id() for feature in features]
    labels = [_side(feature, "from") for feature in features[:_LISTED]]
    title = tr(
        "{count} {count:transfer|transfers} from grid to grid, the largest first; click one to see it",
        count=len(fids),
    )
    return PassingTable(layer, title, fids[:_LISTED], labels, fids)


def _row(fid: int, label: str, feature: QgsFeature) -> str:
    cells = [f"<a href='{PLACE}:{fid}'>{escape(label)}</a>", escape(_side(feature, "to"))]
    cells += [_number(name, feature) for name in _NUMBERS]
    return f"<tr>{''.join(_cell('td', text, is_number=at >= _SIDES) for at, text in enumerate(cells))}</tr>"


def _cell(tag: str, text: str, *, is_number: bool) -> str:
    """Return a cell; names may be broken into lines, numbers and what stands above them never."""
    if is_number:
        return f"<{tag} align='right' style='white-space:nowrap'>{text}</{tag}>"
    return f"<{tag} align='left' width='{_SIDE_WIDTH}'>{text}</{tag}>"


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

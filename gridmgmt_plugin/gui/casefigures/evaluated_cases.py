"""An evaluation as a table to read: every figure opens the cases behind it, as a list and on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.titles import LAYERS, column_titles
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.jobs.result_view import ALL, PLACE, FoundPlaces, found_places
from gridmgmt_plugin.gui.opening.session import Session
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.row_numbers import features_of_rows
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.location import Location

#: Columns of an evaluation whose cells count cases.
SHOWN = (
    "filed", "should_close", "closed", "closed_in_time", "overdue", "open", "returned", "reworked",
    "closing_rate", "closing_in_time_rate", "handled_in_time_rate", "satisfied_rate",
)  # fmt: skip
_CASES, _PLACES, _LISTED = "cases", 30, 100


class EvaluatedPlaces:
    """The places of a result of ``evaluate``, and the cases behind the figure that was clicked last.

    ``asked``: the parameters of the run. ``session`` knows which workspace is on the map: the run's, or another one.
    ``retell``: shows :meth:`html` again, when the cases have come.
    """

    def __init__(
        self,
        layer: QgsVectorLayer,
        asked: Mapping[str, Any],
        location: Location,
        session: Session,
        retell: Callable[[], None],
    ) -> None:
        self._asked, self._location, self._retell = dict(asked), location, retell
        self._session = session
        places = sorted(layer.getFeatures(), key=lambda f: (is_null(f["rank"]), f["rank"] or 0, -(f["filed"] or 0)))
        self._places = [place for place in places if any(place[name] for name in SHOWN)]
        self._found: Any = None
        self._call: BackgroundCall | None = None
        self._listed: FoundPlaces | None = None
        self._told = ""

    def html(self) -> str:
        """Return the cases that were asked for, and below them the table."""
        cases = f"<p>{escape(self._told)}</p>" if self._told else ""
        return cases + ("" if self._listed is None else self._listed.html()) + self._table()

    def show(self, url: QUrl, focus: MapFocus) -> bool:
        """Answer a click on a figure, or on a case of the list; tell whether it was one of these."""
        scheme, _, what = url.toString().partition(":")
        if scheme in (_CASES, ALL, PLACE) and self._session.location != self._location:
            self._refuse()
            return True
        if scheme != _CASES:
            return self._listed is not None and self._listed.show(url, focus)
        code, _, column = what.rpartition("/")
        code = QUrl.fromPercentEncoding(code.encode())
        self.forget_question()
        if self._found is not None:
            self._show_cases(code, column, focus)
            return True

        def done(found: Any, error: GridError | None) -> None:
            self._call = None
            if error is not None:
                self._listed, self._told = None, error.text(language())
                self._retell()
            elif found is not None:
                self._found = found
                self._show_cases(code, column, focus)

        self._told = tr("Looking for the cases …")
        self._call = BackgroundCall(tr("Looking for the cases …"), self._location, self._evaluate, done)
        self._call.start()
        return True

    def forget_question(self) -> None:
        """Show nothing of the figure that was clicked last, where its cases have not come yet."""
        if self._call is not None:
            self._call.cancel()
            self._call = None

    # Inside.

    def _evaluate(self, location: Location) -> Any:
        from gridmgmt_plugin.jobs.analysis.evaluate import evaluate_at_once  # noqa: PLC0415  heavy
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

        given = {name: value or None for name, value in self._asked.items()}
        return evaluate_at_once(
            Workspace.open(location),
            start=given.get("FROM"),
            end=given.get("TO"),
            level=given.get("LEVEL") or "street_office",
            by=given.get("BY") or "reported",
            scheme=given.get("SCHEME"),
            class_prefix=given.get("CLASS_PREFIX") or "",
            case_kind=given.get("CASE_KIND") or "",
        )

    def _refuse(self) -> None:
        """Show no case: the map has another workspace, whose rows have the same numbers, or none."""
        self.forget_question()
        self._listed = None
        self._told = tr("These figures are of {place}, which is not open now.", place=self._location.place)
        self._retell()

    def _show_cases(self, code: str, column: str, focus: MapFocus) -> None:
        self._listed = None
        if self._session.location != self._location:
            self._refuse()
            return
        layer, codes = shown_layer(QgsProject.instance(), "cases"), self._found.rows["code"].tolist()
        row = codes.index(code) if code in codes else -1
        numbers = self._found.behind.of(row, column).tolist() if row >= 0 else []
        among = len(self._found.behind.among(row, column)) if row >= 0 else 0
        name = self._found.rows["name"][row] if row >= 0 else code
        what = f"{name or code} – {column_titles(LAYERS, language())[column]}"
        self._told = tr("{what}: no case", what=what)
        if layer is not None and numbers:
            title = tr("{what}: {count} {count:case|cases}", what=what, count=len(numbers))
            if among != len(numbers):
                title = tr(
                    "{what}: {count} of {among} {among:case|cases}", what=what, count=len(numbers), among=among
                )
            self._list(layer, title, numbers, focus)
        self._retell()

    def _list(self, layer: QgsVectorLayer, title: str, numbers: Sequence[int], focus: MapFocus) -> None:
        """List cases and show them on the map: those that the layer has by now and its filter does not hide."""
        ids = list(features_of_rows(layer, numbers).values())
        left = len(numbers) - len(ids)
        told = tr("Not shown, for the filter of the layer hides them or they are gone: {count}", count=left)
        self._told = told if left else ""
        request = QgsFeatureRequest().setFilterFids(ids[:_LISTED]).setFlags(QgsFeatureRequest.Flag.NoGeometry)
        labels = {feature.id(): _label(feature) for feature in layer.getFeatures(request)}
        there = [fid for fid in ids[:_LISTED] if fid in labels]
        self._listed = FoundPlaces(layer, title, there, [labels[fid] for fid in there], ids, by_line=True)
        self._listed.show(QUrl("all:"), focus)

    def _table(self) -> str:
        titles = column_titles(LAYERS, language())
        head = "".join(f"<th align='right'>{escape(titles[name])}</th>" for name in SHOWN)
        rows = []
        for place in self._places[:_PLACES]:
            code = "" if is_null(place["code"]) else str(place["code"])
            name = code if is_null(place["name"]) else str(place["name"])
            rank = "–" if is_null(place["rank"]) else str(place["rank"])
            cells = "".join(f"<td align='right'>{_link(code, column, place[column])}</td>" for column in SHOWN)
            wide = f"<td colspan='{len(SHOWN)}'><b>{escape(rank)} · {escape(name)}</b></td>"
            rows.append(f"<tr>{wide}</tr><tr>{cells}</tr>")
        if not rows:
            return ""
        told = escape(tr("A click on a figure lists the cases behind it and shows them on the map."))
        left = len(self._places) - len(rows)
        more = f"<p>{escape(tr('{count} more in the table of the layer', count=left))}</p>" if left > 0 else ""
        return f"<p>{told}</p><table cellpadding='3' width='100%'><tr>{head}</tr>{''.join(rows)}</table>{more}"


def places_to_click(
    algorithm: str,
    layer: QgsVectorLayer,
    asked: Mapping[str, Any],
    location: Location | None,
    session: Session,
    retell: Callable[[], None],
) -> FoundPlaces | EvaluatedPlaces | None:
    """Return the places of a result about cases as its algorithm wants them clicked, ``None`` without any."""
    if algorithm == "evaluate" and location is not None:
        return EvaluatedPlaces(layer, asked, location, session, retell)
    return found_places(layer)


def _link(code: str, column: str, value: Any) -> str:
    if is_null(value):
        return "–"
    text = f"{value:,.1f} %" if column.endswith("_rate") else f"{value:,}"
    target = bytes(QUrl.toPercentEncoding(code)).decode()
    return f"<a href='{_CASES}:{target}/{column}'>{text}</a>" if value else text


def _label(case: QgsFeature) -> str:
    """Return what a case is called in a list: number, class, state, day."""
    number = next(str(case[name]) for name in ("case_no", "id") if not is_null(case[name]))
    status = "" if is_null(case["status"]) else value_label("case_status", str(case["status"]), language())
    day = "" if is_null(case["reported_at"]) else str(case["reported_at"])[:10]
    told = "" if is_null(case["class_code"]) else str(case["class_code"])
    return " · ".join(filter(None, (number, told, status, day)))

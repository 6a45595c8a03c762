"""Issues as columns: what the list shows, filters and walks through, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from qgis.core import QgsVectorLayer

from gridmgmt_plugin.core.columns import geometries
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.attributes import plain

if TYPE_CHECKING:
    from gridmgmt_plugin.core.validation.fix_attempt import FaultRef

SEVERITIES = ("error", "warning", "info")
_TEXTS = (
    *("rule", "title", "severity", "table_name", "object_keys", "unit", "message"),
    *("exempted_by", "exemption_reason", "exempted_until"),
)
_REFUSED = "receipt_refused"
_YES = ("true", "1")


@dataclass(frozen=True, eq=False)
class IssueTable:
    """n issues. ``rows``: as :func:`~gridmgmt_plugin.core.validation.registry.issue_rows` returns them."""

    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of_layer(cls, layer: QgsVectorLayer) -> IssueTable:
        """Read the layer that validation wrote."""
        names = layer.fields().names()
        columns: dict[str, list[Any]] = {name: [] for name in (*_TEXTS, "measure", "fixable")}
        shapes = []
        for feature in layer.getFeatures():
            for name, column in columns.items():
                value = feature[name] if name in names else None
                column.append(plain(value))
            shape = feature.geometry()
            shapes.append(None if shape.isNull() else shape.asWkb().data())
        geometry = shapely.from_wkb(as_column(shapes)) if shapes else as_column([])
        return cls(Rows({name: as_column(values) for name, values in columns.items()}, np.asarray(geometry)))

    def text(self, name: str) -> np.ndarray:
        """Return a column as texts, "" for nothing."""
        return self._texts[name]

    @cached_property
    def _texts(self) -> dict[str, np.ndarray]:
        empty = as_column([None] * len(self))
        return {
            name: as_column("" if value is None else str(value) for value in self.rows.columns.get(name, empty))
            for name in _TEXTS
        }

    @cached_property
    def geometry(self) -> np.ndarray:
        """Return where each issue is, ``None`` where it is nowhere."""
        return geometries(self.rows)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Return minx, miny, maxx, maxy per issue, float64 (n, 4), nan where it is nowhere."""
        return np.asarray(shapely.bounds(self.geometry)).reshape(-1, 4)

    @cached_property
    def severity(self) -> np.ndarray:
        """Return the rank of the severity, int64: 0 error, 1 warning, 2 note."""
        ranks = {name: rank for rank, name in enumerate(SEVERITIES)}
        return np.array([ranks.get(name, len(SEVERITIES) - 1) for name in self.text("severity")], dtype=np.int64)

    @cached_property
    def exempted(self) -> np.ndarray:
        """Return which issues somebody has exempted."""
        return np.array([bool(name) for name in self.text("exempted_by")], dtype=bool)

    @cached_property
    def refused(self) -> np.ndarray:
        """Return which issues are rows that the receiver refused, and that nobody has exempted."""
        refused: np.ndarray = np.asarray(self.text("rule") == _REFUSED, dtype=bool) & ~self.exempted
        return refused

    @cached_property
    def fixable(self) -> np.ndarray:
        """Return which issues the plugin offers to repair."""
        values = self.rows.columns.get("fixable", as_column([False] * len(self)))
        return np.array([str(value).lower() in _YES for value in values], dtype=bool)

    @cached_property
    def measure(self) -> np.ndarray:
        """Return the measure of each issue, float64, nan for none."""
        values = self.rows.columns.get("measure", as_column([None] * len(self)))
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)

    @cached_property
    def searched(self) -> list[str]:
        """Return the text in which a search looks, in small letters."""
        parts = zip(*(self.text(name) for name in ("title", "object_keys", "message", "exemption_reason")))
        return ["\n".join(texts).lower() for texts in parts]

    def keys(self, issue: int) -> tuple[str, ...]:
        """Return the keys of an issue's objects."""
        return tuple(self.text("object_keys")[issue].split("|"))

    def refs(self, issues: Sequence[int]) -> list[FaultRef]:
        """Return what names issues in another check."""
        from gridmgmt_plugin.core.validation.fix_attempt import FaultRef  # noqa: PLC0415  heavy

        found = []
        for issue in issues:
            shape = self.geometry[issue]
            point = None if shape is None or shape.is_empty else shapely.point_on_surface(shape)
            place = None if point is None else (float(point.x), float(point.y))
            found.append(FaultRef(self.text("rule")[issue], self.keys(issue), place))
        return found

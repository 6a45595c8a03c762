"""What has unsaved edits here, as colleagues are told: row numbers, rectangles and communities.

QGIS's edit buffer knows features by numbers of its own. What a database has stored of them is read in the background,
each feature once, so that nobody waits for it while drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.project.attributes import plain
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.presence.presence import Bounds, EditedRows, around

_NUMBER, _AREA = "fid", "area_code"


@dataclass(frozen=True)
class StoredRow:
    """One stored feature: number of its row, rectangle around it, code of its community."""

    number: int
    box: Bounds | None
    area: str


@dataclass(frozen=True)
class Question:
    """What is to be read of one layer, in any thread: ``source`` gives the stored features."""

    layer: str
    source: Any
    features: tuple[int, ...]
    number_at: int
    area_at: int
    has_shapes: bool


Answers = Mapping[str, Mapping[int, StoredRow]]


class OwnEdits:
    """Belongs to one open workspace; remembers of stored features what was read."""

    def __init__(self) -> None:
        self._stored: dict[str, dict[int, StoredRow]] = {}

    def questions(self, layers: Iterable[QgsVectorLayer]) -> list[Question]:
        """Return what is not known yet of what these layers have unsaved edits of."""
        return [
            asked for layer in layers if (asked := _question(layer, self._stored.get(layer.id(), {}))) is not None
        ]

    def learn(self, answers: Answers) -> None:
        """Take what was read."""
        for layer, rows in answers.items():
            self._stored.setdefault(layer, {}).update(rows)

    def edits(self, layers: Iterable[QgsVectorLayer]) -> tuple[EditedRows, ...]:
        """Return what has unsaved edits, of stored rows as far as they are known."""
        return tuple(_edited(layer, self._stored.get(layer.id(), {})) for layer in layers)


def read_stored(questions: Sequence[Question]) -> Answers:
    """Return what is stored of features, without those that are gone; a worker thread may call this."""
    found: dict[str, dict[int, StoredRow]] = {}
    for asked in questions:
        request = QgsFeatureRequest().setFilterFids(list(asked.features))
        request.setSubsetOfAttributes([at for at in (asked.number_at, asked.area_at) if at >= 0])
        if not asked.has_shapes:
            request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
        rows = found.setdefault(asked.layer, {})
        for feature in asked.source.getFeatures(request):
            area = plain(feature.attribute(asked.area_at)) if asked.area_at >= 0 else None
            shape = feature.geometry()
            box = None if shape.isEmpty() else _bounds(shape.boundingBox())
            rows[int(feature.id())] = StoredRow(int(feature.attribute(asked.number_at)), box, str(area or ""))
    return found


def _question(layer: QgsVectorLayer, known: Mapping[int, StoredRow]) -> Question | None:
    features = tuple(sorted(_touched(layer) - known.keys()))
    if not features:
        return None
    provider = layer.dataProvider()
    fields = provider.fields()
    return Question(
        layer.id(),
        provider.featureSource(),
        features,
        fields.lookupField(_NUMBER),
        fields.lookupField(_AREA),
        layer.isSpatial(),
    )


def _touched(layer: QgsVectorLayer) -> set[int]:
    """Return QGIS's numbers of the stored features that are changed or deleted."""
    buffer = layer.editBuffer()
    if buffer is None:
        return set()
    return {*buffer.deletedFeatureIds(), *buffer.changedGeometries(), *buffer.changedAttributeValues()}


def _edited(layer: QgsVectorLayer, known: Mapping[int, StoredRow]) -> EditedRows:
    buffer, touched = layer.editBuffer(), _touched(layer)
    added = list(buffer.addedFeatures().values())
    stored = [known[number] for number in touched if number in known]
    new = tuple(_bounds(one.geometry().boundingBox()) for one in added if not one.geometry().isEmpty())
    moved = [_bounds(shape.boundingBox()) for shape in buffer.changedGeometries().values() if not shape.isEmpty()]
    area_at = layer.fields().lookupField(_AREA)
    drawn_in = [plain(one.attribute(area_at)) for one in added] if area_at >= 0 else []
    areas = {*(row.area for row in stored), *(str(code or "") for code in drawn_in)} - {""}
    return EditedRows(
        str(layer.customProperty(TABLE_PROPERTY)),
        len(touched) + len(added),
        tuple(sorted(row.number for row in stored)),
        new,
        around([*new, *moved, *(row.box for row in stored if row.box is not None)]),
        tuple(sorted(areas)),
    )


def _bounds(box: QgsRectangle) -> Bounds:
    return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()

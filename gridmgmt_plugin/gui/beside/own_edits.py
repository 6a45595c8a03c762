"""What has unsaved edits here, as colleagues are told: row numbers, rectangles and communities.

QGIS's edit buffer knows features by numbers of its own. What a database has stored of them is read in the background,
each feature once, so that nobody waits for it while drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsRectangle, QgsVectorLayer, QgsWkbTypes

from gridmgmt_plugin.project.attributes import plain
from gridmgmt_plugin.project.shown_workspace import TABLE_PROPERTY
from gridmgmt_plugin.workspace.presence.presence import Bounds, EditedRows, around

_NUMBER, _AREA, _FOLLOWS_GROUND = "fid", "area_code", "area_m2"
# What is left of an area by how coordinates of a district are rounded.
_SAME_AREA_M2 = 0.01


@dataclass(frozen=True)
class StoredRow:
    """One stored feature: number of its row, its shape, code of its community."""

    number: int
    shape: QgsGeometry
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
        """Return what has unsaved edits, of stored rows as far as they are known. What only got a vertex, where
        one next door was cut, is not edited: its ground is the same.
        """
        found = (_edited(layer, self._stored.get(layer.id(), {})) for layer in layers)
        return tuple(edited for edited in found if edited.count)


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
            number = int(feature.attribute(asked.number_at))
            rows[int(feature.id())] = StoredRow(number, feature.geometry(), str(area or ""))
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
    buffer = layer.editBuffer()
    moved_shapes = buffer.changedGeometries()
    touched = _touched(layer) - _with_the_same_ground(layer, known)
    added = list(buffer.addedFeatures().values())
    stored = [known[number] for number in touched if number in known]
    new = tuple(_bounds(one.geometry().boundingBox()) for one in added if not one.geometry().isEmpty())
    boxes = [moved_shapes[number] for number in touched if number in moved_shapes] + [row.shape for row in stored]
    area_at = layer.fields().lookupField(_AREA)
    drawn_in = [plain(one.attribute(area_at)) for one in added] if area_at >= 0 else []
    areas = {*(row.area for row in stored), *(str(code or "") for code in drawn_in)} - {""}
    return EditedRows(
        str(layer.customProperty(TABLE_PROPERTY)),
        len(touched) + len(added),
        tuple(sorted(row.number for row in stored)),
        new,
        around([*new, *(_bounds(shape.boundingBox()) for shape in boxes if not shape.isEmpty())]),
        tuple(sorted(areas)),
    )


def _with_the_same_ground(layer: QgsVectorLayer, known: Mapping[int, StoredRow]) -> set[int]:
    """Return the stored features of which only vertices are edited that change no ground, and what follows it."""
    buffer, follows = layer.editBuffer(), {layer.fields().lookupField(_FOLLOWS_GROUND)}
    values = {number for number, given in buffer.changedAttributeValues().items() if not follows.issuperset(given)}
    more = {*buffer.deletedFeatureIds(), *values}
    return {
        number
        for number, shape in buffer.changedGeometries().items()
        if number not in more and number in known and _is_same_ground(shape, known[number].shape)
    }


def _is_same_ground(one: QgsGeometry, two: QgsGeometry) -> bool:
    import shapely  # noqa: PLC0415  bound late, as wherever the window is built

    from gridmgmt_plugin.core.coverage.shared_vertices import same_ground  # noqa: PLC0415

    # An area is found at once, and tells nearly all that are moved apart.
    if one.type() != QgsWkbTypes.GeometryType.PolygonGeometry or abs(one.area() - two.area()) > _SAME_AREA_M2:
        return False
    return same_ground(*(shapely.from_wkb(bytes(shape.asWkb().data())) for shape in (one, two)))


def _bounds(box: QgsRectangle) -> Bounds:
    return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()

"""The numbers of rows and QGIS's own numbers of features: in a file they are the same, in a database they are not."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsFeatureRequest, QgsVectorLayer

from gridmgmt_plugin.project.attributes import plain


def features_of_rows(layer: QgsVectorLayer, numbers: Sequence[int]) -> dict[int, int]:
    """Return QGIS's feature ids by the numbers of rows (column ``fid``), in their order; rows that are gone or that
    the filter of the layer hides are not among them.
    """
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(["fid"], layer.fields())
    # By an expression: QGIS looks up the ids of a file past the filter of its layer.
    request.setFilterExpression(f'"fid" IN ({", ".join(map(str, numbers)) or "NULL"})')
    found = {plain(feature["fid"]): int(feature.id()) for feature in layer.getFeatures(request)}
    return {number: found[number] for number in numbers if number in found}


def select_rows(layer: QgsVectorLayer, numbers: Sequence[int]) -> None:
    """Select rows of a layer by their numbers, and no others; of a file at once, however many they are."""
    if layer.providerType() == "ogr":
        layer.selectByIds(list(numbers))
    else:
        layer.selectByIds(list(features_of_rows(layer, numbers).values()))

"""What QGIS's window lends its forms."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsVectorLayerTools


class FormTools(QgsVectorLayerTools):
    """Does nothing but begin edits; lists that QGIS itself makes end the program without it."""

    def addFeature(self, *_, **__):
        return False, QgsFeature()

    def startEditing(self, layer):
        return layer.startEditing()

    def stopEditing(self, layer, allow_cancel=True):
        return True

    def saveEdits(self, layer):
        return True

    def copyMoveFeatures(self, *_):
        return False, ""

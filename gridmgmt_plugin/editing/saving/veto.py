"""Stop a commit of QGIS before it writes anything, and leave no trace of how it was done.

QGIS checks the types of added features before it writes; one with a geometry of another type makes the whole commit
fail at that point, with every edit still in the buffer. So a save is refused by adding such a feature while QGIS
announces the commit, and taking it away afterwards.

A provider that is open for writing computes the extent of a GeoPackage's layer anew after every commit, failed ones
too, and writes it down: with 5 seconds of waiting where another program holds the file. So the provider leaves its
update mode for as long as the veto stands.
"""

from __future__ import annotations

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.editing.edit_command import drop_command

# Text of the entry in the undo stack while the veto stands; nobody gets to see it.
VETO_TEXT = "gridmgmt-veto"
_SWEEP_TEXT = "gridmgmt-sweep"


class Veto:
    """Refuses the commit of one layer that is just beginning."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._layer = layer
        self._left_update_mode = False

    def plant(self) -> None:
        """Make the commit that QGIS has announced fail; the trace is removed with the next turn of the event loop."""
        unfit = QgsFeature(self._layer.fields())
        unfit.setGeometry(_geometry_of_another_type(self._layer))
        self._layer.beginEditCommand(VETO_TEXT)
        self._layer.addFeature(unfit)
        self._layer.endEditCommand()
        if not self._left_update_mode:
            self._left_update_mode = bool(self._layer.dataProvider().leaveUpdateMode())
        QTimer.singleShot(0, self.sweep)

    def sweep(self) -> None:
        """Take the unfit feature out of the buffer and its entry out of the undo stack, if it is there.

        Call it before every gesture, undo and job: a run without a window has no event loop that does.
        """
        if not _is_alive(self._layer) or not self._layer.isEditable():
            return
        if self._left_update_mode:
            self._left_update_mode = False
            self._layer.dataProvider().enterUpdateMode()
        stack = self._layer.undoStack()
        if stack.index() == 0 or stack.text(stack.index() - 1) != VETO_TEXT:
            return
        stack.undo()
        # A command that is begun drops the undone one, and destroying it drops itself: nothing is left to redo.
        self._layer.beginEditCommand(_SWEEP_TEXT)
        drop_command(self._layer)


def _geometry_of_another_type(layer: QgsVectorLayer) -> QgsGeometry:
    if layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry:
        return QgsGeometry.fromWkt("Polygon ((0 0, 1 0, 1 1, 0 0))")
    return QgsGeometry.fromWkt("Point (0 0)")


def _is_alive(layer: QgsVectorLayer) -> bool:
    """Tell whether the layer still exists: the timer may come after its project was closed."""
    try:
        layer.id()
    except RuntimeError:  # the layer behind this Python object was deleted
        return False
    return True

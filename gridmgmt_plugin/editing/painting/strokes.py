"""One stroke on the layer: the scheme's column of some unit grids, as one undo step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsFeatureRequest

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.edit_command import edit_command
from gridmgmt_plugin.editing.gestures.attributes import plain, stored
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.unanswered_reads import refuse_silent
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.gestures import Gesture, GridStep

# Numbers a text of the undo list names; more would push the others out of sight.
_NAMED = 3


@dataclass(frozen=True)
class Stroke:
    """Unit grids that change grids. ``column``: of the scheme. ``fids``: their feature ids; ``before``, ``after``:
    the codes of their grids, ``None`` for none. ``kind``: what the planner did, e.g. ``paint``; ``grids``: the grids
    that the undo list names; ``step``: what the save has to know.
    """

    column: str
    kind: str
    fids: Sequence[int]
    before: Sequence[str | None]
    after: Sequence[str | None]
    grids: Sequence[str]
    step: GridStep


def write_stroke(editor: GridEditor, stroke: Stroke) -> Gesture:
    """Make a stroke: one command on the layer, one undo.

    :raises InputError: ``paint_nothing``, ``editing_cells_changed_meanwhile``; the layer is untouched.
    :raises WorkspaceError: ``editing_not_editable``, or ``editing_refused`` when QGIS refuses; it is as it was.
    """
    editor.clear_up()
    layer = editor.layer
    if not layer.isEditable():
        raise WorkspaceError("editing_not_editable", layer=layer.name())
    if not stroke.fids:
        raise InputError("paint_nothing")
    _refuse_outdated(editor, stroke)
    index = layer.fields().lookupField(stroke.column)
    field = layer.fields()[index]
    told = {"codes": listing(stroke.grids, _NAMED), "count": len(stroke.fids)}
    text = Message(f"gesture_{stroke.kind}", told).text(language())
    with edit_command(layer, text):
        for fid, old, new in zip(stroke.fids, stroke.before, stroke.after):
            if not layer.changeAttributeValue(fid, index, stored(field, new), old, True):
                raise WorkspaceError("editing_refused", layer=layer.name())
    gesture = Gesture(stroke.kind, text, clock.now().isoformat(timespec="seconds"), (), (), stroke.step)
    editor.journal.record(gesture)
    layer.triggerRepaint()
    return gesture


def _refuse_outdated(editor: GridEditor, stroke: Stroke) -> None:
    """Refuse a stroke that was planned on what the layer no longer holds: undo, another tool, another save."""
    layer = editor.layer
    refuse_silent(layer)
    request = QgsFeatureRequest().setFilterFids(list(stroke.fids)).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([stroke.column, "code"], layer.fields())
    now = {feature.id(): feature for feature in layer.getFeatures(request)}
    for fid, before in zip(stroke.fids, stroke.before):
        there = now.get(fid)
        if there is None or (plain(there[stroke.column]) or None) != before:
            raise InputError("editing_cells_changed_meanwhile", unit_grid=str(there["code"]) if there else "–")

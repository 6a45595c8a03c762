"""A repair of edits that the guard refused: the ground mended, codes given anew, for the planner to accept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import shapely
from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.coverage.gestures.edit import EditTolerance
from gridmgmt_plugin.core.coverage.health.mending import gains_and_losses, mend
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.editing.edit_command import edit_command
from gridmgmt_plugin.editing.gestures.attributes import plain
from gridmgmt_plugin.editing.gestures.buffer import read_pending
from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.editing.gestures.journal import GridJournal
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
from gridmgmt_plugin.editing.saving.cell_codes import free_code, provisional_codes
from gridmgmt_plugin.editing.saving.checking import Findings, areas_put_right, check_cells, with_areas
from gridmgmt_plugin.editing.saving.edited_cells import touched_cells
from gridmgmt_plugin.editing.saving.reports import GroundChange, Recoding, RepairProposal
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.changes.gestures import CellState, CellStates, Gesture
from gridmgmt_plugin.workspace.changes.outlines import AreaOutlines
from gridmgmt_plugin.workspace.changes.touched_cells import TouchedCells
from gridmgmt_plugin.workspace.register_store import RegisterStore, now_text
from gridmgmt_plugin.workspace.workspace import Workspace

RECODE = "recode"
_SHOWN_M2 = 1e-3


def repair_of(
    layer: QgsVectorLayer, workspace: Workspace, touched: TouchedCells, provisional: set[str]
) -> RepairProposal:
    """Return what would clear the faults of edited cells.

    :raises InputError: ``mend_nothing``, ``mend_by_hand``, or why a cell cannot get a code.
    """
    touched, findings, moved = _checked(workspace, touched, provisional)
    if not findings and not moved:
        raise InputError("mend_nothing")
    recodings = _recodings(layer, workspace, touched, findings, moved)
    if len(findings.ground) == 0:
        return RepairProposal(None, None, (), recodings)
    edit = mend(findings.before, findings.after, findings.ground, EditTolerance(workspace.info.precision_m))
    fids = _feature_ids(layer, touched)
    near = Neighbourhood(
        cells=findings.after,
        fid=fids,
        code=touched.after["code"],
        rows=_layer_rows(layer, touched, fids),
        areas=findings.areas,
    )
    gained, lost = gains_and_losses(findings.after, edit)
    shown = np.flatnonzero((gained > _SHOWN_M2) | (lost > _SHOWN_M2))
    grounds = [GroundChange(near.code[at], float(gained[at]), float(lost[at])) for at in shown.tolist()]
    grounds += [GroundChange(None, float(shapely.area(shape)), 0.0) for shape in edit.added_geometry]
    return RepairProposal(near, edit, tuple(grounds), recodings)


def apply_repair(
    layer: QgsVectorLayer, workspace: Workspace, journal: GridJournal, proposal: RepairProposal, editor: GridEditor
) -> None:
    """Carry out a repair in the edit buffer: one command, one undo, for ground and codes together.

    :raises InputError: ``editing_cells_changed_meanwhile``, with the buffer untouched.
    """

    def codes_given() -> CellStates:
        # Which of several cells keeps a code may have changed with their outlines.
        pending = touched_cells(workspace, read_pending(layer))
        touched, findings, moved = _checked(workspace, pending, provisional_codes(journal.done()))
        return _write_codes(layer, touched, _recodings(layer, workspace, touched, findings, moved))

    if proposal.near is not None and proposal.edit is not None:
        editor.apply(proposal.near, proposal.edit, also=codes_given if proposal.recodings else None)
    elif proposal.recodings:
        _recode(layer, journal, proposal.recodings, codes_given)


def _recode(
    layer: QgsVectorLayer,
    journal: GridJournal,
    recodings: tuple[Recoding, ...],
    codes_given: Callable[[], CellStates],
) -> None:
    """Give cells their codes, as one edit command."""
    at = clock.now().isoformat(timespec="seconds")
    text = Message("gesture_recode", {"codes": listing(recoding.new for recoding in recodings)}).text(language())
    with edit_command(layer, text):
        before, after = codes_given()
    journal.record(Gesture(RECODE, text, at, before, after))


def _write_codes(layer: QgsVectorLayer, touched: TouchedCells, recodings: tuple[Recoding, ...]) -> CellStates:
    """Write codes into the buffer, within the command that is open.

    :raises WorkspaceError: ``editing_refused``; the caller destroys the command.
    """
    place = {fid: position for position, fid in enumerate(_feature_ids(layer, touched).tolist())}
    before, after = [], []
    for recoding in recodings:
        position = place[recoding.fid]
        old = layer.getFeature(recoding.fid)
        new = {"code": recoding.new, "area_code": recoding.area_code}
        if recoding.new != recoding.old:
            new.update(state="draft", prior_code=recoding.old)
        for name, value in new.items():
            column = layer.fields().lookupField(name)
            if value != plain(old[column]) and not layer.changeAttributeValue(recoding.fid, column, value):
                raise WorkspaceError("editing_refused", layer=layer.name())
        area, wkb = touched.after["area_m2"][position], shapely.to_wkb(touched.after.shapes[position], hex=True)
        before.append(CellState(recoding.fid, recoding.old, area, wkb))
        after.append(CellState(recoding.fid, recoding.new, area, wkb))
    return tuple(before), tuple(after)


def _checked(
    workspace: Workspace, touched: TouchedCells, provisional: set[str]
) -> tuple[TouchedCells, Findings, dict[int, str]]:
    """Return the cells in the areas that they lie in, what is wrong with them then, and which cells that moved."""
    placed = with_areas(touched, AreaOutlines(workspace))
    return placed, check_cells(workspace, placed, provisional), areas_put_right(touched, placed)


def _recodings(
    layer: QgsVectorLayer,
    workspace: Workspace,
    touched: TouchedCells,
    findings: Findings,
    moved: Mapping[int, str],
) -> tuple[Recoding, ...]:
    """Return new codes for cells that cannot keep theirs, and the right areas for those that can."""
    if not findings.codes and not moved:
        return ()
    register = RegisterStore(workspace, workspace.info.code_layout, "unit_grid").register
    rows = touched.after
    # Codes of cells that are not saved yet are taken as well.
    fresh = {code for code in rows["code"] if code is not None and register.layout.fits(code)}
    register.claim(sorted(code for code in fresh if code not in register))
    fids = _feature_ids(layer, touched)
    found = []
    for fault in findings.codes:
        old, area = rows["code"][fault.position], rows["area_code"][fault.position]
        new = free_code(workspace, register, area or "", old, now_text(), "")
        found.append(Recoding(int(fids[fault.position]), old, new, area))
    numbered = {fault.position for fault in findings.codes}
    found += [
        Recoding(int(fids[at]), rows["code"][at], rows["code"][at], area)
        for at, area in moved.items()
        if at not in numbered
    ]
    return tuple(found)


def _layer_rows(layer: QgsVectorLayer, touched: TouchedCells, fids: np.ndarray) -> Rows:
    """Return the cells with every attribute as the layer has it."""
    found = {feature.id(): feature for feature in layer.getFeatures(QgsFeatureRequest(fids.tolist()))}
    records = [[plain(value) for value in found[fid].attributes()] for fid in fids.tolist()]
    names = [field.name() for field in layer.fields()]
    return Rows(
        {name: as_column(row[at] for row in records) for at, name in enumerate(names)}, touched.after.geometry, fids
    )


def _feature_ids(layer: QgsVectorLayer, touched: TouchedCells) -> np.ndarray:
    """Return QGIS's number of each row of ``after``, int64; a provider may number the rows in its own way."""
    rows = touched.after
    if layer.providerType() == "ogr" or not len(rows):  # of nothing there are no bounds
        return rows.fids
    column = layer.fields().lookupField("fid")
    bounds = shapely.total_bounds(np.concatenate([rows.shapes, touched.before.shapes]))
    request = QgsFeatureRequest(QgsRectangle(*bounds)).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found = {}
    for feature in layer.getFeatures(request.setSubsetOfAttributes([column])):
        row = plain(feature.attribute(column))
        if feature.id() >= 0 and row is not None:  # one that is gone is seen for its edits, without attributes
            found[int(row)] = feature.id()
    return np.array([fid if fid < 0 else found[fid] for fid in rows.fids.tolist()], dtype=np.int64)

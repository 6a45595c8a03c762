"""Saves into a workspace that somebody has upgraded meanwhile: nothing is written, everything stays in its layer."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION
from tests.qgis.editing.saving.town import AREAS, code, in_both, refused

CUT = [(0.3, -1), (0.3, 1.5)]


@in_both
@pytest.mark.parametrize("layer", ["unit_grid", "responsibility_grid"])
def test_edits_stay_and_are_saved_once_the_plugin_knows_the_version(town, stored_in, open_desk, layer):
    desk = open_desk(town, layer)
    if layer == "unit_grid":
        desk.split(1, CUT)
        desk.set(code(2), note="x")
    else:
        desk.set(f"{AREAS[0]}001", name="湖滨")
    codes, steps = desk.codes(), desk.layer.undoStack().index()
    _become(stored_in, town, SCHEMA_VERSION + 1)
    stored = stored_in.state()
    refusal = refused(desk)
    assert refusal.code == "workspace_upgraded"
    assert str(SCHEMA_VERSION + 1) in refusal.message.text("zh")
    assert stored_in.state() == stored
    assert (desk.codes(), desk.layer.undoStack().index()) == (codes, steps)
    _become(stored_in, town, SCHEMA_VERSION)
    assert desk.save(), desk.refusals


@in_both
@pytest.mark.parametrize("was_overtaken", [False, True])
def test_a_newer_plugin_in_the_same_window_saves_the_edits_unless_somebody_was_first(town, open_desk, was_overtaken):
    desk = open_desk(town)
    desk.set(code(1), note="x")
    desk.guard.detach()
    if was_overtaken:
        rows = town.read("unit_grid", ["note", "row_version"], {"code": code(1)}, geometry=False)
        with town.transaction("李工", "edit") as transaction:
            transaction.update("unit_grid", rows.with_columns(note=["y"]))
    desk.guard.attach()
    if was_overtaken:
        assert refused(desk).code == "save_rows_overtaken"
    else:
        assert desk.save(), desk.refusals
    assert [name for name in desk.layer.customPropertyKeys() if "versions" in name] == []


def _become(place, workspace, version):
    schema = f"{workspace.location.schema}." if place.kind == "database" else ""
    place.run(f"UPDATE {schema}workspace_info SET value = '{version}' WHERE key = 'schema_version'")

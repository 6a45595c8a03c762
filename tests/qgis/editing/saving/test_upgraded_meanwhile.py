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


def _become(place, workspace, version):
    schema = f"{workspace.location.schema}." if place.kind == "database" else ""
    place.run(f"UPDATE {schema}workspace_info SET value = '{version}' WHERE key = 'schema_version'")

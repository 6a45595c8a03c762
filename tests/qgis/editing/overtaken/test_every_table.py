"""Rows of every table that planners edit by form: a colleague's version is taken, or mine is kept."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.editing.overtaken.carrying_out import carry_out, look_at
from gridmgmt_plugin.editing.overtaken.choosing import Choosing, Side
from gridmgmt_plugin.workspace.schema import table, tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.saving.town import X, Y

IN_BOTH = True
#: Table → a column of words that a planner types.
TYPED = {
    "area": "name",
    "covered_extent": "name",
    "responsibility_grid": "name",
    "station": "name",
    "person": "title",
    "contact": "office_phone",
    "department": "name",
    "post": "duty",
    "lane": "alias",
    "lane_inspection": "note",
    "patrol": "finding",
    "component": "note",
    "cases": "title",
    "duty_zone": "name",
    "duty_rule": "basis",
    "ownership_ruling": "ruling",
    "ledger": "title",
    "ledger_item": "name",
    "external_code": "external_key",
    "change_request": "reason",
    "scheme": "title",
}
_SHAPES = {
    "Point": shapely.Point(X + 10, Y + 10),
    "MultiPolygon": shapely.MultiPolygon([shapely.box(X + 2000, Y, X + 2100, Y + 100)]),
    "MultiLineString": shapely.MultiLineString([[(X, Y), (X + 50, Y)]]),
    "Geometry": shapely.Point(X + 10, Y + 10),
}


def put_row(town, name: str) -> None:
    """Put one row into a table, with its key and nothing else that refers to anything."""
    definition = table(name)
    values = dict.fromkeys(definition.key, "K1") | {TYPED[name]: "原来"}
    if name == "responsibility_grid":
        values["scheme"] = "cg"
    shape = _SHAPES.get(definition.geometry or "")
    shapes = None if shape is None else np.array([shape], dtype=object)
    with town.transaction("王工", "edit_rows") as transaction:
        transaction.delete(name, town.read(name, [], geometry=False).fids)
        transaction.insert(name, Rows.from_records([values], shapes))


def type_in(desk, word: str) -> None:
    row, layer = next(desk.layer.getFeatures()), desk.layer
    layer.beginEditCommand("属性")
    assert layer.changeAttributeValue(row.id(), layer.fields().lookupField(TYPED[desk.guard.table]), word)
    layer.endEditCommand()


@pytest.mark.daily(4)
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", list(TYPED))
def test_a_row_of_any_table_is_taken_or_kept(town, open_desk, name, side):
    put_row(town, name)
    desk, other = open_desk(town, name), open_desk(Workspace.open(town.location), name, "李工")
    type_in(desk, "我的")
    type_in(other, "他的")
    assert other.save(), [refusal.message.text() for refusal in other.refusals]
    assert not desk.save()
    assert desk.refusals[-1].code == "save_rows_overtaken"
    choosing = Choosing(look_at(desk.guard, "王工"))
    (row,) = choosing.sides.rows
    assert row.by == "李工"
    choosing.choose_all(row, side)
    carry_out(desk.guard, choosing)
    assert desk.save(), desk.refusals[-1].message.text()
    (stored,) = town.read(name, [TYPED[name]], geometry=False)[TYPED[name]]
    assert stored == ("我的" if side is Side.MINE else "他的")


def test_every_table_that_is_saved_by_form_is_looked_at_here():
    versioned = {name for name, definition in tables().items() if definition.versioned}
    locked = {"release", "exemption"}
    assert versioned - locked - {"unit_grid"} == set(TYPED)

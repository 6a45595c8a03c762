"""Items of every shape follow the cells; what lies in a grid by its code follows the ground of that grid."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.jobs.ledgers.import_ledger import import_ledger
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from tests.jobs.districts import layer

AREA = "990101001001"


def _cells(workspace):
    items, grids = workspace.read("ledger_item"), workspace.read("unit_grid", ["code"])
    found = {}
    for key, shape in zip(items["key"], items.shapes):
        if shape is not None:
            holds = shapely.intersects(grids.shapes, shapely.point_on_surface(shape))
            found[key] = sorted(grids["code"][np.flatnonzero(holds)])[0]
    return dict(zip(items["key"], items["unit_grid"])), found


def test_lines_polygons_and_items_placed_by_code_follow_new_cells(town, table):
    shapes = [
        shapely.Point(30, 30),
        shapely.LineString([(10, 210), (150, 220), (380, 230)]),
        shapely.box(20, 250, 330, 390),
    ]
    import_ledger(town, layer({"编号": ["点", "线", "面"], "名称": list("甲乙丙")}, shapes), "形")
    grids = town.read("unit_grid", ["code"])
    before = grids["code"][np.flatnonzero(shapely.intersects_xy(grids.shapes, 30, 330))[0]]
    import_ledger(town, table(f"编号,名称,网格编码\n码,丁,{before}\n"), "码")
    new = [shapely.box(0, 0, 400, 205), shapely.box(0, 205, 400, 400)]
    import_unit_grids(town, layer({"名称": ["南", "北"]}, new), mode="replace", scope=AREA)
    stored, by_ground = _cells(town)
    assert {key: stored[key] for key in by_ground} == by_ground
    assert stored["点"] != stored["线"] == stored["面"] == stored["码"]

"""A wild day on a district, saved and checked: no fault that was not there before, and all of it comes back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.random_gestures import Hand
from tests.qgis.editing.saving.town import Desk

SEED = 1000
NOT_COMPARED = {"change_log", "take_back"}


def furnish(workspace: Workspace) -> None:
    """Hand over every second cell, scatter points, and group the cells, so that much hangs on them."""
    within = "community" if workspace.count("area", {"level": "community"}) else "street_office"
    build_responsibility_grids(workspace, scheme="cg", units_per_grid=8, within=within, tolerance_percent=90)
    cells, register = workspace.read("unit_grid"), workspace.read("code_register")
    handed = set(cells["code"][::2])
    random = np.random.default_rng(5)
    minx, miny, maxx, maxy = shapely.total_bounds(cells.geometry)
    x, y = random.uniform(minx, maxx, 3000), random.uniform(miny, maxy, 3000)
    cell = locate_points(x, y, cells.geometry, cells["code"])
    held = cells["code"][cell[cell >= 0]]
    codes = [f"{990101:06d}0101{number:06d}" for number in range(len(held))]
    points = Rows(
        {"code": as_column(codes), "class_code": as_column(["0101"] * len(held)), "unit_grid": held},
        shapely.points(x, y)[cell >= 0],
    )
    with workspace.transaction("甲", "furnish") as transaction:
        for table, rows in (("unit_grid", cells), ("code_register", register)):
            mine = rows.take(np.array([code in handed for code in rows["code"]], dtype=bool))
            transaction.set_column(table, "state", mine.fid, ["valid"] * len(mine))
        transaction.insert("component", points)


def content(workspace: Workspace) -> dict:
    """Return every row of every table to the last bit, without versions and row numbers."""
    found = {}
    with workspace.reading() as state:
        read = state.read_all()
    for name, rows in read.items():
        if name in NOT_COMPARED:
            continue
        shapes = [None] * len(rows) if rows.geometry is None else shapely.to_wkb(rows.geometry).tolist()
        records = [sorted((k, str(v)) for k, v in record.items() if k != "row_version") for record in rows.records()]
        found[name] = sorted(zip(map(str, records), map(str, shapes)))
    return found


def errors(workspace: Workspace) -> Counter:
    """Return the errors by rule. Random gestures tear responsibility grids apart; the save tells, and does it."""
    found = (issue.rule for issue in validate_workspace(workspace).issues if issue.severity == "error")
    return Counter(rule for rule in found if rule != "responsibility_parts")


def assert_follows(workspace: Workspace) -> None:
    """Assert that points, codes and responsibility grids say what the cells say."""
    cells, points = workspace.read("unit_grid"), workspace.read("component")
    at = locate_points(shapely.get_x(points.geometry), shapely.get_y(points.geometry), cells.geometry, cells["code"])
    assert points["unit_grid"].tolist() == cells["code"][at].tolist()
    register = workspace.read("code_register", where={"kind": "unit_grid"})
    state = dict(zip(register["code"], register["state"]))
    assert {code for code, value in state.items() if value != "retired"} == set(cells["code"])
    assert [state[code] for code in cells["code"]] == cells["state"].tolist()
    grids = workspace.read("responsibility_grid", where={"scheme": "cg"})
    held = Counter(cells["rg_cg"])
    assert grids["unit_count"].tolist() == [held[code] for code in grids["code"]]


def assert_saves_hold_and_come_back(path: Path, saves: int, gestures: int) -> None:
    """Save ``saves`` times after ``gestures`` random gestures each: as sound as before, and back to the last bit."""
    workspace = Workspace.open(path)
    states, faults = [content(workspace)], errors(workspace)
    desk = Desk(workspace)
    try:
        for number in range(saves):
            hand = Hand(desk.editor, SEED + number)
            done = 0
            while done < gestures:
                if hand.random.random() < 0.08:
                    hand.undo_or_redo()
                done += hand.gesture()
            assert desk.save(), [fault.message.text() for fault in desk.refusals[-1].faults]
            shown = {f["code"]: f.geometry().asWkb().data() for f in desk.layer.getFeatures()}
            assert len(shown) == workspace.count("unit_grid")
            states.append(content(workspace))
            assert errors(workspace) - faults == Counter()
            assert_follows(workspace)
    finally:
        desk.close()
    for _ in range(saves):  # what was there before the saves has a record as well
        states.pop()
        take_back_last(workspace, "王工")
        assert content(workspace) == states[-1]
    assert len(states) == 1

"""Two real QGIS windows on one schema: each planner sees where the other one edits, until it is saved; who comes
second sees both versions and settles them.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import shapely
from qgis.PyQt.QtGui import QImage

from gridmgmt_plugin.gui.opening.sample import WORKSPACE
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.copied_workspace import copy_workspace

pytestmark = pytest.mark.proof


def _two_windows(desktop, postgis, sample, tmp_path, locale, name):
    """Return what the one who edits recorded, and the one who looks on."""
    file = Path(shutil.copy(sample / WORKSPACE, tmp_path / WORKSPACE))
    if name == "en":
        write_in_english(file)  # the onlooker's window is a picture of the manual
    district = copy_workspace(Workspace.open(file), postgis.location(f"beside_{name}"))
    try:
        given = {"location": str(district.location), "box": _roomy(district), "meeting": str(tmp_path), "name": name}
        with ThreadPoolExecutor(2) as both:
            seen = [both.submit(desktop, "beside.py", locale, role=role, **given) for role in ("editor", "onlooker")]
            return tuple(one.result() for one in seen)
    finally:
        postgis.drop(f"beside_{name}")


def _roomy(district):
    """Return the rectangle around a compact unit grid near the middle of the district."""
    shapes = district.read("unit_grid", ["code"]).shapes
    areas, middle = shapely.area(shapes), shapely.centroid(shapely.GeometryCollection(shapes.tolist()))
    far = shapely.distance(shapes, middle) + shapely.length(shapes) ** 2 / areas
    far[(areas < 6_000) | (areas > 16_000)] = float("inf")
    return shapely.bounds(shapes[far.argmin()]).tolist()


def test_each_sees_where_the_other_edits_until_it_is_saved(desktop, postgis, sample, tmp_path):
    editor, onlooker = _two_windows(desktop, postgis, sample, tmp_path, "zh-Hans", "zh")
    assert editor["steps"] == 1
    assert editor["saved"]
    assert onlooker["before"] == []
    assert onlooker["hatched"][0]
    assert "李工：" in onlooker["panel"]
    assert onlooker["listed"][0].startswith("李工：")
    assert onlooker["warned"].startswith("李工 从 ")
    assert onlooker["far"] == 1
    assert onlooker["after"][0] == 0
    assert "李工" not in onlooker["after"][1]
    assert (editor["exit_code"], onlooker["exit_code"]) == (0, 0)
    assert (editor["begun"], editor["saved_first"], onlooker["begun"]) == (True, True, True)
    assert onlooker["refused"] == [True, "mine"], "what he edited stands"
    assert onlooker["settled"] == [False, "西院", "mine"]


def test_it_is_seen_in_an_english_window(desktop, postgis, sample, tmp_path):
    _, onlooker = _two_windows(desktop, postgis, sample, tmp_path, "en_US", "en")
    assert onlooker["scratch"] == [], "a table that waits is not lost with the window"
    assert onlooker["listed"][0].startswith("Li: editing in ")
    assert onlooker["warned"].startswith("Li has been editing here since ")
    pictures = [value for key, value in onlooker.items() if key.startswith("picture:")]
    assert len(pictures) == 4
    assert not [picture for picture in pictures if QImage(str(Path(picture))).isNull()]

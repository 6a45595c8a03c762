"""The picture in docs/design.md shows the house as it stands: its rooms, their folders, and who imports whom."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from tools import draw_house
from tools.draw_house import DIRECTLY, LAYERS, House

SVG = "{http://www.w3.org/2000/svg}"
FULL = House({layer: {f"subject_number_{n}": n for n in range(24)} for layer in LAYERS}, {})


def _shown(text):
    """Return rooms, folders and arrows of a picture."""
    nodes = list(ET.fromstring(text).iter())
    rooms = {node.get("data-room") for node in nodes} - {None}
    folders = {node.get("data-folder") for node in nodes} - {None}
    arrows = {tuple(node.get("data-arrow").split()) for node in nodes if node.get("data-arrow")}
    return rooms, {name for name in folders if not name.endswith(f"/{DIRECTLY}")}, arrows


@pytest.fixture(scope="module")
def today():
    """Return the house as it stands; only looked at."""
    return draw_house.survey()


def test_the_picture_shows_the_folders_and_imports_of_today(today):
    # Numbers of modules may lag behind: they change with every file.
    drawn = _shown(draw_house.PICTURE.read_text(encoding="utf-8"))
    assert drawn == _shown(draw_house.draw(today)), "run 'make house'"


def test_a_room_per_layer_an_arrow_per_import(tmp_path):
    package = tmp_path / "gridmgmt_plugin"
    for name, text in {
        "plugin.py": "from gridmgmt_plugin.gui import window",
        "gui/__init__.py": "",
        "gui/window.py": "import gridmgmt_plugin.core.rows\nfrom gridmgmt_plugin.gui import other",
        "gui/lanes/dock.py": "def f():\n    from gridmgmt_plugin.core import rows",
        "core/rows.py": "import numpy",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    house = draw_house.survey(package)
    assert draw_house.draw(house) == draw_house.draw(draw_house.survey(package)), "the same tree, the same picture"
    assert house.folders["gui"] == {"lanes": 1, DIRECTLY: 1}
    assert house.folders["core"] == {DIRECTLY: 1}
    assert house.arrows == {("plugin.py", "gui"): 1, ("gui", "core"): 2}
    rooms, folders, arrows = _shown(draw_house.draw(house))
    assert (rooms, folders, arrows) == (set(LAYERS), {"gui/lanes"}, {("plugin.py", "gui"), ("gui", "core")})


@pytest.mark.parametrize("house", [None, FULL], ids=["today", "full"])
def test_folders_lie_in_their_room_and_beside_each_other(today, house):
    root = ET.fromstring(draw_house.draw(house or today))
    for room in root.iter(f"{SVG}g"):
        wall, *boxes = [_box(r) for r in room.iter(f"{SVG}rect") if r.get("data-folder") or r.get("stroke-width")]
        for left, top, right, bottom in boxes:
            assert wall[0] < left < right < wall[2]
            assert wall[1] < top < bottom < wall[3]
        for a, b in combinations(boxes, 2):
            assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def _box(rect):
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height

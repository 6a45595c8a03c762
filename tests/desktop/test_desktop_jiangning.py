"""A real district in a real window: the east of Jiangning opened, painted, asked, staffed and saved by mouse."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QImage

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.conftest import shared_file

pytestmark = pytest.mark.proof
# Without streets only the size of the unit grids is given.
LARGE_M2, UNITS_PER_GRID = 400_000.0, 5
PERSON = "示例甲"


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """Return the district as a workspace: its communities divided, with a scheme, and the first post in it."""
    source = shared_file("nanjing_jiangning_east/jiangning_east.gpkg")
    path = tmp_path_factory.mktemp("江宁 jiangning") / "江宁东部.gpkg"
    create_workspace([read_source(source, name) for name in ("subdistrict", "community")], path)
    workspace = Workspace.open(path)
    generate_unit_grids(workspace, None, target_area_m2=LARGE_M2)
    build_responsibility_grids(workspace, scheme="cg", title="城管巡查", units_per_grid=UNITS_PER_GRID)
    grids = workspace.read("responsibility_grid", ["code"], geometry=False)
    post = {"target": "responsibility_grid", "scheme": "cg", "role": "grid_worker", "person_id": "P2"}
    with workspace.transaction("测试", "test") as transaction:
        people = [{"id": "P1", "name": PERSON, "state": "在岗"}, {"id": "P2", "name": "示例乙", "state": "在岗"}]
        transaction.insert("person", Rows.from_records(people))
        transaction.insert("post", Rows.from_records([{"id": "1", "target_code": max(grids["code"]), **post}]))
    return path


@pytest.fixture(scope="module")
def seen(desktop, district):
    return desktop("jiangning.py", "zh-Hans", name="zh", workspace=str(district), person=PERSON)


def test_it_opens_with_its_seven_street_offices_and_goes_there(seen):
    assert seen["offices"] == 7
    assert seen["in_view"]


def test_a_stroke_moves_unit_grids_and_is_saved(seen, district):
    unit, grid = seen["painted"]
    assert seen["steps"] == 1
    assert seen["saved"] == [False, True]
    stored = Workspace.open(district).read("unit_grid", ["rg_cg"], {"code": unit}, geometry=False)
    assert stored["rg_cg"].tolist() == [grid]


def test_a_click_says_who_answers_and_after_a_person_was_given_names_him(seen, district):
    before, after = seen["answers"]
    assert PERSON not in before
    assert PERSON in after
    posts = Workspace.open(district).read("post", where={"person_id": "P1"}, geometry=False)
    assert posts["target_code"].tolist() == [seen["painted"][1]]


def test_nothing_goes_wrong_and_every_screenshot_shows_something(seen):
    assert seen["exit_code"] == 0
    assert seen["tracebacks"] == []
    names = [key for key in seen if key.startswith("screenshot:")]
    assert len(names) == 5
    assert not [name for name in names if QImage(seen[name]).isNull()]

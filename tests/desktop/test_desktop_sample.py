"""A planner's first minutes in a real QGIS window, in both languages and without shapely."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage

pytestmark = pytest.mark.proof

NEEDING_A_WORKSPACE = {
    *("generate_unit_grids", "import_unit_grids", "build_responsibility_grids", "import_lanes", "import_posts"),
    *("import_components", "import_cases", "import_tables", "export_posts", "hotspots", "heat_map", "who_answers"),
    *("validate", "issues", "export_package", "close_workspace"),
}
#: Those that make a workspace or open one, and those that are about the program.
ALWAYS_THERE = {
    *("create_workspace", "open_workspace", "open_postgis", "open_sample", "tree", "settings", "manual", "about"),
}
UNIT_GRIDS_AT_LEAST, RESPONSIBILITY_GRIDS = 500, 82
COMMUNITY = "990101002005"


@pytest.fixture(scope="module")
def chinese(desktop):
    return desktop("sample.py", "zh-Hans", name="zh", jobs=True)


@pytest.fixture(scope="module")
def english(desktop):
    return desktop("sample.py", "en_US", name="en", jobs=True)


@pytest.fixture(scope="module")
def without_libraries(desktop):
    return desktop("sample.py", "zh-Hans", name="zh-without-libraries", libraries=False)


@pytest.fixture(params=["chinese", "english", "without_libraries"])
def seen(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["chinese", "english"])
def ran(request):
    return request.getfixturevalue(request.param)


def test_actions_are_grey_until_a_workspace_is_open(seen):
    grey = {key for key, enabled in seen["enabled_before"].items() if not enabled}
    assert grey >= NEEDING_A_WORKSPACE
    assert set(seen["enabled_before"]) - grey <= ALWAYS_THERE
    assert all(seen["enabled_after"].values())


def test_one_click_opens_the_sample_with_all_that_belongs_to_it(seen):
    layers = seen["layers"]
    assert layers["unit_grid"] > UNIT_GRIDS_AT_LEAST
    assert layers["responsibility_grid"] == RESPONSIBILITY_GRIDS
    assert all(layers[name] > 0 for name in ("area", "lane", "component", "cases", "post"))


def test_nothing_is_told_but_that_the_sample_is_open(chinese):
    assert len(chinese["message"]) == 1
    assert "示例" in chinese["message"][0]


def test_a_click_in_the_tree_selects_and_zooms(seen):
    assert seen["selected"] == [seen["clicked"]]
    assert seen["zoomed_in"]
    assert seen["in_view"]


def test_a_double_click_opens_the_form(seen):
    assert len(seen["form"]) == 1


def test_a_search_finds_by_name_and_by_code(seen):
    assert seen["found:name"][1].startswith(("澄湖", "Chenghu"))
    assert seen[f"found:{COMMUNITY}"][0] == COMMUNITY


def test_layers_are_titled_in_the_readers_language(ran, request):
    wanted = "Daily use" if "english" in request.node.callspec.id else "常用"  # both languages: test_desktop_map.py
    assert wanted in ran["titles"]


def test_every_action_opens_its_dialog_with_the_workspace_filled_in(ran):
    assert set(ran["dialogs"]) >= NEEDING_A_WORKSPACE - {"heat_map", "issues", "close_workspace"}
    for key, dialog in ran["dialogs"].items():
        assert len(dialog["titles"]) == 1, key
        if key != "create_workspace" and dialog["parameters"]:
            assert dialog["workspace"].endswith("workspace.gpkg"), key
    assert ran["dialogs"]["create_workspace"]["parameters"]["AUTHOR"] == ran["author"]
    assert ran["dialogs"]["hotspots"]["parameters"]["SCHEME"] == "cg"


def test_a_check_lists_what_it_found_and_a_click_shows_the_place(ran):
    assert ran["details:validate"]
    assert ran["issues_dock"]
    assert ran["issues"] > 0
    assert ran["issue_moves_map"]


def test_hot_spots_are_found_and_lie_between_areas_and_grids(chinese):
    assert "高发" in chinese["ran:hotspots"][0]
    names = chinese["tree_names"]
    assert names.index("区划") < names.index("高发区域") < names.index("单元网格")


def test_qgis_has_nothing_to_complain_about_in_a_local_frame(ran):
    assert len(ran["bar"]) == 1


def test_the_dock_is_wide_enough_for_its_figures(ran):
    assert ran["dock_width"] >= ran["dock_wanted"]


def test_qgis_ends_in_good_order_and_shows_pictures(seen):
    assert seen["exit_code"] == 0
    pictures = [Path(path) for key, path in seen.items() if key.startswith("screenshot:")]
    assert len(pictures) > 5
    for path in pictures:
        assert QImage(str(path)).width() == 1600

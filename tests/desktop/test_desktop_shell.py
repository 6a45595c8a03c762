"""The built zip in a real QGIS: it speaks the reader's language, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage

from gridmgmt_plugin.core.messages import Message


@pytest.fixture(scope="module")
def chinese(desktop):
    return desktop("shell.py", "zh-Hans", name="zh", rounds=8)


@pytest.fixture(scope="module")
def english(desktop):
    return desktop("shell.py", "en_US", name="en", rounds=1)


@pytest.fixture(scope="module")
def without_libraries(desktop):
    return desktop("shell.py", "zh-Hans", name="zh-without-libraries", rounds=1, libraries=False)


def test_it_speaks_chinese_in_a_chinese_qgis(chinese):
    assert chinese["loaded"]
    assert chinese["menu"] == chinese["toolbar"]["title"] == chinese["provider"] == "网格管理"
    assert "关于与运行环境…" in chinese["entries"]


@pytest.mark.proof
def test_it_speaks_english_in_an_english_qgis(english):
    assert english["loaded"]
    assert english["menu"] == english["toolbar"]["title"] == english["provider"] == "Grid Management"
    assert "About and libraries…" in english["entries"]


@pytest.mark.parametrize(
    "run",
    ["chinese", *(pytest.param(other, marks=pytest.mark.proof) for other in ("english", "without_libraries"))],
)
def test_qgis_options_have_a_page_of_ours(run, request):
    assert request.getfixturevalue(run)["options"]


def test_menu_and_toolbar_stand_where_qgis_keeps_them(chinese):
    titles = chinese["menu_titles"]
    assert titles.count("网格管理") == 1
    assert 0 < titles.index("网格管理") < len(titles) - 1
    assert chinese["toolbar"]["visible"]


def test_no_shortcut_of_ours_is_one_of_qgis(chinese):
    shortcuts = chinese["shortcuts"]
    assert {"Ctrl+Alt+W": ["gridmgmt_tree"], "Alt+2": ["gridmgmt_split"]}.items() <= shortcuts.items()
    assert all(len(owners) == 1 for owners in shortcuts.values()), shortcuts


def test_the_environment_is_told(chinese):
    assert "QGIS" in chinese["about"]
    assert "计算所需的库都已具备" in chinese["about"]


@pytest.mark.proof
def test_a_qgis_without_shapely_loads_it_and_says_what_is_missing(without_libraries):
    assert without_libraries["loaded"]
    missing = Message("library_missing", {"names": "shapely >= 2.0 (–)"}).text("zh")
    assert missing in without_libraries["about"]


def test_rounds_of_loading_and_unloading_leave_nothing_behind(chinese):
    assert chinese["rounds"] == 8
    assert chinese["before"]["ours"] == []
    assert chinese["before"]["modules"] == []
    assert chinese["before"]["text"] == "Grid Management"
    assert chinese["after"] == chinese["before"]


@pytest.mark.parametrize("run", ["chinese", pytest.param("english", marks=pytest.mark.proof)])
def test_qgis_ends_in_good_order_and_shows_a_picture(run, request):
    seen = request.getfixturevalue(run)
    assert seen["exit_code"] == 0
    pictures = [Path(path) for key, path in seen.items() if key.startswith("screenshot:")]
    assert pictures
    for path in pictures:
        assert QImage(str(path)).width() == 1600

"""The dialogs of jobs in a real QGIS window, with the mouse: clicks counted, pictures taken."""

from __future__ import annotations

import csv

import pytest

pytestmark = pytest.mark.proof
CLICKS_IMPORT, CLICKS_HOT_SPOTS = 6, 3
HEADINGS = {
    "zh": ("工单号", "问题类型", "上报日期时间", "东坐标X", "北坐标Y", "诉求内容", "来电人电话"),
    "en": ("Ticket number", "Problem type", "Reported at", "X coordinate", "Y coordinate", "Description", "Phone"),
}
WORDS = {"zh": ("热线工单.csv", "暴露垃圾", "垃圾"), "en": ("hotline tickets.csv", "Exposed refuse", "Refuse")}
PHONE = "13800000000"


def unknown_file(folder, sample, tongue):
    """Write cases of the sample under headings that no catalogue of ours has all of."""
    from gridmgmt_plugin.workspace.workspace import Workspace

    units = Workspace.open(next(sample.glob("*.gpkg"))).read("unit_grid", ["code"])
    name, problem, text = WORDS[tongue]
    path = folder / name
    with path.open("w", encoding="gbk", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS[tongue])
        for n, shape in enumerate(units.shapes[:40]):
            spot = shape.representative_point()
            day = "" if n == 5 else f"2025-06-{n % 28 + 1:02d} 09:30"
            writer.writerow([f"RX{n:05d}", problem, day, round(spot.x, 2), round(spot.y, 2), f"{text} {n}", PHONE])
    return path


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop, sample, tmp_path_factory):
    tongue = request.param[:2]
    file = unknown_file(tmp_path_factory.mktemp("来件"), sample, tongue)
    return desktop("jobs.py", request.param, name=tongue, file=str(file))


def test_cases_of_an_unknown_file_come_in_with_six_clicks(seen):
    assert seen["clicks:import_cases"] <= CLICKS_IMPORT
    assert {"x", "y", "reported_at", "class_code", "id"} <= set(seen["proposed"])
    assert "39" in seen["result"]
    assert "39" in seen["forecast"]


def test_a_place_of_the_result_is_shown_on_the_map(seen):
    assert seen["moved"]
    assert seen["hotspots_moved"]


def test_the_hot_spots_of_last_month_take_three_clicks(seen):
    assert seen["clicks:hotspots"] <= CLICKS_HOT_SPOTS


def test_the_dialog_fits_a_small_screen_and_closes_with_escape(seen):
    assert seen["size"][1] <= 700
    assert seen["on_screen"]
    assert seen["closed"]
    assert seen["exit_code"] == 0

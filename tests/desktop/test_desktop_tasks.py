"""The ten most frequent tasks in a real window, in both languages, on a small and a large screen: clicks counted."""

from __future__ import annotations

import csv
import json

import pytest

from tests.desktop.conftest import ROOT, SCREENSHOTS

#: What a task may cost in clicks; what is typed or pasted is none.
MOST_CLICKS = {
    "open_sample": 2,
    "find_cell_and_who_answers": 2,
    "find_case": 2,
    "change_theme": 2,
    "give_lane_an_officer": 5,
    "hot_spots_of_last_month": 3,
    "import_unknown_file": 6,
    "split_and_save": 5,
    "check_everything": 3,
    "check_and_hand_over": 4,
}
#: How the manual's table begins, which has the tasks in the order in which they are walked.
TABLES = {"zh": "| 要做的事 | 怎么做 | 点击 |", "en": "| task | how | clicks |"}
SMALL, LARGE = (1366, 768), (1920, 1080)
HEADINGS = ("工单号", "问题类型", "上报日期时间", "东坐标X", "北坐标Y", "诉求内容")


@pytest.fixture(scope="module")
def unknown_file(sample, tmp_path_factory):
    from gridmgmt_plugin.workspace.workspace import Workspace

    units = Workspace.open(next(sample.glob("*.gpkg"))).read("unit_grid", ["code"])
    path = tmp_path_factory.mktemp("tasks") / "calls.csv"
    with path.open("w", encoding="gbk", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        for n, shape in enumerate(units.shapes[:40]):
            spot = shape.representative_point()
            day = f"2025-06-{n % 28 + 1:02d} 09:30"
            writer.writerow([f"RX{n:05d}", "暴露垃圾", day, round(spot.x, 2), round(spot.y, 2), f"垃圾 {n}"])
    return path


# The smallest screen every time; the other pairs take as long again each and are left to the long proofs.
SCREENS = [
    pytest.param(("zh-Hans", SMALL), id="zh-small"),
    pytest.param(("en_US", LARGE), id="en-large", marks=pytest.mark.proof),
    pytest.param(("zh-Hans", LARGE), id="zh-large", marks=pytest.mark.proof),
    pytest.param(("en_US", SMALL), id="en-small", marks=pytest.mark.proof),
]


@pytest.fixture(scope="module", params=SCREENS)
def seen(request, desktop, unknown_file, tmp_path_factory):
    locale, size = request.param
    officer = "示例甲八" if locale.startswith("zh") else "Sample Jia 8"
    given = {"file": str(unknown_file), "officer": officer, "packages": str(tmp_path_factory.mktemp("packages"))}
    name = f"{locale[:2]}-{size[0]}"
    found = desktop("tasks.py", locale, name=name, size=size, **given)
    tasks = {key[len("task:") :]: value for key, value in found.items() if key.startswith("task:")}
    (SCREENSHOTS / f"tasks-{name}.json").write_text(json.dumps(tasks, indent=1), encoding="utf-8")
    return found


@pytest.mark.parametrize("task", list(MOST_CLICKS))
def test_a_frequent_task_is_few_clicks_away(seen, task):
    found = seen[f"task:{task}"]
    assert found["reached"]
    assert found["clicks"] <= MOST_CLICKS[task]


@pytest.mark.parametrize("language", list(TABLES))
def test_the_manual_counts_the_clicks_that_are_made(seen, language):
    text = (ROOT / "docs" / "manual" / f"{language}.md").read_text(encoding="utf-8")
    table = text.split(TABLES[language], 1)[1].split("\n\n", 1)[0]
    rows = [line.split("|") for line in table.splitlines()[2:]]
    told = {task: int(row[3]) for task, row in zip(MOST_CLICKS, rows, strict=True)}
    assert told == {task: seen[f"task:{task}"]["clicks"] for task in MOST_CLICKS}


def test_no_traceback_is_in_the_log_of_qgis(seen):
    assert seen["tracebacks"] == []
    assert seen["exit_code"] == 0

"""The page of a briefing in a real browser without a network: it opens, sorts by a click, and asks for nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion
from tests.jobs.analysis.test_briefing import MARCH, _Page
from tests.jobs.analysis.test_case_overview import NOW, _town

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A proxy that is not there: whatever leaves the machine fails, and is in the log all the same.
_NO_NETWORK = ("--proxy-server=127.0.0.1:9", "--disable-background-networking", "--disable-component-update")
# What the browser's log gives as the origin of what the browser asks for itself, such as updates.
_BROWSER_ITSELF = "not an origin"


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(_BROWSERS)} is installed")
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    town = _town(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        report = make_briefing(town, folder, BriefingQuestion(*MARCH), formats=("html",), language="en")
    return folder / report.figures["files"][0]


def _opened(browser, page, folder):
    """Return what the browser makes of a page, and the addresses that the page asked for."""
    log = folder / "net.json"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *_NO_NETWORK]
    command += [f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--virtual-time-budget=2000"]
    done = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, timeout=120, check=True)
    events = json.loads(log.read_text(encoding="utf-8"))
    types = events["constants"]["logEventTypes"]
    started = [event["params"] for event in events["events"] if event["type"] == types["URL_REQUEST_START_JOB"]]
    asked = [one["url"] for one in started if one.get("initiator") not in (None, _BROWSER_ITSELF)]
    return done.stdout.decode("utf-8"), asked


@pytest.mark.proof
def test_it_opens_offline_and_asks_for_nothing(browser, page, tmp_path):
    shown, asked = _opened(browser, page, tmp_path)
    assert asked == []
    written, seen = _Page(page.read_text(encoding="utf-8")), _Page(shown)
    assert (seen.tables, seen.tips, seen.big) == (written.tables, written.tips, written.big)


@pytest.mark.proof
def test_what_a_page_asks_for_would_be_seen_and_is_forbidden_to_ours(browser, page, tmp_path):
    """Put a picture from elsewhere into a page without rules, and into ours."""
    picture = '<img src="http://127.0.0.1:9/x.png">'
    other, ours = tmp_path / "other.html", tmp_path / "ours.html"
    other.write_text(f"<!DOCTYPE html><body>{picture}</body>", encoding="utf-8")
    ours.write_text(page.read_text(encoding="utf-8").replace("<main>", f"<main>{picture}"), encoding="utf-8")
    assert _opened(browser, other, tmp_path)[1] == ["http://127.0.0.1:9/x.png"]
    assert _opened(browser, ours, tmp_path)[1] == []


@pytest.mark.proof
def test_a_click_on_a_heading_sorts(browser, page, tmp_path):
    """Click by a script of the test's own, behind that of the page."""
    click = "<script>document.querySelectorAll('[data-table=places] th button')[2].click();</script>"
    clicks = Path(tmp_path / "clicked.html")
    text = page.read_text(encoding="utf-8")
    clicks.write_text(text.replace("</body>", f"{click}{click}</body>"), encoding="utf-8")
    shown, _ = _opened(browser, clicks, tmp_path)
    counts = [int(row[2]) for row in _Page(shown).rows("places")]
    assert counts == sorted(int(row[2]) for row in _Page(text).rows("places"))
    assert 'aria-sort="ascending"' in shown

"""A briefing tells what the workspace holds: every number of the page and the workbook, in both languages."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pytest

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.briefing.map_drawing import class_numbers, count_classes
from gridmgmt_plugin.core.briefing.sheet import sheet_texts
from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.jobs.analysis.briefed_cases import CaseFilter
from gridmgmt_plugin.jobs.analysis.briefing import briefed_classes, briefed_days, make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews, class_names
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.reach import read_reach
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.analysis.test_case_overview import NOW, _town
from tests.jobs.analysis.test_find_hotspots import add_cases
from tests.jobs.districts import drawn_town
from tests.jobs.refusals import refused_by

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


class _Page(HTMLParser):
    """Holds the tables of a page (key → rows of raw values), the paths of its map, and what it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tips, self.fetched, self.big, self._rows, self._in_path = {}, [], [], None, None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "table":
            self._rows = self.tables.setdefault(told["data-table"], [])
        elif tag == "tr":
            self._rows.append([])
        elif tag == "td":
            self._rows[-1].append(told.get("data-v"))
        elif tag == "path":
            self._in_path = True
        self.big = told["data-v"] if told.get("class") == "big" else self.big
        self.fetched += [value for name, value in attributes if name in ("src", "href", "action", "data", "srcset")]

    def handle_endtag(self, tag):
        self._in_path = self._in_path and tag != "path"

    def handle_data(self, data):
        if self._in_path and self.lasttag == "title":
            self.tips.append(data)

    def rows(self, key):
        return [row for row in self.tables[key] if row]


@pytest.fixture(autouse=True)
def april(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return _town(tmp_path_factory.mktemp("briefing"))


@pytest.fixture(scope="module")
def march(town):
    """Return the cases of March that count."""
    counted = [one for one in town.read("cases").records() if one["status"] != "void"]
    return [one for one in counted if one["reported_at"][:7] == "2026-03"]


def _page(workspace, folder, asked, language="zh_CN"):
    report = make_briefing(workspace, folder, asked, formats=("html",), language=language)
    return _Page((folder / report.figures["files"][0]).read_text(encoding="utf-8")), report


def _foretold(workspace, **chosen):
    """Return how many cases of March the dialog says that a briefing counts."""
    first, last = (day.isoformat() for day in MARCH)
    return read_reach(workspace, "briefing", {"FROM": first, "TO": last, **chosen})["cases"]


@pytest.mark.daily(1)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_number_of_the_page_is_that_of_the_workspace(town, march, tmp_path, language):
    page, report = _page(town, tmp_path, BriefingQuestion(*MARCH), language)
    assert report.accepted == int(page.big) == len(march)
    assert int(page.rows("figures")[0][1]) == len(march)
    classes = Counter((one["kind"], one["class_code"]) for one in march if one["class_code"])
    words = {"event": ("事件", "Event"), "component": ("部件", "Component")}
    told = {(row[2], row[1]): int(row[3]) for row in page.rows("classes")}
    at = 0 if language == "zh_CN" else 1
    assert told == {(words[kind][at], code): count for (kind, code), count in classes.items()}
    for key, column in (("sources", "source"), ("departments", "department_code"), ("states", "status")):
        found = [int(row[1]) for row in page.rows(key)]
        assert found == sorted(Counter(one[column] for one in march if one[column]).values(), reverse=True)
    grids = Counter(one["unit_grid"] for one in march if one["unit_grid"])
    assert [int(row[2]) for row in page.rows("places")] == sorted(grids.values(), reverse=True)[:10]
    assert all(grids[row[1]] == int(row[2]) for row in page.rows("places"))
    drawn = Counter(int(tip.split("：" if at == 0 else ": ")[1].split()[0]) for tip in page.tips)
    units = town.read("unit_grid", ["code"], geometry=False)["code"]
    assert drawn == Counter(grids[code] for code in units)
    hours = Counter(datetime.fromisoformat(one["reported_at"]).hour for one in march)
    content = read_briefing(town, BriefingQuestion(*MARCH), NOW)
    assert content.by_hour.sum(axis=0).tolist() == [hours[hour] for hour in range(24)]


def test_the_workbook_has_the_numbers_of_the_page(town, tmp_path):
    page, _ = _page(town, tmp_path, BriefingQuestion(*MARCH), "en")
    make_briefing(town, tmp_path, BriefingQuestion(*MARCH), formats=("xlsx",), language="en")
    book = openpyxl.load_workbook(next(tmp_path.glob("*.xlsx")))
    for title, key in (("At a glance", "figures"), ("By class", "classes"), ("Rates", "rates"), ("By area", "areas")):
        found = [[_number(cell) for cell in row] for row in book[title].iter_rows(min_row=2, values_only=True)]
        assert found == [[_number(cell) for cell in row] for row in page.rows(key)]
    assert book.worksheets[0]["A5"].value == town.info.classification


def _number(cell):
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell


def test_the_page_fetches_nothing_and_bears_the_mark(town, tmp_path):
    page, report = _page(town, tmp_path, BriefingQuestion(*MARCH))
    text = (tmp_path / report.figures["files"][0]).read_text(encoding="utf-8")
    assert page.fetched == []
    assert "default-src 'none'" in text
    assert not [word for word in ("http://", "https://", "@import", "url(") if word in text.replace(_SVG, "")]
    assert f'<div class="mark">{town.info.classification}</div>' in text


_SVG = "http://www.w3.org/2000/svg"  # a name, which nobody fetches


def test_made_twice_it_is_the_same_and_nothing_else_is_left(town, tmp_path):
    _page(town, tmp_path, BriefingQuestion(*MARCH))
    (first,) = (path.read_bytes() for path in tmp_path.iterdir())
    _page(town, tmp_path, BriefingQuestion(*MARCH))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [first]


def test_the_rates_are_those_of_the_facts_behind_them(town, march, tmp_path):
    page, _ = _page(town, tmp_path, BriefingQuestion(*MARCH), "en")
    rates = {row[0]: row[1:] for row in page.rows("rates")}
    value, _, of, among = rates["Found by inspectors (%)"]
    filed = [one for one in march if one["status"] != "accepted"]
    assert int(among) == len(filed)
    assert int(of) == sum(one["source"] == "监督员" for one in filed)
    assert float(value) == round(100 * int(of) / int(among), 2)


def _with(folder, original, places, **columns):
    """Return a copy of a workspace with more cases."""
    copied = Workspace.open(shutil.copyfile(original.path, folder / "1.gpkg"))
    add_cases(copied, places, **{name: [value] * len(places) for name, value in columns.items()})
    return copied


@pytest.mark.daily(1)
@pytest.mark.parametrize("kind", ["component", None])
def test_cases_about_sensitive_components_stay_out_unless_asked_for(town, march, tmp_path, kind):
    hidden = next(str(one["code"]) for one in classes_of("components") if one["sensitive"])
    more = _with(tmp_path, town, [(40.0, 40.0)] * 7, kind=kind, class_code=hidden)
    asked = BriefingQuestion(*MARCH)
    page, report = _page(more, tmp_path, asked)
    assert report.accepted == len(march) == _foretold(more)
    assert hidden not in {row[1] for row in page.rows("classes")}
    assert "briefing_without_sensitive" in {note.code for note in report.notes}
    _, whole = _page(more, tmp_path, BriefingQuestion(*MARCH, cases=CaseFilter(sensitive=True)))
    assert whole.accepted == len(march) + 7 == _foretold(more, SENSITIVE=True)


def test_only_cases_of_chosen_sources_states_and_departments_count(town, march, tmp_path):
    cases = CaseFilter(("12345",), ("filed", "handling"), ("D1",), classes=briefed_classes(["component:0101"]))
    page, report = _page(town, tmp_path, BriefingQuestion(*MARCH, cases=cases))
    expected = [
        one
        for one in march
        if one["source"] == "12345"
        and one["status"] in cases.statuses
        and one["department_code"] == "D1"
        and (one["kind"], one["class_code"]) == ("component", "0101")
    ]
    narrowed = {
        "CLASSES": "component:0101", "SOURCES": "12345", "STATUSES": "filed,handling", "DEPARTMENTS": "D1",
    }  # fmt: skip
    assert report.accepted == len(expected) == _foretold(town, **narrowed)
    for name, value in narrowed.items():
        assert 0 < _foretold(town, **{name: value}) < len(march), name
    assert [row[0] for row in page.rows("departments")] == (["环卫中心"] if expected else [])
    assert "briefing_narrowed" in {note.code for note in report.notes}


def test_a_period_without_cases_has_a_briefing_that_says_so(town, tmp_path):
    page, report = _page(town, tmp_path, BriefingQuestion(date(2020, 1, 1), date(2020, 1, 31)))
    assert report.accepted == int(page.big) == 0
    codes = {note.code for note in report.notes}
    assert {"briefing_no_cases", "briefing_begins", "hotspot_too_few_cases"} <= codes
    assert page.rows("figures")[0][2] is None  # nothing older to compare with
    assert "classes" not in page.tables


def test_a_period_that_the_records_only_touch_is_not_compared_with(town):
    span = CaseOverviews(town, "unit_grid", None).span
    first = span.first + timedelta(2)
    content = read_briefing(town, BriefingQuestion(first, first + timedelta(9)), NOW)
    assert content.compared[0].first < span.first <= content.compared[0].last
    assert "briefing_begins" in {note.code for note in content.notes}
    figures = {(one.before, one.earlier) for one in content.figures}
    assert figures == {(None, None)}
    shares = [*content.classes, *content.states, *content.sources, *content.departments, *content.places]
    assert shares
    assert {one.before for one in (*shares, *content.rates)} == {None}
    assert {one.rank_before for one in content.areas} <= {None}


def test_one_class_on_one_spot_is_told(tmp_path):
    workspace = drawn_town(tmp_path)
    add_cases(workspace, [(40.0, 40.0)] * 50)
    content = read_briefing(workspace, BriefingQuestion(*MARCH), NOW)
    assert content.figure("reported").value == 50
    assert [(one.code, one.count) for one in content.classes] == [("0501", 50)]
    assert [one.count for one in content.places] == [50]
    assert "briefing_one_class" in {note.code for note in content.notes}


def test_cases_of_the_future_are_told_and_open_ends_reach_the_last_case(town, tmp_path):
    later = _with(tmp_path, town, [(40.0, 40.0)] * 3, reported_at="2031-01-02T10:00:00")
    content = read_briefing(later, BriefingQuestion(), NOW)
    assert content.period.last == date(2031, 1, 2)
    assert "evaluation_in_the_future" in {note.code for note in content.notes}


def test_what_it_cannot_do_is_told(town, tmp_path):
    refused, asked = refused_by(make_briefing), BriefingQuestion(*MARCH)
    refused(town, "briefing_format_unknown", tmp_path, asked, formats=("docx",))
    refused(town, "hotspot_period_backwards", tmp_path, BriefingQuestion(*reversed(MARCH)), formats=("html",))
    refused(drawn_town(tmp_path), "workspace_without_cases", tmp_path / "out", asked, formats=("html",))
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="event:0501"):
        briefed_classes(["0501"])
    assert briefed_days("2026年3月1日", None) == (date(2026, 3, 1), None)


def test_without_days_and_without_any_it_asks_for_them(tmp_path):
    workspace = drawn_town(tmp_path)
    add_cases(workspace, [(40.0, 40.0)] * 3, reported_at=[None] * 3)
    refused_by(read_briefing)(workspace, "briefing_period_missing", BriefingQuestion(), NOW)


def test_hot_places_say_what_they_are_about_on_page_and_paper(town, tmp_path):
    content = read_briefing(town, BriefingQuestion(*MARCH), NOW)
    days = {"start": MARCH[0].isoformat(), "end": MARCH[1].isoformat()}
    found = find_hotspots(town, **days)
    classes = {row["place_no"]: row["class_code"] for row in found.rows.records()}
    page, _ = _page(town, tmp_path, BriefingQuestion(*MARCH))
    rows = page.rows("hot")
    assert len(rows) == len(content.hot) == len(found.places) > 0
    for number, (row, one) in enumerate(zip(rows, content.hot), start=1):
        name = next(names["zh"] for (_, code), names in class_names(town.info).items() if code == classes[number])
        assert row[:2] == [found.places[number - 1].text("zh"), one.mainly.zh]
        assert one.mainly.zh == name
    lines = sheet_texts(content, "zh_CN", "Noto Sans")["hot"].split("\n")
    assert [one.mainly.zh in line for one, line in zip(content.hot, lines)] == [True] * len(lines)


def test_nobodys_phone_gets_into_it(town, tmp_path):
    told = _with(tmp_path, town, [(40.0, 40.0)] * 2, source="张三 13812345678")
    _, report = _page(told, tmp_path, BriefingQuestion(*MARCH))
    assert "13812345678" not in (tmp_path / report.figures["files"][0]).read_text(encoding="utf-8")


def test_classes_of_the_map_hold_every_count_once():
    for counts in ([0, 0], [3], [0, 1, 1, 1, 2], list(range(500)), [1] * 99 + [1000]):
        array = np.array(counts, dtype=np.int64)
        classes = count_classes(array)
        numbers = class_numbers(array, classes)
        assert all(classes[at].first <= count <= classes[at].last for at, count in zip(numbers, counts))
        assert len({one.colour for one in classes}) == len(classes) <= 6

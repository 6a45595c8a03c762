"""A briefing on paper: A3 with the figures of the workspace and the mark on each page, by any template."""

from __future__ import annotations

import pypdfium2
import pytest
from qgis.core import QgsTableCell
from qgis.PyQt.QtGui import QImage

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.papers.kinds import filled_tables
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.jobs.analysis.briefing import make_briefing
from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing
from gridmgmt_plugin.jobs.papers.paper_template import keep_paper_template
from gridmgmt_plugin.project.papers.briefing_sheet import briefing_layout
from gridmgmt_plugin.project.papers.template import shipped_template, template_of
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.analysis.test_briefing import MARCH
from tests.jobs.analysis.test_case_overview import NOW, _town
from tests.qgis.project.papers.paper_town import texts_of

ASKED = BriefingQuestion(*MARCH)


@pytest.fixture(autouse=True)
def april(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(scope="module")
def town(qgis_app, tmp_path_factory):
    return _town(tmp_path_factory.mktemp("sheet"))


@pytest.mark.daily(1)
@pytest.mark.parametrize(("language", "heading"), [("zh_CN", "按区域"), ("en", "By area")])
def test_the_pages_are_a3_and_tell_the_figures_under_the_mark(town, tmp_path, language, heading):
    report = make_briefing(town, tmp_path, ASKED, formats=("pdf",), language=language)
    path = tmp_path / report.figures["files"][0]
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(path)]
    assert [[round(side / 72.0 * 25.4) for side in size] for size in sizes] == [[420, 297]] * 2
    first, second = texts_of(path)
    assert all(town.info.classification in page for page in (first, second))
    assert heading in second
    content = read_briefing(town, ASKED, NOW)
    assert str(content.figure("reported").value) in first.split()
    for page, one in ((first, content.figures[1].value), (second, content.places[0].code)):
        assert str(one) in page
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


@pytest.mark.proof
def test_a_picture_of_each_page_has_three_hundred_dots_per_inch(town, tmp_path):
    report = make_briefing(town, tmp_path, ASKED, formats=("png",), language="zh_CN")
    pages = [QImage(str(tmp_path / name)) for name in report.figures["files"]]
    assert [(page.width() // 10, page.height() // 10) for page in pages] == [(496, 350)] * 2  # 420 × 297 mm
    assert [round(page.dotsPerMeterX() * 0.0254) for page in pages] == [300, 300]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(report.figures["files"])


def test_a_city_has_its_own_template(town, tmp_path):
    template = tmp_path / "市.qpt"
    template.write_text(
        shipped_template("briefing", "zh").replace("[% &quot;title&quot; %]", "我市"), encoding="utf-8"
    )
    report = make_briefing(town, tmp_path, ASKED, formats=("pdf",), template=str(template))
    assert "我市" in texts_of(tmp_path / report.figures["files"][0])[0]


@pytest.mark.proof
def test_a_workspace_has_its_own_template_until_it_is_given_up(town, tmp_path):
    own = shipped_template("briefing", "zh").replace("[% &quot;title&quot; %]", "我市")
    keep_paper_template(town, "briefing", own, "市.qpt", "王工")
    for template, is_own in ((None, True), ("shipped", False), ("", False)):
        if template == "":
            keep_paper_template(town, "briefing", "", "", "王工")
        report = make_briefing(Workspace.open(town.location), tmp_path, ASKED, formats=("pdf",), template=template)
        assert ("我市" in texts_of(tmp_path / report.figures["files"][0])[0]) == is_own


def test_a_template_keeps_nothing_of_what_fills_its_tables(town):
    content = read_briefing(town, ASKED, NOW)
    with briefing_layout(content, town.info.frame, shipped_template("briefing", "zh"), "zh") as layout:
        kept = template_of(layout, filled_tables("briefing"))
    assert "table_figures" in kept
    assert "上报数" not in kept


def test_tables_of_the_city_are_neither_filled_nor_emptied(town):
    content = read_briefing(town, ASKED, NOW)
    shipped = shipped_template("briefing", "zh")
    city = shipped.replace('"table_figures"', '"table_contacts"').replace('"table_places"', '"places"')
    with briefing_layout(content, town.info.frame, city, "zh") as layout:
        tables = {one.frame(0).id(): one for one in layout.multiFrames()}
        assert tables["places"].tableContents() == []
        tables["table_contacts"].setTableContents([[QgsTableCell("值班电话")]])
        kept = template_of(layout, filled_tables("briefing"))
    assert "值班电话" in kept
    assert content.places[0].code not in kept


@pytest.mark.parametrize(("content", "code"), [(None, "file_missing"), ("<x/>", "template_unreadable")])
def test_a_template_that_is_none_is_refused(town, tmp_path, content, code):
    template = tmp_path / "市.qpt"
    if content:
        template.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        make_briefing(town, tmp_path / "out", ASKED, formats=("pdf",), template=str(template))
    assert refused.value.code == code
    assert not (tmp_path / "out").exists()


def test_cancelled_while_it_is_printed_nothing_is_left(town, tmp_path):
    def stop(fraction):
        if fraction > 0.55:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_briefing(town, tmp_path, ASKED, formats=("pdf", "png"), progress=Progress(stop))
    assert list(tmp_path.iterdir()) == []

"""Papers of street-lanes as PDF: what stands on them, what never does, and how they come about."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.inspection.checklists import chosen_checklist
from gridmgmt_plugin.core.papers.kinds import LANE_KINDS
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.inspection.draw_lanes import draw_lanes
from gridmgmt_plugin.jobs.papers.lane_papers import lane_papers
from gridmgmt_plugin.jobs.papers.page_reading import read_pages
from gridmgmt_plugin.jobs.papers.paper_template import keep_paper_template
from gridmgmt_plugin.project.papers.template import shipped_template
from gridmgmt_plugin.workspace.paper_templates import keep_template, own_template
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.copied_workspace import copy_workspace
from tests.jobs.post_town import LANES, staffed_town
from tests.qgis.project.papers.paper_town import DAY, MOBILE, OFFICE, add_officers, codes_in, picture_of, texts_of


@pytest.fixture(scope="module")
def workspace(qgis_app, tmp_path_factory) -> Workspace:
    made = staffed_town(tmp_path_factory.mktemp("papers"))
    add_officers(made)
    return made


@pytest.fixture(scope="module")
def signs(workspace: Workspace, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("signs")
    report = lane_papers(workspace, folder, kind="sign", on=DAY, map_approval="京（2026）001号")
    assert report.accepted == len(LANES)
    return folder / "公示牌.pdf"


def test_a_sign_names_lane_officers_and_office_phone(signs: Path) -> None:
    first = texts_of(signs)[0]
    for text in ("安乐巷", "街巷长公示牌", "巷长：示例甲", "区城管委", OFFICE, "小巷管家：示例乙", "京（2026）001号"):
        assert text in first


def test_no_mobile_is_ever_printed(signs: Path) -> None:
    for text in texts_of(signs):
        digits = "".join(filter(str.isdigit, text))
        assert MOBILE not in digits
        assert "13800005678" not in digits
        assert "13900005678" not in digits


def test_members_of_the_council_stay_off_the_sign(signs: Path) -> None:
    assert "示例丙" not in texts_of(signs)[0]


def test_a_phone_reads_the_lane_from_the_sign(signs: Path) -> None:
    assert codes_in(signs) == [LANES[0][0]]
    assert codes_in(signs, 2) == [LANES[2][0]]


@pytest.mark.proof
def test_the_map_stresses_the_lane_of_the_page(signs: Path) -> None:
    pictures = [picture_of(signs, page)[:, :, :3].astype(int) for page in (0, 2)]
    magenta = [(np.abs(picture - np.array([159, 36, 214])).sum(axis=2) < 30) for picture in pictures]
    assert all(mask.sum() > 500 for mask in magenta)
    assert np.flatnonzero(magenta[0].any(axis=1)).size < 60  # one lane, not all of them


def test_a_letter_is_for_each_who_signs_and_says_where_nobody_does(workspace: Workspace, tmp_path: Path) -> None:
    report = lane_papers(workspace, tmp_path, kind="task_letter", on=DAY)
    letters = texts_of(tmp_path / "任务书.pdf")
    assert "街巷〔2026〕001" in letters[0]
    assert "签订人：示例甲" in letters[0]
    assert "角色：街长" in letters[1]
    assert "示例" not in letters[2]
    assert [note.code for note in report.notes] == ["papers_made", "papers_without_officer", "papers_mobiles_hidden"]


def test_each_page_can_have_a_file_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    wanted = [LANES[2][0], LANES[0][0]]
    report = lane_papers(workspace, tmp_path, kind="sign", lanes=wanted, files="apart", on=DAY)
    assert report.figures["files"] == ["公示牌_9901010020002_水车胡同.pdf", "公示牌_9901010010001_安乐巷.pdf"]
    assert "水车胡同" in texts_of(tmp_path / report.figures["files"][0])[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(report.figures["files"])


def test_english_papers_are_english(workspace: Workspace, tmp_path: Path) -> None:
    lane_papers(workspace, tmp_path, kind="sign", lanes=[LANES[0][0]], on=DAY, language="en")
    text = texts_of(tmp_path / "Publicity sign.pdf")[0]
    assert "Lane chief: 示例甲" in text
    assert "职责" not in text
    for copied in (LANES[0][0], "1. Know the lane", "(2023–2025)", "10. No litter"):
        assert copied in text


@pytest.mark.daily(1)
@pytest.mark.parametrize(("language", "named"), [("zh", "巷长：示例甲"), ("en", "Lane chief: 示例甲")])
def test_a_sign_for_an_office_printer_says_on_a4_what_the_large_one_says(
    workspace: Workspace, tmp_path: Path, language: str, named: str
) -> None:
    lane_papers(workspace, tmp_path, kind="sign_a4", lanes=[LANES[0][0]], on=DAY, language=language)
    lane_papers(workspace, tmp_path, kind="sign", lanes=[LANES[0][0]], on=DAY, language=language)
    small, large = sorted(tmp_path.glob("*.pdf"), key=lambda path: "A4" not in path.name)
    assert [round(side / 72.0 * 25.4) for side in pypdfium2.PdfDocument(small)[0].get_size()] == [210, 297]
    said = [sorted("".join(texts_of(file)[0].split())) for file in (small, large)]
    assert said[0] == said[1]
    assert named in texts_of(small)[0]
    assert codes_in(small) == [LANES[0][0]]


def test_the_workspace_keeps_a_template_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    own = shipped_template("sign", "zh").replace("街巷长公示牌", "小巷公约牌")
    with workspace.transaction("", "test") as transaction:
        keep_template(transaction, "sign", own)
    again = Workspace.open(workspace.location)
    lane_papers(again, tmp_path, kind="sign", lanes=[LANES[0][0]], on=DAY)
    assert "小巷公约牌" in texts_of(tmp_path / "公示牌.pdf")[0]
    lane_papers(again, tmp_path, kind="sign", lanes=[LANES[0][0]], on=DAY, template="shipped")
    assert "街巷长公示牌" in texts_of(tmp_path / "公示牌.pdf")[0]
    with workspace.transaction("", "test") as transaction:
        keep_template(transaction, "sign", "")


def test_what_is_cancelled_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    asked = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        lane_papers(workspace, tmp_path, kind="sign", on=DAY, progress=Progress(None, is_cancelled))
    assert list(tmp_path.iterdir()) == []


def test_bad_asking_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="9999"):
        lane_papers(workspace, tmp_path, kind="sign", lanes=["9999"], on=DAY)
    with pytest.raises(InputError, match="poster"):
        lane_papers(workspace, tmp_path, kind="poster", on=DAY)
    for kind in ("sign", "task_letter", "weekly"):
        with pytest.raises(InputError) as refused:
            lane_papers(workspace, tmp_path, kind=kind, lanes=["990101001001"], on=DAY)
        assert refused.value.message.code == "papers_no_lanes"
    wrong = tmp_path / "wrong.qpt"
    wrong.write_text("<html/>", encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong\.qpt"):
        lane_papers(workspace, tmp_path, kind="sign", template=str(wrong), on=DAY)


def test_the_page_breaks_no_secret_of_this_computer(signs: Path) -> None:
    content = signs.read_bytes()
    for secret in (str(Path.home()), str(signs.parent)):
        assert secret.encode() not in content
        assert secret.encode("utf-16-be") not in content


def test_the_ten_nos_are_on_signs_and_letters(signs: Path) -> None:
    first = texts_of(signs)[0]
    assert "十无（2023–2025）" in first
    assert "1. 无私搭乱建" in first


def test_an_area_stands_for_its_lanes(workspace: Workspace, tmp_path: Path) -> None:
    report = lane_papers(workspace, tmp_path, kind="sign", lanes=["990101002"], files="apart", on=DAY)
    assert report.figures["files"] == ["公示牌_9901010020001_安乐巷.pdf", "公示牌_9901010020002_水车胡同.pdf"]


def test_a_weekly_sheet_tells_lanes_patrols_cases_and_inspections(workspace: Workspace, tmp_path: Path) -> None:
    lane_papers(workspace, tmp_path, kind="weekly", on=DAY)
    (sheet,) = texts_of(tmp_path / "周报.pdf")
    for text in (
        "示例甲",
        "2026-03-02",
        "2026-03-08",
        "2026-03-04 安乐巷 已巡查",
        "澄案1号 安乐巷 路面破损 时限 2026-03-05 12:00",
        "安乐巷 2026-03-03 90 分 不合格：无乱停车",
    ):
        assert text in sheet.replace("　", " "), text
    assert "已了结" not in sheet


@pytest.mark.daily(1)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lanes_of_a_draw_have_a_page_each_to_print_with_the_items_to_tick(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    old = chosen_checklist({}, "shi_wu_2017")
    given = {"count": 2, "seed": 3, "checklist": old.key, "folder": tmp_path, "with_pages": True}
    found = draw_lanes(workspace, **given, language=language)
    pdf = tmp_path / found.report.figures["files"][1]
    pages = texts_of(pdf)
    assert (pdf.suffix, len(pages)) == (".pdf", 2)
    for page, lane, name in zip(pages, found.rows["lane_code"], found.rows["lane_name"]):
        assert name in page
        assert lane in page
        for item in old.items:
            assert item.title(language) in page.replace("\n", " ")
        assert page.count("□") == 2 * len(old.items)
    assert [codes_in(pdf, at) for at in range(2)] == [[code] for code in found.rows["lane_code"]]
    with pytest.raises(InputError) as refused:
        draw_lanes(workspace, **{**given, "seed": 3}, language=language)
    assert refused.value.code == "export_files_exist"


def test_a_draw_that_is_cancelled_at_the_last_moment_leaves_neither_sheet_nor_pages(
    workspace: Workspace, tmp_path: Path
) -> None:
    told = [0.0]
    progress = Progress(told.append, lambda: told[-1] > 0.99)
    with pytest.raises(Cancelled):
        draw_lanes(workspace, count=1, folder=tmp_path, with_pages=True, progress=progress)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.proof
def test_a_database_gives_the_same_papers_and_keeps_templates_too(
    workspace: Workspace, database_location, tmp_path: Path
) -> None:
    there = copy_workspace(workspace, database_location)
    for kind in LANE_KINDS:
        for name, source in (("file", workspace), ("database", there)):
            lane_papers(source, tmp_path / name, kind=kind, on=DAY)
        made = next((tmp_path / "file").glob("*.pdf")).name
        assert texts_of(tmp_path / "file" / made) == texts_of(tmp_path / "database" / made)
        (tmp_path / "file" / made).unlink()
    own = shipped_template("sign", "zh").replace("街巷长公示牌", "小巷公约牌")
    keep_paper_template(there, "sign", own, "公示牌.qpt", "王工")
    lane_papers(Workspace.open(there.location), tmp_path, kind="sign", lanes=[LANES[0][0]], on=DAY)
    assert "小巷公约牌" in texts_of(tmp_path / "公示牌.pdf")[0]


def test_a_template_without_a_map_is_refused_and_the_old_one_stays(workspace: Workspace) -> None:
    without = re.sub(
        r'<LayoutItem (?=[^>]*id="map").*?</LayoutItem>', "", shipped_template("sign", "zh"), flags=re.DOTALL
    )
    with pytest.raises(InputError, match=r"own\.qpt"):
        keep_paper_template(workspace, "sign", without, "own.qpt", "王工")
    assert own_template(Workspace.open(workspace.location).info, "sign") is None


def test_a_duty_phone_that_is_a_mobile_is_told_where_it_would_have_been_printed(tmp_path: Path) -> None:
    town = staffed_town(tmp_path)
    station = {"code": "Z1", "name": "一街工作站", "area_code": LANES[0][2], "duty_phone": "138 0000 9999"}
    with town.transaction("", "test") as transaction:
        transaction.insert("station", Rows.from_records([station]))
    day = np.datetime64(DAY, "D")
    signs = read_pages(town, "sign", (), day, "zh")
    assert signs.rows["supervision_phone"].tolist() == ["待定"] * 3
    assert [note.details["count"] for note in signs.notes if note.code == "papers_mobiles_hidden"] == [1]
    others = (read_pages(town, "sign", [LANES[1][0]], day, "zh"), read_pages(town, "weekly", (), day, "zh"))
    assert not [note for pages in others for note in pages.notes if note.code == "papers_mobiles_hidden"]


def test_papers_are_of_the_lanes_that_are_there_on_their_day(tmp_path: Path) -> None:
    town = staffed_town(tmp_path)
    with town.transaction("", "test") as transaction:
        fids = town.read("lane", ["code"], geometry=False).fids
        transaction.set_column("lane", "valid_to", fids[:1], ["2026-03-31"])
        transaction.set_column("lane", "valid_from", fids[1:2], ["2026-04-01"])
    for day, lanes in (("2026-03-02", [LANES[0], LANES[2]]), ("2026-04-02", [LANES[1], LANES[2]])):
        pages = read_pages(town, "sign", (), np.datetime64(day, "D"), "zh")
        assert pages.rows["lane_code"].tolist() == [code for code, *_ in lanes]


def test_a_lane_names_its_communities_and_not_the_offices_it_runs_through(tmp_path: Path) -> None:
    town = staffed_town(tmp_path)
    stretches = [("990101001001", 60.0), ("990101002", 40.0)]
    rows = [{"lane_code": LANES[0][0], "area_code": area, "length_m": length} for area, length in stretches]
    with town.transaction("", "test") as transaction:
        transaction.insert("lane_area", Rows.from_records(rows))
    sheet = read_pages(town, "sign", [LANES[0][0]], np.datetime64(DAY, "D"), "zh").rows
    areas = town.read("area", ["code", "name"], geometry=False)
    names = dict(zip(areas["code"].tolist(), areas["name"].tolist()))
    assert sheet["communities"].tolist() == [names["990101001001"]]
    assert sheet["width"].tolist() == ["待定"]

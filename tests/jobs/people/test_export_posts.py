"""Tables of posts that leave to be filled in: complete, safe in a spreadsheet, and good to be read again."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.people.export_posts import export_posts
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import CancelAt, dump, names_in
from tests.jobs.post_town import GRIDS, post_file, staffed_town

GRID = "responsibility_grid"
TABLE = (
    "责任网格编码,岗位,轮次,姓名,工号,手机,同意公示,职责,值班星期,起始日期\n"
    f"{GRIDS[0]},网格员,A角,示例甲,E1,19900001000,是,=巡查,1-5,2026-01-01\n"
    f"{GRIDS[0]},网格员,B角,示例乙,,,,+补位,6-7,2026-01-01\n"
    f"{GRIDS[1]},网格长,,示例丙,,,,,,\n"
)


@pytest.fixture(scope="module")
def filled_town_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    workspace = staffed_town(folder)
    import_posts(workspace, post_file(folder, TABLE), target=GRID)
    return workspace.path


@pytest.fixture
def filled_town(filled_town_file, tmp_path):
    path = tmp_path / "网格 库.gpkg"
    path.write_bytes(filled_town_file.read_bytes())
    return Workspace.open(path)


def test_both_formats_hold_every_post_and_a_blank_for_every_place_without_one(filled_town, tmp_path):
    report = export_posts(filled_town, tmp_path / "交 办公室", target=GRID)
    assert report.figures["files"] == ["责任网格岗位_cg.csv", "责任网格岗位_cg.xlsx"]
    assert (report.accepted, report.figures["blank_rows"]) == (3, 1)
    with (tmp_path / "交 办公室" / "责任网格岗位_cg.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["责任网格编码"] for row in rows] == [GRIDS[0], GRIDS[0], GRIDS[1], GRIDS[2]]
    assert [row["姓名"] for row in rows] == ["示例甲", "示例乙", "示例丙", ""]
    assert rows[0]["岗位"] == "网格员"
    assert rows[0]["职责"] == "'=巡查"  # a spreadsheet shows it and does not run it


def test_codes_are_text_in_the_workbook(filled_town, tmp_path):
    export_posts(filled_town, tmp_path / "出", target=GRID, formats=("xlsx",))
    sheet = openpyxl.load_workbook(tmp_path / "出" / "责任网格岗位_cg.xlsx").active
    heading = [cell.value for cell in sheet[1]]
    code = sheet[2][heading.index("责任网格编码")]
    duty = sheet[2][heading.index("职责")]
    assert (code.value, code.data_type, code.number_format) == (GRIDS[0], "s", "@")
    assert duty.data_type == "s"
    assert names_in(tmp_path / "出") == ["责任网格岗位_cg.xlsx"]


def test_phones_leave_only_when_asked_for(filled_town, tmp_path):
    export_posts(filled_town, tmp_path / "无", target=GRID, formats=("csv",))
    assert b"1990000" not in (tmp_path / "无" / "责任网格岗位_cg.csv").read_bytes()
    report = export_posts(filled_town, tmp_path / "有", target=GRID, formats=("csv",), with_contacts=True)
    assert b"19900001000" in (tmp_path / "有" / "责任网格岗位_cg.csv").read_bytes()
    assert "export_has_contacts" in [note.code for note in report.notes]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("with_contacts", [False, True])
def test_what_leaves_comes_back_and_changes_nothing(filled_town, tmp_path, suffix, with_contacts):
    export_posts(filled_town, tmp_path / "出", target=GRID, formats=(suffix,), with_contacts=with_contacts)
    before = dump(filled_town.path)
    report = import_posts(filled_town, read_source(tmp_path / "出" / f"责任网格岗位_cg.{suffix}"), target=GRID)
    assert (report.figures["unchanged"], report.figures["left_blank"]) == (3, 1)
    assert (report.rejected, report.figures["persons_added"], report.figures["contacts_updated"]) == (0, 0, 0)
    assert dump(filled_town.path) == before


def test_a_form_that_an_office_filled_in_brings_its_posts(filled_town, tmp_path):
    export_posts(filled_town, tmp_path / "出", target=GRID, formats=("xlsx",))
    path = tmp_path / "出" / "责任网格岗位_cg.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in (("姓名", "新来的"), ("岗位", "网格员"), ("起始日期", "2026/2/1")):
        sheet.cell(5, column[heading]).value = value
    sheet.cell(2, column["值班星期"]).value = "1-6"
    book.save(path)
    report = import_posts(filled_town, read_source(path), target=GRID)
    assert (report.figures["added"], report.figures["updated"], report.figures["unchanged"]) == (1, 1, 2)
    new = filled_town.read("post", where={"target_code": GRIDS[2]}).records()[0]
    assert (new["role"], new["valid_from"]) == ("grid_worker", "2026-02-01")
    assert filled_town.read("person")["name"].tolist()[-1] == "新来的"


def test_posts_of_lanes_and_areas_leave_with_the_names_of_their_places(filled_town, tmp_path):
    source = post_file(tmp_path, "街巷编码,岗位,姓名\n9901010020002,巷长,示例甲\n", "巷长.csv")
    import_posts(filled_town, source, target="lane")
    report = export_posts(filled_town, tmp_path / "出", target="lane")
    assert (report.accepted, report.figures["blank_rows"]) == (1, 2)
    for suffix in ("csv", "xlsx"):
        again = import_posts(filled_town, read_source(tmp_path / "出" / f"街巷岗位.{suffix}"), target="lane")
        assert (again.figures["unchanged"], again.figures["left_blank"], again.rejected) == (1, 2, 0)
    assert export_posts(filled_town, tmp_path / "出", target="area", templates=False).figures["blank_rows"] == 0


def test_files_that_somebody_may_have_filled_in_are_not_overwritten(filled_town, tmp_path):
    export_posts(filled_town, tmp_path / "出", target=GRID)
    path = tmp_path / "出" / "责任网格岗位_cg.csv"
    path.write_text("填好了", encoding="utf-8")
    with pytest.raises(GridError) as caught:
        export_posts(filled_town, tmp_path / "出", target=GRID)
    assert caught.value.code == "export_files_exist"
    assert path.read_text(encoding="utf-8") == "填好了"
    export_posts(filled_town, tmp_path / "出", target=GRID, overwrite=True)
    assert "示例甲" in path.read_text(encoding="utf-8-sig")


def test_a_cancelled_or_failed_export_leaves_no_file(filled_town, tmp_path):
    user = CancelAt()
    export_posts(filled_town, tmp_path / "一", target=GRID, progress=user.progress)
    for moment in range(1, user.asked + 1):
        with pytest.raises(Cancelled):
            export_posts(filled_town, tmp_path / "二", target=GRID, progress=CancelAt(moment).progress)
        assert not (tmp_path / "二").exists() or names_in(tmp_path / "二") == []
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(GridError) as caught:
        export_posts(filled_town, tmp_path / "文件", target=GRID)
    assert caught.value.code == "export_not_written"
    assert "{" not in caught.value.text("zh")


def test_unknown_formats_and_targets_are_refused(filled_town, tmp_path):
    for options, code in (
        ({"target": GRID, "formats": ("pdf",)}, "export_format_unknown"),
        ({"target": "house"}, "post_target_kind_unknown"),
        ({"target": "station"}, "post_places_missing"),
    ):
        with pytest.raises(GridError) as caught:
            export_posts(filled_town, tmp_path / "出", **options)
        assert caught.value.code == code
    assert not (tmp_path / "出").exists()

"""Paths as people and programs write them; what is no ordinary file is refused at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import openpyxl
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import split_layer
from gridmgmt_plugin.exchange.paths import stem_of
from gridmgmt_plugin.exchange.reading import list_layers, read_source

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are made the POSIX way")


@pytest.fixture
def table(tmp_path):
    folder = tmp_path / "东城 数据（2025）"
    folder.mkdir()
    path = folder / "部件 普查2025.03.csv"
    path.write_text("编码,名称\n1,井盖\n", encoding="utf-8")
    return path


def _refused(path):
    with pytest.raises(InputError) as refused:
        read_source(path)
    with pytest.raises(InputError) as listed:
        list_layers(path)
    assert listed.value.code == refused.value.code
    assert refused.value.text("zh")
    assert refused.value.text("en")
    return refused.value.code


@pytest.mark.parametrize(
    "form", ["{}", '"{}"', "“{}”", "'{}'", " {} \n", ' "{}" ', "{}|layername=部件", '"{}"|subset=x'],
)  # fmt: skip
def test_a_path_is_understood_as_file_managers_and_qgis_hand_it_over(table, form):
    assert read_source(form.format(table)).rows["名称"].tolist() == ["井盖"]


def test_a_file_address_is_understood(table):
    assert read_source(table.as_uri()).rows["编码"].tolist() == ["1"]
    assert read_source(table).name == "部件 普查2025.03"


def test_an_address_on_a_server_keeps_its_server():
    assert split_layer("file://server/share/街巷%20图.shp") == ("//server/share/街巷 图.shp", None)
    assert split_layer("file://server/share/a.gpkg|layername=b") == ("//server/share/a.gpkg", "b")


@pytest.mark.parametrize("name", ["a|b.csv", "部件#1?.csv", "100%.csv", "it's.csv", "a&b;c.csv", ".csv.csv"])
@posix
def test_odd_characters_in_a_name_are_part_of_it(tmp_path, name):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n")
    assert read_source(path).rows.records() == [{"a": "1", "b": "2"}]


def test_the_layer_is_taken_from_qgis_form_wherever_it_stands():
    assert split_layer("x.gpkg|layername=街道") == ("x.gpkg", "街道")
    assert split_layer("x.gpkg|geometrytype=Point|LayerName= a ") == ("x.gpkg", " a ")
    assert split_layer("x.xlsx|layername=一|二|三") == ("x.xlsx", "一|二|三")
    assert split_layer("x.xlsx|layername=一|二|subset=\"a\" = 'b|c'") == ("x.xlsx", "一|二")
    assert split_layer("x.gpkg|layername=a|option:LIST_ALL_TABLES=YES") == ("x.gpkg", "a")
    assert split_layer("x.gpkg|layerid=0") == ("x.gpkg", None)
    assert split_layer(r"D:\数据\部件 表.csv") == (r"D:\数据\部件 表.csv", None)


def test_a_sheet_is_found_by_its_whole_name_with_lines_and_blanks_in_it(tmp_path):
    book = openpyxl.Workbook()
    names = ["一月", "一月 ", "一月|补", "一月|layer"]
    for name in names:
        book.create_sheet(name).append(["a"])
        book[name].append([name])
    book.save(tmp_path / "案件.xlsx")
    assert [read_source(f"{tmp_path / '案件.xlsx'}|layername={name}").name for name in names] == names


@pytest.mark.parametrize(
    ("file", "stem"),
    [("部件.csv", "部件"), ("部件2025.03.csv.gz", "部件2025.03"), ("a.b.c.xlsx", "a.b.c"), ("/x/y/街.shp", "街")],
)
def test_the_name_of_a_source_is_the_files_without_its_suffix(file, stem):
    assert stem_of(file) == stem


@pytest.mark.parametrize(
    "path",
    [
        r"D:\数据\部件.csv",
        r"\\server\share\部件.csv",
        "/tmp/" + "很长" * 3000 + ".csv",
        "a\0b.csv",
        "",
        "   ",
        "http://example.com/a.geojson",
        "/vsicurl/http://example.com/a.geojson",
        "GPKG:/tmp/x.gpkg:layer",
    ],
)
def test_what_is_not_there_is_said_to_be_missing_and_nothing_is_fetched(path):
    assert _refused(path) == "file_missing"


@posix
def test_pipes_and_devices_are_refused_at_once(tmp_path):
    for name in ("管道.csv", "管道.gpkg", "管道.xlsx", "管道.dxf"):
        os.mkfifo(tmp_path / name)
        assert _refused(tmp_path / name) == "file_not_regular"
    assert _refused("/dev/zero") == "file_not_regular"
    (tmp_path / "link.csv").symlink_to("/dev/zero")
    assert _refused(tmp_path / "link.csv") == "file_not_regular"


@posix
def test_links_lead_to_their_file_or_nowhere(tmp_path, table):
    (tmp_path / "link.csv").symlink_to(table)
    assert len(read_source(tmp_path / "link.csv")) == 1
    (tmp_path / "lost.csv").symlink_to(tmp_path / "nothing.csv")
    (tmp_path / "circle.csv").symlink_to(tmp_path / "circle.csv")
    for name in ("lost.csv", "circle.csv"):
        assert _refused(tmp_path / name) == "file_missing"


def test_folders_are_refused_whatever_their_suffix(tmp_path):
    for name in ("数据", "数据.csv", "数据.shp", "数据.xlsx"):
        (tmp_path / name).mkdir()
        assert _refused(tmp_path / name) == "file_is_folder"
    (tmp_path / "空.gdb").mkdir()
    assert _refused(tmp_path / "空.gdb") == "file_broken"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".shp", ".gpkg", ".geojson", ".zip", ".dxf", ".dbf", ".kml"])
def test_a_file_of_no_bytes_is_told(tmp_path, suffix):
    (tmp_path / f"空{suffix}").touch()
    assert _refused(tmp_path / f"空{suffix}") == "file_empty"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("图.dwg", "drawing_closed"),
        ("表.xls", "workbook_old"),
        ("表.et", "workbook_old"),
        ("包.rar", "format_unknown"),
        ("图.pdf", "format_unknown"),
        ("x.csv.bak", "format_unknown"),
        ("包.tar.gz", "format_unknown"),
    ],
)
def test_formats_that_are_not_read_get_their_own_advice(tmp_path, name, code):
    (tmp_path / name).write_bytes(b"x")
    assert _refused(tmp_path / name) == code


@pytest.mark.parametrize("name", ["表.csv", "表.txt", "表.xlsx"])
@pytest.mark.parametrize("page", ["<html><body><table>", "\ufeff\n <!DOCTYPE HTML><html>", "<table border=1>"])
def test_a_web_page_under_the_name_of_a_table_is_recognised(tmp_path, name, page):
    (tmp_path / name).write_text(page + "<tr><td>编码</td></tr>", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_source(tmp_path / name)
    assert refused.value.code == "file_is_web_page"
    assert "另存为" in refused.value.text("zh")


@posix
@pytest.mark.parametrize("name", ["表.csv", "表.geojson", "表.xlsx"])
def test_a_file_that_may_not_be_read_is_told(tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    assert _refused(path) == "file_no_permission"


@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_a_file_that_another_program_holds_is_told(tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n")

    def held(self, *_args, **_more):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == "file_no_permission"


def test_a_folder_that_may_not_be_entered_is_told(tmp_path, monkeypatch):
    def forbidden(self, **_more):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", forbidden)
    with pytest.raises(InputError) as refused:
        read_source(tmp_path / "x.csv")
    assert refused.value.code == "file_no_permission"


def test_a_network_drive_that_goes_away_while_reading_is_told(tmp_path, monkeypatch):
    path = tmp_path / "表.csv"
    path.write_text("a,b\n1,2\n")

    def gone(self, *_args, **_more):
        raise OSError(5, "Input/output error", str(self))

    monkeypatch.setattr(Path, "open", gone)
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code == "file_broken"

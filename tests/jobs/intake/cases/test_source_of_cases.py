"""Where cases come from, when their file does not say it."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.intake.source_profiles import known_profiles
from gridmgmt_plugin.exchange import tables
from gridmgmt_plugin.exchange.reading import read_batches, read_source
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.workspace.workspace import Workspace

HEAD = "案件编号,类别代码,上报时间,横坐标X,纵坐标Y,来源"


def taken(workspace, folder, *rows, **asked):
    path = folder / "案件.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    import_cases(workspace, read_source(path), **asked)
    return workspace.read("cases", ["source"])["source"].tolist()


def test_new_cases_get_the_source_that_was_named_where_their_row_has_none(town, tmp_path):
    rows = ["1,0504,2025-03-07 08:05:00,150,50,", "2,0504,2025-03-07 09:05:00,250,50,视频"]
    assert taken(town, tmp_path, *rows, source_word="12345") == ["12345", "视频"]


def test_a_case_that_is_there_keeps_its_source(town, tmp_path):
    row = "1,0504,2025-03-07 08:05:00,150,50,"
    assert taken(town, tmp_path, row, source_word="监督员") == ["监督员"]
    assert taken(town, tmp_path, row, source_word="12345") == ["监督员"]


HOTLINE = "单子,什么事,哪天,东,北,附注"
HEADINGS = {"id_field": "单子", "class_field": "什么事", "reported_field": "哪天", "x_field": "东", "y_field": "北"}


def hotline(folder, number, head=HOTLINE):
    path = folder / f"热线{number}.csv"
    row = f"{number},0504,2025-03-0{number} 08:05:00,150,50,"
    path.write_text("\n".join([head, row, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("read", [read_source, read_batches])
def test_the_second_file_of_a_source_is_read_as_the_first_without_asking(town, tmp_path, monkeypatch, read):
    monkeypatch.setattr(tables, "_CHUNK_ROWS", 2)
    with pytest.raises(InputError):
        import_cases(town, read(hotline(tmp_path, 1)))
    first = import_cases(town, read(hotline(tmp_path, 1)), profile="12345", field_map={"note": "附注"}, **HEADINGS)
    assert "source_profile_kept" in [note.code for note in first.notes]
    again = Workspace.open(town.location)
    second = import_cases(again, read(hotline(tmp_path, 2)), profile="12345")
    assert [note.code for note in second.notes if "profile" in note.code] == ["source_profile_followed"]
    rows = again.read("cases", ["id", "source"])
    assert sorted(zip(rows["id"], rows["source"])) == [("990101-1", "12345"), ("990101-2", "12345")]


def test_a_heading_that_is_gone_is_looked_for_and_what_is_given_replaces_what_was_kept(town, tmp_path):
    import_cases(town, read_source(hotline(tmp_path, 1)), profile="热线", coordinates="crs", **HEADINGS)
    other = hotline(tmp_path, 2, HOTLINE.replace("哪天", "上报时间"))
    report = import_cases(Workspace.open(town.location), read_source(other), profile="热线", source_word="公众")
    assert "哪天" in next(note.text("zh") for note in report.notes if note.code == "source_profile_lacks")
    (kept,) = known_profiles(Workspace.open(town.location).info.more).values()
    assert (kept.source, kept.columns["reported_at"], kept.coordinates) == ("公众", "哪天", "crs")


def test_a_file_that_brings_nothing_new_can_still_say_how_its_source_is_read(town, tmp_path):
    import_cases(town, read_source(hotline(tmp_path, 1)), **HEADINGS)
    report = import_cases(town, read_source(hotline(tmp_path, 1)), profile="热线", **HEADINGS)
    assert report.figures["added"] == report.figures["updated"] == 0
    assert list(known_profiles(Workspace.open(town.location).info.more)) == ["热线"]


@pytest.mark.parametrize("name", ["监督员", "Inspectors"])
def test_a_name_that_is_a_source_says_where_the_cases_come_from(town, tmp_path, name):
    import_cases(town, read_source(hotline(tmp_path, 1)), profile=name, **HEADINGS)
    assert town.read("cases", ["source"])["source"].tolist() == ["监督员"]


def test_what_is_kept_of_a_source_names_nobody(town, tmp_path):
    heading = "附注13912348765"
    path = hotline(tmp_path, 1, HOTLINE.replace("附注", heading))
    said = "电话13912348765"
    import_cases(town, read_source(path), profile=said, source_word=said, field_map={"note": heading}, **HEADINGS)
    entries = Workspace.open(town.location).info.more
    assert known_profiles(entries)
    assert "139" not in str(entries)

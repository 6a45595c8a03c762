"""Files that arrive in a folder: those that were not taken in yet, by their content, and no other ones."""

from __future__ import annotations

from datetime import date

import pytest

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.files import sha256_of
from gridmgmt_plugin.core.intake import arriving_files
from gridmgmt_plugin.core.intake.arriving_files import arrived_files, digest_of_input, taken_digests, taken_entry
from gridmgmt_plugin.core.progress import Progress


def _written(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def _no_parts(*_):
    raise AssertionError("no part of it was taken in")


def _names(found):
    return [one.path.name for one in found]


def test_files_are_offered_by_name_until_they_were_taken_whatever_they_are_called_then(tmp_path):
    folder = _written(tmp_path, b__csv="2", a__CSV="1", copy_of_a__csv="1", notes__docx="3", empty__csv="")
    (folder / "~$锁.xlsx").write_text("x", encoding="utf-8")
    (folder / "下级.csv").mkdir()
    found = arrived_files(folder, (), {}, _no_parts)
    assert _names(found) == ["a.CSV", "b.csv"]
    entries = dict([taken_entry(found[0].digest, date(2026, 3, 2)), ("source_profile:12345", "{}")])
    assert taken_digests(entries) == {found[0].digest}
    (folder / "b.csv").rename(folder / "三月.csv")
    assert _names(arrived_files(folder, taken_digests(entries), {}, _no_parts)) == ["三月.csv"]


def test_a_file_is_gone_through_once_and_again_after_it_was_changed(tmp_path, monkeypatch):
    folder, known, read = _written(tmp_path, a__csv="1"), {}, []
    monkeypatch.setattr(arriving_files, "sha256_of", lambda path: read.append(path) or sha256_of(path))
    first = arrived_files(folder, (), known, _no_parts)
    assert arrived_files(folder, (), known, _no_parts) == first
    assert len(read) == 1
    _written(folder, a__csv="12")
    assert arrived_files(folder, (), known, _no_parts)[0].digest != first[0].digest


def test_a_file_that_is_being_written_waits_for_the_next_look(tmp_path, monkeypatch):
    folder = _written(tmp_path, a__csv="1")

    def read(path):
        _written(folder, a__csv="1, and more")
        return "digest"

    monkeypatch.setattr(arriving_files, "sha256_of", read)
    assert arrived_files(folder, (), {}, _no_parts) == ()


def test_a_folder_that_is_gone_is_told_by_its_name_alone(tmp_path):
    with pytest.raises(InputError) as refused:
        arrived_files(tmp_path / "收件", (), {}, _no_parts)
    assert refused.value.code == "arrival_folder_unreadable"
    assert str(tmp_path) not in str(refused.value)


def test_looking_can_be_stopped(tmp_path):
    def stop(_):
        raise Cancelled

    with pytest.raises(Cancelled):
        arrived_files(_written(tmp_path, a__csv="1"), (), {}, _no_parts, Progress(stop))


def test_a_begun_file_that_cannot_be_read_waits_for_the_next_look_and_keeps_none_of_the_others(tmp_path):
    folder = _written(tmp_path, a__xlsx="1", b__xlsx="2")
    taken, answers = [digest_of_input(f"{folder / 'a.xlsx'}|layername=一月")], [None, ["二月"]]
    looks = [_names(arrived_files(folder, taken, {}, lambda *_: answers.pop(0))) for _ in range(2)]
    assert looks == [["b.xlsx"], ["a.xlsx", "b.xlsx"]]


def test_what_is_no_file_by_itself_has_no_digest(tmp_path):
    folder = _written(tmp_path, a__csv="1", b__shp="1")
    for given in (str(folder / "a.csv"), f'"{folder / "a.csv"}"', f"{folder / 'a.csv'}|layername=a"):
        assert digest_of_input(given).partition("/")[0] == sha256_of(folder / "a.csv")
    assert [digest_of_input(text) for text in (str(folder), str(folder / "b.shp"), "layer_id", "")] == [""] * 4


@pytest.mark.parametrize("february", ["二月", "二月 ", "一月|二月", "二月|补"])
def test_a_file_of_which_a_sheet_was_taken_is_offered_for_the_others_until_all_were(tmp_path, february):
    folder = _written(tmp_path, a__xlsx="1", b__xlsx="2")
    taken = [digest_of_input(f"{folder / 'a.xlsx'}|layername=一月")]
    sheets = {"a.xlsx": ["一月", february]}

    def look():
        return [(one.path.name, one.parts) for one in arrived_files(folder, taken, {}, lambda p, _: sheets[p.name])]

    assert look() == [("a.xlsx", (february,)), ("b.xlsx", ())]
    taken.append(digest_of_input(f"{folder / 'a.xlsx'}|layername={february}"))
    assert look() == [("b.xlsx", ())]
    taken.append(digest_of_input(str(folder / "b.xlsx")))
    assert look() == []

"""Files change their place: a program that holds one for a moment is waited for, one that stays is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridmgmt_plugin.core import files
from gridmgmt_plugin.core.errors import WorkspaceError


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Let time pass without waiting for it."""
    clock = [0.0]
    monkeypatch.setattr(files.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(files.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))


def held(times, winerror=32):
    """Return a deed that Windows refuses so often, and the list of its calls."""
    calls = []

    def deed(*given, **_):
        calls.append(given)
        if len(calls) <= times:
            error = PermissionError(13, "in use", "a.csv")
            error.winerror = winerror
            raise error

    return deed, calls


DEEDS = {
    "replace_file": ("os.replace", files.replace_file),
    "rename": ("pathlib.Path.rename", files.rename),
    "remove_file": ("pathlib.Path.unlink", lambda path, _: files.remove_file(path)),
    "remove_folder": ("shutil.rmtree", lambda path, _: files.remove_folder(path)),
}


@pytest.mark.parametrize(("place", "deed"), DEEDS.values(), ids=DEEDS)
@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_that_is_held_for_a_moment_is_waited_for(monkeypatch, tmp_path, place, deed, winerror):
    refusing, calls = held(4, winerror)
    monkeypatch.setattr(place, refusing)
    deed(tmp_path / "a.csv", tmp_path / "b.csv")
    assert len(calls) == 5


@pytest.mark.parametrize(("place", "deed"), DEEDS.values(), ids=DEEDS)
def test_a_file_that_stays_held_is_named_within_seconds(monkeypatch, tmp_path, place, deed):
    refusing, calls = held(10_000)
    monkeypatch.setattr(place, refusing)
    with pytest.raises(WorkspaceError) as caught:
        deed(tmp_path / "a.csv", tmp_path / "b.csv")
    assert caught.value.code == "file_held"
    assert "a.csv" in caught.value.text("zh")
    assert files.PATIENCE_S / 2 < files.time.monotonic() <= files.PATIENCE_S
    assert len(calls) < 20


@pytest.mark.parametrize(("place", "deed"), DEEDS.values(), ids=DEEDS)
def test_any_other_refusal_is_told_at_once(monkeypatch, tmp_path, place, deed):
    refusing, calls = held(10_000, winerror=None)
    monkeypatch.setattr(place, refusing)
    with pytest.raises(PermissionError):
        deed(tmp_path / "a.csv", tmp_path / "b.csv")
    assert len(calls) == 1


def test_clearing_away_never_raises(monkeypatch, tmp_path):
    (tmp_path / "a.csv").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr("pathlib.Path.unlink", held(10_000)[0])
    monkeypatch.setattr("shutil.rmtree", held(10_000, winerror=None)[0])
    assert not files.clear_away(tmp_path / "a.csv")
    assert not files.clear_away(tmp_path / "folder")


def test_clearing_away_takes_files_and_full_folders(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.csv").write_text("a", encoding="utf-8")
    (tmp_path / "b.csv").write_text("b", encoding="utf-8")
    assert all(files.clear_away(tmp_path / name) for name in ("folder", "b.csv", "not there"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("C:\\网格\\a.gpkg", "file:///C:/%E7%BD%91%E6%A0%BC/a.gpkg?mode=ro"),
        ("Z:\\a b.gpkg", "file:///Z:/a%20b.gpkg?mode=ro"),
        ("\\\\server\\share\\a.gpkg", "file:////server/share/a.gpkg?mode=ro"),
        ("\\\\10.0.0.1\\网格$\\a#1?%.gpkg", "file:////10.0.0.1/%E7%BD%91%E6%A0%BC%24/a%231%3F%25.gpkg?mode=ro"),
        ("\\\\?\\C:\\long\\a.gpkg", "file:///C:/long/a.gpkg?mode=ro"),
        ("\\\\?\\UNC\\server\\share\\a.gpkg", "file:////server/share/a.gpkg?mode=ro"),
    ],
)
def test_a_path_of_windows_keeps_its_drive_or_share(path, address):
    assert files.sqlite_uri(PureWindowsPath(path), "ro") == address


def test_a_path_of_other_systems_is_an_address_too():
    assert files.sqlite_uri(PurePosixPath("/数据/a 1.gpkg"), "rw") == "file:///%E6%95%B0%E6%8D%AE/a%201.gpkg?mode=rw"


NAMES = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=20)


@given(NAMES.filter(lambda name: name.strip(". ") and len(name.encode()) < 100))
def test_sqlite_opens_a_file_of_any_name_by_its_address(tmp_path_factory, name):
    path = tmp_path_factory.mktemp("库") / f"{name}.gpkg"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE here (a)")
    with closing(sqlite3.connect(files.sqlite_uri(path, "ro"), uri=True)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("here",)]


def test_a_relative_path_is_seen_from_the_working_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert files.sqlite_uri(Path("a.gpkg"), "ro") == files.sqlite_uri(tmp_path / "a.gpkg", "ro")


def test_a_link_is_not_replaced_by_what_it_leads_to(tmp_path):
    """On Windows that would turn a mapped drive into the share behind it."""
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    assert files.sqlite_uri(tmp_path / "here" / "a.gpkg", "ro").endswith("/here/a.gpkg?mode=ro")


@given(
    NAMES.filter(lambda name: name.strip(". ")), st.sampled_from(["", ".gpkg", ".csv", ".geojson", ".xlsx", ".json"])
)
@example("~", ".gpkg")
@example("a", ".gpkg")
@example("网格库", ".gpkg")
def test_what_is_made_beside_its_place_has_no_longer_path_however_it_is_counted(name, suffix):
    target = Path("/数据") / f"{name}{suffix}"
    beside = files.staging_path(target)
    assert beside.parent == target.parent
    assert beside.name.casefold() != target.name.casefold()  # Windows takes both for one
    assert beside.suffix == target.suffix or len(target.name) < 3
    for length in (len, lambda text: len(text.encode()), lambda text: len(text.encode("utf-16-le"))):
        assert length(str(beside)) <= length(str(target))
    assert files.staging_path(target) == beside


def test_a_name_with_the_suffix_of_the_format_is_no_longer_either():
    target = Path("/数据/问题清单.json")
    beside = files.staging_path(target, ".geojson")
    assert beside.suffix == ".geojson"
    assert len(beside.name) <= len(target.name)


def test_two_places_in_a_folder_are_made_under_two_names():
    names = [f"网格库 朝阳区 {number}.gpkg" for number in range(2000)]
    assert len({files.staging_path(Path("/数据") / name) for name in names}) == len(names)


@given(st.lists(NAMES.filter(lambda name: name.strip(". ")), max_size=30, unique_by=str.casefold))
@example(["岗位", "人员", "部门", "街巷", "网格", "案件", "部件", "权责"])
@example([chr(0x4E00 + number) for number in range(6)])
def test_files_that_are_made_together_never_share_a_name(names):
    targets = [Path("/数据") / f"{name}.csv" for name in names]
    beside = files.staging_paths(targets)
    assert len({path.name.casefold() for path in (*beside, *targets)}) == 2 * len(names)
    if all(len(name) > 1 for name in names):  # of one letter each there may be more files than names
        assert all(len(path.name) <= len(target.name) for path, target in zip(beside, targets))


def test_a_new_workspace_is_offered_a_name_that_is_free(tmp_path):
    assert files.free_name(tmp_path, "网格库").name == "网格库.gpkg"
    for name in ("网格库.gpkg", "网格库 2.gpkg"):
        (tmp_path / name).touch()
    assert files.free_name(tmp_path, "网格库").name == "网格库 3.gpkg"
    assert files.free_name(tmp_path, "网格库", ".pdf").name == "网格库.pdf"

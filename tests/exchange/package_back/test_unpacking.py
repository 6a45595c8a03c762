"""A zip is looked through before it is unpacked: what is damaged, leads elsewhere or fills a disk is refused."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.package_back import unpacking
from gridmgmt_plugin.exchange.package_back.unpacking import unpacked


def packed(path: Path, entries: dict[str, bytes], **told: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = told.get("attributes", 0o644 << 16)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused, unpacked(path):
        pass
    return refused.value.code


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "a/../../evil.csv",
        "/etc/evil.csv",
        "C:/evil.csv",
        "a\\..\\evil.csv",
        "a/./b.csv",
        "a/.. /b.csv",
    ],
)
def test_paths_that_lead_out_of_the_folder_are_refused_and_nothing_is_written(tmp_path, name):
    path = packed(tmp_path / "包.zip", {"p/manifest.json": b"{}", name: b"x"})
    before = sorted(tmp_path.rglob("*"))
    assert refusal(path) == "package_back_escapes"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_a_zip_is_refused(tmp_path):
    path = packed(tmp_path / "包.zip", {"p/posts.csv": b"/etc/passwd"}, attributes=0o120777 << 16)
    assert refusal(path) == "package_back_escapes"


def test_a_link_in_a_folder_that_leads_out_of_it_is_refused(tmp_path):
    secret, folder = tmp_path / "secret.csv", tmp_path / "p"
    secret.write_text("x")
    folder.mkdir()
    (folder / "posts.csv").symlink_to(secret)
    assert refusal(folder) == "package_back_escapes"


def test_bytes_that_are_not_what_was_packed_are_refused(tmp_path):
    path = packed(tmp_path / "包.zip", {"p/posts.csv": bytes(range(256)) * 40})
    content = bytearray(path.read_bytes())
    content[60:90] = b"\0" * 30
    path.write_bytes(bytes(content))
    assert refusal(path) == "package_back_broken"


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_zip_that_breaks_off_is_refused(tmp_path, kept):
    path = packed(tmp_path / "包.zip", {"p/posts.csv": bytes(range(256)) * 40})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refusal(path) == "package_back_broken"


def test_a_zip_made_to_fill_a_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "_RATIO_FROM", 1 << 20)
    path = packed(tmp_path / "包.zip", {"p/posts.csv": b"0" * (4 << 20)})
    assert refusal(path) == "package_back_too_large"


def test_more_than_fits_is_refused(tmp_path, monkeypatch):
    path = packed(tmp_path / "包.zip", {f"p/{number}.csv": b"12345" for number in range(3)})
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10)
    assert refusal(path) == "package_back_too_large"
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1000)
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    assert refusal(path) == "package_back_too_large"


def test_two_packages_in_one_zip_are_not_chosen_between(tmp_path):
    path = packed(tmp_path / "包.zip", {"a/manifest.json": b"{}", "b/manifest.json": b"{}"})
    assert refusal(path) == "package_back_several"


def test_a_file_that_is_no_zip_and_one_that_is_not_there_are_refused(tmp_path):
    (tmp_path / "包.rar").write_bytes(b"Rar!")
    assert refusal(tmp_path / "包.rar") == "package_back_no_package"
    assert refusal(tmp_path / "没有.zip") == "file_missing"


class _Unmarked(zipfile.ZipInfo):
    """An entry as archivers write it that do not say how its name is encoded."""

    encoding = "gbk"

    def _encodeFilenameFlags(self):
        return self.filename.encode(self.encoding), self.flag_bits


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_that_were_packed_without_their_encoding_are_read(tmp_path, monkeypatch, encoding):
    monkeypatch.setattr(_Unmarked, "encoding", encoding)
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr(_Unmarked("成果/单元网格.csv"), b"x")
    with unpacked(tmp_path / "包.zip") as folder:
        assert [file.name for file in folder.rglob("*.csv")] == ["单元网格.csv"]


def test_what_was_unpacked_goes_afterwards_and_what_archivers_leave_is_no_file(tmp_path):
    with unpacked(packed(tmp_path / "包.zip", {"p/manifest.json": b"{}", "__MACOSX/p/._x": b"y"})) as folder:
        assert [file.name for file in folder.rglob("*") if file.is_file()] == ["manifest.json"]
        assert folder.is_relative_to(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["包.zip"]


def test_where_nothing_can_be_written_beside_a_package_it_is_unpacked_elsewhere_or_refused(tmp_path, monkeypatch):
    path, other = packed(tmp_path / "光盘.zip", {"p/manifest.json": b"{}"}), tmp_path / "库"
    other.mkdir()
    monkeypatch.setattr(unpacking.os, "access", lambda place, _: place == other)
    with unpacked(path, other) as folder:
        assert folder.is_relative_to(other)
    assert (list(other.iterdir()), refusal(path)) == ([], "package_back_no_place")


@pytest.mark.kills
def test_what_a_killed_program_unpacked_goes_when_a_package_comes_next_and_nothing_else(tmp_path):
    path = packed(tmp_path / "包.zip", {"p/manifest.json": b"{}"})
    script = f"""
        import os, signal
        from pathlib import Path
        from gridmgmt_plugin.exchange.package_back.unpacking import unpacked
        with unpacked(Path({str(path)!r})):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False).returncode == -9
    (left,) = tmp_path.glob("~package-*")
    strange = tmp_path / "~package-别人的"
    strange.mkdir()
    with unpacked(path) as living, unpacked(path):
        assert not left.exists()
        assert (living / "manifest.json").is_file()
    assert sorted(file.name for file in tmp_path.iterdir()) == [strange.name, "包.zip"]


def test_what_a_program_left_that_was_killed_before_it_marked_its_folder_goes_and_what_is_filled_stays(tmp_path):
    path = packed(tmp_path / "包.zip", {"p/manifest.json": b"{}"})
    dead, filled = (tmp_path / f"~package-{name}" for name in ("abcd_123", "abcd_125"))
    for folder in (dead, filled):
        folder.mkdir()
    (filled / "x").write_bytes(b"x")
    with unpacked(path):
        assert (dead.exists(), filled.exists()) == (False, True)

"""Who changes what planners get tells them so in CHANGELOG.md."""

from __future__ import annotations

import subprocess

import pytest

from tools import changelog

RELEASED = "# Changelog\n\n## [0.1.0] – 2026-12-01\n\n### Added\n\n- The workspace\n"


def test_the_changelog_of_this_tree_says_enough():
    assert changelog.complaint() is None


class Repository:
    """A repository with one released version."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "gridmgmt_plugin").mkdir()
        self.git("init", "-q")
        self.write("CHANGELOG.md", RELEASED)
        self.write("gridmgmt_plugin/plugin.py", "A = 1\n")
        self.commit()

    def git(self, *arguments):
        identity = ["-c", "user.name=示例员", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def release(self):
        self.git("tag", "-a", "v0.1.0", "-m", "0.1.0")

    def unreleased(self, *lines):
        section = "## [Unreleased]\n\n### Fixed\n\n" + "".join(f"- {line}\n" for line in lines)
        self.write("CHANGELOG.md", RELEASED.replace("## ", f"{section}\n## ", 1))

    def complaint(self):
        return changelog.complaint(self.folder)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.delenv("GIT_DIR", raising=False)  # set while git runs a hook
    return Repository(tmp_path)


def test_nothing_is_asked_when_nothing_changed(repository):
    repository.release()
    assert repository.complaint() is None
    repository.write("README.md", "other words\n")
    repository.commit()
    assert repository.complaint() is None


@pytest.mark.parametrize("committed", [True, False])
def test_changed_code_asks_for_a_line(repository, committed):
    repository.release()
    repository.write("gridmgmt_plugin/plugin.py", "A = 2\n")
    if committed:
        repository.commit()
    assert "v0.1.0" in repository.complaint()
    repository.unreleased()
    assert "v0.1.0" in repository.complaint()
    repository.unreleased("A is two")
    assert repository.complaint() is None


def test_a_line_of_the_released_version_does_not_count(repository):
    repository.release()
    repository.write("gridmgmt_plugin/plugin.py", "A = 2\n")
    repository.unreleased("The workspace")
    assert "v0.1.0" in repository.complaint()


def test_before_the_first_release_the_newest_section_holds_something(repository):
    assert repository.complaint() is None
    repository.unreleased()
    assert "no line" in repository.complaint()


def test_an_exported_tree_without_history_is_judged_by_its_newest_section(tmp_path):
    (tmp_path / "CHANGELOG.md").write_text(RELEASED, encoding="utf-8")
    assert changelog.last_tag(tmp_path) is None
    assert changelog.complaint(tmp_path) is None
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
    assert "no line" in changelog.complaint(tmp_path)


def test_a_tree_exported_into_another_repository_does_not_take_its_tags(repository):
    repository.release()
    inner = repository.folder / "export"
    inner.mkdir()
    (inner / "CHANGELOG.md").write_text(RELEASED, encoding="utf-8")
    assert changelog.last_tag(inner) is None

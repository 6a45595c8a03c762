"""What the plugin manager reads: complete, consistent, and in the form that QGIS expects."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = ["name", "description", "about", "version", "qgisMinimumVersion", "author", "email", "repository"]
# What the plugin manager of QGIS accepts in a translated form.
LOCALISED = ["name", "description", "about"]


@pytest.fixture(scope="module")
def metadata():
    # With interpolation, as QGIS reads it: a lone "%" in any text would make the plugin unreadable.
    parser = ConfigParser()
    parser.optionxform = str
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return dict(parser.items("general"))


@pytest.mark.parametrize("key", [*REQUIRED, "qgisMaximumVersion", "homepage", "tracker", "tags", "category"])
def test_every_entry_that_the_plugin_manager_shows_is_filled(metadata, key):
    assert metadata[key].strip()


def test_it_runs_from_qgis_3_22_to_the_last_4(metadata):
    assert (metadata["qgisMinimumVersion"], metadata["qgisMaximumVersion"]) == ("3.22", "4.99")


def test_the_deprecated_flag_for_qt6_is_not_used(metadata):
    assert "supportsQt6" not in metadata


@pytest.mark.parametrize("key", LOCALISED)
def test_a_chinese_reader_finds_chinese(metadata, key):
    assert re.search("[\u4e00-\u9fff]", metadata[f"{key}[zh_CN]"])


def test_its_algorithms_are_offered_to_processing(metadata):
    assert metadata["hasProcessingProvider"] == "yes"


def test_the_version_is_the_one_of_the_project(metadata):
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(rf'^version = "{re.escape(metadata["version"])}"$', project, re.MULTILINE)
    assert metadata["version"] in metadata["changelog"]


def test_the_licence_is_stated_and_enclosed(metadata):
    assert metadata["license"] == "GPL-2.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_icon_is_there(metadata):
    assert (ROOT / metadata["icon"]).is_file()

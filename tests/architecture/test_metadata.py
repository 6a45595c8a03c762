"""What the plugin manager reads: complete, consistent, and in the form that QGIS expects."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    "name",
    "description",
    "about",
    "version",
    "qgisMinimumVersion",
    "qgisMaximumVersion",
    "author",
    "tags",
    "category",
]
# Shown as links, so what stands here must lead somewhere.
ADDRESSES = ["email", "homepage", "repository", "tracker"]
# Names that nobody can own (RFC 2606).
NOBODYS = re.compile(r"\bexample\.(com|net|org)\b|\.(example|invalid|test|localhost)\b|localhost")
# What the plugin manager of QGIS accepts in a translated form.
LOCALISED = ["name", "description", "about"]


@pytest.fixture(scope="module")
def metadata():
    # With interpolation, as QGIS reads it: a lone "%" in any text would make the plugin unreadable.
    parser = ConfigParser()
    parser.optionxform = str
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return dict(parser.items("general"))


@pytest.mark.parametrize("key", SHOWN)
def test_every_entry_that_the_plugin_manager_shows_is_filled(metadata, key):
    assert metadata[key].strip()


@pytest.mark.parametrize("key", ADDRESSES)
def test_no_address_is_made_up(metadata, key):
    address = metadata.get(key)
    if address is None:
        return
    assert not NOBODYS.search(address)
    assert re.fullmatch(r"[^@\s]+@[^@\s]+" if key == "email" else r"https://\S+", address)


def test_no_text_leads_to_a_place_that_nobody_can_own(metadata):
    assert not [key for key, text in metadata.items() if NOBODYS.search(text)]


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

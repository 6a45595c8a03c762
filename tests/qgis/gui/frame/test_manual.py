"""The manual as help opens it: a page for everything that can be asked about, in both languages, no dead links."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout

from gridmgmt_plugin.gui.frame import manual as door
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project import manual as place
from gridmgmt_plugin.project.forms.description import form_descriptions
from gridmgmt_plugin.project.map.themes import THEMES
from tests.languages import LANGUAGES
from tools import manual

#: What no planner opens, such as frozen rows of a release.
NEVER_OPENED = ("take_back", "release_item", "workspace_info")


@pytest.fixture(scope="module")
def pages():
    return {name: content.decode() for name, content in manual.pages().items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def pictures():
    return {name for name in manual.pages() if not name.endswith(".html")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_of_the_menu_and_every_job_has_a_page(pages, language):
    asked = {spec.algorithm_key or spec.key for spec in ACTIONS} | {algorithm.KEY for algorithm in ALGORITHMS}
    lacking = {key for key in asked - {"manual"} if f"{language}/{key}.html" not in pages}
    assert lacking == set()
    assert f"{language}/index.html" in pages


def test_no_link_and_no_picture_of_the_manual_leads_nowhere(pages, pictures):
    for name, text in pages.items():
        folder = PurePosixPath(name).parent
        for address in re.findall(r'(?:href|src|url)="?=?([^";]+?)"', text.replace("url=", 'url="')):
            path, _, mark = address.partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            target = name if not path else _tidy(folder / path)
            assert target in pages or target in pictures, (name, address)
            if mark:
                assert f'id="{mark}"' in pages[target], (name, address)


def _tidy(path):
    parts = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_a_jobs_page_speaks_of_its_fields_in_the_readers_language(pages):
    text = pages["zh/hotspots.html"]
    assert "<h1>查找高发区域</h1>" in text
    labels = re.findall(r"<dt>(.*?) <small>", text)
    assert labels
    assert all(re.search("[\u4e00-\u9fff]", label) for label in labels), labels
    assert not re.search("[\u4e00-\u9fff]", re.sub("<nav>.*</nav>", "", pages["en/hotspots.html"].split("<main>")[1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_every_dialog_of_a_job_and_every_map_theme_stands_in_the_pictures(pages, language):
    wanted = {f"dialog-{spec.key}" for spec in ACTIONS if spec.algorithm is not None}
    wanted |= {f"map-{theme.key}" for theme in THEMES} | {"menu"}
    wanted |= {f"form-{table}" for table in form_descriptions() if table not in NEVER_OPENED}
    shown = set(re.findall(rf"images/([\w-]+)-{language}\.png", pages[f"{language}/pictures.html"]))
    windows = {name for name in shown if name.startswith("window-")}  # dialogs that are no jobs, a choice of them
    assert shown - windows == wanted


@pytest.fixture
def opened(monkeypatch):
    found = []
    monkeypatch.setattr(door.QDesktopServices, "openUrl", lambda url: found.append(url) or True)
    return found


@pytest.fixture
def dialog(qgis_app):
    made = QDialog()
    buttons = QDialogButtonBox(made)
    QVBoxLayout(made).addWidget(buttons)
    door.add_help(buttons, "split")
    yield made
    made.deleteLater()


def test_help_opens_the_page_about_the_dialog(monkeypatch, tmp_path, opened, dialog):
    manual.build(tmp_path)
    monkeypatch.setattr(place, "resource_path", lambda _: tmp_path)
    (button,) = dialog.findChild(QDialogButtonBox).buttons()
    button.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "en" / "split.html"))]
    assert button.shortcut().toString() == "F1"


def test_without_a_page_of_its_own_the_whole_manual_is_shown(monkeypatch, tmp_path, opened, dialog):
    manual.build(tmp_path)
    monkeypatch.setattr(place, "resource_path", lambda _: tmp_path)
    door.open_manual(dialog, "no_such_topic")
    assert opened[0].toLocalFile().endswith("en/index.html")


def test_a_checkout_without_a_manual_says_how_to_make_it(monkeypatch, tmp_path, opened, dialog):
    told = []
    monkeypatch.setattr(place, "resource_path", lambda _: tmp_path)
    monkeypatch.setattr(place, "resource_root", lambda: tmp_path / "resources")
    monkeypatch.setattr(door.QMessageBox, "information", lambda *texts: told.append(texts[2]))
    door.open_manual(dialog, "split")
    assert opened == []
    assert "make docs" in told[0]


def test_the_help_button_of_qgis_own_dialog_leads_to_the_same_page(monkeypatch, tmp_path):
    manual.build(tmp_path)
    monkeypatch.setattr(place, "resource_path", lambda _: tmp_path)
    for algorithm in ALGORITHMS:
        assert QUrl(algorithm().helpUrl()).toLocalFile() == str(tmp_path / "en" / f"{algorithm.KEY}.html")

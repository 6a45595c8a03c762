"""What the manual calls menus, buttons, fields and keys is what stands on them, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gridmgmt_plugin.core.resources import resource_root
from gridmgmt_plugin.gui.frame.actions import ACTIONS, SUBMENUS
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.map.themes import THEMES
from tests.languages import LANGUAGES
from tools.translations import read_catalogue

MANUAL = Path(__file__).resolve().parents[4] / "docs" / "manual"
CATALOGUE = read_catalogue()
#: What QGIS itself calls its menus and pages.
OF_QGIS = {
    "Plugins": "插件",
    "Manage and Install Plugins": "管理并安装插件",
    "Install from ZIP": "从 ZIP 文件安装",
    "Processing": "数据处理",
    "Toolbox": "工具箱",
    "Settings": "设置",
    "Options": "选项",
    "Embed": "嵌入",
    "General": "常规",
    "UI theme": "用户界面主题",
    "Keyboard Shortcuts": "键盘快捷键",
    "Authentication": "认证",
    "Advanced Digitizing": "高级数字化",
    "Save Layer Edits": "保存图层编辑",
    "Undo": "撤销",
    "Redo": "重做",
    "Data Source Manager": "数据源管理器",
    "Unknown CRS": "未知CRS",
}
#: What stands in quotation marks (in English: slanted) without being a name on the screen.
NO_NAMES = {
    "en": {"+?", "–", "⟳"},
    "zh": {"+?", "–", "⟳", "◀ ▶", "澄湖区", "数据库/模式 @ 服务器", "是否", "否", "投诉人：某某", "终点"},
}
QUOTED = {"en": re.compile(r"(?<!\*)\*([^*]+?)\*(?!\*)"), "zh": re.compile(r"“([^”\n]+)”")}


def _bare(text):
    """Return a text as the manual quotes it: without what it ends with."""
    return text.rstrip("….。:：")


def _texts(node, language):
    """Yield every text in a language that stands in a resource, whatever its key is called."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == language and isinstance(value, str):
                yield value
            else:
                yield from _texts(value, language)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, language)


def _names(language):
    shown = CATALOGUE.keys() if language == "en" else CATALOGUE.values()
    of_qgis = OF_QGIS.keys() if language == "en" else OF_QGIS.values()
    resources = [json.loads(path.read_text(encoding="utf-8")) for path in resource_root().rglob("*.json")]
    stored = [text for content in resources for text in _texts(content, language)]
    themes = [theme.title(language) for theme in THEMES]
    return {_bare(text) for text in (*shown, *of_qgis, *stored, *themes, *NO_NAMES[language])}


NAMES = {language: _names(language) for language in LANGUAGES}


def _stands_somewhere(name, language):
    """Return whether a name is one of ours or QGIS's, alone, or the first words of a longer label.

    What has a digit in it is an example of what somebody types, for no name has one.
    """
    if any(character.isdigit() for character in name):
        return True
    bare = _bare(re.sub(r"\([A-Z]\)$", "", name))
    return bare in NAMES[language] or any(
        text.startswith(f"{bare}{mark}") for text in NAMES[language] for mark in ("（", " (")
    )


def _manual(language):
    return (MANUAL / f"{language}.md").read_text(encoding="utf-8")


def _quoted(language):
    return [" ".join(found.split()) for found in QUOTED[language].findall(_manual(language))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_calls_everything_as_the_screen_does(language):
    found = [part for quoted in _quoted(language) for part in quoted.split(" → ")]
    assert len(found) > 100
    assert [name for name in dict.fromkeys(found) if not _stands_somewhere(name, language)] == []


@pytest.mark.parametrize(("language", "name"), [("en", "Press me"), ("zh", "按我"), ("en", "Open"), ("zh", "打开示")])
def test_a_name_that_stands_nowhere_is_found(language, name):
    assert _stands_somewhere(name, language) == (name == "Open")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_an_action_stands_in_the_manual(language):
    text = _manual(language)
    for spec in ACTIONS:
        title = spec.title if language == "en" else CATALOGUE[spec.title]
        if spec.group == "editing" and spec.shortcut:
            assert f"| {title} | {spec.shortcut} |" in text
        elif spec.shortcut:
            assert f"| {spec.shortcut} |" in text, title
    keys = [spec.shortcut for spec in ACTIONS if spec.group == "editing" and spec.shortcut]
    assert f"| {keys[0]} … {keys[-1]} |" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_that_the_manual_names_are_those_of_the_menu(language):
    letters = {spec.title: spec.mnemonic for spec in ACTIONS} | dict(SUBMENUS.values())
    shown = {title if language == "en" else CATALOGUE[title]: letter for title, letter in letters.items()}
    named = dict(re.findall(r"[*“]([^*“”()]+)\(([A-Z])\)[*”]", _manual(language)))
    assert named
    assert {title: shown.get(title) for title in named} == named


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_menu_and_every_job_is_named_in_the_manual(language):
    named = {_bare(part) for quoted in _quoted(language) for part in quoted.split(" → ")}
    headings = re.findall(r"^#+ (.*)$|^\| ([^|]*) \||\*\*(.+?)\*\*", _manual(language), re.MULTILINE)
    named |= {text for found in headings for text in found}
    titles = [*(title for title, _ in SUBMENUS.values()), *(spec.title for spec in ACTIONS)]
    titles += [algorithm.TITLE for algorithm in ALGORITHMS]
    lacking = [title for title in titles if (title if language == "en" else CATALOGUE[title]) not in named]
    assert lacking == []


def test_the_chapters_of_the_chinese_manual_are_numbered_through():
    numbers = re.findall(r"^## (\S+?)、", _manual("zh"), re.MULTILINE)
    assert numbers == ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    assert len(re.findall("^## ", _manual("en"), re.MULTILINE)) == len(numbers)

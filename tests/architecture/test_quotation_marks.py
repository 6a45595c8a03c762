"""Planners meet one kind of quotation marks, “ ”, in English as in Chinese; what is typed as code keeps its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tools import translations

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
# A list or an object of JSON, a line of Python, a command: as it is typed.
_CODE = re.compile(
    r"```.*?```|`[^`]*`|<pre.*?</pre>|<code.*?</code>|<[^>]*>|\[[^\[\]]*\]|\{+[^{}]*\"(?:[^{}]|\{+[^{}]*\}+)*\}+",
    re.DOTALL,
)
# An apostrophe follows a letter or a value ("the standards' names"); a mark that opens follows neither.
_OTHER_MARKS = re.compile(r"[\"‘’「」『』«»„‟＂＇]|(?<![\w}])'")


def strange_marks(text: str) -> list[str]:
    """Return the other marks of a text with what stands around them, and “ ” that are not paired."""
    prose = _CODE.sub(" ", text)
    found = [prose[max(0, mark.start() - 20) : mark.end() + 20] for mark in _OTHER_MARKS.finditer(prose)]
    alternating = re.sub("[^“”]", "", prose)
    return found if alternating == "“”" * (len(alternating) // 2) else [*found, prose]


def texts_of(value: object) -> Iterator[str]:
    """Yield the texts for people in a resource: what stands under a language."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("zh", "en") and isinstance(part, str):
                yield part
            else:
                yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


@pytest.mark.parametrize("path", sorted(RESOURCES.rglob("*.json")), ids=lambda path: path.stem)
def test_texts_of_the_resources(path):
    texts = texts_of(json.loads(path.read_text(encoding="utf-8")))
    assert [mark for text in texts for mark in strange_marks(text)] == []


@pytest.mark.parametrize("path", sorted((RESOURCES / "help").glob("*.html")), ids=lambda path: path.name)
def test_help_texts(path):
    assert strange_marks(unescape(_CODE.sub(" ", path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manual(language):
    text = (ROOT / "docs" / "manual" / f"{language}.md").read_text(encoding="utf-8")
    assert [mark for part in _CODE.sub(" ", text).split("\n\n") for mark in strange_marks(part)] == []


def test_texts_of_the_window():
    catalogue = translations.read_catalogue(translations.CATALOGUE)
    assert [mark for pair in catalogue.items() for text in pair for mark in strange_marks(text)] == []


@pytest.mark.parametrize(
    "text", ['the layer "x"', "the layer 'x'", "层「x」", "the layer ‘x’", "the layer “x", "”x“"]
)
def test_other_marks_are_seen(text):
    assert strange_marks(text)


@pytest.mark.parametrize(
    "text", ["the standards' names of {city}'s “x”", 'a list such as ["x"]', 'run {"a": "b"} now']
)
def test_apostrophes_and_code_are_none(text):
    assert strange_marks(text) == []

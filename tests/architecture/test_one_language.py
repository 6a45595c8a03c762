"""Every text for a reader is in his language: sentences, help, headings, labels, titles of the interface."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

from gridmgmt_plugin.core.resources import resource_root
from tests.foreign_words import foreign
from tests.languages import LANGUAGES

# Keys of parameters, names of programs, formats and databases: QGIS shows them as they are, in every language.
_NAMES = re.compile(
    r"Open XML|Windows|macOS|Debian|Ubuntu|\b[A-Z][A-Z0-9_]+\b|\.(?:prj|cpg|shx|pgpass|et)\b|openpyxl|psycopg2|osgeo"
    r"|make (?:demo|docs)|-journal|-wal|-shm|_to_confirm|Web|Getis-Ord|Mann-Kendall|Kulldorff|ArcGIS"
    r"|sslmode|authcfg|persons\.csv|contacts\.csv",
)
#: What somebody must type as it stands in a file or a setting: its keys and values have no other name.
_AS_THEY_STAND = {
    "register_state_unknown",  # the values of the register
    "layout_needs_one_sequence",  # keys of the file of code layouts
    "layout_sequence_pattern",
    "layout_reserved_misplaced",
    "demo_no_street_layer",  # a command line
    "demo_no_area_layer",
    "location_parameter_unknown",  # the address of a database
    "schema_name_malformed",
    "postgres_option_not_in_qgis",
    "postgres_schema_in_use",
    "option_transaction_mode",  # QGIS's English names beside the Chinese ones
    "option_automatic_groups",
    "rules_not_json",  # a setting that is JSON
    "rules_needs_texts",
    "issue_area_range_unfit",
    "partition_profile_invalid",
    "assign_lanes_to_grid",  # values of a parameter
    "briefing_class_unclear",
}
#: Sentences that hold an address, a command or a setting as somebody types it.
_TYPED = {
    "briefing_class_unclear",
    "demo_fields_unreadable",
    "location_scheme_unknown",
    "location_malformed",
    "rules_needs_object",
}
_FOR_DEVELOPERS = ("about",)
#: Catalogues whose classes have the names that the standards give them.
_NAMED_BY_A_STANDARD = ("components",)


def _texts(node: object, path: tuple[str, ...] = ()):
    """Yield (path, language, text) of every pair of texts in two languages."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in LANGUAGES and isinstance(value, str):
                yield path, key, value
            elif key not in _FOR_DEVELOPERS:
                yield from _texts(value, (*path, str(key)))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _texts(value, (*path, str(at)))


def _wrong(text: str, language: str) -> str:
    return foreign(_NAMES.sub(" ", text), language)


@pytest.mark.parametrize("path", sorted(resource_root().rglob("*.json")), ids=lambda path: path.stem)
def test_a_text_of_the_resources_is_in_its_language(path):
    found = [
        f"{'/'.join(place)} {language}: {word}"
        for place, language, text in _texts(json.loads(path.read_text(encoding="utf-8")))
        if not _AS_THEY_STAND & set(place)
        for word in [_wrong(text, language)]
        if word
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", sorted(resource_root().rglob("*.json")), ids=lambda path: path.stem)
def test_a_chinese_text_of_the_resources_is_set_with_chinese_punctuation(path):
    texts = _texts(json.loads(path.read_text(encoding="utf-8")))
    chinese = [("/".join(place), text) for place, language, text in texts if language == "zh"]
    told = [(place, text) for place, text in chinese if not (_AS_THEY_STAND | _TYPED) & set(place.split("/"))]
    if path.stem in _NAMED_BY_A_STANDARD:
        told = [(place, text) for place, text in told if not place.startswith("classes/")]
    told = [(place, text) for place, text in told if not place.endswith("source")]
    mixed = re.compile("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
    assert [(place, text) for place, text in told if mixed.search(text)] == []


@pytest.mark.parametrize("path", sorted(resource_root().glob("help/*.html")), ids=lambda path: path.stem)
def test_the_help_of_an_algorithm_is_in_its_language(path):
    """In Chinese the parameters name the keys that a script gives (``update``, ``lane``), each with its meaning."""
    language = path.name.split(".")[1]
    left_out = "pre|dt|code|dd" if language == "zh" else "pre|dt|code"
    text = re.sub(rf"<({left_out})>.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r'\{"land_use".*?\}\}', " ", text)  # an example of JSON
    assert not _wrong(text, language)


def test_the_interface_is_chinese_in_chinese():
    place = resource_root().parent / "gridmgmt_plugin" / "i18n" / "gridmgmt_zh_CN.ts"
    found = []
    for message in ET.parse(place).iter("message"):
        source, shown = message.findtext("source") or "", message.findtext("translation") or ""
        found += [f"{source} → {shown}"] if _wrong(shown, "zh") or foreign(source, "en") else []
    assert not found, "\n".join(found)


def test_every_gesture_that_the_log_may_hold_has_a_name():
    """Names stand in the question before a save is taken back, and in the lists of changes."""
    names = json.loads((resource_root() / "forms" / "lists.json").read_text(encoding="utf-8"))["gestures"]
    package = resource_root().parent / "gridmgmt_plugin"
    constants = re.compile(r'^(?:GESTURE|TAKE_BACK|EDIT_ROWS|NATIVE)\b[^=\n]*= "(\w+)"', re.MULTILINE)
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    found = {gesture for text in texts for gesture in constants.findall(text)}
    assert {"take_back", "fix_issues", "hand_over_posts"} <= found
    messages = json.loads((resource_root() / "messages" / "editing.json").read_text(encoding="utf-8"))
    steps = {code[len("gesture_") :] for code in messages if code.startswith("gesture_")}
    assert found | steps | {"exempt_issues", "lift_exemptions", "import_new"} <= set(names)

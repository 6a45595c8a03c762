"""A city may bring its own layouts; a mistake in the file is told with its place."""

from __future__ import annotations

import copy
import json

import pytest

from gridmgmt_plugin.core.codes.layout import default_layout, layout, load_layouts
from gridmgmt_plugin.core.codes.layout_file import PART_NAMES
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.resources import resource_path

BUILT_IN = json.loads(resource_path("layouts/codes.json").read_text(encoding="utf-8"))


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "编码 方案.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write_file


def changed(edit):
    content = copy.deepcopy(BUILT_IN)
    edit(content)
    return content


def test_a_city_adds_a_layout_of_its_own_and_makes_it_the_default(write):
    def edit(content):
        own = copy.deepcopy(content["layouts"][0])
        own["key"] = "our_city"
        own["parts"][-1] = {"name": "sequence", "digits": 4, "first": 1, "last": 9999}
        content["layouts"].append(own)
        content["defaults"]["unit_grid"] = "our_city"

    catalogue_of_city = load_layouts(write(changed(edit)))
    assert default_layout("unit_grid", catalogue_of_city).length == 16
    assert layout("our_city", catalogue_of_city).capacity == 9999
    assert default_layout("unit_grid").key == "gb30428_2013", "the plugin's own layouts are untouched"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "codes.json"
    path.write_text(json.dumps(BUILT_IN), encoding="utf-8-sig")
    assert load_layouts(path).layouts == load_layouts().layouts


def _set(where, value):
    def edit(content):
        *path, last = where
        for step in path:
            content = content[step]
        if value is KeyError:
            del content[last]
        else:
            content[last] = value

    return edit


FIRST = ("layouts", 0)


@pytest.mark.parametrize(
    ("edit", "where", "problem"),
    [
        (_set(("layouts",), KeyError), "layouts", "layout_value_missing"),
        (_set(("layouts",), []), "layouts", "layout_value_not_list"),
        (_set(("layouts", 1), "cjt213"), "layouts[1]", "layout_value_not_object"),
        (_set((*FIRST, "key"), 5), "layouts[0].key", "layout_value_not_text"),
        (_set((*FIRST, "key"), "cjt213_2005"), "layouts[1].key", "layout_key_twice"),
        (_set((*FIRST, "kind"), "cell"), "layouts[0].kind", "layout_value_choice"),
        (_set((*FIRST, "split_policy"), "smaller"), "layouts[0].split_policy", "layout_value_choice"),
        (_set((*FIRST, "confidence"), "sure"), "layouts[0].confidence", "layout_value_choice"),
        (_set((*FIRST, "standard"), 30428), "layouts[0].standard", "layout_value_not_text"),
        (_set((*FIRST, "title", "zh"), ""), "layouts[0].title.zh", "layout_value_not_text"),
        (_set((*FIRST, "parts"), {}), "layouts[0].parts", "layout_value_not_list"),
        (_set((*FIRST, "parts", 0, "name"), "shire"), "layouts[0].parts[0].name", "layout_value_choice"),
        (_set((*FIRST, "parts", 0, "digits"), "6"), "layouts[0].parts[0].digits", "layout_value_range"),
        (_set((*FIRST, "parts", 0, "digits"), True), "layouts[0].parts[0].digits", "layout_value_range"),
        (_set((*FIRST, "parts", 0, "digits"), 40), "layouts[0].parts[0].digits", "layout_value_range"),
        (_set((*FIRST, "parts", 3, "last"), 1000), "layouts[0].parts[3].last", "layout_value_range"),
        (_set((*FIRST, "parts", 3, "last"), 0), "layouts[0].parts[3].last", "layout_value_range"),
        (_set((*FIRST, "parts", 3, "first"), KeyError), "layouts[0].parts[3].first", "layout_value_missing"),
        (_set((*FIRST, "parts", 3, "reserved"), [1000]), "layouts[0].parts[3].reserved", "layout_value_range"),
        (_set((*FIRST, "parts", 3, "reserved"), 7), "layouts[0].parts[3].reserved", "layout_value_range"),
        (_set((*FIRST, "parts", 2, "reserved"), [1]), "layouts[0].parts[2].reserved", "layout_reserved_misplaced"),
        (_set((*FIRST, "parts", 3, "pattern"), "[0-9]"), "layouts[0].parts[3].pattern", "layout_sequence_pattern"),
        (_set((*FIRST, "parts", 3), KeyError), "layouts[0].parts", "layout_needs_one_sequence"),
        (_set((*FIRST, "parts", 1, "name"), "community"), "layouts[0].parts", "layout_part_twice"),
        (_set(("layouts", 6, "parts", 3, "pattern"), "[AB"), "layouts[6].parts[3].pattern", "layout_pattern_invalid"),
        (_set(("defaults", "lane"), KeyError), "defaults.lane", "layout_value_missing"),
        (_set(("defaults", "lane"), "nowhere"), "defaults.lane", "layout_default_unknown"),
        (_set(("defaults", "lane"), "gb30428_2013"), "defaults.lane", "layout_default_unknown"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(write, edit, where, problem):
    with pytest.raises(InputError) as caught:
        load_layouts(write(changed(edit)))
    details = caught.value.message.details
    assert caught.value.code == "layout_file_invalid"
    assert (details["where"], details["problem"].code) == (where, problem)
    assert "编码 方案.json" in caught.value.text("zh")
    assert where in caught.value.text("en")


def test_a_file_that_is_a_list_is_refused(write):
    with pytest.raises(InputError) as caught:
        load_layouts(write([1]))
    assert caught.value.message.details["where"] == "/"


def test_broken_json_is_told_with_line_and_column(tmp_path):
    path = tmp_path / "codes.json"
    path.write_text('{\n  "layouts": [,]\n}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_layouts(path)
    assert caught.value.code == "layout_file_not_json"
    assert (caught.value.message.details["line"], caught.value.message.details["column"]) == (2, 15)


def test_a_gbk_file_is_told_as_such(tmp_path):
    path = tmp_path / "codes.json"
    path.write_bytes('{"标题": "单元网格"}'.encode("gbk"))
    with pytest.raises(InputError) as caught:
        load_layouts(path)
    assert caught.value.code == "layout_file_not_utf8"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError) as caught:
        load_layouts(tmp_path / "没有.json")
    assert caught.value.code == "file_missing"


def test_every_part_has_a_name_for_the_reader():
    assert all(f"code_part_{name}" in catalogue() for name in PART_NAMES)

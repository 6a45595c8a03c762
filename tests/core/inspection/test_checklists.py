"""Checklists are data: those of Beijing's plans, a city's own, and what is wrong with one is named by its place."""

from __future__ import annotations

import copy
import json

import pytest

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.inspection.checklists import (
    OWN,
    built_in,
    chosen_checklist,
    known_checklists,
    parse_checklist,
    read_checklist,
)
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.workspace.info import WorkspaceInfo

OF_2023 = load_json("checklists/shi_wu_2023.json")


def changed(**values):
    return {**copy.deepcopy(OF_2023), **values}


@pytest.mark.parametrize("key", built_in())
def test_every_list_of_the_program_has_ten_items_of_a_hundred_points(key):
    checklist = known_checklists({})[key]
    assert len(checklist.items) == 10
    assert checklist.full_score == 100
    assert (checklist.standing.pass_mark, checklist.standing.months) == (90, 3)


@pytest.mark.parametrize("key", built_in())
def test_every_list_says_how_sure_its_facts_are(key):
    content = load_json(f"checklists/{key}.json")
    assert set(content["sure"]) == {"items", "standing", "weights", "case_classes"}
    assert set(content["sure"].values()) <= set("VIND")
    assert content["source"]


def test_the_two_lists_differ_where_the_plans_do():
    of_2017, of_2023 = (known_checklists({})[key] for key in ("shi_wu_2017", "shi_wu_2023"))
    assert "无违规设置城市家具" in {item.zh for item in of_2023.items} - {item.zh for item in of_2017.items}
    assert "无违规经营" in {item.zh for item in of_2017.items} - {item.zh for item in of_2023.items}
    assert of_2017.aim == ("创建文明街巷", "A civilised street-lane")
    assert of_2023.aim is None


@pytest.mark.parametrize("key", built_in())
def test_classes_of_cases_are_those_of_the_catalogue(key):
    known = {"event": classes_of("events"), "component": classes_of("components")}
    for item in known_checklists({})[key].items:
        for kind, prefix in item.case_classes:
            assert any(str(entry["code"]).startswith(prefix) for entry in known[kind]), (item.code, prefix)


def test_the_list_that_a_new_workspace_names_is_there():
    default = WorkspaceInfo.__dataclass_fields__["checklist"].default
    assert chosen_checklist({}, default).key == default


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("无乱停车", "03"),
        ("乱停车", "03"),
        ("３．无乱停车", "03"),
        ("第3项", "03"),
        ("③无乱停车", "03"),
        ("03", "03"),
        ("3", "03"),
        ("item_10", "10"),
        (" 无 乱停车 ", "03"),
        ("No disorderly parking", "03"),
        ("无堆物堆料", "10"),
        ("十、无垃圾乱放和堆物堆料", "10"),
    ],
)
def test_an_item_is_found_however_a_table_heads_it(heading, code):
    assert chosen_checklist({}, "shi_wu_2023").find(heading).code == code


@pytest.mark.parametrize("heading", ["街巷名称", "备注", "", None, "11", "无乱停放车", "检查日期"])
def test_what_is_no_item_is_not_taken_for_one(heading):
    assert chosen_checklist({}, "shi_wu_2023").find(heading) is None


def test_a_city_brings_its_own_list_in_the_workspace():
    own = changed(key="our_city", items=OF_2023["items"][:3])
    known = known_checklists({OWN + "our_city": json.dumps(own), "other": "left alone"})
    assert [item.code for item in known["our_city"].items] == ["01", "02", "03"]
    assert known["our_city"].full_score == 30


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ([], "{}"),
        (changed(key="Ours!"), "key"),
        (changed(title={}), "title"),
        (changed(items=[]), "items"),
        (changed(items=["01"]), "items[0]"),
        (changed(items=[OF_2023["items"][0]] * 2), "items.code"),
        (changed(items=[{**OF_2023["items"][0], "weight": "ten"}]), "items[0].weight"),
        (changed(items=[{**OF_2023["items"][0], "weight": 0}]), "items.weight"),
        (changed(items=[{**OF_2023["items"][0], "case_classes": [{"kind": "thing"}]}]), "items[0].case_classes"),
        (changed(standing=None), "standing"),
        (changed(standing={"pass_mark": 90, "months": 3, "kinds": ["夜查"]}), "standing.kinds"),
        (changed(standing={"pass_mark": 900, "months": 3, "kinds": ["市查"]}), "standing"),
        (changed(standing={"pass_mark": 90, "months": 0, "kinds": ["市查"]}), "standing.months"),
    ],
)
def test_what_is_wrong_with_a_list_is_named_by_its_place(content, place):
    with pytest.raises(InputError) as refused:
        read_checklist(content)
    assert (refused.value.code, refused.value.message.details["place"]) == ("checklist_invalid", place)


def test_a_text_that_is_no_json_says_where():
    with pytest.raises(InputError) as refused:
        parse_checklist('{\n  "key": }')
    assert refused.value.message.details["place"].startswith("2:")


def test_a_list_that_nobody_has_names_those_there_are():
    with pytest.raises(InputError) as refused:
        chosen_checklist({}, "shi_wu_1999")
    assert "shi_wu_2017" in refused.value.text("zh_CN")

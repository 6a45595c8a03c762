"""A receiver whose files look otherwise this time: what differs is told, and a profile that stays says nothing."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.delivered_form import delivered_form, delivered_keys, form_changes
from gridmgmt_plugin.exchange.package.fields import layer_specs
from gridmgmt_plugin.exchange.package.profile_reading import read_profile
from gridmgmt_plugin.exchange.package.writing import Style
from tests.jobs.package_workspace import EPSG_FRAME


def form(profile=None, day="20260302", encoding="UTF-8", formats=("shp",)):
    read = read_profile({"receiver": "甲", **(profile or {})})
    now = datetime.strptime(day, "%Y%m%d")
    named = read.named("990101", "cg", "r0001", now)
    return delivered_form(read, Style(formats, encoding, Delivery.of(EPSG_FRAME, None), named, "zh_CN", now))


def told(before, now):
    return [(note.code, note.text("zh_CN")) for note in form_changes("r0001", before, now)]


def fields(**changes):
    """Return the fields of lanes, some of them otherwise or, for ``None``, not at all."""
    names = [spec.name for spec in layer_specs()["lane"].fields]
    return {"fields": {"lane": [{"from": n, **changes.get(n, {})} for n in names if changes.get(n, {}) is not None]}}


@pytest.mark.parametrize(
    ("before", "now", "code", "shown"),
    [
        ({"files": {"lane": "JX"}}, {"files": {"lane": "jiexiang"}}, "package_form_files", "JX → jiexiang"),
        ({}, {"fields": {"lane": {"Width": "Kuan"}}}, "package_form_fields", "Width → Kuan"),
        (fields(), fields(Width=None), "package_form_fields", "−Width"),
        (fields(Width=None), {}, "package_form_fields", "+Width"),
        ({}, fields(Width={"decimals": 1}), "package_form_fields", "Width（原样 → 保留 1 位小数）"),
        (
            fields(Width={"decimals": 1}),
            fields(Width={"decimals": 0, "required": True, "width": 4}),
            "package_form_fields",
            "Width（保留 1 位小数 → 保留 0 位小数、必填、最长 4 字节）",
        ),
        (
            {},
            fields(State={"values": {"在用": "1", "": "0", "*": ""}}),
            "package_form_fields",
            "State（原样 → 取值对照 在用=1、空=0、其他=空）",
        ),
        ({}, fields(ORDate={"date": "YYYY/MM/DD"}), "package_form_fields", "ORDate（原样 → 日期写作 YYYY/MM/DD）"),
        ({}, fields(StreetCode={"external": "area"}), "package_form_fields", "StreetCode（原样 → 对方编码（area））"),
        ({}, {"single_parts": True}, "package_form_parts", "拆成多个要素"),
        ({"single_parts": True}, {}, "package_form_whole", "不再拆开"),
        ({}, {"layers": ["area", "unit_grid"]}, "package_form_layers_gone", "街巷"),
        ({"layers": ["area", "unit_grid"]}, {}, "package_form_layers_new", "街巷"),
    ],
)
def test_what_a_profile_says_otherwise_is_told(before, now, code, shown):
    ((found, text),) = told(form(before), form(now))
    assert found == code
    assert shown in text
    assert "r0001" in text


def test_the_form_of_values_is_told_to_a_reader_of_english_too_and_outlives_being_stored():
    before, now = fields(Width={"decimals": 1}), fields(Width={"values": {"": "0", "*": "1"}, "required": True})
    (note,) = form_changes("r0001", json.loads(json.dumps(form(before))), form(now))
    assert "Width (1 decimal → values empty=0, any other=1, required)" in note.text("en")
    assert form_changes("r0001", json.loads(json.dumps(form(now))), form(now)) == []


def test_another_encoding_and_other_formats_are_told():
    found = told(form(), form(encoding="GBK", formats=("shp", "gpkg")))
    assert [code for code, _ in found] == ["package_form_encoding", "package_form_formats"]


def test_fields_in_another_order_are_told():
    turned = fields()
    turned["fields"]["lane"].reverse()
    ((code, _),) = told(form(), form(turned))
    assert code == "package_form_order"


def test_a_day_in_the_names_of_files_is_no_change():
    named = {"every_file": "{county}_{layer}_{yyyymmdd}"}
    assert told(form(named), form(named, day="20260401")) == []
    assert told(form(fields()), form()) == []


def test_a_form_that_a_trial_version_noted_otherwise_is_told_in_a_sentence_and_stops_nothing():
    old = form({"fields": {"lane": {"Width": "Kuan"}}})
    old["fields"]["lane"] = [[name, source, "decimals: 1"] for name, source, _ in old["fields"]["lane"]]
    ((code, text),) = told(old, form())
    assert (code, "r0001" in text) == ("package_form_unknown", True)
    assert told({}, form())[0][0] == "package_form_unknown"
    assert delivered_keys(old) == delivered_keys(None)

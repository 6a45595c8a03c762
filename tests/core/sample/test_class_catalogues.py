"""The catalogues of component and event classes: complete codes, names in both languages, the legend of covers."""

from __future__ import annotations

import json

import pytest

from gridmgmt_plugin.core import resources
from gridmgmt_plugin.core.class_catalogues import class_catalogues, classes_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json, resource_path

# Ours and those of cities: whatever has the form.
CATALOGUES = class_catalogues()


@pytest.mark.parametrize(("name", "count"), [("components", 80), ("events", 50)])
def test_the_national_catalogues_are_there_whole(name, count):
    assert name in CATALOGUES
    assert len(load_json(f"catalogues/{name}.json")["classes"]) >= count


@pytest.mark.parametrize("name", CATALOGUES)
def test_codes_are_unique_and_belong_to_a_major_class(name):
    document = load_json(f"catalogues/{name}.json")
    codes = [c["code"] for c in document["classes"]]
    majors = {m["code"] for m in document["majors"]}
    assert len(codes) == len(set(codes))
    assert all(
        len(c["code"]) == 4 and c["code"].startswith(c["major"]) and c["major"] in majors for c in document["classes"]
    )


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_class_has_a_chinese_and_an_english_name(name):
    document = load_json(f"catalogues/{name}.json")
    for entry in [document["title"], *document["majors"], *document["classes"]]:
        assert entry["zh"].strip()
        assert entry["en"].isascii()
        assert entry["en"].strip()


def test_the_legend_of_manhole_covers_has_sixteen_kinds_and_no_grate():
    manholes = {c["code"] for c in load_json("catalogues/components.json")["classes"] if c["manhole"]}
    assert len(manholes) == 16
    assert "0104" not in manholes


def test_sensitive_classes_are_marked():
    sensitive = {c["zh"] for c in load_json("catalogues/components.json")["classes"] if c["sensitive"]}
    assert {"公安井盖", "监控电子眼", "人防工事", "重大危险源"} <= sensitive


def test_a_catalogue_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(InputError) as caught:
        classes_of("components_of_nowhere")
    assert caught.value.code == "class_catalogue_unknown"
    assert caught.value.message.details["known"] == ", ".join(CATALOGUES)


def test_a_file_of_another_form_is_no_catalogue_of_classes():
    with pytest.raises(InputError):
        classes_of("rules")


def test_a_catalogue_that_a_city_brings_while_the_program_runs_is_known_at_once(tmp_path, monkeypatch):
    content = json.loads(resource_path("catalogues/components.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(resources, "resource_root", lambda: tmp_path)
    resources.load_json.cache_clear()
    try:
        (tmp_path / "catalogues").mkdir()
        assert class_catalogues() == []
        (tmp_path / "catalogues" / "ours.json").write_text(json.dumps(content), encoding="utf-8")
        assert class_catalogues() == ["ours"]
    finally:
        resources.load_json.cache_clear()

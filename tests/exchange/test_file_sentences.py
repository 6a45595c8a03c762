"""The sentences on files, fields and coordinates: Chinese in Chinese punctuation, and telling what to do."""

from __future__ import annotations

import json
import re

import pytest

from gridmgmt_plugin.core.resources import resource_path

FILES = ("coordinates", "files", "fields")
ENTRIES = [
    (name, code, entry)
    for name in FILES
    for code, entry in json.loads(resource_path(f"messages/{name}.json").read_text(encoding="utf-8")).items()
]
HAN = "\u3400-\u9fff"
HALF_WIDTH = re.compile(f"[{HAN}”“）}}][,;:!?]|[,;:!?][{HAN}“（]|[{HAN}][(]|[)][{HAN}]")
REFUSALS = [
    "file_is_folder", "file_not_regular", "file_is_web_page", "drawing_closed", "drawing_binary", "file_empty",
    "file_no_permission", "file_locked", "file_broken", "file_not_text", "workbook_old", "shapefile_part_missing",
    "zip_without_layer", "zip_encrypted", "layer_needed", "quote_not_closed", "encoding_not_found",
    "encoding_mismatch", "field_missing", "field_not_found", "area_code_not_found", "coordinates_in_one_field",
    "columns_swapped", "columns_degrees", "columns_metres", "columns_zone_prefix", "crs_missing_degrees",
    "crs_missing_zone", "crs_missing_swapped", "local_frame_no_degrees", "local_frame_other_crs",
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "entry"), ENTRIES, ids=[code for _, code, _ in ENTRIES])
def test_chinese_sentences_have_chinese_punctuation_and_english_ones_english(name, code, entry):
    assert not HALF_WIDTH.search(entry["zh"]), entry["zh"]
    assert entry["zh"].count("“") == entry["zh"].count("”")
    assert entry["zh"].count("（") == entry["zh"].count("）")
    assert "  " not in entry["zh"] + entry["en"]
    assert not re.search("[，。；：！？（）]", entry["en"])
    # A fragment that is told inside another sentence has no full stop, in neither language.
    assert entry["zh"].endswith("。") == entry["en"].endswith(".") or entry["zh"].endswith("}")


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_to_do(code):
    entry = next(entry for _, known, entry in ENTRIES if known == code)
    assert "请" in entry["zh"]
    sentences = [part for part in entry["en"].split(". ") if part]
    assert len(sentences) > 1 or ":" in entry["en"]

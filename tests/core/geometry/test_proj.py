"""PROJ in threads that Python forgets and Qt keeps: the second question there is answered as the first was."""

from __future__ import annotations

import ast
import re
import threading
from pathlib import Path

import pytest
from pyproj.exceptions import CRSError

import gridmgmt_plugin
from gridmgmt_plugin.core.geometry.proj import crs_from, way_between

PLUGIN = Path(gridmgmt_plugin.__file__).parent
_MAKERS = {"CRS", "Transformer", "Proj", "TransformerGroup"}
_NAMED = re.compile(rf"\b({'|'.join(sorted(_MAKERS))})\b")


def test_a_number_a_text_and_a_description_name_the_same_system():
    by_number = crs_from(4547)
    assert crs_from(by_number.to_wkt()).equals(by_number)
    assert crs_from(by_number.to_json_dict()).equals(by_number)


def test_what_was_asked_before_is_not_made_again_in_the_first_thread():
    assert crs_from(4547) is crs_from(4547)
    assert way_between(4547, 4490) is way_between(4547, 4490)


def test_another_thread_keeps_nothing_that_outlives_it():
    told = []
    worker = threading.Thread(target=lambda: told.extend([crs_from(4547), way_between(4547, 4490)]))
    worker.start()
    worker.join()
    assert told[0] is not crs_from(4547)
    assert told[0].equals(crs_from(4547))
    assert told[1] is not way_between(4547, 4490)


def test_a_name_that_proj_does_not_know_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(CRSError):
            crs_from("no such system")


def test_x_comes_before_y():
    lon, lat = way_between(4547, 4490).transform(500_000.0, 3_500_000.0)
    assert (round(lon), round(lat)) == (114, 32)


def test_nobody_makes_systems_or_ways_beside_the_door():
    found = []
    for path in PLUGIN.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name == "proj.py" or _NAMED.search(text) is None:
            continue
        for node in ast.walk(ast.parse(text)):
            called = node.func if isinstance(node, ast.Call) else None
            made = called.value if isinstance(called, ast.Attribute) else called
            if isinstance(made, ast.Name) and made.id in _MAKERS:
                found.append(f"{path.name}:{node.lineno}")
    assert found == []

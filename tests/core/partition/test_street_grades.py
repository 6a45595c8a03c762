"""How major a street is, from its class or from how its name ends."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.partition import AreaLayer, StreetLayer, grade_of_streets, partition_areas
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import as_column


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("二环路", 4),
        ("东直门内大街", 3),
        ("世纪大道", 3),
        ("体育馆路", 2),
        ("朝阳门南小街", 2),
        ("金宝街", 1),
        ("东四十条", 3),
        ("东四三条", 0),
        ("菊儿胡同", 0),
        ("百花深处巷", 0),
        ("解放路南段", 2),
        ("建国门内大街辅路", 3),
        ("菊儿胡同/交道口南大街", 3),
        ("", 0),
        (None, 0),
        (float("nan"), 0),
    ],
)
def test_a_name_tells_the_grade(name, grade):
    assert grade_of_streets([name]).tolist() == [grade]


def test_a_known_class_goes_before_the_name_and_an_unknown_one_does_not():
    grades = grade_of_streets(["菊儿胡同", "菊儿胡同", "长安大街"], ["primary", "某种道路", "背街小巷"])
    assert grades.tolist() == [3, 0, 0]
    assert grades.dtype == np.int8


def test_every_grade_of_the_catalogue_has_a_label_in_both_languages():
    catalogue = load_json("catalogues/road_classes.json")
    known = {entry["grade"] for entry in catalogue["grades"]}
    used = {
        *catalogue["classes"].values(),
        *catalogue["names"].values(),
        *(grade for _, grade in catalogue["endings"]),
    }
    assert used <= known == {0, 1, 2, 3, 4}
    assert all(entry["zh"] and entry["en"] for entry in catalogue["grades"])


def test_a_repeated_name_is_cheap_and_equal():
    assert grade_of_streets(["金宝街"] * 1000).sum() == 1000


def test_a_street_of_many_bends_grades_the_edges_along_it_and_no_others():
    areas = AreaLayer(as_column([shapely.box(0, 0, 1000, 200)]), as_column(["1"]))
    bends = [(x, 100 + 20 * (x // 100 % 2)) for x in range(-100, 1200, 100)]
    whole, parts = [shapely.LineString(bends)], [shapely.LineString(pair) for pair in zip(bends, bends[1:])]
    cells = [
        partition_areas(areas, StreetLayer(as_column(lines), np.full(len(lines), 3, dtype=np.int8))).geometry
        for lines in (whole, parts)
    ]
    assert shapely.equals_exact(*cells, 0.0).all()
    assert shapely.length(shapely.intersection(shapely.buffer(cells[0], -1.0), whole[0])).sum() == 0

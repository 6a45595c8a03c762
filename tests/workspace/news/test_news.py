"""What travels: short, in ASCII, and nothing that arrives is believed."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.workspace.news.news import News, anything_written, decoded, tables_written, written
from gridmgmt_plugin.workspace.news.touched import Touched
from gridmgmt_plugin.workspace.schema import tables


def test_rows_arrive_as_they_were_told():
    news = written({"unit_grid": {3, 1}, "change_log": None}, ["change_log"], "李工")
    text = news.encoded()
    assert text.isascii()
    assert decoded(text) == news
    assert news.rows == {"unit_grid": [1, 3], "change_log": None}
    assert news.reshaped == {"change_log"}
    assert news.is_own


def test_of_too_many_rows_only_the_tables_are_told():
    rows = {name: set(range(10**15, 10**15 + 100)) for name in tables()}
    text = written(rows, rows, "李工" * 100).encoded()
    assert len(text) < 8000
    told = decoded(text)
    assert set(told.rows) == set(tables())
    assert None in told.rows.values()


def test_what_is_too_long_and_no_rows_is_refused():
    with pytest.raises(ValueError, match="bytes"):
        News("presence", {"where": "x" * 9000}).encoded()


@pytest.mark.parametrize(
    "text", ["", "x", "[" * 5000, "[]", "{}", '{"v":1,"from":3}', '{"v":1,"from":"a","kind":"written"}']
)
def test_what_is_no_news_of_ours_is_not_heard(text):
    assert decoded(text) is None


def test_a_newer_program_may_have_written_anything():
    told = decoded('{"v":2,"from":"abcd"}')
    assert told == anything_written("abcd")
    assert not told.is_own


def test_only_tables_and_numbers_are_believed():
    what = '{"rows":{"pg_class":[1],"area":[1,"x"],"lane":[2]},"reshaped":["pg_class","area"]}'
    told = decoded('{"v":1,"from":"a","who":"b","kind":"written","what":' + what + "}")
    assert told.rows == {"area": None, "lane": [2]}
    assert told.reshaped == {"area"}
    assert decoded('{"v":1,"from":"a","who":"b","kind":"written","what":{"rows":3}}').rows == {}
    told = decoded('{"v":1,"from":"a","who":"b","kind":"written","what":{"rows":{"area":[-1]},"reshaped":[[]]}}')
    assert (told.rows, told.reshaped) == ({"area": None}, set())


def test_never_more_than_a_few_rows_are_kept():
    touched = Touched()
    touched.add("area", [1, 2])
    touched.add("area", [2, 3])
    touched.add("cases", iter(range(10**9)))
    touched.add("lane", ())
    touched.add("person")
    touched.add("post", [4], reshaped=False)
    news = touched.news("李工")
    assert news.rows == {"area": [1, 2, 3], "cases": None, "person": None, "post": [4]}
    assert news.reshaped == {"area", "cases", "person"}
    assert Touched().news("李工") is None
    assert tables_written(["area"]).reshaped == {"area"}


def test_the_places_where_something_came_or_went_arrive_and_else_any_may():
    places = {"cases": {"unit_grid": {"b", "a"}, "lane_code": None}}
    news = written({"cases": {1}}, [], "李工", places)
    assert decoded(news.encoded()).places == {"cases": {"unit_grid": ["a", "b"], "lane_code": None}}
    assert written({"cases": {1}}, [], "李工").places == {}
    assert tables_written(["cases", "area"]).places == {"cases": {"unit_grid": None, "lane_code": None}}
    assert News("presence", {"where": "x"}).places == {}


def test_of_too_many_places_it_is_told_that_any_may_be_another():
    places = {"cases": {"unit_grid": {f"{n:0200d}" for n in range(100)}, "lane_code": {"a"}}}
    text = written({}, [], "李工", places).encoded()
    assert len(text) < 8000
    assert decoded(text).places == {"cases": {"unit_grid": None, "lane_code": ["a"]}}


@pytest.mark.parametrize("told", ["3", '{"cases":[]}', '{"cases":{"unit_grid":"a","lane_code":[3]}}'])
def test_places_that_cannot_be_are_any(told):
    text = '{"v":1,"from":"a","who":"b","kind":"written","what":{"rows":{"cases":[1]},"places":' + told + "}}"
    assert decoded(text).places == {"cases": {"unit_grid": None, "lane_code": None}}


def test_never_more_than_a_few_places_are_kept():
    touched = Touched()
    touched.add("cases", [1])
    touched.add_places("cases", "unit_grid", ["a", None])
    touched.add_places("cases", "unit_grid", ["b"])
    touched.add_places("cases", "lane_code", map(str, range(101)))
    assert touched.news("李工").places == {"cases": {"unit_grid": ["", "a", "b"], "lane_code": None}}

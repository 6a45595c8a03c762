"""The forms as data: every table has one, every column its place, every list leads to columns that exist."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.forms.description import SCHEME_COLUMNS, form_descriptions, list_descriptions
from gridmgmt_plugin.project.forms.figures import _FIGURES
from gridmgmt_plugin.workspace.schema import tables

TABLES = sorted(tables())
LISTS = sorted(list_descriptions())


def test_every_table_has_a_form():
    assert set(form_descriptions()) == set(tables())


@pytest.mark.parametrize("table", TABLES)
def test_every_column_stands_on_the_form_once_or_is_hidden_on_purpose(table):
    form = form_descriptions()[table]
    placed = [name for name in form.placed if name != SCHEME_COLUMNS]
    assert sorted([*placed, *form.hidden]) == sorted(tables()[table].column_names)


@pytest.mark.parametrize("table", TABLES)
def test_what_a_form_says_of_columns_is_said_of_columns_that_there_are(table):
    form, names = form_descriptions()[table], set(tables()[table].column_names)
    for told in (form.read_only, form.proposed, form.lookups, form.widgets, form.unanswered, form.new_key):
        assert set(told) <= names
    assert set(form.lookups.values()) <= set(tables())


@pytest.mark.parametrize("table", TABLES)
def test_a_tab_holds_no_more_than_fits_on_a_screen(table):
    for tab in form_descriptions()[table].tabs:
        lines = sum(-(-len(group.fields) // group.columns) for group in tab.groups)
        assert lines <= 12
        assert len(tab.lists) <= 3


@pytest.mark.parametrize("key", LISTS)
def test_a_list_names_columns_that_there_are(key):
    found = list_descriptions()[key]
    names = set(tables()[found.table].column_names) | {SCHEME_COLUMNS}
    told = {*found.columns, *found.count_by, *found.where, *found.match, found.column}
    told |= {name.lstrip("-") for name in found.order} | ({found.ends} if found.ends else set())
    assert told <= names
    assert found.figures is None or found.figures in _FIGURES
    assert set(found.roles) <= {role for role, _ in value_list("role")}


def test_every_list_is_in_a_form_that_has_what_it_refers_to():
    used = {key: table for table, form in form_descriptions().items() for tab in form.tabs for key in tab.lists}
    assert set(used) == set(list_descriptions())
    for key, table in used.items():
        of = {list_descriptions()[key].of, *list_descriptions()[key].match.values()}
        assert of <= {*tables()[table].column_names, SCHEME_COLUMNS}


def test_every_reason_is_given_somewhere_in_both_languages():
    forms = form_descriptions().values()
    used = {key for form in forms for key in (*form.read_only.values(), *form.proposed.values(), form.locked) if key}
    reasons = load_json("forms/forms.json")["reasons"]
    assert used == set(reasons)
    assert all(reason["zh"] and reason["en"] for reason in reasons.values())

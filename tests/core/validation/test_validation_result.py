"""What a validation reports, how exemptions work, and that the catalogue of rules is complete."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled, InputError
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.validation.catalogue import (
    RULES,
    default_parameters,
    listed,
    quality_classes,
    rule_infos,
)
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.issue import SEVERITIES
from gridmgmt_plugin.core.validation.registry import all_rules, issue_rows, validate_tables
from gridmgmt_plugin.core.validation.rule import rule
from gridmgmt_plugin.core.validation.thresholds import check_thresholds
from tests.core.validation.sound_workspace import (
    SETTINGS,
    sound_tables,
    unit_code,
    with_row,
    with_shape,
    with_value,
)
from tests.languages import LANGUAGES

UNIT = unit_code(0, 0)


def overlapping():
    """Return tables in which two unit grids overlap."""
    return with_shape(sound_tables(), "unit_grid", 0, shapely.box(0, 0, 102, 100))


def exempt(tables, key: str, **values):
    """Return the tables with one exemption of the overlap rule."""
    record = {"rule": "unit_overlap", "object_key": key, "reason": "测绘中", "author": "甲", "approved_by": "乙"}
    return with_row(tables, "exemption", {**record, **values})


@pytest.mark.parametrize("key", [UNIT, unit_code(1, 0), f"{UNIT}|{unit_code(1, 0)}", f"{unit_code(1, 0)}|{UNIT}"])
def test_an_exempted_fault_is_kept_and_shown_but_does_not_count(key):
    before = validate_tables(overlapping(), SETTINGS)
    after = validate_tables(exempt(overlapping(), key), SETTINGS)
    assert len(after.issues) == len(before.issues)
    assert after.errors == before.errors - 1
    assert after.exempted == 1
    (issue,) = after.of("unit_overlap")
    assert issue.exempted_by == "乙"
    assert after.figures["exempted"] == {"unit_overlap": 1}
    assert after.figures["classes"]["topology"]["exempted"] == 1


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"valid_until": "2025-03-07"}, True),
        ({"valid_until": "2025-03-06"}, False),
        ({"valid_until": "以后再说"}, False),
        ({"valid_until": None}, True),
        ({"rule": "unit_gap"}, False),
        ({"object_key": unit_code(3, 1)}, False),
        ({"object_key": None}, False),
        ({"approved_by": None}, True),
    ],
)
def test_an_exemption_holds_for_its_rule_its_object_and_its_time(values, holds):
    key = values.pop("object_key", UNIT)
    result = validate_tables(exempt(overlapping(), key, **values), SETTINGS)
    assert result.of("unit_overlap")[0].exempted is holds
    if holds and "approved_by" in values:
        assert result.of("unit_overlap")[0].exempted_by == "甲"


def test_a_lake_can_be_exempted_by_its_place():
    tables = with_shape(
        sound_tables(), "unit_grid", 0, shapely.Polygon([(40, 0), (100, 0), (100, 100), (0, 100), (0, 40)])
    )
    (issue,) = validate_tables(tables, SETTINGS).of("unit_uncovered")
    record = {"rule": "unit_uncovered", "object_key": issue.object_keys[0], "author": "甲"}
    again = validate_tables(with_row(tables, "exemption", record), SETTINGS)
    assert again.of("unit_uncovered")[0].exempted


def test_errors_come_first_and_the_order_is_fixed():
    tables = with_value(overlapping(), "lane", 0, "length_m", 9)
    tables = with_row(tables, "scheme", {"key": "hw", "title": "环卫", "base": "unit_grid"})
    one, two = validate_tables(tables, SETTINGS), validate_tables(tables, SETTINGS)
    ranks = [SEVERITIES.index(issue.severity) for issue in one.issues]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}
    assert [(i.rule, i.object_keys) for i in one.issues] == [(i.rule, i.object_keys) for i in two.issues]
    assert one.errors + one.warnings + one.count("info") + one.exempted == len(one.issues)


def test_figures_tell_what_ran_and_what_did_not():
    tables = {name: rows for name, rows in sound_tables().items() if name in {"unit_grid", "area"}}
    result = validate_tables(tables, SETTINGS)
    assert result.issues == ()
    figures = result.figures
    assert figures["objects"] == {"area": 3, "unit_grid": 8}
    assert figures["rules"]["unit_overlap"] == 0
    assert "responsibility_parts" in figures["not_run"]
    assert set(figures["rules"]) | set(figures["not_run"]) == set(rule_infos())
    assert list(figures["classes"]) == list(quality_classes())
    assert sum(entry["rules_run"] for entry in figures["classes"].values()) == len(figures["rules"])


def test_an_empty_workspace_has_no_fault():
    assert validate_tables({}).issues == ()
    nothing = {name: rows.take([]) for name, rows in sound_tables().items()}
    assert validate_tables(nothing, SETTINGS).issues == ()


def test_one_scheme_can_be_checked_alone():
    tables = with_row(sound_tables(), "scheme", {"key": "hw", "title": "环卫", "base": "unit_grid"})
    tables = with_value(tables, "unit_grid", 0, "rg_hw", "H9")
    settings = dataclasses.replace(SETTINGS, scheme="cg")
    assert validate_tables(tables, settings).issues == ()
    assert {issue.rule for issue in validate_tables(tables, SETTINGS).issues} == {
        "unit_unassigned",
        "responsibility_unknown",
    }


def test_a_scheme_of_lanes_needs_no_unit_grids():
    tables = with_row(sound_tables(), "scheme", {"key": "jx", "title": "街巷", "base": "lane"})
    assert validate_tables(tables, SETTINGS).issues == ()


def test_codes_that_are_numbers_are_compared_as_text():
    tables = sound_tables()
    codes = [int(code) for code in tables["unit_grid"]["code"]]
    tables["unit_grid"] = tables["unit_grid"].with_columns(code=codes)
    assert validate_tables(tables, SETTINGS).issues == ()


def test_the_settings_default_to_today():
    assert ValidationSettings().today == date.today()


def test_an_unknown_layout_is_refused():
    with pytest.raises(InputError) as caught:
        validate_tables(sound_tables(), ValidationSettings(code_layouts={"unit_grid": "no_such"}))
    assert caught.value.code == "layout_unknown"


def test_validation_can_be_cancelled_and_tells_its_progress():
    with pytest.raises(Cancelled):
        validate_tables(sound_tables(), SETTINGS, Progress(is_cancelled=lambda: True))
    told: list[float] = []
    validate_tables(sound_tables(), SETTINGS, Progress(told.append))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_issues_become_rows_in_the_readers_language(language):
    result = validate_tables(exempt(overlapping(), UNIT), SETTINGS)
    rows = issue_rows(result, language)
    assert len(rows) == len(result.issues)
    at = rows["rule"].tolist().index("unit_overlap")
    assert rows["title"][at] == {"zh_CN": "网格重叠", "en": "Unit grids overlap"}[language]
    assert rows["object_keys"][at] == f"{UNIT}|{unit_code(1, 0)}"
    assert rows["message"][at] == result.of("unit_overlap")[0].message.text(language)
    assert rows["measure"][at] == pytest.approx(200)
    assert rows["exempted_by"][at] == "乙"
    assert rows.geometry[at].area == pytest.approx(200)
    assert len(issue_rows(validate_tables({}), language)) == 0


def test_titles_of_tables_and_columns_follow_the_language():
    assert Title("unit_grid").text("zh") == "单元网格"
    assert Title("responsibility").text("zh") == "责任关系", "a table that only packages have"
    assert Title("unit_grid.area_code").text("en") == "Area"
    assert Title("unit_grid.rg_cg").text("zh") == "rg_cg", "a column that a city added has only its name"


def test_the_catalogue_of_rules_is_complete():
    tables = set(load_json("schema/tables.json")["tables"])
    infos = rule_infos()
    assert list(all_rules()) == list(infos)
    assert len(infos) == len(load_json(RULES)["rules"])
    for code, info in infos.items():
        assert info.severity in SEVERITIES
        assert info.quality_class in quality_classes()
        assert set(info.needs) <= tables | set(listed("lent_tables"))
        assert set(catalogue()[f"issue_{code}"]) == set(LANGUAGES)
        assert info.title["zh"]
        assert info.title["en"]
    assert [title["zh"] for title in quality_classes().values()] == [
        "边界完整性",
        "拓扑关系",
        "数据一致性",
        "坐标精度",
        "属性完整性",
        "关联关系",
    ]


def test_the_lists_and_parameters_name_tables_and_columns_that_exist():
    schema = load_json("schema/tables.json")["tables"]
    for name in ("keyed_tables", "registered_tables", "drawn_tables", "delivered_tables"):
        assert set(listed(name)) <= set(schema)
    check_thresholds(default_parameters())
    columns = {table: {column["name"] for column in entry["columns"]} for table, entry in schema.items()}
    needed = [*default_parameters()["required_columns"].items(), *listed("essential_columns").items()]
    assert all(set(names) <= columns[table] for table, names in needed)
    kinds = {item["key"] for item in load_json("catalogues/value_lists.json")["grid_kind"]}
    assert set(default_parameters()["area_ranges_m2"]) == kinds | {"other"}


def test_a_severity_that_is_not_plain_from_the_title_has_its_reason_in_both_languages():
    for info in rule_infos().values():
        assert set(info.reason) in (set(), set(LANGUAGES)), info.code
    assert {"responsibility_without_post", "scheme_without_posts", "component_outside"} <= {
        info.code for info in rule_infos().values() if info.reason
    }


def test_a_rule_cannot_be_registered_twice_or_without_its_entry():
    with pytest.raises(ValueError):
        rule("unit_overlap")
    with pytest.raises(ValueError):
        rule("no_such_rule")

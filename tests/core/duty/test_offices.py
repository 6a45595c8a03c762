"""One street office, one department: found by its name, by its code, or by who manages the area for it."""

from __future__ import annotations

import numpy as np
import pytest

from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.offices import Offices
from gridmgmt_plugin.core.rows import Rows

COUNTY, OFFICE, OTHER = "990101", "990101001", "990101002"
COMMUNITY = "990101001001"
DAY = np.datetime64("2026-01-15")


def areas(office="湖阳街道", **managed_by):
    levels = {COUNTY: "county", OFFICE: "street_office", OTHER: "street_office", COMMUNITY: "community"}
    names = {COUNTY: "澄湖区", OFFICE: office, OTHER: "澄清街道", COMMUNITY: "湖滨社区"}
    parents = {OFFICE: COUNTY, OTHER: COUNTY, COMMUNITY: OFFICE}
    records = [{"code": c, "level": levels[c], "name": names[c], "parent_code": parents.get(c)} for c in levels]
    return Rows.from_records([{**row, "managed_by": managed_by.get(f"of_{row['code']}")} for row in records])


def office_of(area_code, departments, area_rows):
    return Offices(area_rows, Rows.from_records(departments), AreaTree(area_rows)).office(area_code, DAY)


def department(code="D02", kind="街镇", **values):
    return {"code": code, "kind": kind, "name": None, "short_name": None, "valid_to": None, **values}


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("湖阳街道", "湖阳街道"),
        ("湖阳街道", "湖阳街道办事处"),
        ("湖阳街道", "湖阳街道办事处（示例）"),
        ("湖阳街道（示例）", "湖阳街道办"),
        ("湖阳街道", "澄湖区湖阳街道办事处"),
        ("湖阳街道", "某某市澄湖区人民政府湖阳街道办事处"),
        ("湖阳镇", "湖阳镇人民政府"),
        ("湖阳乡", "澄湖区湖阳乡人民政府"),
        ("湖阳开发区", "湖阳开发区管委会"),
    ],
)
def test_the_department_of_an_office_bears_its_name(area, name):
    assert office_of(COMMUNITY, [department(name=name)], areas(area)) == "D02"
    assert office_of(COMMUNITY, [department(name="另一个名称", short_name=name)], areas(area)) == "D02"


@pytest.mark.parametrize("name", ["新湖阳街道办事处", "湖阳", "澄湖区", "澄湖区人民政府", "澄清街道办事处"])
def test_another_name_is_another_office(name):
    assert office_of(COMMUNITY, [department(name=name)], areas()) == OFFICE


def test_a_department_of_another_kind_is_no_office_whatever_its_name():
    assert office_of(COMMUNITY, [department(name="湖阳街道", kind="作业")], areas()) == OFFICE


def test_a_department_that_bears_the_areas_code_is_its_office():
    assert office_of(COMMUNITY, [department(code=OFFICE, kind="主管", name="某单位")], areas()) == OFFICE
    both = [department(name="湖阳街道"), department(code=OFFICE, name="湖阳街道")]
    assert office_of(COMMUNITY, both, areas()) == OFFICE


def test_of_several_the_one_that_has_not_ended_then_the_smaller_code():
    old, new = department("D01", name="湖阳街道", valid_to="2024-12-31"), department("D09", name="湖阳街道办事处")
    assert office_of(COMMUNITY, [old, new], areas()) == "D09"
    assert office_of(COMMUNITY, [new, department("D05", name="湖阳街道")], areas()) == "D05"


def test_who_manages_an_area_for_its_office_answers_there():
    known = [
        department(name="湖阳街道"),
        department("D03", name="澄清街道"),
        department("D07", "主管", name="园区管委会"),
    ]
    for managed_by, expected in [("园区管委会", "D07"), ("D07", "D07"), ("澄清街道", "D03"), (OTHER, "D03")]:
        rows = areas(**{f"of_{COMMUNITY}": managed_by})
        assert office_of(COMMUNITY, known, rows) == expected
        assert office_of(OFFICE, known, rows) == "D02"
    assert office_of(COMMUNITY, known, areas(**{f"of_{COMMUNITY}": "没人认识"})) == "D02"
    assert office_of(COMMUNITY, known, areas(**{f"of_{COUNTY}": "园区管委会"})) == "D02"


def test_a_county_without_offices_is_asked_itself():
    assert office_of(COUNTY, [department(name="湖阳街道")], areas()) == COUNTY
    assert office_of("", [department(name="湖阳街道")], areas()) == ""

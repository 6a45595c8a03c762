"""Release numbers go up for ever; the base is the release that this receiver has of this scheme."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.identity import Base, base_of, folder_name, next_number
from gridmgmt_plugin.core.release.lineage import lineage
from gridmgmt_plugin.core.rows import Rows
from tests.tries import tries


def test_the_first_release_is_r0001():
    assert next_number([]) == "r0001"


@tries(30)
@given(st.lists(st.integers(1, 9998), min_size=1, max_size=20))
def test_a_number_is_never_given_again(numbers):
    given_out = [f"r{number:04d}" for number in numbers]
    assert next_number(given_out) > max(given_out)


def test_numbers_of_another_form_do_not_count():
    assert next_number(["2025-1", None, "r0007x", "r0003"]) == "r0004"


def test_after_the_last_number_it_says_so():
    with pytest.raises(WorkspaceError) as caught:
        next_number(["r9999"])
    assert caught.value.code == "release_numbers_used_up"


def _releases(*rows):
    names = ("number", "scheme", "receiver", "state")
    return Rows.from_records([dict(zip(names, row)) for row in rows])


def test_the_base_is_the_last_that_this_receiver_accepted_for_this_scheme():
    releases = _releases(
        ("r0001", "cg", "甲平台", "superseded"),
        ("r0002", "cg", "甲平台", "in_force"),
        ("r0003", "cg", "甲平台", "rejected"),
        ("r0004", "cg", "乙平台", "accepted"),
        ("r0005", "hw", "甲平台", "accepted"),
        ("r0006", "cg", "甲平台", "handed_over"),
    )
    assert base_of(releases, "cg", "甲平台") == Base("r0002", "in_force")
    assert base_of(releases, "cg", "丙平台") is None
    assert base_of(Rows(), "cg", "甲平台") is None


def test_while_no_answer_came_the_base_is_the_last_that_was_handed_over_and_not_rejected():
    releases = _releases(
        ("r0001", "cg", "甲平台", "handed_over"),
        ("r0002", "cg", "甲平台", "handed_over"),
        ("r0003", "cg", "甲平台", "rejected"),
        ("r0004", "cg", "甲平台", "draft"),
        ("r0005", "cg", "甲平台", "frozen"),
    )
    assert base_of(releases, "cg", "甲平台") == Base("r0002", "handed_over")
    assert base_of(_releases(("r0001", "cg", None, "rejected")), "cg", "") is None


def test_a_release_without_receiver_has_a_base_of_its_own():
    releases = _releases(("r0001", "cg", None, "accepted"), ("r0002", "cg", "甲平台", "accepted"))
    assert base_of(releases, "cg", "") == Base("r0001", "accepted")


def test_a_package_is_named_by_county_scheme_and_number():
    assert folder_name("990101", "cg", "r0012") == "990101-cg-r0012"


def test_lineage_joins_register_code_map_and_prior_codes():
    register = Rows.from_records([{"kind": "unit_grid", "code": "A", "successors": "B,C"}])
    code_map = Rows.from_records([{"kind": "unit_grid", "old_code": "D", "new_code": "C"}])
    units = Rows.from_records([{"code": "E", "prior_code": "D"}, {"code": "B", "prior_code": None}])
    found = lineage(register, code_map, units)
    assert found.predecessors["unit_grid", "C"] == ("A", "D")
    assert found.successors["unit_grid", "D"] == ("C", "E")
    assert ("lane", "C") not in found.predecessors


def test_no_lineage_without_tables():
    assert lineage(Rows(), Rows(), Rows()).predecessors == {}

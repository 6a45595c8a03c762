"""What a receipt says of the rows of a release: every answer counts once, nothing that does not fit is taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.release.life import ACCEPTED, HANDED_OVER, REJECTED
from gridmgmt_plugin.core.release.receipt import Line, laid_beside
from gridmgmt_plugin.core.rows import Rows
from tests.tries import tries

KEYS = [("unit_grid", "001"), ("unit_grid", "002"), ("lane", "001"), ("posts", "P1")]


def _items(results=(None, None, None, None)):
    return Rows.from_records(
        [
            {"layer": layer, "row_key": key, "result": result, "reason": None}
            for (layer, key), result in zip(KEYS, results)
        ]
    )


def _one(line, items=None):
    return laid_beside([line], items or _items())


def test_rows_are_found_whatever_the_width_and_case_of_their_codes():
    found = laid_beside(
        [Line("unit_grid", "００２", REJECTED, "面积"), Line("posts", "p1", ACCEPTED, None)], _items()
    )
    assert found.results.tolist() == [None, REJECTED, None, ACCEPTED]
    assert found.reasons.tolist() == [None, "面积", None, None]
    assert found.refused == {}


def test_what_does_not_fit_is_refused_with_the_reason_and_answers_nothing():
    lines = [
        Line(None, "001", ACCEPTED, None),
        Line("lane", "009", ACCEPTED, None),
        Line("", "001", ACCEPTED, None),
        Line("lane", "001", None, None),
        Line("posts", "P1", ACCEPTED, None),
        Line("posts", "P1", REJECTED, None),
    ]
    found = laid_beside(lines, _items())
    assert found.refused == {
        0: "receipt_layer_unknown",
        1: "receipt_code_unknown",
        2: "receipt_layer_needed",
        3: "receipt_result_unclear",
        5: "receipt_row_contradicted",
    }
    assert found.results.tolist() == [None, None, None, None], "two lines that contradict each other say nothing"


def test_what_is_not_understood_and_is_no_acceptance_holds_back_the_acceptance_of_all_other_rows():
    everything = Line("", None, ACCEPTED, None)
    for doubtful, taken in (
        (Line("unit_grid", "9.9E+14", REJECTED, "面积"), [None, None, ACCEPTED, ACCEPTED]),
        (Line("unit_grid", "009", None, None), [None, None, ACCEPTED, ACCEPTED]),
        (Line(None, "001", REJECTED, None), [None, None, None, None]),
        (Line("", "001", None, None), [None, None, None, None]),
        (Line("lane", None, None, None), [ACCEPTED, ACCEPTED, None, ACCEPTED]),
        (Line("lane", "009", ACCEPTED, None), [ACCEPTED] * 4),
    ):
        for receipt in ([doubtful, everything], [everything, doubtful]):
            found = laid_beside(receipt, _items())
            assert found.results.tolist() == taken
            assert found.waiting == taken.count(None)


def test_what_was_accepted_before_does_not_wait_for_what_is_not_understood():
    lines = [Line("", None, ACCEPTED, None), Line(None, "001", REJECTED, None)]
    found = laid_beside(lines, _items((ACCEPTED, ACCEPTED, None, REJECTED)))
    assert found.waiting == 2
    assert found.results.tolist() == [ACCEPTED, ACCEPTED, None, REJECTED]


def test_a_row_of_which_it_is_not_clear_what_is_said_is_none_of_all_other_rows():
    everything = Line("", None, ACCEPTED, None)
    unclear = [Line("lane", "001", None, "待定")]
    contradicted = [Line("lane", "001", ACCEPTED, None), Line("lane", "001", REJECTED, "断头")]
    for lines in (unclear, contradicted):
        found = laid_beside([*lines, everything], _items())
        assert found.results.tolist() == [ACCEPTED, ACCEPTED, None, ACCEPTED]
        assert found.verdict(was_refused=False) is None


def test_a_line_for_every_row_yields_to_those_that_name_one():
    found = laid_beside([Line("", None, ACCEPTED, None), Line("lane", "001", REJECTED, "断头")], _items())
    assert found.results.tolist() == [ACCEPTED, ACCEPTED, REJECTED, ACCEPTED]
    assert found.verdict(was_refused=False) == REJECTED


def test_of_two_lines_for_every_row_that_contradict_each_other_none_holds_and_the_second_is_told():
    lines = [
        Line("unit_grid", None, ACCEPTED, None),
        Line("unit_grid", None, REJECTED, "面积"),
        Line("unit_grid", None, ACCEPTED, None),
    ]
    for receipt in (lines, [Line("", line.code, line.result, line.reason) for line in lines]):
        found = laid_beside(receipt, _items())
        assert found.refused == {1: "receipt_row_contradicted"}
        assert found.results.tolist()[:2] == [None, None]


def test_a_line_for_all_layers_yields_to_one_for_a_layer_wherever_it_stands():
    lines = [Line("lane", None, REJECTED, "断头"), Line("", None, ACCEPTED, None)]
    for receipt in (lines, lines[::-1]):
        found = laid_beside(receipt, _items())
        assert (found.results.tolist(), found.refused) == ([ACCEPTED, ACCEPTED, REJECTED, ACCEPTED], {})


def test_half_an_answer_decides_nothing_and_an_answer_that_was_taken_back_opens_the_release_again():
    assert _one(Line("unit_grid", None, ACCEPTED, None)).verdict(was_refused=False) is None
    refused = _items((REJECTED, None, None, None))
    assert _one(Line("unit_grid", "001", ACCEPTED, None), refused).verdict(was_refused=True) == HANDED_OVER


ANSWERS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from((ACCEPTED, REJECTED))), unique_by=lambda one: one[0]
)


@tries(100)
@given(ANSWERS, st.integers(0, 4))
def test_a_receipt_in_parts_twice_over_says_what_the_whole_says(answers, cut):
    lines = [Line(layer, key, result, "因" if result == REJECTED else None) for (layer, key), result in answers]
    whole = laid_beside(lines, _items())
    items = _items()
    for part in (lines[:cut], lines[cut:], lines[:cut]):
        found = laid_beside(part, items)
        items = items.with_columns(result=found.results, reason=found.reasons)
    assert items["result"].tolist() == whole.results.tolist()
    assert items["reason"].tolist() == whole.reasons.tolist()
    assert whole.count(ACCEPTED) + whole.count(REJECTED) + int(whole.open.sum()) == len(KEYS)

"""A code is a draft until its first hand-over and for ever after; numbers are given out once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.codes.layout import default_layout, layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID, RegisterEntry, entries_to_rows
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows

UNIT = default_layout("unit_grid")
HERE, THERE = "110101001001", "110101001002"


def codes(*numbers, prefix=HERE):
    return [f"{prefix}{number:03d}" for number in numbers]


def loaded(*entries, code_layout=UNIT):
    return CodeRegister(code_layout, entries_to_rows(entries, code_layout.kind))


def refused(code, action, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        action(*args, **kwargs)
    assert caught.value.code == code
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value.message.details


def test_numbers_are_given_out_from_one_upward_in_each_community():
    register = CodeRegister(UNIT)
    assert register.allocate(HERE, 3) == codes(1, 2, 3)
    assert register.allocate(THERE, 2) == codes(1, 2, prefix=THERE)
    assert register.allocate(HERE, 1) == codes(4)
    assert register.allocate(HERE, 0) == []
    assert register.codes(DRAFT) == codes(1, 2, 3, 4) + codes(1, 2, prefix=THERE)
    assert len(register) == 6


def test_a_loaded_number_is_taken_in_every_state():
    register = loaded(
        RegisterEntry(codes(1)[0], DRAFT), RegisterEntry(codes(2)[0], VALID), RegisterEntry(codes(4)[0], RETIRED)
    )
    assert register.allocate(HERE, 2) == codes(3, 5)
    assert register.free_count(HERE) == 999 - 5


def test_a_discarded_draft_leaves_no_trace_and_its_number_is_free_again():
    register = CodeRegister(UNIT)
    register.allocate(HERE, 3)
    register.discard(codes(2))
    assert register.state(codes(2)[0]) is None
    assert codes(2)[0] not in register
    assert register.allocate(HERE, 2) == codes(2, 4)


def test_a_retired_number_is_never_given_out_again():
    register = CodeRegister(UNIT)
    register.allocate(HERE, 2)
    assert register.hand_over(codes(1)) == codes(1)
    register.retire(codes(1)[0], "merge", codes(2), "2024-05-01", "王规划")
    assert register.entry(codes(1)[0]) == RegisterEntry(
        codes(1)[0], RETIRED, "merge", tuple(codes(2)), "2024-05-01", "王规划"
    )
    assert register.allocate(HERE, 1) == codes(3)
    details = refused("code_was_retired", register.claim, codes(1))
    assert details["value"] == codes(1)[0]


def test_a_full_community_is_told_with_prefix_and_capacity_and_nothing_is_entered():
    register = CodeRegister(layout("cjt213_2005"))
    register.allocate(HERE, 98)
    details = refused("code_sequence_full", register.allocate, HERE, 2)
    assert (details["prefix"], details["capacity"], details["free"], details["wanted"]) == (HERE, 99, 1, 2)
    assert len(register) == 98
    assert register.allocate(HERE, 1) == [HERE + "99"]
    assert register.free_count(HERE) == 0


def test_hand_over_makes_drafts_valid_and_leaves_valid_ones_as_they_are():
    register = loaded(RegisterEntry(codes(1)[0], VALID, changed_at="2023-01-01"))
    register.allocate(HERE, 1)
    assert register.hand_over(codes(1, 2, 2), at="2024-05-01", by="王规划") == codes(2)
    assert register.entry(codes(1)[0]).changed_at == "2023-01-01"
    assert register.entry(codes(2)[0]) == RegisterEntry(codes(2)[0], VALID, None, (), "2024-05-01", "王规划")


def test_each_step_is_refused_out_of_turn_and_changes_nothing():
    register = CodeRegister(UNIT)
    draft, valid, retired = register.allocate(HERE, 3)
    register.hand_over([valid, retired])
    register.retire(retired, "split")
    before = register.mark()
    refused("code_not_draft", register.discard, [draft, valid])
    refused("code_not_draft", register.discard, [retired])
    refused("code_unknown", register.discard, codes(9))
    refused("code_still_draft", register.retire, draft, "split")
    refused("code_was_retired", register.retire, retired, "split")
    refused("code_unknown", register.retire, codes(9)[0], "split")
    refused("code_was_retired", register.hand_over, [draft, retired])
    refused("code_unknown", register.hand_over, [draft, *codes(9)])
    refused("code_was_retired", register.withdraw, retired, "split")
    refused("code_taken", register.claim, [*codes(9), valid])
    refused("code_taken", register.claim, [draft])
    refused("code_given_twice", register.claim, codes(9, 9))
    refused("code_wrong_length", register.claim, [*codes(9), "1"])
    refused("code_prefix_wrong_length", register.allocate, "110101", 1)
    assert register.mark() == before


def test_codes_from_outside_are_claimed_as_drafts_or_as_valid():
    register = CodeRegister(UNIT)
    register.claim(codes(7, 2), state=VALID, at="2024-05-01")
    register.claim(codes(1))
    assert register.codes(VALID) == codes(2, 7)
    assert register.allocate(HERE, 5) == codes(3, 4, 5, 6, 8)
    with pytest.raises(ValueError):
        register.claim(codes(99), state=RETIRED)


def test_codes_that_do_not_fit_the_layout_stay_and_take_no_number():
    old = ["11010100100101", "110101001001X02", "旧编码-3", HERE + "000", HERE]
    register = loaded(*(RegisterEntry(code, VALID) for code in old))
    assert register.allocate(HERE, 3) == codes(1, 2, 3)
    register.retire(old[0], "new_layout", codes(1))
    assert register.state(old[0]) == RETIRED


def test_only_rows_of_the_kind_are_read():
    rows = Rows.from_records(
        [
            {"code": codes(1)[0], "kind": "unit_grid", "state": VALID},
            {"code": codes(1)[0], "kind": "responsibility_grid", "state": VALID},
            {"code": codes(2)[0], "kind": "responsibility_grid", "state": DRAFT},
        ]
    )
    assert CodeRegister(UNIT, rows).allocate(HERE, 1) == codes(2)
    assert CodeRegister(UNIT, rows, kind="responsibility_grid").allocate(HERE, 1) == codes(3)
    assert CodeRegister(UNIT, rows, kind="station").allocate(HERE, 1) == codes(1)


def test_a_table_changed_by_hand_is_told():
    with pytest.raises(WorkspaceError) as caught:
        loaded(RegisterEntry(codes(1)[0], VALID), RegisterEntry(codes(1)[0], DRAFT))
    assert caught.value.code == "register_code_twice"
    assert codes(1)[0] in caught.value.text("zh")
    with pytest.raises(WorkspaceError) as caught:
        loaded(RegisterEntry(codes(1)[0], "有效"))
    assert caught.value.code == "register_state_unknown"


def test_an_undivided_community_keeps_its_zero_and_numbers_begin_at_one():
    grid = layout("cjt349_2010")
    prefix = grid.prefix_for_area("110101001001", object="010100")
    register = CodeRegister(grid)
    assert register.allocate(prefix, 2) == [prefix + "01", prefix + "02"]
    register.claim([prefix + "00"])
    assert register.free_count(prefix) == 97


def test_a_number_is_used_once_whatever_the_type_letter_after_it():
    register = CodeRegister(layout("evaluation_12"))
    assert register.allocate("110101001", 2, tail="A") == ["11010100101A", "11010100102A"]
    assert register.allocate("110101001", 1, tail="C") == ["11010100103C"]
    register.claim(["11010100102B"])
    register.discard(["11010100102A"])
    assert register.allocate("110101001", 1, tail="A") == ["11010100104A"], "02 is still held by 02B"
    refused("code_part_out_of_range", register.allocate, "110101001", 1, tail="D")
    refused("code_wrong_length", register.allocate, "110101001", 1)


def test_changes_are_what_differs_from_the_table_and_nothing_else():
    stored = [RegisterEntry(code, VALID, changed_at="2023-01-01") for code in codes(1, 2)]
    register = loaded(*stored, RegisterEntry(codes(3)[0], DRAFT))
    assert not register.changes()
    register.allocate(HERE, 2)
    register.discard(codes(5))
    register.discard(codes(3))
    register.retire(codes(1)[0], "split", codes(4))
    changes = register.changes()
    assert [entry.code for entry in changes.added] == codes(4)
    assert [entry.code for entry in changes.changed] == codes(1)
    assert changes.removed == tuple(codes(3))


def test_a_number_given_back_and_taken_again_is_a_change_of_the_row_not_a_second_row():
    register = loaded(RegisterEntry(codes(1)[0], DRAFT, changed_at="2023-01-01"))
    register.discard(codes(1))
    register.allocate(HERE, 1, at="2024-05-01")
    changes = register.changes()
    assert (changes.added, changes.removed) == ((), ())
    assert [entry.changed_at for entry in changes.changed] == ["2024-05-01"]


def test_undo_restores_all_that_was_done_since():
    register = CodeRegister(UNIT)
    register.allocate(HERE, 1)
    register.hand_over(codes(1))
    mark = register.mark()
    register.allocate(HERE, 2)
    register.retire(codes(1)[0], "split", codes(2, 3))
    register.rewind(mark)
    assert register.codes(VALID) == codes(1)
    assert len(register) == 1
    assert [entry.code for entry in register.changes().added] == codes(1)
    assert register.allocate(HERE, 1) == codes(2)
    with pytest.raises(ValueError, match="rewound"):
        register.rewind(register.mark() + 1)


def test_a_row_survives_the_way_into_the_table_and_back():
    entries = [
        RegisterEntry(codes(1)[0], RETIRED, "并入,拆迁", tuple(codes(2, 3)), "2024-05-01T08:00:00", "王规划"),
        RegisterEntry(codes(2)[0], VALID),
        RegisterEntry(codes(3)[0], DRAFT, changed_by="李规划"),
    ]
    rows = entries_to_rows(entries, "unit_grid")
    assert rows["successors"].tolist() == [",".join(codes(2, 3)), None, None]
    register = CodeRegister(UNIT, rows)
    assert [register.entry(code) for code in codes(1, 2, 3)] == entries


def test_lineage_follows_a_draft_that_is_given_back_in_favour_of_others():
    register = loaded(
        RegisterEntry(codes(1)[0], RETIRED, "split", tuple(codes(2, 3))),
        RegisterEntry(codes(2)[0], DRAFT),
        RegisterEntry(codes(3)[0], DRAFT),
    )
    register.allocate(HERE, 2)
    assert register.withdraw(codes(2)[0], "split", codes(4, 5)) is False
    assert register.entry(codes(1)[0]).successors == tuple(codes(4, 5, 3))
    assert register.withdraw(codes(3)[0], "merge", codes(4)) is False
    assert register.entry(codes(1)[0]).successors == tuple(codes(4, 5))
    register.discard(codes(4, 5), successors=codes(5))
    assert register.entry(codes(1)[0]).successors == ()
    register.rewind(0)
    assert register.entry(codes(1)[0]).successors == tuple(codes(2, 3))


def test_allocating_looks_at_one_prefix_only(monkeypatch):
    rows = entries_to_rows(
        (RegisterEntry(f"1101010010{c:02d}{n:03d}", VALID) for c in range(1, 41) for n in range(1, 501)), "unit_grid"
    )
    register = CodeRegister(UNIT, rows)
    seen = []
    number = NumbersInUse._number
    monkeypatch.setattr(NumbersInUse, "_number", lambda self, code: seen.append(code) or number(self, code))
    assert register.allocate(HERE, 1) == codes(501)
    assert {code[:12] for code in seen} == {HERE}
    seen.clear()
    register.allocate(HERE, 1)
    assert len(seen) == 1, "the prefix is counted once"


@given(st.sets(st.integers(1, 99)), st.integers(0, 99))
def test_allocated_codes_are_new_lowest_and_ascending(taken, count):
    grid = layout("cjt213_2005")
    held = [f"{HERE}{n:02d}" for n in taken]
    states = [(DRAFT, VALID, RETIRED)[n % 3] for n in taken]
    register = CodeRegister(grid, entries_to_rows((RegisterEntry(c, s) for c, s in zip(held, states)), "unit_grid"))
    if count > 99 - len(taken):
        refused("code_sequence_full", register.allocate, HERE, count)
        return
    got = register.allocate(HERE, count)
    expected = [f"{HERE}{n:02d}" for n in range(1, 100) if n not in taken][:count]
    assert got == expected
    assert register.free_count(HERE) == 99 - len(taken) - count


def test_a_large_component_register_is_read_and_counted():
    component = default_layout("component")
    numbers = np.arange(1, 20_001)
    rows = entries_to_rows((RegisterEntry(f"1101010101{n:06d}", VALID) for n in numbers), "component")
    register = CodeRegister(component, rows)
    assert register.allocate("1101010101", 1) == ["1101010101020001"]
    assert register.free_count("1101010101") == 999_999 - 20_001
    assert register.allocate("1101010102", 1) == ["1101010102000001"]


def test_no_code_is_its_own_successor_and_none_is_named_twice():
    register = CodeRegister(UNIT)
    register.hand_over(register.allocate(HERE, 2))
    register.retire(codes(1)[0], "split", codes(1, 2, 2))
    assert register.entry(codes(1)[0]).successors == tuple(codes(2))


def test_a_draft_can_be_given_back_after_the_code_that_named_it_was_undone():
    register = CodeRegister(UNIT)
    register.claim(codes(9))
    mark = register.mark()
    register.claim(codes(1), state=VALID)
    register.retire(codes(1)[0], "split", codes(9))
    register.claim(codes(8))
    register.discard(codes(8))  # the lineage is looked up once before the undo
    register.rewind(mark)
    register.discard(codes(9))
    assert register.codes() == []


def test_a_retired_code_is_taken_up_again_as_if_it_had_never_ended_and_others_stay():
    one, two, draft = codes(1, 2, 3)
    register = loaded(
        RegisterEntry(one, RETIRED, "merge", (two,)), RegisterEntry(two, VALID), RegisterEntry(draft, DRAFT)
    )
    mark = register.mark()
    assert register.take_up([one, two, draft], at="2026-01-02T08:00:00") == [one]
    assert register.entry(one) == RegisterEntry(one, VALID, changed_at="2026-01-02T08:00:00")
    assert (register.state(two), register.state(draft)) == (VALID, DRAFT)
    register.rewind(mark)
    assert register.entry(one) == RegisterEntry(one, RETIRED, "merge", (two,))
    refused("code_unknown", register.take_up, codes(9))

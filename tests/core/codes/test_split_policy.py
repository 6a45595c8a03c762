"""Who keeps the code after a split or merge, and that no history of gestures ever reuses a code."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gridmgmt_plugin.core.codes.layout import default_layout, layout
from gridmgmt_plugin.core.codes.policy import BOTH_NEW, LARGER_KEEPS, codes_after_merge, codes_after_split
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID, RegisterEntry, entries_to_rows
from gridmgmt_plugin.core.errors import InputError

UNIT = default_layout("unit_grid")
HERE, THERE = "110101001001", "110101001002"
A, B, C, D, E = (f"{HERE}00{number}" for number in range(1, 6))


@pytest.fixture
def register():
    """A and B drafts, C valid."""
    made = CodeRegister(UNIT)
    made.allocate(HERE, 3)
    made.hand_over([C])
    return made


def test_the_larger_part_keeps_a_draft_code(register):
    split = codes_after_split(register, A, [300.0, 700.0], LARGER_KEEPS)
    assert split.part_codes == (D, A)
    assert (split.kept_by, split.allocated, split.retired, split.discarded) == (1, (D,), (), ())


def test_the_larger_part_keeps_a_valid_code_and_it_stays_valid(register):
    split = codes_after_split(register, C, [100.0, 500.0, 300.0], LARGER_KEEPS)
    assert split.part_codes == (D, C, E)
    assert register.state(C) == VALID


def test_of_equal_parts_the_first_keeps_the_code(register):
    assert codes_after_split(register, A, [5.0, 5.0], LARGER_KEEPS).kept_by == 0


def test_the_planner_may_give_the_code_to_the_smaller_part(register):
    assert codes_after_split(register, A, [300.0, 700.0], LARGER_KEEPS, kept_by=0).part_codes == (A, D)


def test_swapping_afterwards_exchanges_two_codes_and_needs_no_register(register):
    split = codes_after_split(register, C, [500.0, 300.0, 100.0], LARGER_KEEPS)
    mark = register.mark()
    swapped = split.kept_by_part(2)
    assert swapped.part_codes == (E, D, C)
    assert swapped.kept_by == 2
    assert swapped.kept_by_part(0) == split
    assert register.mark() == mark


def test_both_new_retires_a_valid_code_with_its_successors(register):
    split = codes_after_split(register, C, [1.0, 2.0], BOTH_NEW, at="2024-05-01", by="王规划")
    assert split.part_codes == (D, E)
    assert (split.kept_by, split.retired, split.discarded) == (None, (C,), ())
    assert register.entry(C) == RegisterEntry(C, RETIRED, "split", (D, E), "2024-05-01", "王规划")
    with pytest.raises(ValueError, match="keeps"):
        split.kept_by_part(0)


def test_both_new_gives_a_draft_code_back_and_neither_part_has_it(register):
    split = codes_after_split(register, A, [1.0, 2.0], BOTH_NEW)
    assert split.part_codes == (D, E)
    assert split.discarded == (A,)
    assert register.state(A) is None
    assert register.allocate(HERE, 1) == [A]


def test_a_split_without_numbers_left_changes_nothing():
    register = CodeRegister(layout("cjt213_2005"))
    codes = register.allocate(HERE, 98)
    mark = register.mark()
    for policy, parts in ((BOTH_NEW, [1.0, 2.0]), (LARGER_KEEPS, [1.0, 2.0, 3.0])):
        with pytest.raises(InputError) as caught:
            codes_after_split(register, codes[0], parts, policy)
        assert caught.value.code == "code_sequence_full"
    assert register.mark() == mark
    assert codes_after_split(register, codes[0], [1.0, 2.0], LARGER_KEEPS).part_codes == (HERE + "99", codes[0])


def test_the_largest_of_merged_cells_keeps_its_code(register):
    merge = codes_after_merge(register, [A, C, B], [300.0, 200.0, 100.0], LARGER_KEEPS)
    assert (merge.code, merge.kept_by, merge.allocated) == (A, 0, ())
    assert (merge.retired, merge.discarded) == ((C,), (B,))
    assert register.entry(C).successors == (A,)
    assert register.entry(C).reason == "merge"
    assert register.state(B) is None


def test_the_planner_may_keep_the_code_of_a_smaller_cell(register):
    merge = codes_after_merge(register, [A, C], [300.0, 200.0], LARGER_KEEPS, kept_by=1)
    assert (merge.code, merge.retired, merge.discarded) == (C, (), (A,))


def test_both_new_gives_merged_cells_a_new_code(register):
    merge = codes_after_merge(register, [A, C], [300.0, 200.0], BOTH_NEW, reason="拆迁")
    assert (merge.code, merge.kept_by, merge.allocated) == (D, None, (D,))
    assert (merge.retired, merge.discarded) == ((C,), (A,))
    assert register.entry(C) == RegisterEntry(C, RETIRED, "拆迁", (D,))


def test_cells_of_different_communities_merge_only_where_the_caller_says_they_belong(register):
    (far,) = register.allocate(THERE, 1)
    mark = register.mark()
    for policy in (LARGER_KEEPS, BOTH_NEW):
        with pytest.raises(InputError) as caught:
            codes_after_merge(register, [A, far], [1.0, 2.0], policy)
        assert caught.value.code == "merge_across_areas"
        assert far in caught.value.text("zh")
    assert register.mark() == mark
    assert codes_after_merge(register, [A, far], [1.0, 2.0], BOTH_NEW, prefix=THERE).code == THERE + "002"


def test_a_code_that_does_not_fit_the_layout_is_split_where_the_caller_says():
    register = CodeRegister(UNIT, entries_to_rows([RegisterEntry("旧-17", VALID)], "unit_grid"))
    with pytest.raises(InputError):
        codes_after_split(register, "旧-17", [1.0, 2.0], BOTH_NEW)
    assert codes_after_split(register, "旧-17", [1.0, 2.0], BOTH_NEW, prefix=HERE).part_codes == (A, B)


def test_new_evaluation_grids_have_the_type_of_the_old_one():
    register = CodeRegister(layout("evaluation_12"))
    (old,) = register.allocate("110101001", 1, tail="B")
    assert codes_after_split(register, old, [1.0, 2.0], BOTH_NEW).part_codes == ("11010100102B", "11010100103B")


@pytest.mark.parametrize("policy", [LARGER_KEEPS, BOTH_NEW])
def test_codes_out_of_use_are_refused(register, policy):
    register.retire(C, "split")
    mark = register.mark()
    for wrong, code in ((E, "code_unknown"), (C, "code_was_retired")):
        with pytest.raises(InputError) as caught:
            codes_after_split(register, wrong, [1.0, 2.0], policy)
        assert caught.value.code == code
        with pytest.raises(InputError) as caught:
            codes_after_merge(register, [A, wrong], [1.0, 2.0], policy)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        codes_after_merge(register, [A, A], [1.0, 2.0], policy)
    assert caught.value.code == "code_given_twice"
    assert register.mark() == mark


def test_mistakes_of_the_caller_are_told_as_such(register):
    for wrong in (
        lambda: codes_after_split(register, A, [1.0], LARGER_KEEPS),
        lambda: codes_after_split(register, A, [1.0, 2.0], "smaller_keeps"),
        lambda: codes_after_split(register, A, [1.0, 2.0], LARGER_KEEPS, kept_by=2),
        lambda: codes_after_split(register, A, [1.0, 2.0], BOTH_NEW, kept_by=0),
        lambda: codes_after_merge(register, [A, B], [1.0], LARGER_KEEPS),
    ):
        with pytest.raises(ValueError):
            wrong()


def test_lineage_of_a_retired_code_follows_its_ground_through_later_drafts(register):
    codes_after_split(register, C, [1.0, 2.0], BOTH_NEW)  # C → D, E
    split = codes_after_split(register, E, [2.0, 1.0], LARGER_KEEPS)
    (new,) = split.allocated
    assert register.entry(C).successors == (D, E, new)
    again = codes_after_split(register, D, [2.0, 1.0], BOTH_NEW)
    assert register.entry(C).successors == (*again.part_codes, E, new)
    merge = codes_after_merge(register, [E, *again.part_codes, new], [9.0, 1.0, 1.0, 1.0], LARGER_KEEPS)
    assert register.entry(C).successors == (merge.code,)


def test_lineage_that_was_handed_over_is_not_rewritten_by_a_later_split_of_a_valid_code(register):
    codes_after_split(register, C, [1.0, 2.0], BOTH_NEW)  # C → D, E
    register.hand_over([D, E])
    assert codes_after_split(register, E, [2.0, 1.0], LARGER_KEEPS).retired == ()
    assert register.entry(C).successors == (D, E)


class Gestures(RuleBasedStateMachine):
    """Any history of gestures, hand-overs, undos and saves on two small communities."""

    @initialize()
    def start(self):
        self.layout = layout("cjt213_2005")
        self.register = CodeRegister(self.layout)
        self.table = {}
        self.ever_valid = set()
        self.cells = []

    def _pick(self, number):
        return self.cells[number % len(self.cells)] if self.cells else None

    def _attempt(self, action):
        """Run an action; one that is refused must leave everything as it was."""
        mark, before = self.register.mark(), self.register.changes()
        try:
            return action()
        except InputError as error:
            refusal = error
        assert refusal.code in {"code_sequence_full", "code_not_draft", "code_still_draft", "merge_across_areas"}
        assert self.register.mark() == mark
        assert self.register.changes() == before
        return None

    @rule(prefix=st.sampled_from([HERE, THERE]), count=st.integers(1, 40))
    def draw(self, prefix, count):
        before = set(self.register.codes())
        got = self._attempt(lambda: self.register.allocate(prefix, count)) or []
        assert not before & set(got)
        assert not self.ever_valid & set(got)
        self.cells += got

    @rule(number=st.integers(0), parts=st.integers(2, 4), policy=st.sampled_from([LARGER_KEEPS, BOTH_NEW]))
    def split(self, number, parts, policy):
        code = self._pick(number)
        if code is None:
            return
        areas = [1.0 + (number + i) % 3 for i in range(parts)]
        got = self._attempt(lambda: codes_after_split(self.register, code, areas, policy))
        if got is not None:
            assert len(set(got.part_codes)) == parts
            assert not (set(got.allocated) & self.ever_valid)
            self.cells.remove(code)
            self.cells += got.part_codes

    @rule(numbers=st.lists(st.integers(0), min_size=2, max_size=4), policy=st.sampled_from([LARGER_KEEPS, BOTH_NEW]))
    def merge(self, numbers, policy):
        codes = sorted({self._pick(number) for number in numbers} - {None})
        if len(codes) < 2:
            return
        got = self._attempt(lambda: codes_after_merge(self.register, codes, [1.0] * len(codes), policy))
        if got is not None:
            assert not (set(got.allocated) & self.ever_valid)
            self.cells = [code for code in self.cells if code not in codes] + [got.code]

    @rule(number=st.integers(0))
    def discard(self, number):
        code = self._pick(number)
        if code is None:
            return
        self._attempt(lambda: self.register.discard([code]))
        if code not in self.register:
            assert code not in self.ever_valid
            self.cells.remove(code)

    @rule(number=st.integers(0))
    def retire(self, number):
        code = self._pick(number)
        if code is None:
            return
        self._attempt(lambda: self.register.retire(code, "拆迁"))
        if self.register.state(code) == RETIRED:
            self.cells.remove(code)

    @rule(numbers=st.lists(st.integers(0), max_size=10))
    def hand_over_and_save(self, numbers):
        codes = {self._pick(number) for number in numbers} - {None}
        self.register.hand_over(codes)
        self.ever_valid |= codes
        self.save()

    @rule()
    def save(self):
        changes = self.register.changes()
        for entry in changes.added:
            assert entry.code not in self.table
            self.table[entry.code] = entry
        for entry in changes.changed:
            assert entry.code in self.table
            self.table[entry.code] = entry
        for code in changes.removed:
            del self.table[code]
        self.register.saved()

    @rule()
    def save_and_reopen(self):
        self.save()
        self.register = CodeRegister(self.layout, entries_to_rows(self.table.values(), "unit_grid"))

    @rule(number=st.integers(0), policy=st.sampled_from([LARGER_KEEPS, BOTH_NEW]))
    def split_undo_redo_undo(self, number, policy):
        code = self._pick(number)
        if code is None:
            return
        mark = self.register.mark()
        before = {code: self.register.entry(code) for code in self.register.codes()}
        if self._attempt(lambda: codes_after_split(self.register, code, [1.0, 2.0], policy)) is None:
            return
        after = self.register.changes()
        steps = self.register.rewind(mark)
        self.register.replay(steps)
        assert self.register.changes() == after
        self.register.rewind(mark)
        assert {code: self.register.entry(code) for code in self.register.codes()} == before

    @invariant()
    def cells_and_register_agree(self):
        assert len(set(self.cells)) == len(self.cells)
        assert sorted(self.cells) == sorted(self.register.codes(DRAFT) + self.register.codes(VALID))
        assert len(self.register) == len(self.register.codes())

    @invariant()
    def what_was_valid_once_stays_in_the_register(self):
        assert all(self.register.state(code) in {VALID, RETIRED} for code in self.ever_valid)
        assert set(self.register.codes(RETIRED)) <= self.ever_valid

    @invariant()
    def every_successor_is_there(self):
        for code in self.register.codes(RETIRED):
            for successor in self.register.entry(code).successors:
                assert successor in self.register
                assert successor != code

    @invariant()
    def free_numbers_are_those_that_no_code_holds(self):
        for prefix in (HERE, THERE):
            held = [code for code in self.register.codes() if code.startswith(prefix)]
            assert self.register.free_count(prefix) == 99 - len(held)


Gestures.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyHistoryOfGestures = Gestures.TestCase

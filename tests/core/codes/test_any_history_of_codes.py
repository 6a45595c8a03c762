"""No history of drawing, cutting, merging, hand-over, undo and save ever gives a code out twice."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID, entries_to_rows
from gridmgmt_plugin.core.errors import InputError
from tests.tries import tries

HERE, THERE = "110101001001", "110101001002"


class Codes(RuleBasedStateMachine):
    """Two small communities, whose cells change as saves, imports and hand-overs tell the register."""

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
        assert refusal.code in {"code_sequence_full", "code_not_draft", "code_still_draft"}
        assert self.register.mark() == mark
        assert self.register.changes() == before
        return None

    def _split(self, code, parts, *, kept):
        """Do what a save does when a cell was cut: the old code stays on one part, or goes."""
        new = self.register.allocate(code[:12], parts - kept)
        if kept:
            self.register.hand_down(code, [code, *new])
            return [code, *new]
        self.register.withdraw(code, "split", new)
        return new

    @rule(prefix=st.sampled_from([HERE, THERE]), count=st.integers(1, 40))
    def draw(self, prefix, count):
        before = set(self.register.codes())
        got = self._attempt(lambda: self.register.allocate(prefix, count)) or []
        assert not before & set(got)
        assert not self.ever_valid & set(got)
        self.cells += got

    @rule(number=st.integers(0), parts=st.integers(2, 4), kept=st.booleans())
    def split(self, number, parts, kept):
        code = self._pick(number)
        if code is None:
            return
        got = self._attempt(lambda: self._split(code, parts, kept=kept))
        if got is not None:
            assert len(set(got)) == parts
            assert not (set(got) - {code}) & self.ever_valid
            self.cells.remove(code)
            self.cells += got

    @rule(numbers=st.lists(st.integers(0), min_size=2, max_size=4))
    def merge(self, numbers):
        codes = sorted({self._pick(number) for number in numbers} - {None})
        for code in codes[1:]:
            self.register.withdraw(code, "merge", codes[:1])
            self.cells.remove(code)

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
        self.save_and_reopen()

    @rule()
    def save_and_reopen(self):
        changes = self.register.changes()
        for entry in changes.added:
            assert entry.code not in self.table
            self.table[entry.code] = entry
        for entry in changes.changed:
            assert entry.code in self.table
            self.table[entry.code] = entry
        for code in changes.removed:
            del self.table[code]
        self.register = CodeRegister(self.layout, entries_to_rows(self.table.values(), "unit_grid"))

    @rule(number=st.integers(0), kept=st.booleans())
    def split_and_undo(self, number, kept):
        code = self._pick(number)
        if code is None:
            return
        mark, changes = self.register.mark(), self.register.changes()
        before = {code: self.register.entry(code) for code in self.register.codes()}
        if self._attempt(lambda: self._split(code, 2, kept=kept)) is None:
            return
        self.register.rewind(mark)
        assert {code: self.register.entry(code) for code in self.register.codes()} == before
        assert self.register.changes() == changes

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


Codes.TestCase.settings = tries(40, stateful_step_count=25)


class TestAnyHistoryOfCodes(Codes.TestCase):
    """Random histories."""

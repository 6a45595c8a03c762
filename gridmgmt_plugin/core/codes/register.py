"""The code register: which codes are draft, valid or retired, and which number comes next.

Draft → valid at the first hand-over → retired, for ever. A draft that is given up leaves no trace and its number
is free again; a number that was ever valid is never given out again. Nothing is written here: the transaction of a
save takes :meth:`CodeRegister.changes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse
from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.codes.stored import DRAFT, RETIRED, VALID, RegisterEntry, StoredCodes
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows


@dataclass(frozen=True)
class RegisterChanges:
    """What a transaction has to write: entries added and changed, codes removed; each sorted by code."""

    added: tuple[RegisterEntry, ...]
    changed: tuple[RegisterEntry, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class CodeRegister:
    """The codes of one kind. Finding the next number looks at one prefix, however large the register is.

    Codes that do not fit the layout (from an earlier layout, say) stay in the register and take no number.
    """

    def __init__(self, layout: CodeLayout, rows: Rows | None = None, kind: str | None = None) -> None:
        """Read the rows of ``kind`` (default: the layout's) of the ``code_register`` table; ``None`` = empty.

        :raises WorkspaceError: ``register_code_twice`` or ``register_state_unknown``.
        """
        self.layout = layout
        self.kind = kind or layout.kind
        self._stored = StoredCodes(rows if rows is not None else Rows(), self.kind)
        self._now: dict[str, RegisterEntry | None] = {}  # every entry that differs, or once differed, from stored
        self._unsaved: dict[str, RegisterEntry | None] = {}  # as in the table, for each code that was touched
        self._journal: list[tuple[str, RegisterEntry | None]] = []  # each change: the code, and what it was before
        self._numbers = NumbersInUse(layout, self._stored.under)
        self._parents: dict[str, set[str]] | None = None  # successor → retired codes that name it
        self._size = len(self._stored)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        return self._now[code] is not None if code in self._now else code in self._stored

    def entry(self, code: str) -> RegisterEntry | None:
        """Return what is known of ``code``, ``None`` when it is not in the register."""
        return self._now[code] if code in self._now else self._stored.entry(code)

    def state(self, code: str) -> str | None:
        """Return ``draft``, ``valid`` or ``retired``, ``None`` for a code that is not in the register."""
        entry = self.entry(code)
        return None if entry is None else entry.state

    def codes(self, state: str | None = None) -> list[str]:
        """Return the codes (in ``state``), sorted."""
        everything = set(self._stored).union(self._now)
        entries = (self.entry(code) for code in everything)
        return sorted(e.code for e in entries if e is not None and state in (None, e.state))

    def free_count(self, prefix: str) -> int:
        """Return how many numbers ``prefix`` has left.

        :raises InputError: when the prefix does not fit the layout.
        """
        self.layout.validate_prefix(prefix)
        return len(self._numbers.free(prefix))

    def keep_off(self, codes: Iterable[str]) -> None:
        """Take note of codes that objects bear though the register may not know them: their numbers are not free."""
        for code in codes:
            if code not in self:
                self._numbers.enter(code)

    def allocate(
        self, prefix: str, count: int, *, tail: str = "", at: str | None = None, by: str | None = None
    ) -> list[str]:
        """Enter and return ``count`` draft codes with the lowest free numbers, ascending.

        A number is free when no code of the prefix holds it, whatever its state and its tail, and :meth:`keep_off`
        did not name it.

        :raises InputError: ``code_sequence_full`` naming prefix and capacity, nothing entered; or when prefix or
            tail do not fit the layout.
        """
        self.layout.validate_prefix(prefix)
        self.layout.validate(self.layout.code_at(prefix, self.layout.sequence_part.last, tail))
        codes = [self.layout.code_at(prefix, number, tail) for number in self._numbers.lowest(prefix, count)]
        for code in codes:
            self._put(code, RegisterEntry(code, DRAFT, changed_at=at, changed_by=by))
        return codes

    def claim(
        self, codes: Sequence[str], *, state: str = DRAFT, at: str | None = None, by: str | None = None
    ) -> None:
        """Enter codes that came from outside, as drafts or (already in use elsewhere) as valid; all or none.

        :raises InputError: ``code_given_twice``, ``code_taken``, ``code_was_retired``, or when a code does not fit
            the layout.
        """
        if state not in (DRAFT, VALID):
            raise ValueError(f"a code cannot be claimed as {state}")
        seen: set[str] = set()
        for code in codes:
            self.layout.validate(code)
            entry = self.entry(code)
            if entry is not None:
                raise InputError("code_was_retired" if entry.state == RETIRED else "code_taken", value=code)
            if code in seen:
                raise InputError("code_given_twice", value=code)
            seen.add(code)
        for code in codes:
            self._put(code, RegisterEntry(code, state, changed_at=at, changed_by=by))

    def discard(self, codes: Iterable[str], successors: Sequence[str] = ()) -> None:
        """Give draft codes back; all or none. A retired code that names one as successor names ``successors`` now.

        :raises InputError: ``code_unknown``, or ``code_not_draft`` for one that was handed over.
        """
        given = list(dict.fromkeys(codes))
        for code in given:
            if self._known(code).state != DRAFT:
                raise InputError("code_not_draft", value=code)
        heirs = [heir for heir in successors if heir not in given]
        for code in given:
            self.hand_down(code, heirs)
            self._put(code, None)

    def hand_over(self, codes: Iterable[str], *, at: str | None = None, by: str | None = None) -> list[str]:
        """Make draft codes valid and return them; codes that are valid already stay as they are. All or none.

        :raises InputError: ``code_unknown`` or ``code_was_retired``.
        """
        given = list(dict.fromkeys(codes))
        entries = [self._known(code) for code in given]
        for entry in entries:
            if entry.state == RETIRED:
                raise InputError("code_was_retired", value=entry.code)
        drafts = [entry for entry in entries if entry.state == DRAFT]
        for entry in drafts:
            self._put(entry.code, replace(entry, state=VALID, changed_at=at, changed_by=by))
        return [entry.code for entry in drafts]

    def retire(
        self,
        code: str,
        reason: str,
        successors: Sequence[str] = (),
        at: str | None = None,
        by: str | None = None,
    ) -> None:
        """Retire a valid code for ever; ``reason`` is a cause code or the planner's words.

        :raises InputError: ``code_unknown``, ``code_was_retired``, or ``code_still_draft`` (discard it instead).
        """
        entry = self._known(code)
        if entry.state == RETIRED:
            raise InputError("code_was_retired", value=code)
        if entry.state == DRAFT:
            raise InputError("code_still_draft", value=code)
        heirs = tuple(dict.fromkeys(heir for heir in successors if heir != code))
        self._put(code, RegisterEntry(code, RETIRED, reason, heirs, at, by))

    def take_up(self, codes: Iterable[str], *, at: str | None = None, by: str | None = None) -> list[str]:
        """Make retired codes valid again and return them; others stay as they are. All or none.

        Only for codes whose end nobody was told of, with the very object that bore them: what was told is for ever.

        :raises InputError: ``code_unknown``.
        """
        ended = [entry for entry in map(self._known, dict.fromkeys(codes)) if entry.state == RETIRED]
        for entry in ended:
            self._put(entry.code, RegisterEntry(entry.code, VALID, changed_at=at, changed_by=by))
        return [entry.code for entry in ended]

    def withdraw(
        self,
        code: str,
        reason: str,
        successors: Sequence[str] = (),
        at: str | None = None,
        by: str | None = None,
    ) -> bool:
        """Take a code out of use: retire it (``True``) when it is valid, discard it (``False``) when it is a draft.

        :raises InputError: ``code_unknown`` or ``code_was_retired``.
        """
        if self._known(code).state == DRAFT:
            self.discard([code], successors)
            return False
        self.retire(code, reason, successors, at, by)
        return True

    def hand_down(self, code: str, heirs: Sequence[str]) -> None:
        """Put ``heirs`` in the place of ``code`` wherever a retired code names it as successor.

        A draft may vanish, or pass part of its ground to other codes, before anybody saw it; the lineage of the
        codes that went into it must then lead to those that are there.
        """
        for parent_code in sorted(self._parents_of(code)):
            parent = self._known(parent_code)
            line: list[str] = []
            for successor in parent.successors:
                line += heirs if successor == code else [successor]
            self._put(parent_code, replace(parent, successors=tuple(dict.fromkeys(line))))

    def mark(self) -> int:
        """Return a mark of this moment for :meth:`rewind`."""
        return len(self._journal)

    def rewind(self, mark: int) -> None:
        """Undo everything since ``mark``.

        :raises ValueError: when the mark is later than now.
        """
        if not 0 <= mark <= len(self._journal):
            raise ValueError("this moment has been rewound")
        while len(self._journal) > mark:
            self._set(*self._journal.pop())

    def changes(self) -> RegisterChanges:
        """Return how the register differs from the table as loaded."""
        added: list[RegisterEntry] = []
        changed: list[RegisterEntry] = []
        removed: list[str] = []
        for code, before in sorted(self._unsaved.items()):
            after = self.entry(code)
            if after is None and before is not None:
                removed.append(code)
            elif after is not None and after != before:
                (added if before is None else changed).append(after)
        return RegisterChanges(tuple(added), tuple(changed), tuple(removed))

    def _known(self, code: str) -> RegisterEntry:
        entry = self.entry(code)
        if entry is None:
            raise InputError("code_unknown", value=code)
        return entry

    def _put(self, code: str, after: RegisterEntry | None) -> None:
        self._journal.append((code, self.entry(code)))
        self._set(code, after)

    def _set(self, code: str, after: RegisterEntry | None) -> None:
        before = self.entry(code)
        # Counted before the change, so that the first count of a prefix may look at the stored codes alone.
        if before is None and after is not None:
            self._numbers.enter(code)
        elif before is not None and after is None:
            self._numbers.give_back(code)
        self._size += (after is not None) - (before is not None)
        self._unsaved.setdefault(code, before)
        self._now[code] = after
        if self._parents is not None:
            for successor in before.successors if before else ():
                self._parents[successor].discard(code)
            for successor in after.successors if after else ():
                self._parents.setdefault(successor, set()).add(code)

    def _parents_of(self, code: str) -> set[str]:
        if self._parents is None:
            self._parents = {}
            entries = [e for e in self._stored.with_successors() if e.code not in self._now]
            for entry in [*entries, *(e for e in self._now.values() if e is not None)]:
                for successor in entry.successors:
                    self._parents.setdefault(successor, set()).add(entry.code)
        return self._parents.get(code, set())

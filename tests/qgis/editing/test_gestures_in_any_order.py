"""Whatever is done, undone and redone in whatever order, every state is bit-equal and no code stands twice."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gridmgmt_plugin.workspace.editing.editor import GridEditor
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.edited_grid import (
    X0,
    Y0,
    codes_of,
    make_workspace,
    merge_squares,
    neighbours_along_an_edge,
    snapshot,
    split_anywhere,
    unit_layer,
)

PLACES = st.tuples(st.floats(0, 399.9), st.floats(0, 299.9))
_TEMPLATES: dict[str, Path] = {}


def template(policy: str) -> Path:
    """Return a workspace file to copy; written once per policy."""
    if policy not in _TEMPLATES:
        path = Path(tempfile.mkdtemp(prefix="gridmgmt-test-")) / "template.gpkg"
        _TEMPLATES[policy] = make_workspace(path, split_policy=policy).path
    return _TEMPLATES[policy]


class AnyOrder(RuleBasedStateMachine):
    """``states[i]``: the layer after i commands. ``given[i]``: codes that exist from command i on, or did before."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="gridmgmt-test-"))

    @initialize(policy=st.sampled_from(["larger_keeps", "both_new"]))
    def begin(self, policy):
        path = self.folder / "a.gpkg"
        shutil.copy(template(policy), path)
        self.layer = unit_layer(Workspace.open(path))
        self.editor = GridEditor(self.layer, Workspace.open(path))
        self.editor.start()
        self.stack = self.layer.undoStack()
        self.states = [snapshot(self.layer)]
        self.kinds: list[str] = []
        self.known = [set(codes_of(self.layer))]

    def teardown(self):
        self.layer.rollBack()
        self.editor.close()
        shutil.rmtree(self.folder)

    def around(self, place):
        """Return the cells around a place, and which of them lies there; ``None`` where there is a hole."""
        x, y = X0 + place[0], Y0 + place[1]
        near = self.editor.neighbourhood((x, y, x, y))
        fid = self.editor.at(x, y)
        return near, None if fid is None else near.position(fid)

    def pushed(self, kind, gesture=None):
        done = self.stack.index()
        # A gesture of ours gives new cells codes that nobody had before in the commands that stand.
        if gesture is not None:
            new = {s.code for s in gesture.after} - {s.code for s in gesture.before}
            assert not new & self.known[done - 1]
        self.states = [*self.states[:done], snapshot(self.layer)]
        self.kinds = [*self.kinds[: done - 1], kind]
        self.known = [*self.known[:done], self.known[done - 1] | set(codes_of(self.layer))]

    @rule(place=PLACES, share=st.floats(0.2, 0.8), across=st.booleans())
    def split(self, place, share, across):
        near, position = self.around(place)
        if position is not None:
            self.pushed("split", self.editor.apply(near, split_anywhere(near, position, share, across=across)))

    @rule(place=PLACES, which=st.integers(0, 100))
    def merge(self, place, which):
        near, position = self.around(place)
        partners = [] if position is None else neighbours_along_an_edge(near, position)
        if partners:
            edit = merge_squares(near, position, partners[which % len(partners)])
            self.pushed("merge", self.editor.apply(near, edit))

    @precondition(lambda self: self.kinds[: self.stack.index()][-1:] == ["split"])
    @rule()
    def swap(self):
        if self.editor.workspace.info.split_policy == "larger_keeps":
            self.pushed("split", self.editor.swap_last(0))

    @rule(place=PLACES)
    def delete_natively(self, place):
        _, position = self.around(place)
        if position is not None:
            fid = self.editor.at(X0 + place[0], Y0 + place[1])
            self.layer.beginEditCommand("删除所选要素")
            self.layer.deleteFeature(fid)
            self.layer.endEditCommand()
            self.pushed("qgis")

    @precondition(lambda self: self.stack.canUndo())
    @rule()
    def undo(self):
        self.stack.undo()

    @precondition(lambda self: self.stack.canRedo())
    @rule()
    def redo(self):
        self.stack.redo()

    @rule(share=st.floats(0, 1))
    def jump(self, share):
        self.stack.setIndex(round(share * self.stack.count()))

    @invariant()
    def every_state_is_as_it_was(self):
        assert snapshot(self.layer) == self.states[self.stack.index()]

    @invariant()
    def no_code_stands_twice(self):
        codes = codes_of(self.layer)
        assert len(set(codes)) == len(codes)

    @invariant()
    def the_journal_tells_what_stands(self):
        assert [gesture.kind for gesture in self.editor.journal.done()] == self.kinds[: self.stack.index()]


AnyOrder.TestCase.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestAnyOrder(AnyOrder.TestCase):
    """Random gestures, native commands, undo, redo and jumps."""

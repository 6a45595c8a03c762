"""A layer on which gestures are done, undone and redone in any order, and what holds after each step."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

import numpy as np
import shapely
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gridmgmt_plugin.editing.gestures.editor import GridEditor
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.editing.gestures.edited_grid import X0, Y0, cell_at, codes_of, make_workspace, snapshot, unit_layer

PLACES = st.tuples(st.floats(0, 399.9), st.floats(0, 299.9))
_TEMPLATES: dict[str, Path] = {}


def template(policy: str) -> Path:
    """Return a workspace file to copy; written once per policy."""
    if policy not in _TEMPLATES:
        folder = tempfile.mkdtemp(prefix="gridmgmt-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "template.gpkg"
        _TEMPLATES[policy] = make_workspace(path, split_policy=policy).path
    return _TEMPLATES[policy]


class GestureMachine(RuleBasedStateMachine):
    """A layer in edit mode with what is known of it.

    ``states[i]``: the layer after i commands. ``given[i]``: codes that exist from command i on, or did before."""

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

    def around(self, place, reach=0.0):
        """Return the cells around a place, and which of them lies there; ``None`` where there is a hole."""
        x, y = X0 + place[0], Y0 + place[1]
        near = self.editor.neighbourhood((x - reach, y - reach, x + reach, y + reach))
        fid = cell_at(self.editor.layer, x, y)
        return near, None if fid is None else near.position(fid)

    def cells(self):
        """Return outlines, area codes and stored areas of all cells."""
        features = list(self.layer.getFeatures())
        shapes = shapely.from_wkb([feature.geometry().asWkb().data() for feature in features])
        return shapes, np.array([f["area_code"] for f in features]), np.array([f["area_m2"] for f in features])

    def pushed(self, kind, gesture=None):
        done = self.stack.index()
        # A gesture of ours gives new cells codes that nobody had before in the commands that stand.
        if gesture is not None:
            new = {s.code for s in gesture.after} - {s.code for s in gesture.before}
            assert not new & self.known[done - 1]
        self.states = [*self.states[:done], snapshot(self.layer)]
        self.kinds = [*self.kinds[: done - 1], kind]
        self.known = [*self.known[:done], self.known[done - 1] | set(codes_of(self.layer))]

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

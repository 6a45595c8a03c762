"""Whatever is done, undone and redone in whatever order, every state is bit-equal and no code stands twice."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from gridmgmt_plugin.core.coverage.gestures.drawing import draw
from gridmgmt_plugin.core.coverage.gestures.merging import absorb, merge
from gridmgmt_plugin.core.coverage.gestures.splitting import split
from gridmgmt_plugin.core.coverage.health.examine import is_coverage
from gridmgmt_plugin.core.errors import InputError
from tests.qgis.editing.gestures.edited_grid import (
    X0,
    Y0,
    cell_at,
    merge_squares,
    neighbours_along_an_edge,
    split_anywhere,
)
from tests.qgis.editing.gestures.gesture_machine import PLACES, GestureMachine
from tests.tries import tries

LARGER_KEEPS = "larger_keeps"


class AnyOrder(GestureMachine):
    """Edits made by hand, and QGIS's own commands among them."""

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
        if self.editor.workspace.info.split_policy == LARGER_KEEPS:
            self.pushed("split", self.editor.swap_last(0))

    @rule(place=PLACES)
    def delete_natively(self, place):
        _, position = self.around(place)
        if position is not None:
            fid = cell_at(self.editor.layer, X0 + place[0], Y0 + place[1])
            self.layer.beginEditCommand("删除所选要素")
            self.layer.deleteFeature(fid)
            self.layer.endEditCommand()
            self.pushed("qgis")


class SoundInAnyOrder(GestureMachine):
    """The core's gestures: besides, the cells stay a sound coverage of the same ground, whatever is refused."""

    def attempt(self, kind, near, make):
        """Do a gesture; a refusal must leave everything as it is."""
        try:
            gesture = self.editor.apply(near, make())
        except InputError:
            return
        self.pushed(kind, gesture)

    @rule(place=PLACES, angle=st.floats(0, 3.2), reach=st.floats(20, 160))
    def split(self, place, angle, reach):
        near, _ = self.around(place, reach)
        x, y = X0 + place[0], Y0 + place[1]
        dx, dy = reach * np.cos(angle), reach * np.sin(angle)
        line = shapely.LineString([(x - dx, y - dy), (x + 1, y), (x + dx, y + dy)])
        self.attempt("split", near, lambda: split(near.cells, line, self.editor.tolerance))

    @rule(place=PLACES, which=st.integers(0, 100))
    def merge(self, place, which):
        near, position = self.around(place)
        if position is not None:
            members = np.array([position, which % len(near)])
            self.attempt("merge", near, lambda: merge(near.cells, members, self.editor.tolerance))

    @rule(place=PLACES)
    def absorb(self, place):
        near, position = self.around(place)
        if position is not None:
            self.attempt("absorb", near, lambda: absorb(near.cells, position, self.editor.tolerance))

    @rule(place=PLACES, radius=st.floats(5, 120))
    def draw(self, place, radius):
        near, _ = self.around(place, radius)
        circle = shapely.Point(X0 + place[0], Y0 + place[1]).buffer(radius, quad_segs=2)
        self.attempt("draw", near, lambda: draw(near.cells, circle, self.editor.tolerance))

    @precondition(lambda self: self.kinds[: self.stack.index()][-1:] == ["split"])
    @rule()
    def swap(self):
        if self.editor.workspace.info.split_policy == LARGER_KEEPS:
            self.pushed("split", self.editor.swap_last(0))

    @invariant()
    def the_ground_is_covered_once(self):
        shapes, areas, stored_m2 = self.cells()
        assert shapely.is_valid(shapes).all()
        assert is_coverage(shapes)
        for area in np.unique(areas):
            assert abs(shapely.area(shapes[areas == area]).sum() - 60_000) < 1e-6 * (1 + self.stack.count())
        assert np.abs(stored_m2 - shapely.area(shapes)).max() <= 0.0005 + 1e-9


for machine, examples in ((AnyOrder, 15), (SoundInAnyOrder, 15)):
    machine.TestCase.settings = tries(examples, stateful_step_count=20)


class TestAnyOrder(AnyOrder.TestCase):
    """Random edits, native commands, undo, redo and jumps."""


class TestSoundInAnyOrder(SoundInAnyOrder.TestCase):
    """Random gestures, undo, redo and jumps."""

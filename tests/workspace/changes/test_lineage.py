"""Whose ground is whose after a change, and what becomes of the codes."""

from __future__ import annotations

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.register import CodeRegister
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.lineage import Causes, Lineage, closed_cells, lineage_of, settle_codes
from gridmgmt_plugin.workspace.changes.touched_cells import compared_cells

AREA = "990101001001"
NOBODY = Causes({}, "test")


def code(number: int) -> str:
    return f"{AREA}{number:03d}"


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(west, 0, east, 10)


def cells(shapes: dict[int, shapely.Polygon], **columns) -> Rows:
    """Return stored cells from number → shape."""
    count = len(shapes)
    given = {
        "code": [code(n) for n in shapes],
        "area_code": [AREA] * count,
        "state": ["draft"] * count,
        "row_version": [1] * count,
        **columns,
    }
    rows = {name: as_column(values) for name, values in given.items()}
    return Rows(rows, as_column(shapes.values()), np.arange(1, count + 1))


def register(drafts=(), valid=(), retired=None) -> CodeRegister:
    entries = [{"code": code(n), "kind": "unit_grid", "state": "draft"} for n in drafts]
    entries += [{"code": code(n), "kind": "unit_grid", "state": "valid"} for n in valid]
    for number, successors in (retired or {}).items():
        line = ",".join(code(n) for n in successors)
        entries.append({"code": code(number), "kind": "unit_grid", "state": "retired", "successors": line})
    return CodeRegister(layout("gb30428_2013"), Rows.from_records(entries), "unit_grid")


def changed(before: Rows, after: dict[int, shapely.Polygon], origin: dict[int, int]):
    """Return a change. ``origin``: number after → number before of the cells that stay."""
    place = {c: at for at, c in enumerate(before["code"])}
    rows = Rows({"code": as_column(code(n) for n in after)}, as_column(after.values()))
    return compared_cells(before, rows, np.array([place[code(origin[n])] if n in origin else -1 for n in after]))


def named(*numbers: int) -> tuple[str, ...]:
    return tuple(code(n) for n in numbers)


def test_a_cell_that_is_cut_names_its_parts_the_largest_first():
    touched = changed(cells({1: box(0, 10)}), {1: box(0, 3), 2: box(3, 10)}, {1: 1})
    lineage = lineage_of(touched)
    assert (lineage.gone, lineage.born, lineage.reborn) == ((), named(2), ())
    assert lineage.heirs[code(1)] == named(2, 1)


def test_a_number_that_other_ground_bears_now_is_another_cell():
    touched = changed(cells({1: box(0, 10), 2: box(10, 20)}), {1: box(10, 20), 2: box(0, 10)}, {})
    lineage = lineage_of(touched)
    assert lineage.gone == lineage.born == ()
    assert lineage.reborn == lineage.ended == named(1, 2)
    assert lineage.heirs == {code(1): named(2), code(2): named(1)}


def test_a_cell_taken_out_and_put_back_nearly_as_it_was_is_the_same():
    touched = changed(cells({1: box(0, 10)}), {1: box(0, 9)}, {})
    assert lineage_of(touched).reborn == ()


def test_lines_through_numbers_that_change_places_lead_to_the_ground():
    """A retired code names two drafts; an import gives their numbers to each other's ground."""
    codes = register(drafts=(1, 2), retired={9: (1,), 8: (2,)})
    touched = changed(cells({1: box(0, 10), 2: box(10, 20)}), {1: box(10, 20), 2: box(0, 10)}, {})
    settle_codes(codes, lineage_of(touched), NOBODY, "2026-03-02T10:00:00", "王工")
    assert codes.entry(code(9)).successors == named(2)
    assert codes.entry(code(8)).successors == named(1)
    assert codes.codes("draft") == list(named(1, 2))


def test_a_line_does_not_run_on_over_ground_that_was_never_its_own():
    """Of three cells in a row each hands its east to the next one."""
    codes = register(drafts=(1, 2, 3), retired={9: (1,)})
    before = cells({1: box(0, 10), 2: box(10, 20), 3: box(20, 30)})
    touched = changed(before, {1: box(0, 5), 2: box(5, 15), 3: box(15, 30)}, {1: 1, 2: 2, 3: 3})
    settle_codes(codes, lineage_of(touched), NOBODY, "2026-03-02T10:00:00", "")
    assert codes.entry(code(9)).successors == named(1, 2)


def test_drafts_are_given_back_and_valid_codes_retired_for_the_reason_given():
    codes = register(drafts=(1,), valid=(2,))
    touched = changed(cells({1: box(0, 10), 2: box(10, 20)}), {3: box(0, 20)}, {})
    retired, discarded = settle_codes(codes, lineage_of(touched), Causes({code(2): "merge"}), "", "")
    assert (retired, discarded) == (named(2), named(1))
    assert code(1) not in codes
    entry = codes.entry(code(2))
    assert (entry.reason, entry.successors) == ("merge", named(3))
    assert codes.state(code(3)) == "draft"


def test_of_two_cells_on_one_ground_the_one_that_stays_follows_the_one_that_goes():
    touched = changed(cells({1: box(0, 10), 2: box(0, 10)}), {1: box(0, 10)}, {1: 1})
    assert lineage_of(touched).heirs == {code(2): named(1)}


def test_only_valid_cells_become_history_and_a_vertex_more_is_no_change():
    codes = register(drafts=(1,), valid=(2, 3))
    before = cells({1: box(0, 10), 2: box(10, 20), 3: box(20, 30)})
    noded = shapely.Polygon([(20, 0), (30, 0), (30, 5), (30, 10), (20, 10)])
    touched = changed(before, {1: box(0, 12), 2: box(12, 20), 3: noded}, {1: 1, 2: 2, 3: 3})
    closed = closed_cells(codes, touched, lineage_of(touched), 0.001)
    assert touched.before["code"][closed].tolist() == list(named(2))


def test_what_ended_is_worked_out_once_however_many_cells_give_way():
    class Counted(Lineage):
        asked = 0

        @property
        def ended(self):
            Counted.asked += 1
            return (*self.gone, *self.reborn)

    drafts = named(*range(1, 900))
    lineage = Counted(gone=drafts, born=(), reborn=(), heirs=dict.fromkeys(drafts, ()))
    settle_codes(register(drafts=range(1, 900)), lineage, NOBODY, "2025-01-01", "")
    assert Counted.asked <= 2

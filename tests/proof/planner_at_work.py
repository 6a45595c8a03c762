"""A planner who splits a cell, saves, merges it again, saves, without a pause; run as a program by the proofs.

python -m tests.proof.planner_at_work LOCATION PLANNERS NUMBER SECONDS [SAME]

Prints how long each save took, why others were refused or their gestures not made, and how many seconds of a
processor it took, as JSON. With ``SAME`` all work in the community of the first, each on a cell of his own, and their
cuts end on the cells of others.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter

from qgis.core import QgsFeatureRequest, QgsRectangle

from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.workspace.patience import this_thread_draws_the_window
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.application import running_app
from tests.qgis.editing.saving import town

#: Where cuts go.
CHANCE = random.Random(0)


def communities(count: int) -> None:
    """Let the towns of this process have so many communities side by side."""
    town.AREAS = tuple(f"9901010010{number:02d}" for number in range(1, count + 1))


class Painted:
    """A window that is painted on while it waits, as far as a save sees it."""

    def __call__(self, deed, give_up, *, is_long=False):
        return deed()

    def is_on(self) -> bool:
        return False


def cell_codes(desk: town.Desk, column: float, row: float) -> list[str]:
    """Return the codes of the cells at a place, the first of which it had from the beginning."""
    x, y = town.place(column, row)
    inside = QgsRectangle(x + 10, y + 10, x + 90, y + 90)
    request = QgsFeatureRequest().setFilterRect(inside).setFlags(QgsFeatureRequest.Flag.ExactIntersect)
    return sorted(str(feature["code"]) for feature in desk.layer.getFeatures(request))


def work(desk: town.Desk, column: float, row: float) -> None:
    """Split the cell at a place, each time elsewhere, or merge its parts again."""
    codes = cell_codes(desk, column, row)
    if not codes:
        raise InputError("editing_layer_silent", layer=desk.layer.name())
    if len(codes) == 1:
        number, area = int(codes[0][-3:]), town.AREAS.index(codes[0][:12])
        share = CHANCE.randrange(4, 17) / 20
        upright = [(column + share, row - 0.5), (column + share, row + 1.5)]
        level = [(column - 0.5, row + share), (column + 1.5, row + share)]
        desk.split(number, CHANCE.choice([upright, level]), area=area)
    else:
        near, members = desk.near(*codes)
        desk.editor.apply(near, town.merge(near.cells, town.np.array(members), town.TOLERANCE))


def main(location: str, planners: int, number: int, seconds: float, same: bool) -> None:
    """Work for so long and tell."""
    running_app()
    communities(planners)
    this_thread_draws_the_window(Painted())
    # In one community cells side by side, so that their neighbours are often changed; else one in the middle of each.
    column, row = (number % 4, number // 4 * 2) if same else (4 * number + 1, 1)
    desk = town.Desk(Workspace.open(location), author=f"planner {number}")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    took, refused = [], Counter()
    CHANCE.seed(number)
    worked_s, end = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            work(desk, column, row)
        except GridError as late:  # a colleague has changed the cell next door since it was read: once more
            refused[f"late: {late.code}"] += 1
            desk.layer.rollBack()
            desk.layer.startEditing()
            continue
        start = time.perf_counter()
        if desk.save():
            took.append(round(time.perf_counter() - start, 3))
            continue
        refused[desk.refusals[-1].code] += 1
        desk.guard.sweep()
        desk.layer.rollBack()
        desk.layer.startEditing()
    worked_s = time.process_time() - worked_s
    desk.close()
    sys.stdout.write(json.dumps({"took": took, "refused": refused, "worked_s": worked_s}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), len(sys.argv) > 5)

"""A planner who splits and merges a cell, now and then fills in a form, and saves without a pause; run as a program
by the proofs.

python -m tests.proof.planner_of_a_team LOCATION PLANNERS NUMBER COLUMN ROW SECONDS

He works on the cell at a column and row of the town. Every save has a mark of its own in the note of that cell.
Prints how long saves and forms took, which marks were saved, why others were refused, and why gestures were not made
(a colleague had changed the cell next door since it was read), as JSON. Anything else ends him.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

from qgis.core import QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.project.shown_workspace import WORKSPACE_ENTRY
from gridmgmt_plugin.workspace.patience import this_thread_draws_the_window
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.proof.planner_at_work import CHANCE, Painted, cell_codes, communities, work
from tests.qgis.application import running_app
from tests.qgis.editing.saving import town

# Of so many saves one is a form.
_FORM_EACH = 4


def main(location: str, planners: int, number: int, column: float, row: float, seconds: float) -> None:
    """Work for so long and tell."""
    running_app()
    communities(planners)
    this_thread_draws_the_window(Painted())
    desk = town.Desk(Workspace.open(location), author=f"planner {number}")
    QgsProject.instance().addMapLayer(desk.layer, False)
    QgsProject.instance().writeEntry(*WORKSPACE_ENTRY, str(desk.workspace.location))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    CHANCE.seed(number)
    told = {"gestures": [], "forms": [], "marks": [], "late": Counter(), "refused": Counter()}
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        count += 1
        mark, is_form = f"{number}.{count}", count % _FORM_EACH == 0
        try:
            if not is_form:
                work(desk, column, row)
            desk.set(cell_codes(desk, column, row)[0], note=mark)
        except GridError as late:
            told["late"][late.code] += 1
            start_anew(desk)
            continue
        start = time.perf_counter()
        if desk.save():
            told["forms" if is_form else "gestures"].append(round(time.perf_counter() - start, 3))
            told["marks"].append(mark)
            continue
        told["refused"][desk.refusals[-1].code] += 1
        desk.guard.sweep()
        start_anew(desk)
    QgsProject.instance().clear()
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def start_anew(desk: town.Desk) -> None:
    """Let the edits go."""
    desk.layer.rollBack()
    desk.layer.startEditing()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6]))

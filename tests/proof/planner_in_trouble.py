"""A planner who saves without a pause whatever befalls server, network and himself; run as a program by the proofs.

python -m tests.proof.planner_in_trouble LOCATION PLANNERS SEED [WHERE AFTER]

The first line of his input says which planner he is. He changes a note and splits or merges a cell beside it, saves,
and goes on until his input ends. Every save has a mark of its own in the note. Prints a line of JSON when a save
begins and when it is told what became of it: "stored", the code of the refusal, or "edits lost". With ``WHERE``
(before, in, after) he dies at the commit of that save (``AFTER``).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time

from qgis.core import QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.project.shown_workspace import WORKSPACE_ENTRY
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.patience import Patience, this_thread_draws_the_window
from gridmgmt_plugin.workspace.postgis import answer_watch, commit, connection
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.proof.planner_at_work import Painted, communities, work
from tests.qgis.application import running_app
from tests.qgis.asked_logins import AskedLogins
from tests.qgis.editing.saving import town

NOT_SAID = ("postgres_commit_unknown", "postgres_commit_given_up")
# What the server still did for one who was killed was there first.
_OVERTAKEN = "save_rows_overtaken"


def be_impatient() -> None:
    """Give up within a second or two what takes ten in an office: the proof waits for each of hundreds of faults."""
    patience.WINDOW = Patience(lock_s=0.2, statement_s=1.5)
    patience.BEHIND = Patience(lock_s=1.0, statement_s=10.0, queue_s=5.0, pause_s=10.0)
    connection.CONNECT_TIMEOUT_S = 2
    connection.NETWORK_S = 2.0
    connection._AFTER_THE_SERVER_S = 0.3
    answer_watch._LOOK_S = 0.1


def die_at_commit(where: str, after: int) -> None:
    """Have this process killed at one of its commits."""
    real, left = commit.run, [after]

    def run(given, sql, values=()):
        if not sql.endswith("COMMIT"):
            return real(given, sql, values)
        left[0] -= 1
        if left[0] or where == "after":
            answer = real(given, sql, values)
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer
        if where == "in":
            threading.Timer(random.random() * 0.002, os.kill, (os.getpid(), signal.SIGKILL)).start()
            real(given, sql, values)
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGKILL)
        return []

    commit.run = run


class Planner:
    """Somebody at a desk, in a community of his own."""

    def __init__(self, location: str, number: int, seed: str) -> None:
        self._number, self._seed, self._count = number, seed, 0
        self._columns = (4 * number + 1, 1)
        self._place = Workspace.open(location)
        self._sit_down()

    def _sit_down(self) -> None:
        self.desk = town.Desk(self._place, author=f"planner {self._number}")
        QgsProject.instance().addMapLayer(self.desk.layer, False)
        QgsProject.instance().writeEntry(*WORKSPACE_ENTRY, str(self._place.location))
        self._note_fid = self.desk.feature(town.code(1, self._number)).id()
        self._note_column = self.desk.layer.fields().lookupField("note")

    def go_on(self) -> None:
        """Edit, and save until it is stored."""
        work(self.desk, *self._columns)
        while not self._save():
            time.sleep(0.1)

    def _save(self) -> bool:
        """Save under a new mark; tell whether there is nothing more to save."""
        self._count += 1
        mark = f"{self._seed}.{self._count}"
        self.desk.layer.changeAttributeValue(self._note_fid, self._note_column, mark)
        before = self._edits()
        tell(mark, "begun")
        is_stored = self.desk.save()
        told = "stored" if is_stored else self.desk.refusals[-1].code
        if not is_stored:
            self.desk.guard.sweep()
            if told in (*NOT_SAID, _OVERTAKEN):
                self.start_anew()
                tell(mark, told)
                return True
            if self._edits() != before:
                told = f"edits lost ({told})"
        tell(mark, told)
        return is_stored

    def start_anew(self) -> None:
        """Let the edits go and read what is stored."""
        self.desk.layer.rollBack()
        self.desk.layer.startEditing()

    def _edits(self) -> tuple:
        stack, buffer = self.desk.layer.undoStack(), self.desk.layer.editBuffer()
        shapes = {fid: shape.asWkt(3) for fid, shape in buffer.changedGeometries().items()}
        return (
            [stack.text(step) for step in range(stack.index())],
            {**shapes, **{fid: row.geometry().asWkt(3) for fid, row in buffer.addedFeatures().items()}},
            sorted(buffer.deletedFeatureIds()),
        )


def tell(mark: str, told: str) -> None:
    os.write(1, (json.dumps([mark, told]) + "\n").encode())


def main(location: str, planners: int, seed: str, *death: str) -> None:
    """Work until the input ends."""
    running_app()
    logins = AskedLogins()
    communities(planners)
    be_impatient()
    this_thread_draws_the_window(Painted())
    ended = threading.Event()
    os.write(1, b"ready\n")
    number = sys.stdin.readline()  # some wait for another one to die
    if not number:
        return
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    if death:
        die_at_commit(death[0], int(death[1]))
    planner = None
    while not ended.is_set():
        try:
            if planner is None:
                planner = Planner(location, int(number), seed)
            planner.go_on()
        except (
            GridError,
            AssertionError,
            LookupError,
            ValueError,
            StopIteration,
        ) as refused:  # QGIS may read nothing
            tell("", getattr(refused, "code", "layer_silent"))
            time.sleep(0.1)
            if planner is not None:
                planner.start_anew()
    assert logins.answers == []


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])

"""A planner who saves without a pause whatever befalls server, network and himself; run as a program by the proofs.

python -m tests.proof.planner_in_trouble LOCATION PLANNERS SEED [WHERE AFTER]

The first line of his input says which planner he is. He changes a note and splits or merges a cell beside it, saves,
and goes on until his input ends. Every save has a mark of its own in the note. Prints a line of JSON when a save
begins and when it is told what became of it: "stored", the code of the refusal, or "edits lost"; without a mark, why
he could not edit: the code of the error, "layer_silent" where QGIS showed him nothing of a cell that the server has,
or "layer_not_editable" where it could not open it. Anything else ends him. With ``WHERE`` (before, in, after) he dies
at the commit of that save (``AFTER``).
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Sequence

import shapely
from qgis.core import QgsFeature, QgsProject

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.editing.gestures.neighbourhood import Neighbourhood
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
_TONGUES = ("zh", "en")


class SilentLayerError(Exception):
    """QGIS shows nothing of a cell that has to be there: its layer got no answer, or the cell is lost."""


class LayerNotEditableError(Exception):
    """QGIS does not let a layer be edited of whose server it got no answer, or knows none of its columns."""


class WatchedDesk(town.Desk):
    """A desk at which it is told apart whether a cell is not shown or something else is wrong."""

    def begin(self) -> None:
        if not self.layer.startEditing() or "code" not in self.layer.fields().names():
            raise LayerNotEditableError

    def feature(self, text: str) -> QgsFeature:
        found = [row for row in self.layer.getFeatures() if row["code"] == text]
        if not found:
            raise SilentLayerError(text)
        return found[0]

    def near(self, *codes: str) -> tuple[Neighbourhood, list[int]]:
        near = self.editor.neighbourhood(tuple(shapely.total_bounds([self.shape(c) for c in codes])))
        self._all_shown(near, codes)
        return near, [near.code.tolist().index(c) for c in codes]

    def split(self, number: int, line: list, area: int = 0, **options: object) -> object:
        cut = shapely.LineString([town.place(*at) for at in line])
        self._all_shown(self.editor.neighbourhood(cut.bounds), [town.code(number, area)])
        return super().split(number, line, area, **options)

    @staticmethod
    def _all_shown(near: Neighbourhood, codes: Sequence[str]) -> None:
        for text in codes:
            if text not in near.code.tolist():
                raise SilentLayerError(text)


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
        self.desk = WatchedDesk(self._place, author=f"planner {self._number}")
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
            look_at(self.desk.refusals[-1].message)
            self.desk.guard.sweep()
            is_over = told in (*NOT_SAID, _OVERTAKEN)
            if self._edits() != before:
                told = f"edits lost ({told})"
            if is_over:
                self.start_anew()
                tell(mark, told)
                return True
        tell(mark, told)
        return is_stored

    def is_stored(self, code: str) -> bool:
        """Ask the server, once it answers, whether it has a cell."""
        while True:
            try:
                return self._place.count("unit_grid", {"code": code}) > 0
            except GridError:
                time.sleep(0.1)

    def start_anew(self) -> None:
        """Let the edits go and read what is stored."""
        self.desk.layer.rollBack()
        self.desk.layer.startEditing()

    def _edits(self) -> tuple:
        stack, buffer = self.desk.layer.undoStack(), self.desk.layer.editBuffer()
        shapes = {fid: shape.asWkt(3) for fid, shape in buffer.changedGeometries().items()}
        values = {
            fid: {at: str(value) for at, value in row.items()} for fid, row in buffer.changedAttributeValues().items()
        }
        return (
            [stack.text(step) for step in range(stack.index())],
            values,
            {**shapes, **{fid: row.geometry().asWkt(3) for fid, row in buffer.addedFeatures().items()}},
            sorted(buffer.deletedFeatureIds()),
        )


def look_at(message: Message) -> None:
    """Make sure that a sentence is there for both readers, with everything that it names filled in."""
    for tongue in _TONGUES:
        sentence = message.text(tongue)
        assert sentence, message
        assert not re.search(r"\{\w*\}", sentence), sentence
        assert is_in(tongue, sentence), sentence


def is_in(tongue: str, sentence: str) -> bool:
    """Tell whether a sentence is for a reader of Chinese, or not: it has Chinese full stops, or none."""
    return (tongue == "zh") == ("。" in sentence)


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
        except GridError as refused:
            look_at(refused.message)
            tell("", refused.code)
        except SilentLayerError as silent:
            (code,) = silent.args
            if planner is not None:
                assert planner.is_stored(code), f"{code} is gone"
            tell("", "layer_silent")
        except LayerNotEditableError:
            tell("", "layer_not_editable")
        else:
            continue
        time.sleep(0.1)
        if planner is not None:
            planner.start_anew()
    assert logins.answers == []


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])

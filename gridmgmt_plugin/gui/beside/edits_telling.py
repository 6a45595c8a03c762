"""Tells colleagues which rows have unsaved edits here: soon after they change, and now and then while they stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.beside.channel import Channel
from gridmgmt_plugin.gui.beside.own_edits import Answers, OwnEdits, read_stored
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.answering import refuse_unanswered
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.news.news import OWN_MARK
from gridmgmt_plugin.workspace.presence.announcing import Announcing
from gridmgmt_plugin.workspace.presence.presence import Presence, content_of

#: The kind of news that tells who edits what.
EDITING = "editing"
# Several steps in a row are told together.
_SETTLED_MS = 500


class EditsTelling:
    """``on_told`` is called with what was told; :meth:`follow` begins and ends it."""

    def __init__(self, channel: Channel, on_told: Callable[[Presence], None]) -> None:
        self._channel, self._on_told = channel, on_told
        self._location: PostgresLocation | None = None
        self._layers: list[QgsVectorLayer] = []
        self._own, self._announcing = OwnEdits(), Announcing()
        self._since = ""
        self._reading: BackgroundCall | None = None
        self._looks_again = False
        self._later = QTimer()
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look)

    def follow(self, location: PostgresLocation | None) -> None:
        """Tell of the layers of another workspace from now on, or of none."""
        for layer in self._layers:
            if is_alive(layer):
                for signal, told in self._signals(layer):
                    signal.disconnect(told)
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._later.stop()
        self._location, self._since, self._looks_again = location, "", False
        self._own, self._announcing = OwnEdits(), Announcing()
        self._layers = list(shown_layers(QgsProject.instance()).values()) if location is not None else []
        for layer in self._layers:
            for signal, told in self._signals(layer):
                signal.connect(told)
        self._soon()

    def say_again(self) -> None:
        """Tell once more: a newcomer wants to know."""
        self._announcing.ask()
        self._soon()

    def say_goodbye(self) -> None:
        """Tell at once that nothing is edited here any more: layers go. What other layers have is told again."""
        gone = Presence("", OWN_MARK, "")
        if self._announcing.due_in_s(gone, time.monotonic()) is not None:
            self._send(gone)
        self._soon()

    def _signals(self, layer: QgsVectorLayer) -> tuple[tuple[Any, Callable[..., None]], ...]:
        return (
            (layer.undoStack().indexChanged, self._soon),
            (layer.editingStopped, self._soon),
            (layer.afterRollBack, self._soon),
            (layer.afterCommitChanges, self._saved),
        )

    def _saved(self) -> None:
        """Read anew what was stored; which of the layers was saved matters little, a save touches several."""
        self._own = OwnEdits()
        self._soon()

    def _soon(self, *_: object) -> None:
        if self._location is None or not is_alive(self._later):
            return
        if not self._later.isActive() or self._later.remainingTime() > _SETTLED_MS:
            self._later.start(_SETTLED_MS)

    def _edited(self) -> list[QgsVectorLayer]:
        return [layer for layer in self._layers if is_alive(layer) and layer.isEditable() and layer.isModified()]

    def _look(self) -> None:
        """Read what is not known yet of what is edited, in the background, and tell then."""
        if self._location is None:
            return
        if self._reading is not None:
            self._looks_again = True
            return
        questions = self._own.questions(self._edited())
        if not questions:
            self._tell()
            return

        def read(place: PostgresLocation) -> Answers:
            refuse_unanswered(place, place.label)  # QGIS's provider would wait for it without an end
            return read_stored(questions)

        title = tr("Noting what is edited here")
        self._reading = BackgroundCall(title, self._location, read, self._read, asks_login=False)
        self._reading.start()

    def _read(self, answers: Answers | None, error: GridError | None) -> None:
        self._reading = None
        if answers is not None and error is None:
            self._own.learn(answers)
        self._tell()  # what could not be read is told by its number of rows
        if self._looks_again:
            self._looks_again = False
            self._soon()

    def _tell(self) -> None:
        edited, now_s = self._edited(), time.monotonic()
        self._since = (self._since or f"{clock.now():%H:%M}") if edited else ""
        presence = Presence("", OWN_MARK, self._since, self._own.edits(edited))
        due_s = self._announcing.due_in_s(presence, now_s)
        if due_s == 0.0:
            self._send(presence)
            due_s = self._announcing.due_in_s(presence, now_s)
        if due_s is not None:
            self._later.start(max(1, round(1000 * due_s)))

    def _send(self, presence: Presence) -> None:
        self._channel.send(EDITING, content_of(presence))
        self._announcing.told(presence, time.monotonic())
        self._on_told(presence)

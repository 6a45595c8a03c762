"""A person under the mouse: what is dragged, and the map and the tree that take it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from qgis.PyQt.QtCore import QEvent, QMimeData, QObject

PERSON_MIME = "application/x-gridmgmt-person"
#: A person who is to be an officer of street-lanes: other places take none.
OFFICER_MIME = "application/x-gridmgmt-officer"


class DraggedPerson(NamedTuple):
    """Who is dragged."""

    id: str
    name: str


def person_mime(person: str, name: str, kind: str = PERSON_MIME) -> QMimeData:
    """Return a person as Qt drags it; the name goes along for those who take text."""
    data = QMimeData()
    data.setData(kind, json.dumps([person, name]).encode())
    data.setText(name)
    return data


def person_of(data: QMimeData, kind: str = PERSON_MIME) -> DraggedPerson | None:
    """Return who is dragged, ``None`` when it is something else."""
    if not data.hasFormat(kind):
        return None
    person, name = json.loads(bytes(data.data(kind)).decode())
    return DraggedPerson(person, name)


class PersonTarget(QObject):
    """Lets a widget take persons: ``on_drop(person, position)`` once one is let go where ``can_take(position)``.

    Everything else that is dragged goes to the widget as before.
    """

    def __init__(
        self,
        widget: Any,
        can_take: Callable[[Any], bool],
        on_drop: Callable[[DraggedPerson, Any], None],
        kind: str = PERSON_MIME,
    ) -> None:
        super().__init__(widget)
        self._widget, self._can_take, self._on_drop = widget, can_take, on_drop
        self._kind = kind
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def leave(self) -> None:
        """Take no persons any more."""
        self._widget.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it
        """Answer drags of persons."""
        kinds = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
        if event.type() not in kinds:
            return False
        drag: Any = event
        person = person_of(drag.mimeData(), self._kind)
        if person is None:
            return False
        position = drag.position().toPoint() if hasattr(drag, "position") else drag.pos()
        if event.type() != QEvent.Type.DragEnter and not self._can_take(position):
            drag.ignore()
            return True
        drag.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._on_drop(person, position)
        return True

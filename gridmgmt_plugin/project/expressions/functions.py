"""Our functions in QGIS's expressions, with their help: for labels, forms, the field calculator, layouts, models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionFunction,
    QgsGeometry,
    QgsProject,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.core.value_lists import ROLE, value_label
from gridmgmt_plugin.project.attributes import plain
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.project.expressions.knowledge import Knowledge

_GROUP = translatable("Grid Management")
#: Where people are on duty, in the order in which a code is looked for.
_TARGETS = ("responsibility_grid", "area", "station")


@dataclass(frozen=True)
class Asked:
    """What a function is given: the values of its arguments, the context, and the workspace that is open."""

    values: Sequence[Any]
    context: QgsExpressionContext
    knowledge: Knowledge

    def text(self, at: int) -> str:
        """Return an argument as text; empty when it is missing."""
        value = plain(self.values[at]) if at < len(self.values) else None
        return "" if value is None else str(value).strip()

    def moment(self, at: int) -> datetime:
        """Return an argument as local time; now when it is missing, noon of a date without time."""
        value = plain(self.values[at]) if at < len(self.values) else None
        if isinstance(value, QDateTime):
            return datetime.fromisoformat(value.toString("yyyy-MM-ddTHH:mm:ss"))
        if isinstance(value, QDate):
            return datetime.fromisoformat(value.toString("yyyy-MM-dd") + "T12:00:00")
        if value is None or value == "":
            return clock.now()
        from gridmgmt_plugin.core.dates import parse_dates  # noqa: PLC0415  numpy, which QGIS's start does without

        iso = parse_dates([str(value)]).iso[0]
        if iso is None:
            raise InputError("moment_unreadable", value=value)
        return datetime.fromisoformat(iso if "T" in iso else f"{iso}T12:00:00")

    def place(self, at: int) -> tuple[float, float] | None:
        """Return a point on an argument's geometry in the workspace's frame; ``None`` for no geometry."""
        shape = self.values[at]
        if not isinstance(shape, QgsGeometry) or shape.isEmpty():
            return None
        point = QgsGeometry(shape.pointOnSurface())
        given = QgsCoordinateReferenceSystem(str(self.context.variable("layer_crs") or ""))
        wkt = self.knowledge.frame_wkt()
        frame = QgsCoordinateReferenceSystem.fromWkt(wkt) if wkt else QgsCoordinateReferenceSystem()
        if given.isValid() and frame.isValid() and given != frame:
            point.transform(QgsCoordinateTransform(given, frame, QgsProject.instance().transformContext()))
        found = point.asPoint()
        return found.x(), found.y()


@dataclass(frozen=True)
class FunctionSpec:
    """One function: ``name`` as it is typed, how many arguments it takes, and what it returns."""

    name: str
    fewest: int
    most: int
    answer: Callable[[Asked], str | None]


def _unit_grid_at(asked: Asked) -> str | None:
    place = asked.place(0)
    return None if place is None else asked.knowledge.unit_grid_at(*place)


def _grid_name(asked: Asked) -> str | None:
    return asked.knowledge.name_of(asked.text(0))


def _on_duty(asked: Asked) -> str | None:
    for target in _TARGETS:
        officers = asked.knowledge.on_duty(target, asked.text(0), asked.moment(1))
        if officers:
            return tr(", ").join(officer.name for officer in officers if officer.name)
    return None


def _lane_officers(asked: Asked) -> str | None:
    officers = asked.knowledge.on_duty("lane", asked.text(0), asked.moment(1))
    told = [
        tr("{name} ({role})").format(name=officer.name, role=value_label(ROLE, officer.role, language()))
        for officer in officers
        if officer.name
    ]
    return tr(", ").join(told) or None


def _answers_for(asked: Asked) -> str | None:
    place = asked.place(1)
    if place is None:
        return None
    answer = asked.knowledge.answer_at(*place, asked.text(0), asked.text(2), asked.moment(3))
    named = " · ".join(part for part in (answer.department, answer.person) if part)
    return tr("{names} (disputed)").format(names=named) if answer.disputed else named or None


FUNCTIONS = (
    FunctionSpec("unit_grid_at", 1, 1, _unit_grid_at),
    FunctionSpec("grid_name", 1, 1, _grid_name),
    FunctionSpec("on_duty", 1, 2, _on_duty),
    FunctionSpec("lane_officers", 1, 2, _lane_officers),
    FunctionSpec("answers_for", 2, 4, _answers_for),
)


class _Function(QgsExpressionFunction):
    """Hands a call from QGIS to a spec; what goes wrong is the expression's error, in the reader's language."""

    def __init__(self, spec: FunctionSpec, open_workspace: Callable[[], Knowledge | None]) -> None:
        text = resource_path(f"help/expressions/{spec.name}.{language()}.html").read_text(encoding="utf-8")
        super().__init__(spec.name, -1, tr(_GROUP), text)
        self._spec, self._open_workspace = spec, open_workspace

    def func(self, values: Sequence[Any], context: QgsExpressionContext, parent: QgsExpression, node: Any) -> Any:  # noqa: ARG002  QGIS's signature
        """Return the answer, or nothing with an error in the expression."""
        if not self._spec.fewest <= len(values) <= self._spec.most:
            return self._failed(parent, Message("expression_arguments", {"function": self._spec.name}))
        try:
            knowledge = self._open_workspace()
            if knowledge is None:
                return self._failed(parent, Message("expression_without_workspace", {"function": self._spec.name}))
            return self._spec.answer(Asked(values, context, knowledge))
        except GridError as error:
            return self._failed(parent, error.message)

    def handlesNull(self) -> bool:  # noqa: N802  QGIS's name
        """Return that arguments may be left empty."""
        return True

    def _failed(self, parent: QgsExpression, message: Message) -> None:
        parent.setEvalErrorString(message.text(language()))


class ExpressionFunctions:
    """Our functions as QGIS knows them, from :meth:`register` to :meth:`unregister`."""

    def __init__(self) -> None:
        self._location: Location | None = None
        self._scheme: Callable[[], str] = str
        self._knowledge: Knowledge | None = None
        self._functions: list[_Function] = []  # QGIS does not keep them alive

    def register(self) -> None:
        """Make the functions known; they say that no workspace is open until :meth:`use` names one."""
        self._functions = [_Function(spec, self._open_workspace) for spec in FUNCTIONS]
        for function in self._functions:
            QgsExpression.registerFunction(function)

    def unregister(self) -> None:
        """Take the functions out of QGIS."""
        for function in self._functions:
            QgsExpression.unregisterFunction(function.name())
        self._functions = []

    def use(self, location: Location | None, scheme: Callable[[], str]) -> None:
        """Let the functions ask this workspace from now on; ``None``: no workspace is open.

        :param scheme: returns whose grids and posts are asked; "" is the first scheme of the workspace.
        """
        self._knowledge, self._location, self._scheme = None, location, scheme

    def forget(self) -> None:
        """Read the workspace anew: it was written."""
        if self._knowledge is not None:
            self._knowledge.forget()

    def _open_workspace(self) -> Knowledge | None:
        """Return the knowledge of the open workspace, made when it is first asked.

        :raises CapabilityError: when a library is missing.
        """
        location = self._location
        if location is None:
            return None
        if self._knowledge is None:
            load_shapely()
            require_libraries()
            from gridmgmt_plugin.project.expressions.knowledge import Knowledge  # noqa: PLC0415

            self._knowledge = Knowledge(location, self._scheme)
        return self._knowledge

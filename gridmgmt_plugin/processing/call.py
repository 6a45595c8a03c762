"""One run of an algorithm: the values that were given, as the jobs want them, and what goes back to the user."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import plain_path, remove_file
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.processing.beside_people import Reading
from gridmgmt_plugin.processing.feedback import FeedbackProgress
from gridmgmt_plugin.processing.parameters import keys_of
from gridmgmt_plugin.processing.report_place import write_somewhere
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.files_in_use import (
    FileInUse,
    address_of,
    files_of_inputs,
    files_of_workspace,
    refuse_writing_over,
)
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.gpkg.recovery import recovered_files
from gridmgmt_plugin.workspace.handover.settled import settled_handovers
from gridmgmt_plugin.workspace.location import Location, is_database, parse_location
from gridmgmt_plugin.workspace.logins import remember_login

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report
    from gridmgmt_plugin.exchange.source import Source
    from gridmgmt_plugin.processing.sources import LayerInput
    from gridmgmt_plugin.workspace.workspace import Workspace


class Call:
    """What an algorithm was called with; ``inputs`` are its layer parameters, resolved before its thread began."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        inputs: Mapping[str, Sequence[LayerInput]],
    ) -> None:
        self.algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.feedback = feedback
        self.progress = FeedbackProgress(feedback)
        self._inputs = inputs
        self._read: dict[str, list[Source]] = {}
        # Reading has no share in the bar, but can be stopped.
        self._silent = Progress(None, feedback.isCanceled)

    @property
    def watch(self) -> Callable[[Any], None] | None:
        """Return who wants to see outlines while the job is at work, ``None`` outside our own window."""
        return getattr(self.feedback, "show_outlines", None)

    @property
    def is_enough(self) -> Callable[[], bool] | None:
        """Return who says that the best result so far shall do, ``None`` outside our own window."""
        return getattr(self.feedback, "is_enough", None)

    def is_given(self, name: str) -> bool:
        """Tell whether the parameter was given a value, by the user or as default."""
        value = self.parameters.get(name)
        if is_null(value):
            value = self.algorithm.parameterDefinition(name).defaultValue()
        return not is_null(value) and value not in ("", [])

    def text(self, name: str) -> str | None:
        """Return a text without outer blanks, ``None`` for nothing."""
        if not self.is_given(name):
            return None
        return self.algorithm.parameterAsString(self.parameters, name, self.context).strip() or None

    def listed(self, name: str) -> list[str] | None:
        """Return what a text lists, between commas and the like; ``None`` when it was left out."""
        return None if (text := self.text(name)) is None else parts_of(text)

    def number(self, name: str) -> float | None:
        """Return a number, ``None`` when it was left out."""
        return self._value(name, self.algorithm.parameterAsDouble)

    def integer(self, name: str) -> int | None:
        """Return a whole number, ``None`` when it was left out."""
        return self._value(name, self.algorithm.parameterAsInt)

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        return bool(self.algorithm.parameterAsBool(self.parameters, name, self.context))

    def number_or(self, name: str, default: float) -> float:
        """Return a number that was given, also 0, else ``default``."""
        given = self.number(name)
        return default if given is None else given

    def choice(self, name: str) -> str:
        """Return the key of a choice that was made by key or by position.

        :raises InputError: ``choice_unknown``, naming the keys there are.
        """
        return self.choices(name)[0]

    def choice_if_given(self, name: str) -> str | None:
        """Return the key of a choice that may be left out.

        :raises InputError: ``choice_unknown``, naming the keys there are.
        """
        chosen = self.choices(name)
        return chosen[0] if chosen else None

    def choices(self, name: str) -> list[str]:
        """Return the keys of a choice of several: a list, or a text with commas; none when it was left out.

        :raises InputError: ``choice_unknown``, naming the keys there are.
        """
        if not self.is_given(name):
            return []
        definition = self.algorithm.parameterDefinition(name)
        keys = list(keys_of(definition))
        given = self.parameters.get(name)
        given = definition.defaultValue() if is_null(given) else given
        parts = given if isinstance(given, (list, tuple)) else [given]
        pieces = [piece for part in parts for piece in parts_of(str(part))]
        chosen = [keys[int(p)] if p.isdigit() and int(p) < len(keys) else p for p in pieces]
        unknown = [key for key in chosen if key not in keys]
        if unknown:
            raise InputError("choice_unknown", name=name, value=", ".join(unknown), known=", ".join(keys))
        return list(dict.fromkeys(chosen))

    def encoding(self) -> str:
        """Return ``ENCODING``: ``auto`` or the name of any encoding that Python knows."""
        try:
            return self.choice("ENCODING")
        except InputError:
            return str(self.parameters["ENCODING"]).strip()  # the reader says when it does not know it

    def moment(self, name: str) -> str | None:
        """Return a date or time as text: ISO 8601 when it was picked, else as it was written."""
        value = self.parameters.get(name)
        if isinstance(value, QDateTime):
            return value.toString("yyyy-MM-ddTHH:mm:ss") or None
        if isinstance(value, QDate):
            return value.toString("yyyy-MM-dd") or None
        return self.text(name)

    def crs(self, name: str) -> str | None:
        """Return a reference system as authority code or, where QGIS does not know it, as it was written."""
        if not self.is_given(name):
            return None
        crs = self.algorithm.parameterAsCrs(self.parameters, name, self.context)
        return (crs.authid() or crs.toWkt()) if crs.isValid() else self.text(name)

    def author(self) -> str:
        """Return who is working."""
        return self.text("AUTHOR") or ""

    def workspace(self) -> Workspace:
        """Open ``WORKSPACE``.

        :raises InputError: ``workspace_not_chosen``; :raises WorkspaceError: when it cannot be opened.
        """
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  needs numpy

        given = self.text("WORKSPACE")
        if given is None:
            raise InputError("workspace_not_chosen")
        opened = Workspace.open(given)
        for path in recovered_files():
            self.tell(Message("workspace_recovered", {"path": path.name}), is_warning=True)
        for message in settled_handovers():
            self.tell(message, is_warning=True)
        remember_login(opened.location)
        return self.state.in_one_state(self.algorithm, opened, self.author)

    @contextmanager
    def reading(self, *, holds_off: bool = False) -> Iterator[None]:
        """Let every workspace that is opened in the block be read in one state.

        :param holds_off: nobody may write to a file until the job does, nor to a database until it has ended.
        """
        with ExitStack() as ends:
            self.state = Reading(ends, holds_off)
            yield

    def source(self, name: str) -> Source | None:
        """Return the rows of a layer parameter, ``None`` when it was left out.

        :raises InputError: when a file cannot be read.
        """
        found = self.sources(name)
        return found[0] if found else None

    def required(self, name: str) -> Source:
        """Return the rows of a layer parameter that must be given.

        :raises InputError: ``parameter_missing``, or when a file cannot be read.
        """
        found = self.source(name)
        if found is None:
            raise InputError("parameter_missing", name=name)
        return found

    def sources(self, name: str) -> list[Source]:
        """Return the rows of each layer of a parameter.

        :raises InputError: when a file cannot be read.
        """
        if name not in self._read:
            from gridmgmt_plugin.processing.sources import read_input  # noqa: PLC0415  needs numpy

            encoding, home = self.encoding() if self._has("ENCODING") else "auto", self._location()
            self._read[name] = [read_input(one, home, encoding, self._silent) for one in self._inputs.get(name, ())]
        return self._read[name]

    def path_of(self, name: str) -> str | None:
        """Return the file (without a layer's name) that a layer parameter is read from, ``None`` for other layers."""
        path = self.address_of(name)
        return None if path is None else path.split("|", maxsplit=1)[0]

    def address_of(self, name: str) -> str | None:
        """Return the file, with its layer, that a layer parameter is read from, ``None`` for other layers."""
        given = self._inputs.get(name)
        return getattr(given[0], "path", None) if given else None

    def taken(self, name: str, source: Source) -> Source:
        """Return ``source``, which stands from now on for what the layer parameter was given."""
        self._read[name] = [source]
        return source

    def column(self, name: str, layer: str) -> str | None:
        """Return the column that ``name`` chose of the layer parameter ``layer``, ``None`` to have it found."""
        chosen = self.text(name)
        if chosen is None or not self._inputs.get(layer):
            return chosen
        return self._inputs[layer][0].column(chosen, self.sources(layer)[0])

    def required_text(self, name: str) -> str:
        """Return a text that must be given.

        :raises InputError: ``parameter_missing``.
        """
        text = self.text(name)
        if text is None:
            raise InputError("parameter_missing", name=name)
        return text

    def output_path(self, name: str) -> str:
        """Return where a file goes.

        :raises InputError: ``parameter_missing``.
        """
        path = self.algorithm.parameterAsFileOutput(self.parameters, name, self.context)
        if not path:
            raise InputError("parameter_missing", name=name)
        return plain_path(str(path))

    def output_location(self, name: str) -> Location:
        """Return where a new workspace goes: a file, or the schema of a database that a URI names.

        :raises InputError: ``parameter_missing``; :raises WorkspaceError: for what is no place for a workspace.
        """
        given = self.text(name)
        return parse_location(given if given and is_database(given) else self.output_path(name))

    def layer_path(self, name: str) -> str | None:
        """Return where a layer goes, ``None`` when none was asked for."""
        if not self.is_given(name):
            return None
        return self.algorithm.parameterAsOutputLayer(self.parameters, name, self.context) or None

    def table(self, name: str = "INPUT", *, as_written: bool = False) -> Source:
        """Return the rows of a file parameter, decoded by ``ENCODING``; ``as_written`` keeps words for nothing.

        :raises InputError: ``parameter_missing``, or when the file cannot be read.
        """
        from gridmgmt_plugin.exchange.reading import read_source  # noqa: PLC0415  needs numpy

        encoding = self.encoding() if self._has("ENCODING") else "auto"
        return read_source(self.required_text(name), None, encoding, self._silent, as_written=as_written)

    def json(self, name: str) -> Any:
        """Return a parameter that holds JSON text or names a JSON file, ``None`` when it was left out.

        :raises InputError: ``file_missing`` or ``json_unreadable``.
        """
        given = self.text(name)
        if given is None:
            return None
        content, where = given, name
        if not given.startswith(("{", "[")):
            path = Path(plain_path(given))
            if not path.is_file():
                raise InputError("file_missing", path=given)
            content, where = path.read_text(encoding="utf-8-sig", errors="replace"), path.name
        try:
            return json.loads(content)
        except json.JSONDecodeError as error:
            raise InputError("json_unreadable", where=where, line=error.lineno, column=error.colno) from error

    def check_outputs(self, shown: Sequence[FileInUse]) -> None:
        """Make sure, before anything is read or written, that no output would write over a file that is needed.

        :param shown: the files of the project's layers.
        :raises InputError: ``output_is_workspace``, ``output_is_journal``, ``output_is_input``, ``output_is_layer``.
        """
        used = [*files_of_workspace(self._location())]
        for definition in self.algorithm.parameterDefinitions():
            if definition.isDestination():
                continue
            named = [getattr(one, "path", None) for one in self._inputs.get(definition.name(), ())]
            if definition.type() == "file":
                named.append(self.text(definition.name()))
            used += files_of_inputs(named)
        for definition in self.algorithm.parameterDefinitions():
            if definition.isDestination() and self.is_given(definition.name()):
                address = address_of(self.parameters.get(definition.name()))
                refuse_writing_over(definition.description(), address, [*used, *shown])

    def check_report(self) -> None:
        """Make sure, before anything is changed, that the report can be written where the user wants it.

        :raises InputError: ``report_not_writable``.
        """
        path = self._report_path()
        is_new = not path.exists()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("ab").close()
            if is_new:
                remove_file(path)
        except OSError as error:
            raise InputError("report_not_writable", path=str(path), reason=error.strerror or str(error)) from error

    def report(self, report: Report) -> str:
        """Write the job's report, tell its notes, and return the path of the JSON file."""
        path = self._written(report)
        for note in report.notes:
            self.tell(note)
        if report.rejected:
            counts = ", ".join(f"{reason} {count}" for reason, count in report.reasons.items())
            details = {"accepted": report.accepted, "rejected": report.rejected, "path": str(path), "reasons": counts}
            self.tell(Message("algorithm_rows_rejected", details), is_warning=True)
        return str(path)

    def refused(self, report: Report) -> None:
        """Write the report of a job that refused everything, and say where the faults are listed."""
        path = self._written(report)
        self.tell(Message("algorithm_faults_listed", {"path": str(path)}), is_warning=True)

    def _written(self, report: Report) -> Path:
        path, warning = write_somewhere(report, self._report_path(), language())
        if warning is not None:
            self.tell(warning, is_warning=True)
        return path

    def tell(self, note: Message, *, is_warning: bool = False) -> None:
        """Show a note in the log of the run, in the colour of warnings if it is one."""
        push = self.feedback.pushWarning if is_warning else self.feedback.pushInfo
        push(note.text(language()))

    def _report_path(self) -> Path:
        named = self.algorithm.parameterAsFileOutput(self.parameters, "REPORT", self.context)
        if not named:
            if not hasattr(self, "_temporary_report"):
                self._temporary_report = QgsProcessingUtils.generateTempFilename("report.json")
            named = self._temporary_report
        return Path(named)

    def _location(self) -> Location | None:
        given = self.text("WORKSPACE") if self._has("WORKSPACE") else None
        return None if given is None else parse_location(given)

    def _has(self, name: str) -> bool:
        return self.algorithm.parameterDefinition(name) is not None

    def _value(self, name: str, read: Callable[..., Any]) -> Any | None:
        return read(self.parameters, name, self.context) if self.is_given(name) else None

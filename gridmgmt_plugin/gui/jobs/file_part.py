"""The part of a dialog that is about a file: its columns read in the background, proposed, decided, remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.intake.source_profiles import fitting_profile
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs.columns_panel import ColumnsPanel
from gridmgmt_plugin.gui.jobs.dialog import JobDialog
from gridmgmt_plugin.gui.jobs.file_reading import Chosen, read_proposal
from gridmgmt_plugin.gui.jobs.forms import FileColumns
from gridmgmt_plugin.gui.jobs.known_fields import SourceProfileField
from gridmgmt_plugin.gui.jobs.memory import KnownFile, known_file, remember_file
from gridmgmt_plugin.gui.jobs.place_fields import LayerField
from gridmgmt_plugin.jobs.intake.column_proposal import ColumnProposal
from gridmgmt_plugin.processing.parameters import BY_SOURCE
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.workspace.location import Location

_TYPED_MS = 300
#: What belongs to a kind of file rather than to the job.
SETTINGS_OF_FILES = ("COORDINATES", "ENCODING", "SOURCE", "SOURCE_PROFILE")
# Of these, what the next file of the kind is proposed; how it is encoded is looked at each time.
_PROPOSED = ("COORDINATES", "SOURCE", "SOURCE_PROFILE")
# What says more of a file than its headings do.
_PROFILE = "SOURCE_PROFILE"
_QUICK_BYTES = 20_000_000


@dataclass(frozen=True)
class _Former:
    """The file whose columns were shown last: how it was given, its headings, of which kind of source it was."""

    given: str
    headings: frozenset[str]
    source: str

    def is_unlike(self, given: str | None, headings: Collection[str]) -> bool:
        """Tell whether another file has other columns; the same one has them when it is read as encoded otherwise."""
        return given != self.given and frozenset(headings) != self.headings


class FilePart:
    """Follows the file of a dialog; ``on_proposed`` is called when its columns are shown."""

    def __init__(
        self, dialog: JobDialog, form: FileColumns, location: Location | None, on_proposed: Callable[[], None]
    ) -> None:
        assert dialog.columns is not None
        self._dialog, self._form, self._location = dialog, form, location
        self._panel: ColumnsPanel = dialog.columns
        self._on_proposed = on_proposed
        self._reading: JobTask | None = None
        self._shown: Chosen | None = None
        self._wait = QTimer()
        self._wait.setSingleShot(True)
        self._wait.setInterval(_TYPED_MS)
        self._wait.timeout.connect(self._read)
        dialog.file_changed.connect(self._wait.start)
        self._followed: str | None = ""  # the kind of source by which the columns are shown; None: none are yet
        self._may_propose = False  # nobody has named a kind of source for this file, nor taken one away
        self._former: _Former | None = None
        self._filled: dict[str, Any] = {}  # what file or kind of source have put into fields
        self._empty = {n: dialog.fields[n].value() for n in _PROPOSED if n in dialog.fields and n != _PROFILE}
        self._sources = dialog.fields.get(_PROFILE)
        if self._sources is not None:
            self._sources.changed.connect(self._follow_profile)

    @property
    def is_quick(self) -> bool:
        """Tell whether the file is small enough to try the import whenever something changes."""
        given = self._given()
        return given is not None and Path(_file_of(given)).stat().st_size <= _QUICK_BYTES

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being read."""
        return self._reading is not None

    @property
    def is_ready(self) -> bool:
        """Tell whether the columns of the chosen file are shown."""
        return self._reading is None and self._panel.proposal is not None

    def parameters(self) -> dict[str, Any]:
        """Return what the chosen columns are for the algorithm: parameters of their own, and ``FIELD_MAP``."""
        found: dict[str, Any] = {}
        mapped: dict[str, str | None] = {}
        changed = self._panel.changed_columns()
        for name, heading in self._panel.chosen().items():
            if heading is not None and name in self._form.columns:
                found[self._form.columns[name]] = heading
            elif "FIELD_MAP" in self._dialog.fields and (heading or (name in changed and name not in ("x", "y"))):
                mapped[name] = heading
        return {**found, **({"FIELD_MAP": json.dumps(mapped, ensure_ascii=False)} if mapped else {})}

    def remember(self) -> None:
        """Propose the same for the next file of this kind."""
        proposal = self._panel.proposal
        if proposal is not None:
            settings = {n: self._dialog.fields[n].value() for n in SETTINGS_OF_FILES if n in self._dialog.fields}
            known = KnownFile(self._panel.changed_columns(), settings)
            remember_file(self._kind(), proposal.headings, known)

    def end(self) -> None:
        """Stop reading."""
        self._wait.stop()
        if self._reading is not None:
            self._reading.drop()
            self._reading = None

    def _given(self) -> str | None:
        """Return the file that is chosen, once it is one, or the layer."""
        field = self._dialog.fields[self._form.parameter]
        given: str | None = field.value()
        is_there = given is not None and (isinstance(field, LayerField) or Path(_file_of(given)).is_file())
        return given if is_there else None

    def _kind(self) -> str:
        by_choice = self._form.kind in self._dialog.fields
        return self._dialog.fields[self._form.kind].chosen_key() if by_choice else self._form.kind

    def _value(self, name: str, default: str) -> str:
        field = self._dialog.fields.get(name)
        return str(field.value() or default) if field is not None else default

    def _read(self) -> None:
        if not is_alive(self._dialog):
            return
        given = self._given()
        wanted = None
        if given is not None:
            is_layer = isinstance(self._dialog.fields[self._form.parameter], LayerField)
            wanted = Chosen(given, self._kind(), self._value("ENCODING", "auto"), is_layer)
        if wanted == self._shown:
            return
        self.end()
        if self._shown is not None and self._panel.proposal is not None:
            headings = frozenset(self._panel.proposal.headings)
            self._former = _Former(self._shown.given, headings, self._value(_PROFILE, ""))
        self._shown = wanted
        self._panel.clear()
        self._dialog.show_columns(are_known=False)
        self._dialog.show_forecast("")
        if wanted is None:
            self._on_proposed()
        else:
            self._dialog.show_forecast(tr("Reading the file …"))
            coordinates = self._value("COORDINATES", "crs")
            coordinates = "crs" if coordinates == BY_SOURCE else coordinates  # the columns tell which source it is
            self._reading = read_proposal(self._location, wanted, coordinates, self._proposed)

    def _proposed(self, proposal: ColumnProposal | None, error: GridError | None) -> None:
        self._reading = None
        if not is_alive(self._dialog):
            return
        if proposal is None:
            self._dialog.show_refusal("" if error is None else error.text(language()), error)
            return
        self._begin_with(proposal)
        self._dialog.show_columns(are_known=True)
        self._dialog.show_forecast(tr("{rows} {rows:row|rows} in the file.", rows=f"{proposal.rows:,}"))
        self._on_proposed()

    def _begin_with(self, proposal: ColumnProposal) -> None:
        """Show columns and settings as this file has them; nothing stays that only the file before it had.

        A kind of source that the planner has named for this file goes before the one it was read by last.
        """
        former, name = self._former, self._value(_PROFILE, "")
        if former is not None and former.is_unlike(self._given(), proposal.headings):
            self._take_back()
            name = "" if name == former.source else name
        self._former = None
        self._followed, self._may_propose = None, False  # before the name is shown, which is heard
        name = name or str(known_file(self._kind(), proposal.headings).settings.get(_PROFILE) or "")
        known = self._decided(proposal, name)
        self._fill_in({n: v for n, v in known.settings.items() if n in self._empty})
        self._panel.show_proposal(proposal, self._form.first, known.columns)
        self._dialog.show_values({_PROFILE: name})
        self._may_propose = not name
        self._follow_profile()

    def _decided(self, proposal: ColumnProposal, source: str) -> KnownFile:
        """Return what was decided about files of this kind, nothing where they were of another source then."""
        known = known_file(self._kind(), proposal.headings)
        return known if known.settings.get(_PROFILE) in (None, "", source) else KnownFile()

    def _follow_profile(self) -> None:
        """Show the columns as the kind of source says that is chosen, else the one that alone fits the file.

        What the kind of source before it has filled in goes with it, unless the planner has changed it since.
        """
        proposal, field = self._panel.proposal, self._sources
        if proposal is None or not isinstance(field, SourceProfileField):
            return
        name = field.value() or ""
        if not name and self._may_propose:
            name = fitting_profile(field.profiles, proposal.headings)
        self._may_propose = self._may_propose and not name
        kept = field.profiles.get(name)
        before, followed = self._followed, "" if kept is None else name
        if followed == before:
            return
        self._followed = followed
        if before:
            self._take_back()
        if kept is not None:
            self._dialog.show_values({_PROFILE: name})
            said = {"COORDINATES": kept.coordinates, "SOURCE": kept.source}
            self._fill_in({parameter: value for parameter, value in said.items() if value})
        columns = {} if kept is None else kept.within(proposal.headings).columns
        decided = self._decided(proposal, name).columns
        self._panel.show_proposal(proposal, self._form.first, {**decided, **columns})

    def _fill_in(self, values: Mapping[str, Any]) -> None:
        self._dialog.show_values(values)
        self._filled.update({name: self._dialog.fields[name].value() for name in values if name in self._empty})

    def _take_back(self) -> None:
        """Empty the fields that still show what was filled in."""
        fields = self._dialog.fields
        stale = [name for name, value in self._filled.items() if fields[name].value() == value]
        self._dialog.show_values({name: self._empty[name] for name in stale})
        self._filled.clear()


def _file_of(given: str) -> str:
    """Return the path of a file without the name of a layer in it."""
    return given.split("|", maxsplit=1)[0]

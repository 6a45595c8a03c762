"""What each job's dialog shows first: the little that the declaration of its algorithm does not say.

Parameters, their kinds, titles, defaults and help come from the algorithm's class. A parameter that is named nowhere
here stands under "More settings", so a new one is reachable without a word in this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridmgmt_plugin.project.i18n import translatable

#: Filled in by the window itself: the open workspace, and where the report goes.
FILLED_IN = ("WORKSPACE", "REPORT", "FIELD_MAP")

_POINT_COLUMNS = {"x": "X_FIELD", "y": "Y_FIELD", "class_code": "CLASS_FIELD"}


@dataclass(frozen=True)
class FileColumns:
    """A file whose columns are proposed. ``parameter``: names the file; ``kind``: what it fills, see
    :func:`~gridmgmt_plugin.jobs.intake.column_proposal.propose_columns`, or the choice (in capitals) that says so.
    ``columns``: wanted column → the parameter that names its heading; the others go into ``FIELD_MAP``.
    ``first``: wanted columns shown at once, with whatever else was found.
    """

    parameter: str
    kind: str
    columns: Mapping[str, str] = field(default_factory=dict)
    first: Sequence[str] = ()


@dataclass(frozen=True)
class JobForm:
    """One dialog. ``verb``: what its main button says. ``first``: parameters shown at once, in this order; columns
    that ``file`` proposes are no part of it. ``only_when``: parameter → (choice, keys of it) that it has a meaning
    with; no keys stand for whatever is given. ``tries``: the job can be tried out without writing; ``tries_at_once``:
    it is quick enough to be tried whenever something changes. ``makes``: the table whose new rows the result offers
    to show. ``verbs``: parameter → what the main button says instead while it is given. ``stopped``: what is true
    after a run that was stopped.
    """

    verb: str = translatable("Run")
    first: Sequence[str] = ()
    file: FileColumns | None = None
    only_when: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    tries: bool = False
    tries_at_once: bool = False
    makes: str = ""
    verbs: Mapping[str, str] = field(default_factory=dict)
    stopped: str = translatable("Stopped. Nothing was written.")

    def verb_with(self, values: Mapping[str, Any]) -> str:
        """Return what the main button says with these parameters, to be translated."""
        return next((verb for name, verb in self.verbs.items() if values.get(name)), self.verb)


_POINTS_ASKED = {
    "x": "X_FIELD",
    "y": "Y_FIELD",
    "class": "CLASS_FIELD",
    "kind": "KIND_FIELD",
    "component": "COMPONENT_FIELD",
}
_STREET_COLUMNS = {"lane": "NAME_FIELD", "road_class": "CLASS_FIELD"}
_IMPORT = translatable("Import")
_OF_GRIDS = {"SCHEME": ("TARGET", ("responsibility_grid",))}

FORMS: Mapping[str, JobForm] = {
    "createworkspace": JobForm(
        translatable("Create"),
        ("AREAS", "CRS", "LOCAL_FRAME", "OUTPUT"),
        FileColumns("AREAS", "area", {"code": "CODE_FIELD", "name": "NAME_FIELD"}),
    ),
    "copyworkspace": JobForm(translatable("Copy"), ("OUTPUT", "TARGET", "SCHEMA", "WITH_CONTACTS", "WORKING_COPY")),
    "bringback": JobForm(translatable("Bring back"), ("INPUT", "CONFLICTS"), tries=True),
    "generateunitgrids": JobForm(
        translatable("Divide"),
        ("STREETS", "TARGET_AREA", "SCOPE", "MODE", "BUILDINGS", "COMPOUNDS", "ROAD_AREAS"),
        FileColumns("STREETS", "road", _STREET_COLUMNS),
        tries=True,
        makes="unit_grid",
    ),
    "importunitgrids": JobForm(
        _IMPORT,
        ("INPUT", "MODE", "SCOPE", "REPAIR"),
        FileColumns("INPUT", "unit_grid", {"code": "CODE_FIELD"}, ("code", "name", "grid_kind", "land_use")),
        tries=True,
        makes="unit_grid",
    ),
    "buildresponsibilitygrids": JobForm(
        translatable("Build"),
        ("SCHEME", "COUNT", "UNITS_PER_GRID", "WEIGHT", "WITHIN", "STAY", "LOCKED", "REPLACE"),
        tries=True,
        makes="responsibility_grid",
    ),
    "importlanes": JobForm(
        _IMPORT,
        ("STREETS", "SCOPE", "MODE"),
        FileColumns("STREETS", "street", _STREET_COLUMNS),
        tries=True,
        makes="lane",
    ),
    "importposts": JobForm(
        _IMPORT,
        ("INPUT", "TARGET", "SCHEME"),
        FileColumns(
            "INPUT", "post", first=("name", "role", "target_code", "target_name", "phone", "department_code")
        ),
        only_when=_OF_GRIDS,
        tries=True,
        tries_at_once=True,
        makes="post",
    ),
    "importcomponents": JobForm(
        _IMPORT,
        ("INPUT", "COORDINATES", "MODE"),
        FileColumns(
            "INPUT",
            "component",
            {**_POINT_COLUMNS, "code": "ID_FIELD"},
            ("x", "y", "class_code", "code", "name", "location", "department_code"),
        ),
        tries=True,
        tries_at_once=True,
        makes="component",
    ),
    "importcases": JobForm(
        _IMPORT,
        ("INPUT", "SOURCE_PROFILE", "COORDINATES", "SOURCE", "MODE"),
        FileColumns(
            "INPUT",
            "cases",
            {
                **_POINT_COLUMNS,
                "id": "ID_FIELD",
                "reported_at": "REPORTED_FIELD",
                "closed_at": "CLOSED_FIELD",
                "status": "STATUS_FIELD",
            },
            ("x", "y", "reported_at", "class_code", "id", "title", "status", "closed_at", "address"),
        ),
        tries=True,
        tries_at_once=True,
        makes="cases",
    ),
    "importtable": JobForm(
        _IMPORT,
        ("TABLE", "INPUT"),
        FileColumns("INPUT", "TABLE", {"x": "X_FIELD", "y": "Y_FIELD"}),
        tries=True,
        tries_at_once=True,
    ),
    "importledger": JobForm(
        _IMPORT,
        ("INPUT", "LEDGER", "COORDINATES", "WHOLE", "MODE"),
        FileColumns(
            "INPUT",
            "ledger_item",
            {
                "x": "X_FIELD",
                "y": "Y_FIELD",
                "key": "KEY_FIELD",
                "name": "NAME_FIELD",
                "status": "STATUS_FIELD",
                "due_on": "DUE_FIELD",
                "grid": "GRID_FIELD",
            },
            ("key", "name", "status", "due_on", "x", "y", "grid"),
        ),
        tries=True,
        tries_at_once=True,
        makes="ledger_item",
    ),
    "importpackage": JobForm(_IMPORT, ("INPUT", "REDRAW"), tries=True, tries_at_once=True),
    "importreceipt": JobForm(_IMPORT, ("INPUT", "RELEASE"), tries=True),
    "ledgercounts": JobForm(
        translatable("Count"),
        ("LEDGER", "LEVEL", "SCHEME"),
        only_when={"SCHEME": ("LEVEL", ("responsibility_grid",))},
    ),
    "importinspections": JobForm(
        _IMPORT,
        ("INPUT", "CHECKLIST", "KIND", "INSPECTED_ON"),
        tries=True,
        tries_at_once=True,
        makes="lane_inspection",
    ),
    "lanecases": JobForm(translatable("Count"), ("FROM", "TO", "CLASS_PREFIX", "SETTLE"), tries=True),
    "drawlanes": JobForm(
        translatable("Draw lots"),
        ("COUNT", "BY", "SEED", "KIND", "FOLDER", "PAGES", "OUTPUT"),
        only_when={"PAGES": ("FOLDER", ())},
    ),
    "judgelanes": JobForm(translatable("Judge"), ("UNTIL", "KINDS", "WRITE"), tries=True),
    "exportposts": JobForm(
        translatable("Export"),
        ("TARGET", "SCHEME", "FOLDER", "SINCE", "FORMATS", "TEMPLATES", "WITH_PERSONS"),
        only_when=_OF_GRIDS,
    ),
    "assignofficers": JobForm(
        translatable("Assign"), ("PERSON", "ROLE", "LANES", "SCOPE", "ON", "REPLACE", "LETTER_RULE"), tries=True
    ),
    "endofficers": JobForm(translatable("End"), ("POSTS", "ON", "REASON"), tries=True),
    "planpatrols": JobForm(
        translatable("Plan"), ("FROM", "TO", "SCOPE", "WEEKDAYS", "ROLES"), tries=True, makes="patrol"
    ),
    "importpatrols": JobForm(_IMPORT, ("INPUT",), tries=True, makes="patrol"),
    "patrolgaps": JobForm(translatable("Find"), ("ON", "SCOPE", "DAYS")),
    "staffingboard": JobForm(translatable("List"), ("SCOPE", "ON")),
    "dutycoverage": JobForm(translatable("Find"), ("SCOPE", "SCHEME")),
    "exportofficers": JobForm(translatable("Export"), ("FOLDER", "ON", "SCOPE", "FROM", "TO", "FORMATS")),
    "handoverposts": JobForm(
        translatable("Pass on"), ("PERSON", "SUCCESSOR", "ON", "LEAVES", "REASON", "FOLDER"), tries=True
    ),
    "followground": JobForm(
        translatable("Follow"), ("ON", "SINCE", "LEAVE", "FOLDER"), tries=True, tries_at_once=True
    ),
    "reformdepartment": JobForm(translatable("Reform"), ("DEPARTMENT", "SUCCESSOR", "ON", "DOCUMENT_NO"), tries=True),
    "lanepapers": JobForm(translatable("Make"), ("KIND", "LANES", "TEMPLATE", "FOLDER", "FILES")),
    "hotspots": JobForm(translatable("Find"), ("FROM", "LEVEL", "SCHEME", "CLASS_PREFIX")),
    "hotspottrend": JobForm(
        translatable("Find"),
        ("FROM", "SLICE", "LEVEL", "SCHEME", "CLASS_PREFIX"),
        only_when={"SCHEME": ("LEVEL", ("responsibility_grid",))},
    ),
    "recurrence": JobForm(translatable("Find"), ("FROM", "DAYS", "DISTANCE", "CLASS_PREFIX", "SCHEME")),
    "evaluate": JobForm(
        translatable("Evaluate"),
        ("FROM", "LEVEL", "BY", "SCHEME", "SCORES"),
        only_when={"SCHEME": ("LEVEL", ("responsibility_grid", "person"))},
    ),
    "systemcoverage": JobForm(translatable("List"), ("SCHEME", "ON", "FOLDER")),
    "briefing": JobForm(translatable("Make"), ("FROM", "LEVEL", "SCHEME", "FORMATS", "LANGUAGE", "FOLDER")),
    "whoisresponsible": JobForm(
        translatable("Ask"),
        ("POINTS", "SCHEME", "AT"),
        FileColumns("POINTS", "points", _POINTS_ASKED, ("class",)),
    ),
    "servicecircles": JobForm(
        translatable("Find"),
        ("CENTRES", "STREETS", "MINUTES", "SPEED", "COORDINATES", "SCHEME"),
        FileColumns("CENTRES", "centres", {"x": "X_FIELD", "y": "Y_FIELD", "name": "NAME_FIELD"}),
    ),
    "comparestates": JobForm(translatable("Compare"), ("BASE", "OTHER", "SCHEME")),
    "validate": JobForm(translatable("Check"), ("SCHEME",)),
    "deliverpostgis": JobForm(translatable("Deliver"), ("RELEASE", "TARGET", "SCHEMA")),
    "deliverhttp": JobForm(
        translatable("Send"),
        ("PACKAGE", "TARGET", "LOGIN"),
        stopped=translatable("Stopped. What the receiver took until then is kept; send again to go on from there."),
    ),
    "exportpackage": JobForm(
        translatable("Hand over"),
        ("SCHEME", "PROFILE", "FOLDER", "FORMATS", "EFFECTIVE_FROM", "NOTE"),
        verbs={"PREVIEW": translatable("Write the sheet")},
    ),
}


def form_of(algorithm: str) -> JobForm:
    """Return the form of an algorithm's dialog, a plain one where none is described."""
    return FORMS.get(algorithm, JobForm())

"""Which field shows which parameter: by its name where that means more than its kind, else by its kind."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import (
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
)

from gridmgmt_plugin.gui.intake.arrivals_field import ArrivalsField
from gridmgmt_plugin.gui.jobs.fields import (
    ChoiceField,
    ChoicesField,
    CrsField,
    Field,
    FixedField,
    FlagField,
    MomentField,
    NumberField,
    TextField,
    TextsField,
    without_hint,
)
from gridmgmt_plugin.gui.jobs.known_fields import (
    ChecklistField,
    ClassField,
    ColourField,
    ConnectionField,
    KnownField,
    LoginField,
    ModeField,
    ReleaseField,
    SourceProfileField,
)
from gridmgmt_plugin.gui.jobs.picked_fields import (
    MixField,
    PickedField,
    PlacesField,
    case_states,
    classes_of_both_kinds,
    departments_there_are,
    grids_of_scheme,
    lanes_there_are,
    posts_of_person,
    posts_on_lanes,
)
from gridmgmt_plugin.gui.jobs.place_fields import (
    ColumnField,
    FileField,
    FolderField,
    LayerField,
    LayersField,
    OutputField,
    SettingsFileField,
    TemplateField,
)
from gridmgmt_plugin.gui.jobs.proposals_field import ProposalsField
from gridmgmt_plugin.gui.jobs.workspace_fields import (
    AreaField,
    AreasField,
    NewSchemeField,
    PeriodField,
    SchemeField,
    SinceField,
    StateField,
)
from gridmgmt_plugin.gui.papers.fields import LanesField
from gridmgmt_plugin.gui.receivers.profile_field import ReceiverProfileField
from gridmgmt_plugin.project.i18n import tr, translatable

_LAYER_FILES = "GeoPackage (*.gpkg);;Shapefile (*.shp);;GeoJSON (*.geojson);;CSV (*.csv)"
_KINDS = {
    "boolean": FlagField,
    "number": NumberField,
    "multilayer": LayersField,
    "crs": CrsField,
    "authcfg": LoginField,
}
_NAMED = {
    "LEAVE": ProposalsField,
    "CLASS_PREFIX": ClassField,
    "PROFILE": SettingsFileField,
    "SINCE": SinceField,
    "CHECKLIST": ChecklistField,
    "COLOUR": ColourField,
    "TEMPLATE": TemplateField,
    "SOURCE_PROFILE": SourceProfileField,
    "RELEASE": ReleaseField,
    "PLACES": PlacesField,
}
#: Things of the workspace to choose one of by name. A department that has passed its work on may still be named in
#: tables: the reform goes on.
_KNOWN = {
    "DEPARTMENT": ("departments", "passed_departments"),
    "PERSON": ("persons",),
    "SUCCESSOR": ("persons",),
    "LEDGER": ("ledgers",),
}
#: Things of the workspace to choose any number of, and the field that says of which scheme or person.
_PICKED = {
    "GRIDS": (grids_of_scheme, "SCHEME"),
    "LOCKED": (grids_of_scheme, "SCHEME"),
    "LANES": (lanes_there_are, ""),
    "CLASSES": (classes_of_both_kinds, ""),
    "STATUSES": (case_states, ""),
    "DEPARTMENTS": (departments_there_are, ""),
}
#: Where none chosen means all of them.
_FILTERS = (
    ("buildresponsibilitygrids", "GRIDS"),
    *(("briefing", name) for name in ("CLASSES", "STATUSES", "DEPARTMENTS")),
)
#: Jobs about one area, not about any number of them.
_ONE_AREA = (
    "importunitgrids",
    "assignofficers",
    "exportofficers",
    "planpatrols",
    "patrolgaps",
    "staffingboard",
    "dutycoverage",
)
#: Jobs that can update what a workspace has of a table, and do not at first.
_UPDATE = {"importunitgrids": "unit_grid", "importlanes": "lane"}
#: Jobs that write into a database.
_INTO_DATABASES = ("deliverpostgis", "copyworkspace")
#: What stands beside a choice of several that is left as it is.
_TOLD_BESIDE = {
    "FORMATS": translatable("unless the receiver's profile names others"),
    "KINDS": translatable("those that the checklist names"),
}
#: Layers in whose place the workspace's own are taken.
_OF_THE_WORKSPACE = {
    ("servicecircles", "CENTRES"): translatable("the stations of the workspace"),
    ("servicecircles", "STREETS"): translatable("the street-lanes of the workspace"),
}

#: Jobs that make a grid scheme, and those that make none anew.
ONLY_NEW_SCHEMES = ("servicecircles",)
_MAKE_SCHEMES = ("buildresponsibilitygrids", *ONLY_NEW_SCHEMES)
# Jobs over the cases of a period.
_OF_CASES = ("hotspots", "hotspottrend", "recurrence", "evaluate", "briefing")
# Those of them that look over all cases unless told; the others begin with the last month.
_OF_ALL_CASES = ("hotspottrend", "recurrence")


def make_field(
    definition: QgsProcessingParameterDefinition, algorithm: str, others: Mapping[str, Field]
) -> Field | None:
    """Return the field of a parameter, ``None`` where the field of another one stands for it.

    :param others: the fields made before, by parameter: a column needs its layer.
    """
    name = definition.name()
    if (algorithm, name) in (*((job, "TITLE") for job in _MAKE_SCHEMES), *((job, "TO") for job in _OF_CASES)):
        return None
    if algorithm in _OF_CASES and name == "FROM":
        return PeriodField(definition, whole=algorithm in _OF_ALL_CASES)
    if algorithm == "comparestates" and name in ("BASE", "OTHER"):
        return StateField(definition)
    if name in ("SCHEME", "ALTERNATIVE_OF"):
        if name == "SCHEME" and algorithm in _MAKE_SCHEMES:
            return NewSchemeField(definition, offers_known=algorithm not in ONLY_NEW_SCHEMES)
        return SchemeField(definition, all_of_them=algorithm in ("validate", "whoisresponsible"))
    if (algorithm, name) == ("assignofficers", "SCOPE"):
        return AreaField(definition, nothing=tr("no area; only the lanes chosen above"))
    if name == "SCOPE":
        return AreaField(definition) if algorithm in _ONE_AREA else AreasField(definition)
    if name in _KNOWN:
        is_heir = (algorithm, name) == ("reformdepartment", "SUCCESSOR")
        return KnownField(definition, *(("departments",) if is_heir else _KNOWN[name]))
    if name in _PICKED and algorithm != "lanepapers":
        offer, narrower = _PICKED[name]
        return PickedField(definition, offer, others.get(narrower), is_filter=(algorithm, name) in _FILTERS)
    if name == "POSTS":
        person = others.get("PERSON")
        offer = posts_of_person if person else posts_on_lanes
        return PickedField(definition, offer, person, is_filter=person is not None)
    return _by_name(definition, algorithm, others)


def _by_name(definition: QgsProcessingParameterDefinition, algorithm: str, others: Mapping[str, Field]) -> Field:
    name = definition.name()
    if name == "TARGET" and algorithm in _INTO_DATABASES:
        return ConnectionField(definition)
    if (algorithm, name) == ("importcases", "INPUT"):
        return ArrivalsField(definition)
    if name == "MODE" and algorithm in _UPDATE:
        return ModeField(definition, _UPDATE[algorithm])
    if name == "MIX":
        return MixField(definition, others["WEIGHT"])
    if name == "LANES":
        lanes = LanesField(definition)
        lanes.title = without_hint(lanes.title)
        return lanes
    if (algorithm, name) == ("evaluate", "SERIES"):
        return OutputField(definition, _LAYER_FILES, is_layer=True, only_asked=True)
    if (algorithm, name) == ("exportpackage", "PROFILE"):
        return ReceiverProfileField(definition)
    if name in _NAMED:
        return _NAMED[name](definition)
    if name in ("WORKSPACE", "REPORT", "FIELD_MAP"):
        return FixedField(definition, None)
    if (algorithm, name) in _OF_THE_WORKSPACE:
        return LayerField(definition, empty=tr(_OF_THE_WORKSPACE[algorithm, name]))
    return _by_kind(definition, others)


def _by_kind(definition: QgsProcessingParameterDefinition, others: Mapping[str, Field]) -> Field:
    kind = definition.type()
    if kind in _KINDS:
        return _KINDS[kind](definition)
    if kind == "enum":
        note = tr(_TOLD_BESIDE.get(definition.name(), "")) if "PROFILE" in others or "CHECKLIST" in others else ""
        return ChoicesField(definition, note) if definition.allowMultiple() else ChoiceField(definition)
    if kind == "file":
        is_folder = definition.behavior() == QgsProcessingParameterFile.Behavior.Folder
        return FolderField(definition) if is_folder else FileField(definition)
    if kind == "source":
        return LayerField(definition, own_layers=definition.name() == "POINTS")
    if kind == "field":
        parent = others[definition.parentLayerParameterName()]
        return ColumnField(definition, parent) if isinstance(parent, LayerField) else TextField(definition)
    if kind == "datetime":
        with_time = definition.dataType() == QgsProcessingParameterDateTime.Type.DateTime
        return MomentField(definition, with_time=with_time)
    if kind in ("sink", "vectorDestination"):
        return OutputField(definition, _LAYER_FILES, is_layer=True)
    if kind == "fileDestination":
        return OutputField(definition, f"{definition.fileFilter()};;{tr('All files')} (*)", is_layer=False)
    return TextsField(definition) if kind == "string" and definition.multiLine() else TextField(definition)

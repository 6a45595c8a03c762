"""What scripts, models and other programs rely on: ids, parameter names, outputs, keys of choices; and the help."""

from __future__ import annotations

import re

import pytest
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsSettings,
)
from qgis.gui import QgsGui, QgsProcessingGui
from qgis.PyQt.QtCore import QLocale

from gridmgmt_plugin.core.coordinates import COORDINATE_KINDS
from gridmgmt_plugin.core.intake.update_rules import MODES
from gridmgmt_plugin.core.release.life import ACTS
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.value_lists import lane_roles
from gridmgmt_plugin.jobs.responsibility.unit_weights import WEIGHTS
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.processing.help_texts import help_of
from gridmgmt_plugin.processing.parameters import BY_SOURCE, keys_of
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project import i18n
from gridmgmt_plugin.workspace.schema import OFFICE_TABLES
from tools import translations

# id: parameters beside WORKSPACE, and outputs. A destination parameter is an output too.
CONTRACT = {
    "createworkspace": ("AREAS CODE_FIELD NAME_FIELD CRS LOCAL_FRAME MERGE_PARTS OUTPUT", "OUTPUT"),
    "copyworkspace": ("OUTPUT TARGET SCHEMA WITH_CONTACTS WORKING_COPY", "OUTPUT COUNT REPORT"),
    "bringback": ("INPUT CONFLICTS", "COUNT REJECTED REPORT"),
    "generateunitgrids": (
        "SCOPE MODE STREETS BUILDINGS COMPOUNDS ROAD_AREAS TARGET_AREA MIN_AREA PROFILE",
        "COUNT REPORT",
    ),
    "importunitgrids": ("INPUT CODE_FIELD FIELD_MAP MODE SCOPE REPAIR", "COUNT REPORT"),
    "buildresponsibilitygrids": (
        "SCOPE BARRIERS STAY SCHEME COUNT UNITS_PER_GRID WEIGHT TOLERANCE WITHIN SEED MIX GRIDS LOCKED CENTRES",
        "COUNT MAX_DEVIATION REPORT",
    ),
    "importlanes": ("SCOPE MODE STREETS NAME_FIELD CLASS_FIELD", "COUNT REPORT"),
    "assignunits": ("SCHEME GRID UNITS OUTLINES GRIDS CUT LANES LOCKED", "COUNT REJECTED REPORT"),
    "createscheme": ("KEY TITLE BASE WITHIN CONTIGUOUS TOLERANCE COLOUR", "COUNT REPORT"),
    "schemerules": ("SCHEME WITHIN CONTIGUOUS TOLERANCE COLOUR", "COUNT REPORT"),
    "copyscheme": ("SCHEME KEY TITLE", "COUNT REPORT"),
    "newalternative": ("SCHEME KEY TITLE", "COUNT REPORT"),
    "adoptalternative": ("SCHEME", "COUNT REPORT"),
    "deletescheme": ("SCHEME CONFIRMED", "COUNT REPORT"),
    "importposts": ("INPUT TARGET MODE", "COUNT UPDATED REPORT"),
    "exportposts": ("FOLDER TARGET", "COUNT REPORT"),
    "importinspections": ("INPUT CHECKLIST MODE", "COUNT REJECTED REPORT"),
    "lanecases": ("FROM TO CLASS_PREFIX CASE_KIND CHECKLIST SETTLE OUTPUT OFFICERS", "COUNT HOT OUTPUT REPORT"),
    "drawlanes": ("COUNT BY SEED KIND CHECKLIST FOLDER PAGES OUTPUT", "COUNT OUTPUT REPORT"),
    "judgelanes": ("CHECKLIST UNTIL KINDS WRITE OUTPUT", "COUNT OUTPUT REPORT"),
    "assignofficers": (
        "PERSON ROLE LANES SCOPE ON UNTIL REPLACE REASON LETTER_RULE SIGNED_ON SECTION_FROM SECTION_TO",
        "COUNT REJECTED REPORT",
    ),
    "endofficers": ("POSTS ON REASON", "COUNT REPORT"),
    "planpatrols": ("FROM TO SCOPE WEEKDAYS ROLES", "COUNT REPORT"),
    "importpatrols": ("INPUT FIELD_MAP", "COUNT REJECTED REPORT"),
    "patrolgaps": ("ON SCOPE DAYS", "COUNT REPORT"),
    "exportofficers": ("FOLDER ON SCOPE FROM TO FORMATS", "COUNT REPORT"),
    "assignperson": (
        "PERSON TARGET PLACE SCHEME ROLE TURN WEEKDAYS START_TIME END_TIME ON",
        "COUNT REPORT",
    ),
    "endposts": ("POSTS ON REASON", "COUNT REPORT"),
    "takeback": ("AUTHOR", "COUNT REPORT"),
    "staffingboard": ("SCOPE ON OUTPUT PERSONS HOURS", "COUNT VACANCIES OUTPUT PERSONS HOURS REPORT"),
    "changecomponents": (
        "CODES SCOPE CLASS_PREFIX NEW_STATE NEW_DEPARTMENT NEW_OWNER NEW_MAINTAINER NEW_OWNER_STATE REASON ON",
        "COUNT REJECTED REPORT",
    ),
    "exportsurvey": ("SCOPE CLASS_PREFIX OUTPUT", "COUNT OUTPUT REPORT"),
    "importsurvey": ("INPUT GONE CONFLICTS DIFFERENCES", "COUNT REJECTED DIFFERENCES REPORT"),
    "componentinventory": (
        "BY SCOPE CLASS_PREFIX STATE DEPARTMENT OWNER_STATE PLACES SCHEME GONE_SINCE OUTPUT PROBLEMS PAIRS FOLDER",
        "COUNT FAULTS OUTPUT PROBLEMS PAIRS REPORT",
    ),
    "dutycoverage": ("SCOPE SCHEME OUTPUT", "COUNT GAPS OUTPUT REPORT"),
    "meetingsheet": ("DEPARTMENT STATE DAYS OUTPUT", "COUNT OUTPUT REPORT"),
    "setduty": ("CLASS_KIND CLASS_PREFIX AREA ZONE_KIND DEPARTMENT BASIS", "COUNT REPORT"),
    "opencase": ("COMPONENT CLAIMS INTERIM ON", "COUNT REPORT"),
    "rulecase": ("COMPONENT OWNER DOCUMENT_NO RULING ON", "COUNT REPORT"),
    "handoverposts": ("PERSON SUCCESSOR ON REASON LEAVES LETTER_RULE FOLDER", "COUNT REPORT"),
    "reformdepartment": ("DEPARTMENT SUCCESSOR ON DOCUMENT_NO", "COUNT REPORT"),
    "lanepapers": ("KIND LANES TEMPLATE FOLDER FILES ON MAP_APPROVAL", "COUNT FOLDER REPORT"),
    "followground": ("SINCE ON LEAVE FOLDER", "COUNT REPORT"),
    "importcomponents": (
        "INPUT X_FIELD Y_FIELD COORDINATES CLASS_FIELD ID_FIELD ENCODING MODE",
        "COUNT UPDATED REJECTED REPORT",
    ),
    "importledger": (
        "INPUT LEDGER TITLE KEY_FIELD NAME_FIELD STATUS_FIELD DUE_FIELD GRID_FIELD DONE WHOLE MODE X_FIELD Y_FIELD",
        "COUNT UPDATED REJECTED REPORT",
    ),
    "ledgercounts": ("LEDGER LEVEL SCHEME PLACES OUTPUT", "COUNT OVERDUE OUTPUT REPORT"),
    "importtable": ("INPUT TABLE MODE", "COUNT UPDATED REJECTED REPORT"),
    "importcases": (
        (
            "INPUT MODE X_FIELD Y_FIELD COORDINATES CLASS_FIELD ID_FIELD REPORTED_FIELD CLOSED_FIELD STATUS_FIELD "
            "SOURCE SOURCE_PROFILE MARK_REPEATED"
        ),
        "COUNT UPDATED REJECTED REPORT",
    ),
    "validate": ("SCHEME BUILDINGS STREETS COORDINATES OUTPUT", "ERRORS WARNINGS OUTPUT"),
    "hotspottrend": ("LEVEL SCHEME FROM TO CLASS_PREFIX NORMALISE SLICE PLACES OUTPUT", "OUTPUT"),
    "recurrence": ("DAYS DISTANCE CLASS_PREFIX FROM TO SEED OUTPUT", "OUTPUT"),
    "systemcoverage": ("SCHEME ON OUTPUT FOLDER OVERWRITE", "COUNT OUTPUT REPORT"),
    "evaluate": ("FROM TO LEVEL BY SCORES SLICE MONTH_START OUTPUT SERIES", "COUNT OUTPUT SERIES"),
    "hotspots": (
        "LEVEL SCHEME FROM TO CLASS_PREFIX NORMALISE SIGNIFICANCE PERMUTATIONS SEED PLACES OUTPUT",
        "OUTPUT",
    ),
    "briefing": ("FROM TO LEVEL SCHEME FORMATS LANGUAGE FOLDER", "COUNT FOLDER REPORT"),
    "servicecircles": (
        "CENTRES STREETS MINUTES SPEED SCHEME OUTPUT NAME_FIELD X_FIELD Y_FIELD COORDINATES TITLE ALTERNATIVE_OF",
        "COUNT BEYOND OUTPUT CENTRES_OUTPUT REPORT",
    ),
    "comparestates": ("BASE OTHER SCHEME OUTPUT", "MOVED OUTPUT"),
    "whoisresponsible": ("POINTS CLASS_FIELD SCHEME AT OUTPUT", "OUTPUT"),
    "deliverpostgis": ("RELEASE TARGET SCHEMA", "ROWS REPORT"),
    "deliverhttp": ("PACKAGE TARGET LOGIN ROWS_EACH", "ROWS REPORT"),
    "exportpackage": (
        "SCHEME PROFILE FORMATS ENCODING TARGET_CRS FOLDER NOTE EFFECTIVE_FROM",
        "PACKAGE MANIFEST RELEASE",
    ),
    "importpackage": ("INPUT REDRAW SCHEME ENCODING", "COUNT REJECTED REPORT"),
    "importreceipt": ("INPUT RELEASE", "ACCEPTED REJECTED REPORT"),
    "restorerelease": ("RELEASE", "REPORT"),
    "releaseact": ("RELEASE ACT ON DOCUMENT_NO MEANS NOTE", "REPORT"),
}
CHOICES = {
    ("buildresponsibilitygrids", "WEIGHT"): WEIGHTS,
    ("buildresponsibilitygrids", "WITHIN"): ("community", "zone", "street_office", "county"),
    ("schemerules", "WITHIN"): ("community", "zone", "street_office", "county"),
    ("assignperson", "TARGET"): ("responsibility_grid", "lane", "area", "station"),
    ("setduty", "CLASS_KIND"): ("component", "event"),
    ("releaseact", "ACT"): ACTS,
    ("assignofficers", "REPLACE"): ("usual", "replace", "add"),
    ("assignofficers", "ROLE"): lane_roles(),
    ("hotspots", "LEVEL"): ("unit_grid", "responsibility_grid", "community", "lane"),
    ("hotspots", "NORMALISE"): ("none", "area", "components", "length", "population"),
    ("hotspots", "SIGNIFICANCE"): ("analytic", "permutation"),
    ("hotspottrend", "SLICE"): ("week", "month", "quarter"),
    ("evaluate", "BY"): ("reported", "today"),
    ("briefing", "LEVEL"): ("unit_grid", "responsibility_grid", "community", "lane"),
    ("briefing", "LANGUAGE"): ("zh", "en"),
    ("importtable", "TABLE"): OFFICE_TABLES,
    ("importunitgrids", "MODE"): ("new", "update", "replace"),
    ("importcases", "MODE"): MODES,
    ("importcomponents", "MODE"): MODES,
    ("importledger", "MODE"): MODES,
    ("ledgercounts", "LEVEL"): ("unit_grid", "responsibility_grid", "community", "street_office", "county", "lane"),
    ("importposts", "MODE"): MODES,
    ("importinspections", "MODE"): MODES,
    ("importtable", "MODE"): MODES,
    ("exportpackage", "FORMATS"): ("shp", "gpkg", "geojson"),
}
FLAGS = QgsProcessingParameterDefinition.Flag
OFFERED = {algorithm.KEY: algorithm for algorithm in ALGORITHMS}


def _made(name):
    algorithm = OFFERED[name]()
    algorithm.initAlgorithm()
    return algorithm


@pytest.fixture(params=sorted(OFFERED))
def algorithm(request, qgis_app):
    return _made(request.param)


@pytest.fixture(params=["zh_CN", "en_US"])
def locale(request):
    """QGIS in this language, with the translation as it stands in the catalogue."""
    settings, before = QgsSettings(), QLocale()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", request.param)
    yield request.param
    settings.remove("locale/overrideFlag")
    settings.remove("locale/userLocale")
    QLocale.setDefault(before)


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_every_parameter_and_output_bears_the_name_of_the_contract(name):
    made = _made(name)
    parameters, outputs = (set(text.split()) for text in CONTRACT[name])
    given = {definition.name() for definition in made.parameterDefinitions()}
    assert parameters | (set() if name == "createworkspace" else {"WORKSPACE"}) <= given
    assert outputs <= {output.name() for output in made.outputDefinitions()}


def test_every_algorithm_of_the_contract_is_offered():
    assert set(CONTRACT) <= set(OFFERED)


def test_no_two_algorithms_share_an_id_a_title_or_an_icon():
    made = [_made(name) for name in OFFERED]
    for said in (lambda a: a.name(), lambda a: a.displayName(), lambda a: a.svgIconPath()):
        assert len({said(algorithm) for algorithm in made}) == len(ALGORITHMS)


def test_the_workspace_is_asked_for_first_unless_one_is_made():
    made = [_made(name) for name in OFFERED]
    others = [a.name() for a in made if a.parameterDefinitions()[0].name() != "WORKSPACE"]
    assert others == ["createworkspace"]


def test_an_algorithm_that_leaves_its_work_open_cannot_be_made():
    class Idle(GridAlgorithm):
        KEY = "validate"

        def definitions(self):
            return ()

    with pytest.raises(TypeError, match="execute"):
        Idle()


@pytest.mark.parametrize(("name", "parameter"), CHOICES, ids="-".join)
def test_a_choice_offers_just_what_the_job_knows(name, parameter):
    assert tuple(keys_of(_made(name).parameterDefinition(parameter))) == tuple(CHOICES[name, parameter])


def test_coordinates_are_the_same_choice_everywhere(algorithm):
    definition = algorithm.parameterDefinition("COORDINATES")
    if definition is not None:
        by_source = (BY_SOURCE,) if algorithm.name() == "importcases" else ()
        assert tuple(keys_of(definition)) == (*by_source, *COORDINATE_KINDS)


def test_only_what_is_needed_must_be_filled_in(algorithm):
    needed = {
        definition.name()
        for definition in algorithm.parameterDefinitions()
        if not definition.flags() & FLAGS.FlagOptional and definition.defaultValue() is None
    }
    assert needed <= {"WORKSPACE", "AREAS", "OUTPUT", "SCHEME", "STREETS", "INPUT", "POINTS", "FOLDER"} | {
        "PERSON",
        "POSTS",
        "LEDGER",
        "RELEASE",
        "TARGET",
        "PACKAGE",
        "SUCCESSOR",
        "DEPARTMENT",
        "BASE",
        "KEY",
        "GRID",
        "CONFIRMED",
        "PLACE",
        "COMPONENT",
        "OWNER",
        "REASON",
    }


def test_it_runs_in_the_background_and_can_be_cancelled(algorithm):
    flags = QgsProcessingAlgorithm.Flag
    assert algorithm.flags() & flags.FlagCanCancel
    assert not algorithm.flags() & flags.FlagNoThreading


def test_every_parameter_has_a_widget_whose_untouched_value_will_do(algorithm):
    context, registry = QgsProcessingContext(), QgsGui.processingGuiRegistry()
    for definition in algorithm.parameterDefinitions():
        if definition.isDestination():
            continue
        wrapper = registry.createParameterWidgetWrapper(definition, QgsProcessingGui.WidgetType.Standard)
        widget = wrapper.createWrappedWidget(context)
        wrapper.setParameterValue(definition.defaultValue(), context)
        value = wrapper.parameterValue()
        needed = definition.defaultValue() is None and not definition.flags() & FLAGS.FlagOptional
        assert needed or definition.checkValueIsAcceptable(value, context), definition.name()
        assert definition.toolTip()
        widget.deleteLater()


def test_a_choice_shows_labels_and_not_keys(algorithm):
    for definition in algorithm.parameterDefinitions():
        if definition.type() == "enum":
            assert len(definition.options()) == len(keys_of(definition)) == len(set(definition.options()))
            assert not set(definition.options()) & (set(keys_of(definition)) - {"UTF-8", "GBK", "GB18030"})


def test_its_icon_is_drawn_for_this_project(algorithm):
    assert resource_path(f"icons/{algorithm.ICON}.svg").is_file()
    assert not algorithm.icon().isNull()


def test_each_run_gets_an_algorithm_of_its_own(algorithm):
    created = algorithm.create()
    assert created is not algorithm
    assert created.name() == algorithm.name()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_and_output_is_explained_in_both_languages(algorithm, language):
    explained = help_of(algorithm.name(), language)
    names = {d.name() for d in (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions())}
    assert not names - set(explained.parameters)
    assert explained.summary
    assert all(explained.parameters[name].strip() for name in names)


def test_the_help_explains_nothing_that_is_not_there(algorithm):
    names = {d.name() for d in (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions())}
    for language in ("zh", "en"):
        own = set(re.findall(r"<dt>(\w+)</dt>", help_of(algorithm.name(), language).body))
        assert own <= names


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_explains_in_the_order_of_the_dialog(algorithm, language):
    fields = [d.name() for d in algorithm.parameterDefinitions()]
    order = [*fields, *(d.name() for d in algorithm.outputDefinitions() if d.name() not in fields)]
    told = re.findall(r"<dt>(\w+)</dt>", help_of(algorithm.name(), language).body)
    assert told == [name for name in order if name in told]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_names_every_key_that_a_script_may_choose(algorithm, language):
    told = help_of(algorithm.name(), language).parameters
    choices = [d for d in algorithm.parameterDefinitions() if d.type() == "enum"]
    assert [(d.name(), key) for d in choices for key in keys_of(d) if key not in told[d.name()]] == []


def test_the_example_in_the_help_uses_parameters_that_exist(algorithm):
    names = {d.name() for d in algorithm.parameterDefinitions()}
    for language in ("zh", "en"):
        example = help_of(algorithm.name(), language).body.split("<pre>")[1]
        used = set(re.findall(r'"([A-Z_]+)":', example))
        assert used
        assert used <= names
        assert f"gridmgmt:{algorithm.name()}" in example


def test_chinese_help_is_chinese_and_set_with_chinese_punctuation(algorithm):
    chinese, english = help_of(algorithm.name(), "zh"), help_of(algorithm.name(), "en")
    for name, text in chinese.parameters.items():
        assert re.search("[\u4e00-\u9fff]", text), name
        assert not re.search("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", text), name
    for name, text in english.parameters.items():
        shown = re.sub(r"“[^”]*”|\"[^\"]*\"|北京2000", "", text)  # JSON has its own quotation marks
        assert not re.search("[\u4e00-\u9fff，。；：]", shown), name


def test_titles_labels_and_help_follow_the_language(algorithm, locale):
    translated = translations.read_catalogue() if locale == "zh_CN" else {}
    shown = algorithm.shortHelpString()
    assert ("示例" in shown) == (locale == "zh_CN")
    assert "<code>REPORT</code>" in shown
    if translated:
        assert re.search("[\u4e00-\u9fff]", translated[algorithm.TITLE])
    assert i18n.language() == locale[:2]


def test_the_tool_tip_is_one_sentence_without_marks(algorithm):
    assert algorithm.shortDescription()
    assert "<" not in algorithm.shortDescription()

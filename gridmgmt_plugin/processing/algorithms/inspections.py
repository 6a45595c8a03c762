"""``importinspections`` and ``judgelanes``: what inspections of street-lanes gave, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition, QgsVectorLayer

from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import TableImport
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


KIND_OF_INSPECTION = "inspection_kind"


def checklist_parameter() -> QgsProcessingParameterDefinition:
    """Return ``CHECKLIST``: which list is meant."""
    return parameters.text("CHECKLIST", tr("Checklist (key, JSON text or file; empty: the workspace's)"))


def checklist_of(call: Call) -> str | None:
    """Return the key of a checklist, or the text of the JSON that was given or named.

    :raises InputError: ``file_missing`` or ``json_unreadable``.
    """
    given = call.text("CHECKLIST")
    if given is None or not (given.startswith("{") or given.lower().endswith(".json")):
        return given
    import json  # noqa: PLC0415  seldom needed

    return json.dumps(call.json("CHECKLIST"), ensure_ascii=False)


class ImportInspections(TableImport):
    """See ``resources/help/importinspections``."""

    KEY = "importinspections"
    TITLE = translatable("Import lane inspections")
    RENEWED = translatable("Results updated")
    ICON = "import_inspections"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.table_file("INPUT", tr("Table or survey layer of inspections"), layers_too=True)
        yield checklist_parameter()
        yield parameters.moment("INSPECTED_ON", tr("Day, where the file has none"), with_time=False)
        yield parameters.stored_values("KIND", tr("Kind, where the file has none"), KIND_OF_INSPECTION)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Import the inspections."""
        from gridmgmt_plugin.jobs.inspection.import_inspections import import_inspections  # noqa: PLC0415  heavy

        return import_inspections(
            call.workspace(),
            call.table(as_written=True),
            checklist=checklist_of(call),
            inspected_on=call.moment("INSPECTED_ON"),
            kind=call.choice_if_given("KIND"),
            **given,
        )


class JudgeLanes(GridAlgorithm):
    """See ``resources/help/judgelanes``."""

    KEY = "judgelanes"
    TITLE = translatable("Judge street-lanes")
    GROUP = "analyse"
    ICON = "judge_lanes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield checklist_parameter()
        yield parameters.moment("UNTIL", tr("Inspections until"), with_time=False)
        yield parameters.choices(
            "KINDS",
            tr("Kinds that decide (those of the checklist if none is chosen)"),
            {key: titles[language()] for key, titles in value_list(KIND_OF_INSPECTION)},
            usual=(),
        )
        yield parameters.flag("WRITE", tr("Write the standing into the workspace"), default=True)
        yield parameters.layer_out("OUTPUT", tr("Standing of the street-lanes"), parameters.LINES)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Street-lanes whose standing changes"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Judge the lanes and write the result to the layer."""
        from gridmgmt_plugin.jobs.inspection.judge_lanes import (  # noqa: PLC0415  heavy
            JudgedLanes,
            judge_lanes,
            standing_columns,
        )
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        made: dict[str, str] = {}

        def write_layer(judged: JudgedLanes) -> None:
            types, frame = standing_columns(judged.checklist), workspace.info.frame
            made["OUTPUT"] = write_rows(call, "OUTPUT", judged.rows, types, "MultiLineString", frame)

        found = judge_lanes(
            workspace,
            checklist=checklist_of(call),
            until=call.moment("UNTIL"),
            kinds=call.choices("KINDS"),
            writes=call.flag("WRITE"),
            language=language(),
            author=call.author(),
            progress=call.progress,
            before_writing=write_layer,
        )
        self._checklist = found.checklist
        return {**made, "COUNT": found.report.accepted, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:  # noqa: ARG002  there is one
        """Colour the layer by standing, with a style per item."""
        from gridmgmt_plugin.project.map.lane_style import style_judged  # noqa: PLC0415  only with a layer

        style_judged(layer, self._checklist, language())


class LaneCases(GridAlgorithm):
    """See ``resources/help/lanecases``."""

    KEY = "lanecases"
    TITLE = translatable("Cases on street-lanes")
    GROUP = "analyse"
    ICON = "lane_cases"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from parameters.cases()
        yield checklist_parameter()
        yield parameters.flag("SETTLE", tr("Write the lanes that addresses decide"), default=True)
        yield parameters.layer_out("OUTPUT", tr("Cases on street-lanes"), parameters.LINES)
        yield parameters.layer_out("OFFICERS", tr("Officers"), optional=True, by_default=False)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Cases on lanes"))
        yield number_output("HOT", tr("Lanes with more cases than chance would give"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Count the cases and write lanes and officers."""
        from gridmgmt_plugin.jobs.analysis.lane_cases import (  # noqa: PLC0415  heavy
            OFFICER_COLUMNS,
            case_columns,
            find_lane_cases,
        )
        from gridmgmt_plugin.jobs.analysis.lane_cases import LaneCases as Found  # noqa: PLC0415  heavy
        from gridmgmt_plugin.processing.sinks import write_rows  # noqa: PLC0415  needs numpy

        workspace = call.workspace()
        frame = workspace.info.frame
        made: dict[str, str] = {}

        def write_layers(found: Found) -> None:
            types = case_columns(found.checklist)
            made["OUTPUT"] = write_rows(call, "OUTPUT", found.rows, types, "MultiLineString", frame)
            if call.is_given("OFFICERS"):
                made["OFFICERS"] = write_rows(call, "OFFICERS", found.officers, OFFICER_COLUMNS, "NoGeometry", frame)

        found = find_lane_cases(
            workspace,
            start=call.moment("FROM"),
            end=call.moment("TO"),
            class_prefix=call.text("CLASS_PREFIX") or "",
            case_kind=call.choice_if_given("CASE_KIND") or "",
            checklist=checklist_of(call),
            settles=call.flag("SETTLE"),
            language=language(),
            author=call.author(),
            progress=call.progress,
            before_writing=write_layers,
        )
        self._checklist = found.checklist
        figures = {"COUNT": found.report.accepted, "HOT": found.report.figures["hot"]}
        return {**made, **figures, "REPORT": call.report(found.report)}

    def dress(self, name: str, layer: QgsVectorLayer) -> None:
        """Colour the lanes by the rate, hot ones widest."""
        if name == "OUTPUT":
            from gridmgmt_plugin.project.map.lane_style import style_lane_cases  # noqa: PLC0415  only with a layer

            style_lane_cases(layer, self._checklist, language())

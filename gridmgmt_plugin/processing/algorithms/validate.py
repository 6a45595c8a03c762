"""``validate``: everything in a workspace checked, and listed if asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingOutputDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterVectorDestination,
)

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.titles import ISSUES
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable


class Validate(GridAlgorithm):
    """See ``resources/help/validate``."""

    KEY = "validate"
    TITLE = translatable("Check everything")
    COLUMNS = ISSUES
    GROUP = "handover"
    ICON = "validate"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Grid scheme (all of them if empty)"))
        yield parameters.layer("BUILDINGS", tr("Buildings not to cut"), parameters.POLYGONS, optional=True)
        yield parameters.layer("STREETS", tr("Streets that should be in lanes"), parameters.LINES, optional=True)
        yield parameters.coordinates()
        output = QgsProcessingParameterVectorDestination("OUTPUT", tr("List of what was found"), optional=True)
        output.setCreateByDefault(False)
        yield output
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("ERRORS", tr("Errors"))
        yield number_output("WARNINGS", tr("Warnings"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Check the workspace."""
        from gridmgmt_plugin.jobs.checks.known_streets import keep_streets  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace  # noqa: PLC0415  heavy

        workspace = call.workspace()
        path = call.layer_path("OUTPUT")
        checked = validate_workspace(
            workspace,
            scheme=call.text("SCHEME"),
            output=path,
            buildings=call.source("BUILDINGS"),
            streets=call.source("STREETS"),
            coordinates=call.choice("COORDINATES"),
            language=locale_tag(),
            progress=call.progress,
        )
        keep_streets(workspace.location, call.address_of("STREETS"), call.choice("COORDINATES"))
        _tell(call, checked.by_rule)
        found = {"ERRORS": checked.errors, "WARNINGS": checked.warnings, "REPORT": call.report(checked.report())}
        return found if path is None else {**found, "OUTPUT": path}


def _tell(call: Call, by_rule: Mapping[str, int]) -> None:
    """Say in the log how often each rule was broken, errors as warnings of the run."""
    from gridmgmt_plugin.core.validation.catalogue import rule_infos  # noqa: PLC0415  heavy

    infos = rule_infos()
    for rule, count in by_rule.items():
        details = {"title": infos[rule].title[language()], "rule": rule, "count": count}
        call.tell(Message("algorithm_rule_broken", details), is_warning=infos[rule].severity == "error")

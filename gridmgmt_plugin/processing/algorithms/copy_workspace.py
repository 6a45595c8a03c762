"""``copyworkspace``: a whole workspace goes from a file to a server, or from a server to a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.workspace.location import DEFAULT_SCHEMA, Location, PostgresLocation, parse_location
from gridmgmt_plugin.workspace.logins import remember_login


class CopyWorkspace(GridAlgorithm):
    """See ``resources/help/copyworkspace``."""

    KEY = "copyworkspace"
    TITLE = translatable("Copy workspace")
    GROUP = "workspace"
    ICON = "copy_workspace"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.file_out("OUTPUT", tr("Into a new file"), "GeoPackage (*.gpkg)", optional=True)
        yield parameters.text("TARGET", tr("Or into a database"))
        yield parameters.text("SCHEMA", tr("Schema in the database"), DEFAULT_SCHEMA)
        yield parameters.flag("WITH_CONTACTS", tr("Take personal contacts along"))
        yield parameters.flag("WORKING_COPY", tr("As a working copy, to be brought back"))
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Rows copied"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Copy it."""
        from gridmgmt_plugin.jobs.areas.copy_workspace import copy_workspace  # noqa: PLC0415  heavy

        location = _place(call)
        report = copy_workspace(
            call.workspace(),
            location,
            contacts=call.flag("WITH_CONTACTS"),
            working_copy=call.flag("WORKING_COPY"),
            progress=call.progress,
        )
        remember_login(location)
        return {"OUTPUT": str(location), "COUNT": report.accepted, "REPORT": call.report(report)}


def _place(call: Call) -> Location:
    """Return where the copy goes.

    :raises InputError: ``copy_place_missing``, ``copy_two_places``, ``copy_no_database``.
    """
    target = call.text("TARGET")
    if target is None:
        if not call.is_given("OUTPUT"):
            raise InputError("copy_place_missing")
        return call.output_location("OUTPUT")
    if call.is_given("OUTPUT"):
        raise InputError("copy_two_places")
    location = parse_location(target)
    if not isinstance(location, PostgresLocation):
        raise InputError("copy_no_database", target=location.label)
    return replace(location, schema=call.text("SCHEMA") or location.schema)

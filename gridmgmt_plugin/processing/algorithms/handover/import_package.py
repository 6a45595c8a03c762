"""``importpackage``: a package back into a workspace, ours or of another hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterFile

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ImportPackage(ReportedAct):
    """See ``resources/help/importpackage``."""

    KEY = "importpackage"
    TITLE = translatable("Import a package")
    GROUP = "handover"
    ICON = "import_package"
    COUNTED = translatable("Rows taken")
    LEFT_OUT = translatable("Rows not taken")

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        files = f"{tr('Packages')} (*.zip manifest.json *.xlsx *.csv);;{tr('All files')} (*)"
        yield QgsProcessingParameterFile("INPUT", tr("Package (zip, or its folder)"), fileFilter=files)
        yield parameters.flag("REDRAW", tr("Take over its unit grids where they are drawn otherwise"))
        yield parameters.advanced(parameters.text("SCHEME", tr("Grid scheme, where the package does not say it")))
        yield parameters.encoding()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Read it and take it in."""
        from gridmgmt_plugin.jobs.handover.coming_back.import_package import (  # noqa: PLC0415  heavy
            import_package,
        )

        return import_package(
            call.workspace(),
            call.required_text("INPUT"),
            scheme=call.text("SCHEME") or "",
            encoding=call.encoding(),
            redraw=call.flag("REDRAW"),
            **given,
        )

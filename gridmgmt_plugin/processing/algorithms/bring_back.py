"""``bringback``: what was changed in a working copy comes into the workspace that it was copied from."""

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


class BringBack(ReportedAct):
    """See ``resources/help/bringback``."""

    KEY = "bringback"
    TITLE = translatable("Bring back working copy")
    GROUP = "import"
    ICON = "bring_back"
    COUNTED = translatable("Rows brought back")
    LEFT_OUT = translatable("Conflicts")

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        conflicts = {"here": tr("Keep what is here"), "copy": tr("Take what the working copy says")}
        yield QgsProcessingParameterFile("INPUT", tr("Working copy"), fileFilter="GeoPackage (*.gpkg)")
        yield parameters.choice("CONFLICTS", tr("Where both sides have changed"), conflicts)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Bring it back."""
        from gridmgmt_plugin.jobs.areas.bring_back import bring_back  # noqa: PLC0415  heavy

        follows = call.choice("CONFLICTS") == "copy"
        return bring_back(call.workspace(), call.required_text("INPUT"), follows=follows, **given)

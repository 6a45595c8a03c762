"""``takeback``: the last save or act is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class TakeBack(ReportedAct):
    """See ``resources/help/takeback``."""

    KEY = "takeback"
    TITLE = translatable("Take back the last save")
    GROUP = "workspace"
    COUNTED = translatable("Rows restored")
    ICON = "take_back"
    BEGINS_ANEW = False
    WINDOW = "take_back"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act: there are none."""
        return ()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Take it back."""
        from gridmgmt_plugin.workspace.changes.take_back import take_back_last  # noqa: PLC0415  heavy

        return take_back_last(call.workspace(), **given).report

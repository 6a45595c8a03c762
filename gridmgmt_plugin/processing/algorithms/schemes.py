"""The acts of the window on schemes: ``createscheme``, ``copyscheme``, ``newalternative``, ``adoptalternative``,
``deletescheme``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable


class CreateScheme(GridAlgorithm):
    """See ``resources/help/createscheme``."""

    KEY = "createscheme"
    TITLE = translatable("New grid scheme")
    GROUP = "grids"
    ICON = "schemes"
    WINDOW = "schemes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        bases = {"unit_grid": tr("Unit grids"), "lane": tr("Street-lanes")}
        within = {
            "community": tr("Community"),
            "zone": tr("Zone"),
            "street_office": tr("Street office"),
            "county": tr("County"),
        }
        yield parameters.text("KEY", tr("Key of the new one"), optional=False)
        yield parameters.text("TITLE", tr("Title of the new one"))
        yield parameters.choice("BASE", tr("Its grids are made of"), bases)
        yield parameters.choice("WITHIN", tr("Never cross the boundary of a"), within)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Responsibility grids made"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Enter the scheme."""
        from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme  # noqa: PLC0415  heavy

        report = create_scheme(
            call.workspace(),
            call.required_text("KEY"),
            call.text("TITLE") or "",
            base=call.choice("BASE"),
            rules=SchemeRules(within=call.choice("WITHIN")),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.figures["grids"], "REPORT": call.report(report)}


class CopyScheme(GridAlgorithm):
    """See ``resources/help/copyscheme``."""

    KEY = "copyscheme"
    TITLE = translatable("Copy a grid scheme")
    GROUP = "grids"
    ICON = "copy_scheme"
    WINDOW = "schemes"
    #: The copy is an alternative of its source.
    ALTERNATIVE = False

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Grid scheme to copy (key)"), optional=False)
        yield parameters.text("KEY", tr("Key of the new one"), optional=False)
        yield parameters.text("TITLE", tr("Title of the new one"))
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Responsibility grids copied"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Copy."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import copy_scheme  # noqa: PLC0415  heavy

        report = copy_scheme(
            call.workspace(),
            call.required_text("SCHEME"),
            call.required_text("KEY"),
            call.text("TITLE") or "",
            alternative=self.ALTERNATIVE,
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.figures["grids"], "REPORT": call.report(report)}


class NewAlternative(CopyScheme):
    """See ``resources/help/newalternative``."""

    KEY = "newalternative"
    TITLE = translatable("Make an alternative of a grid scheme")
    ICON = "new_alternative"
    ALTERNATIVE = True


class AdoptAlternative(GridAlgorithm):
    """See ``resources/help/adoptalternative``."""

    KEY = "adoptalternative"
    TITLE = translatable("Adopt an alternative")
    GROUP = "grids"
    ICON = "adopt_alternative"
    WINDOW = "schemes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Alternative (key)"), optional=False)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Responsibility grids adopted"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Adopt."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import adopt_alternative  # noqa: PLC0415  heavy

        report = adopt_alternative(
            call.workspace(), call.required_text("SCHEME"), author=call.author(), progress=call.progress
        )
        return {"COUNT": report.accepted, "REPORT": call.report(report)}


class DeleteScheme(GridAlgorithm):
    """See ``resources/help/deletescheme``."""

    KEY = "deletescheme"
    TITLE = translatable("Delete a grid scheme")
    GROUP = "grids"
    ICON = "delete_scheme"
    WINDOW = "schemes"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield parameters.text("SCHEME", tr("Grid scheme or alternative to delete (key)"), optional=False)
        yield parameters.text("CONFIRMED", tr("Its key once more, to confirm"), optional=False)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Responsibility grids deleted"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Delete."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import delete_scheme  # noqa: PLC0415  heavy

        report = delete_scheme(
            call.workspace(),
            call.required_text("SCHEME"),
            call.required_text("CONFIRMED"),
            author=call.author(),
            progress=call.progress,
        )
        return {"COUNT": report.figures["grids"], "REPORT": call.report(report)}

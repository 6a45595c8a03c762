"""The acts of the window on schemes: ``createscheme``, ``schemerules``, ``copyscheme``, ``newalternative``,
``adoptalternative``, ``deletescheme``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.acts import ReportedAct
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class _OnSchemes(ReportedAct):
    """What they have in common."""

    GROUP = "grids"
    WINDOW = "schemes"


def _key_and_title() -> Iterable[QgsProcessingParameterDefinition]:
    yield parameters.text("KEY", tr("Key of the new one"), optional=False)
    yield parameters.text("TITLE", tr("Title of the new one"))


def _tolerance_and_colour() -> Iterable[QgsProcessingParameterDefinition]:
    yield parameters.number("TOLERANCE", tr("Tolerated deviation of unit grids per grid (%)"), most=1000.0)
    yield parameters.text("COLOUR", tr("Colour of the outlines (such as #AA0000)"))


def _asked_rules(call: Call) -> dict[str, Any]:
    """Return the rules that were given, by the names that the job gives them."""
    found = {
        "within": call.choice_if_given("WITHIN"),
        "tolerance_percent": call.number("TOLERANCE"),
        "colour": call.text("COLOUR"),
    }
    return {name: value for name, value in found.items() if value is not None}


class CreateScheme(_OnSchemes):
    """See ``resources/help/createscheme``."""

    KEY = "createscheme"
    TITLE = translatable("New grid scheme")
    COUNTED = translatable("Responsibility grids made")
    FIGURE = "grids"
    ICON = "schemes"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        bases = {"unit_grid": tr("Unit grids"), "lane": tr("Street-lanes")}
        yield from _key_and_title()
        yield parameters.choice("BASE", tr("Its grids are made of"), bases)
        yield parameters.within()
        yield parameters.flag("CONTIGUOUS", tr("Its grids are in one piece"), default=True)
        yield from _tolerance_and_colour()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Enter the scheme."""
        from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules  # noqa: PLC0415  heavy
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import create_scheme  # noqa: PLC0415  heavy

        rules = SchemeRules(**_asked_rules(call), contiguous=call.flag("CONTIGUOUS"))
        key, title = call.required_text("KEY"), call.text("TITLE") or ""
        return create_scheme(call.workspace(), key, title, base=call.choice("BASE"), rules=rules, **given)


class ChangeSchemeRules(_OnSchemes):
    """See ``resources/help/schemerules``."""

    KEY = "schemerules"
    TITLE = translatable("Change the rules of a grid scheme")
    COUNTED = translatable("Schemes changed")
    ICON = "scheme_rules"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        pieces = {"yes": tr("in one piece"), "no": tr("may lie in pieces")}
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"), optional=False)
        yield parameters.within(optional=True)
        yield parameters.choice("CONTIGUOUS", tr("Its grids"), pieces, optional=True)
        yield from _tolerance_and_colour()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Change what was given, and nothing else."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import set_scheme_rules  # noqa: PLC0415  heavy

        rules, pieces = _asked_rules(call), call.choice_if_given("CONTIGUOUS")
        if pieces is not None:
            rules["contiguous"] = pieces == "yes"
        return set_scheme_rules(call.workspace(), call.required_text("SCHEME"), rules, **given)


class CopyScheme(_OnSchemes):
    """See ``resources/help/copyscheme``."""

    KEY = "copyscheme"
    TITLE = translatable("Copy a grid scheme")
    COUNTED = translatable("Responsibility grids copied")
    FIGURE = "grids"
    ICON = "copy_scheme"
    #: The copy is an alternative of its source.
    ALTERNATIVE = False

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("SCHEME", tr("Grid scheme to copy (key)"), optional=False)
        yield from _key_and_title()

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Copy."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import copy_scheme  # noqa: PLC0415  heavy

        source, key = call.required_text("SCHEME"), call.required_text("KEY")
        title = call.text("TITLE") or ""
        return copy_scheme(call.workspace(), source, key, title, alternative=self.ALTERNATIVE, **given)


class NewAlternative(CopyScheme):
    """See ``resources/help/newalternative``."""

    KEY = "newalternative"
    TITLE = translatable("Make an alternative of a grid scheme")
    ICON = "new_alternative"
    ALTERNATIVE = True


class AdoptAlternative(_OnSchemes):
    """See ``resources/help/adoptalternative``."""

    KEY = "adoptalternative"
    TITLE = translatable("Adopt an alternative")
    COUNTED = translatable("Responsibility grids adopted")
    ICON = "adopt_alternative"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("SCHEME", tr("Alternative (key)"), optional=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Adopt."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import adopt_alternative  # noqa: PLC0415  heavy

        return adopt_alternative(call.workspace(), call.required_text("SCHEME"), **given)


class DeleteScheme(_OnSchemes):
    """See ``resources/help/deletescheme``."""

    KEY = "deletescheme"
    TITLE = translatable("Delete a grid scheme")
    COUNTED = translatable("Responsibility grids deleted")
    FIGURE = "grids"
    ICON = "delete_scheme"

    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""
        yield parameters.text("SCHEME", tr("Grid scheme or alternative to delete (key)"), optional=False)
        yield parameters.text("CONFIRMED", tr("Its key once more, to confirm"), optional=False)

    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Delete."""
        from gridmgmt_plugin.jobs.responsibility.scheme_acts import delete_scheme  # noqa: PLC0415  heavy

        scheme, confirmed = call.required_text("SCHEME"), call.required_text("CONFIRMED")
        return delete_scheme(call.workspace(), scheme, confirmed, **given)

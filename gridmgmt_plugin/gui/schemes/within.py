"""What a planner calls the areas that the grids of a scheme keep within."""

from __future__ import annotations

from gridmgmt_plugin.core.responsibility.scheme_rules import COMMUNITY, COUNTY, STREET_OFFICE, ZONE
from gridmgmt_plugin.project.i18n import tr, translatable

WITHIN_TITLES = {
    COMMUNITY: translatable("one community"),
    ZONE: translatable("one zone"),
    STREET_OFFICE: translatable("one street office"),
    COUNTY: translatable("the district"),
}


def within_title(within: str) -> str:
    """Return the words for the areas of a rule."""
    return tr(WITHIN_TITLES[within])

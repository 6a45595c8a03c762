"""``buildresponsibilitygrids``: unit grids grouped into connected, balanced responsibility grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import locale_tag, tr, translatable


class BuildResponsibilityGrids(GridAlgorithm):
    """See ``resources/help/buildresponsibilitygrids``."""

    KEY = "buildresponsibilitygrids"
    TITLE = translatable("Build responsibility grids")
    GROUP = "grids"
    ICON = "build_responsibility_grids"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        weights = {
            "units": tr("Number of unit grids"),
            "area": tr("Area"),
            "components": tr("Number of components"),
            "cases": tr("Number of cases"),
            "lane_length": tr("Length of street-lanes"),
            "households": tr("Households"),
            "population": tr("Population"),
        }
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"), optional=False)
        yield parameters.text("TITLE", tr("Title of the scheme"))
        yield parameters.number("COUNT", tr("Number of responsibility grids"), least=1, whole=True)
        yield parameters.number("UNITS_PER_GRID", tr("or: unit grids per responsibility grid"), least=1.0)
        yield parameters.choice("WEIGHT", tr("Balance by"), weights)
        yield parameters.text("MIX", tr("or: a mix of loads, such as cases:2, lane_length:1"))
        yield parameters.number("TOLERANCE", tr("Tolerated deviation (%)"), 10.0, most=100.0)
        yield parameters.within()
        yield parameters.text("SCOPE", tr("Only in these areas (codes)"))
        yield parameters.text("GRIDS", tr("Only these responsibility grids (codes), among themselves"))
        yield parameters.text("LOCKED", tr("Responsibility grids that stay (codes)"))
        yield parameters.number("STAY", tr("Stay with today's assignment (0–100)"), 0.0, most=100.0)
        yield parameters.layer("BARRIERS", tr("Rivers, railways … not to cross"), parameters.LINES, optional=True)
        yield parameters.layer(
            "CENTRES", tr("Places that each get a grid of their own"), parameters.POINTS, optional=True
        )
        yield parameters.flag("REPLACE", tr("Replace the present grids of this scheme"))
        seed = parameters.number("SEED", tr("Seed: another number gives another division"), 0, whole=True)
        yield parameters.advanced(seed)
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr("Responsibility grids built"))
        yield number_output("MAX_DEVIATION", tr("Largest deviation (%)"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Build the responsibility grids."""
        from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import (  # noqa: PLC0415  heavy
            BalanceOptions,
            build_responsibility_grids,
        )

        report = build_responsibility_grids(
            call.workspace(),
            scheme=call.required_text("SCHEME"),
            title=call.text("TITLE") or "",
            count=call.integer("COUNT"),
            units_per_grid=call.number("UNITS_PER_GRID"),
            weight=call.choice("WEIGHT"),
            tolerance_percent=call.number("TOLERANCE") or 0.0,
            within=call.choice("WITHIN"),
            seed=call.integer("SEED") or 0,
            replace=call.flag("REPLACE"),
            options=BalanceOptions(
                scope=call.text("SCOPE"),
                grids=call.text("GRIDS"),
                locked=call.text("LOCKED"),
                mix=call.text("MIX"),
                stay=call.number("STAY") or 0.0,
                barriers=call.source("BARRIERS"),
                centres=call.source("CENTRES"),
                watch=call.watch,
                is_enough=call.is_enough,
            ),
            language=locale_tag(),
            author=call.author(),
            progress=call.progress,
        )
        return {
            "COUNT": report.accepted,
            "MAX_DEVIATION": report.figures["max_deviation_percent"],
            "REPORT": call.report(report),
        }

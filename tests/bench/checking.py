"""All geometry rules of the validation together, beside QGIS's check of rings and PostGIS."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.core.validation.context import Context, ValidationSettings
from gridmgmt_plugin.core.validation.registry import all_rules
from tests.bench.analysing import check_validity
from tests.bench.contest import Contest, Work
from tests.bench.district import made_apart
from tests.bench.postgis_peers import check_everything

TABLES = ("area", "unit_grid", "covered_extent", "duty_zone")


def geometry_rules(side: int) -> Work:
    """Run every rule of the topic geometry over cells and areas that were read before."""
    workspace = made_apart(Path(tempfile.mkdtemp()) / "bench.gpkg", side)
    tables = workspace.read_all(TABLES)
    rules = [check for code, check in all_rules().items() if rule_infos()[code].topic == "geometry"]

    def work() -> int:
        context = Context(tables, ValidationSettings())
        return sum(len(list(check(context))) for check in rules)

    return work


CONTESTS = (
    Contest(
        "geometry_rules",
        "all geometry rules",
        {
            "ours": geometry_rules,
            "qgis:checkvalidity (rings only)": check_validity,
            "PostGIS: rings, overlaps, holes": check_everything,
        },
        (141, 316),
    ),
)

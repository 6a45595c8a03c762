"""How a package is made in these tests, and how what it holds is read by other programs than ours."""

from __future__ import annotations

import csv
from datetime import datetime

import fiona
import shapely

from gridmgmt_plugin.jobs.handover.export_package import export_package

NOW = datetime(2026, 3, 2, 9, 30, 15)
LAYERS = {"area": 4, "unit_grid": 16, "responsibility_grid": 4, "lane": 2}
CODE_FIELDS = {"area": "AreaCode", "unit_grid": "BGID", "responsibility_grid": "RGCode", "lane": "LaneCode"}


def export(workspace, folder, **options):
    """Export the scheme of the small workspace; return the report."""
    return export_package(workspace, **{"scheme": "cg", "folder": folder, "now": NOW, "author": "王示例", **options})


def table_of(report, name):
    """Return the rows of a table of the package."""
    with (report.manifest.parent / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def features_of(path, **options):
    """Return the features of a layer of the package."""
    with fiona.open(path, **options) as source:
        return list(source)


def promoted(geometry):
    """Return a polygon as a multipolygon in one order, to compare."""
    return shapely.normalize(shapely.MultiPolygon(shapely.get_parts(geometry)))

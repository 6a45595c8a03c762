"""The algorithms that the provider offers, in the order of the work.

A module of an algorithm must be light: it imports its job when it runs, so that QGIS starts quickly and the list
is there even where a library is missing.
"""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from gridmgmt_plugin.processing.build_responsibility_grids import BuildResponsibilityGrids
from gridmgmt_plugin.processing.create_workspace import CreateWorkspace
from gridmgmt_plugin.processing.export_package import ExportPackage
from gridmgmt_plugin.processing.generate_unit_grids import GenerateUnitGrids
from gridmgmt_plugin.processing.hotspots import FindHotspots
from gridmgmt_plugin.processing.import_lanes import ImportLanes
from gridmgmt_plugin.processing.import_points import ImportCases, ImportComponents
from gridmgmt_plugin.processing.import_table import ImportTable
from gridmgmt_plugin.processing.import_unit_grids import ImportUnitGrids
from gridmgmt_plugin.processing.posts import ExportPosts, ImportPosts
from gridmgmt_plugin.processing.validate import Validate
from gridmgmt_plugin.processing.who_is_responsible import WhoIsResponsible

ALGORITHMS: tuple[type[QgsProcessingAlgorithm], ...] = (
    CreateWorkspace,
    GenerateUnitGrids,
    ImportUnitGrids,
    BuildResponsibilityGrids,
    ImportLanes,
    ImportComponents,
    ImportCases,
    ImportTable,
    ImportPosts,
    ExportPosts,
    FindHotspots,
    WhoIsResponsible,
    Validate,
    ExportPackage,
)

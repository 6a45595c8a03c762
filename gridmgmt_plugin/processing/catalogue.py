"""The algorithms that the provider offers, in the order of the work.

A module of an algorithm must be light: it imports its job when it runs, so that QGIS starts quickly and the list
is there even where a library is missing.
"""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from gridmgmt_plugin.processing.algorithms.build_responsibility_grids import BuildResponsibilityGrids
from gridmgmt_plugin.processing.algorithms.create_workspace import CreateWorkspace
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.processing.algorithms.generate_unit_grids import GenerateUnitGrids
from gridmgmt_plugin.processing.algorithms.hotspots import FindHotspots
from gridmgmt_plugin.processing.algorithms.import_lanes import ImportLanes
from gridmgmt_plugin.processing.algorithms.import_points import ImportCases, ImportComponents
from gridmgmt_plugin.processing.algorithms.import_table import ImportTable
from gridmgmt_plugin.processing.algorithms.import_unit_grids import ImportUnitGrids
from gridmgmt_plugin.processing.algorithms.posts import ExportPosts, ImportPosts
from gridmgmt_plugin.processing.algorithms.validate import Validate
from gridmgmt_plugin.processing.algorithms.who_is_responsible import WhoIsResponsible

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

"""Our group in QGIS's Processing toolbox, models, scripts and ``qgis_process``, and the algorithms in it.

A module of an algorithm must be light: it imports its job when it runs, so that QGIS starts quickly and the list is
there even where a library is missing.
"""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.processing.algorithms.analysis.briefing import MakeBriefing
from gridmgmt_plugin.processing.algorithms.analysis.coverage import TellCoverage
from gridmgmt_plugin.processing.algorithms.analysis.evaluate import Evaluate
from gridmgmt_plugin.processing.algorithms.analysis.hotspots import FindHotspots, FollowHotspots
from gridmgmt_plugin.processing.algorithms.analysis.recurrence import FindRecurrence
from gridmgmt_plugin.processing.algorithms.assign_units import AssignUnits
from gridmgmt_plugin.processing.algorithms.bring_back import BringBack
from gridmgmt_plugin.processing.algorithms.build_responsibility_grids import BuildResponsibilityGrids
from gridmgmt_plugin.processing.algorithms.compare_states import CompareStates
from gridmgmt_plugin.processing.algorithms.copy_workspace import CopyWorkspace
from gridmgmt_plugin.processing.algorithms.create_workspace import CreateWorkspace
from gridmgmt_plugin.processing.algorithms.draw_lanes import DrawLanes
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.processing.algorithms.generate_unit_grids import GenerateUnitGrids
from gridmgmt_plugin.processing.algorithms.handover.deliver_http import DeliverHttp
from gridmgmt_plugin.processing.algorithms.handover.deliver_postgis import DeliverPostgis
from gridmgmt_plugin.processing.algorithms.handover.import_package import ImportPackage
from gridmgmt_plugin.processing.algorithms.handover.import_receipt import ImportReceipt
from gridmgmt_plugin.processing.algorithms.handover.release_act import ReleaseAct
from gridmgmt_plugin.processing.algorithms.handover.restore_release import RestoreRelease
from gridmgmt_plugin.processing.algorithms.import_lanes import ImportLanes
from gridmgmt_plugin.processing.algorithms.import_points import ImportCases, ImportComponents
from gridmgmt_plugin.processing.algorithms.import_table import ImportTable
from gridmgmt_plugin.processing.algorithms.import_unit_grids import ImportUnitGrids
from gridmgmt_plugin.processing.algorithms.inspections import ImportInspections, JudgeLanes, LaneCases
from gridmgmt_plugin.processing.algorithms.inventory.change import ChangeComponents
from gridmgmt_plugin.processing.algorithms.inventory.count import ComponentInventory
from gridmgmt_plugin.processing.algorithms.inventory.survey import ExportSurvey, ImportSurvey
from gridmgmt_plugin.processing.algorithms.lane_officers import AssignOfficers, EndOfficers, ExportOfficers
from gridmgmt_plugin.processing.algorithms.lane_papers import LanePapers
from gridmgmt_plugin.processing.algorithms.ledgers import ImportLedger, LedgerCounts
from gridmgmt_plugin.processing.algorithms.patrols import ImportPatrols, PatrolGaps, PlanPatrols
from gridmgmt_plugin.processing.algorithms.people.duty import OpenCase, RuleCase, SetDuty
from gridmgmt_plugin.processing.algorithms.people.listed import DutyCoverage, MeetingSheet, StaffingBoard
from gridmgmt_plugin.processing.algorithms.people.posts import ExportPosts, ImportPosts
from gridmgmt_plugin.processing.algorithms.people.staff import (
    AssignPerson,
    EndPosts,
    FollowGround,
    HandOverPosts,
    ReformDepartment,
)
from gridmgmt_plugin.processing.algorithms.schemes import (
    AdoptAlternative,
    ChangeSchemeRules,
    CopyScheme,
    CreateScheme,
    DeleteScheme,
    NewAlternative,
)
from gridmgmt_plugin.processing.algorithms.service_circles import ServiceCircles
from gridmgmt_plugin.processing.algorithms.take_back import TakeBack
from gridmgmt_plugin.processing.algorithms.validate import Validate
from gridmgmt_plugin.processing.algorithms.who_is_responsible import WhoIsResponsible
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.postgis_source import stored_in_qgis
from gridmgmt_plugin.workspace.logins import read_stored_logins

#: The algorithms that the provider offers, in the order of the work.
ALGORITHMS: tuple[type[GridAlgorithm], ...] = (
    CreateWorkspace,
    CopyWorkspace,
    TakeBack,
    GenerateUnitGrids,
    ImportUnitGrids,
    BuildResponsibilityGrids,
    AssignUnits,
    CreateScheme,
    ChangeSchemeRules,
    CopyScheme,
    NewAlternative,
    AdoptAlternative,
    DeleteScheme,
    ImportLanes,
    ImportComponents,
    ImportCases,
    ImportLedger,
    ImportTable,
    BringBack,
    ImportPosts,
    ExportPosts,
    ImportInspections,
    AssignOfficers,
    EndOfficers,
    ExportOfficers,
    PlanPatrols,
    ImportPatrols,
    PatrolGaps,
    AssignPerson,
    EndPosts,
    HandOverPosts,
    ReformDepartment,
    FollowGround,
    StaffingBoard,
    SetDuty,
    OpenCase,
    RuleCase,
    MeetingSheet,
    DrawLanes,
    JudgeLanes,
    LaneCases,
    LanePapers,
    ComponentInventory,
    ChangeComponents,
    ExportSurvey,
    ImportSurvey,
    FindHotspots,
    FollowHotspots,
    FindRecurrence,
    Evaluate,
    TellCoverage,
    MakeBriefing,
    LedgerCounts,
    ServiceCircles,
    WhoIsResponsible,
    DutyCoverage,
    CompareStates,
    Validate,
    ExportPackage,
    ImportPackage,
    ImportReceipt,
    ReleaseAct,
    RestoreRelease,
    DeliverPostgis,
    DeliverHttp,
)


class GridManagementProvider(QgsProcessingProvider):
    """The provider ``gridmgmt``; its id and those of its algorithms never change."""

    def __init__(self) -> None:
        super().__init__()
        read_stored_logins(stored_in_qgis)

    def id(self) -> str:
        """Return the stable id: ``gridmgmt:<algorithm>`` in scripts and models."""
        return "gridmgmt"

    def name(self) -> str:
        """Return the group's name in QGIS's language."""
        return tr("Grid Management")

    def icon(self) -> QIcon:
        """Return the plugin's icon."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        """Return the path of the plugin's icon."""
        return str(resource_path("icons/plugin.svg"))

    def loadAlgorithms(self) -> None:
        """Add one instance of each algorithm."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())

"""What the menu and the toolbar offer, declared once as data.

An action of an algorithm opens the dialog of its job (:mod:`gridmgmt_plugin.gui.jobs`): title, tip, icon and needs
come from the algorithm's class.
Every other one is answered by the controller that :mod:`gridmgmt_plugin.gui.frame.registry` names for its key;
without one an action is not shown.
"""

from __future__ import annotations

from gridmgmt_plugin.gui.frame.action_spec import COMPUTING, WORKING, ActionSpec, Need, algorithm_action
from gridmgmt_plugin.gui.handover.handover_actions import HANDOVER, HANDOVER_ACTIONS
from gridmgmt_plugin.gui.lanes.lane_actions import LANE_ACTIONS, LANES
from gridmgmt_plugin.processing.algorithms.analysis.briefing import MakeBriefing
from gridmgmt_plugin.processing.algorithms.analysis.evaluate import Evaluate
from gridmgmt_plugin.processing.algorithms.analysis.hotspots import FindHotspots, FollowHotspots
from gridmgmt_plugin.processing.algorithms.analysis.recurrence import FindRecurrence
from gridmgmt_plugin.processing.algorithms.bring_back import BringBack
from gridmgmt_plugin.processing.algorithms.build_responsibility_grids import BuildResponsibilityGrids
from gridmgmt_plugin.processing.algorithms.copy_workspace import CopyWorkspace
from gridmgmt_plugin.processing.algorithms.create_workspace import CreateWorkspace
from gridmgmt_plugin.processing.algorithms.draw_lanes import DrawLanes
from gridmgmt_plugin.processing.algorithms.generate_unit_grids import GenerateUnitGrids
from gridmgmt_plugin.processing.algorithms.import_lanes import ImportLanes
from gridmgmt_plugin.processing.algorithms.import_points import ImportCases, ImportComponents
from gridmgmt_plugin.processing.algorithms.import_table import ImportTable
from gridmgmt_plugin.processing.algorithms.import_unit_grids import ImportUnitGrids
from gridmgmt_plugin.processing.algorithms.inspections import ImportInspections, JudgeLanes, LaneCases
from gridmgmt_plugin.processing.algorithms.lane_officers import AssignOfficers, EndOfficers, ExportOfficers
from gridmgmt_plugin.processing.algorithms.lane_papers import LanePapers
from gridmgmt_plugin.processing.algorithms.ledgers import ImportLedger, LedgerCounts
from gridmgmt_plugin.processing.algorithms.patrols import ImportPatrols, PatrolGaps, PlanPatrols
from gridmgmt_plugin.processing.algorithms.people.listed import StaffingBoard
from gridmgmt_plugin.processing.algorithms.people.posts import ExportPosts, ImportPosts
from gridmgmt_plugin.processing.algorithms.people.staff import FollowGround, HandOverPosts, ReformDepartment
from gridmgmt_plugin.processing.algorithms.service_circles import ServiceCircles
from gridmgmt_plugin.processing.algorithms.who_is_responsible import WhoIsResponsible
from gridmgmt_plugin.project.i18n import translatable

#: The group of the tools on the map, and that of people and their grids.
EDITING = "editing"
PEOPLE = "people"
#: Groups that stand in a submenu: title and the letter to underline; all others stand in the menu itself. There are
#: more entries than letters for one menu.
SUBMENUS: dict[str, tuple[str, str]] = {
    "grids": (translatable("Unit and responsibility grids"), "U"),
    EDITING: (translatable("Grid editing"), "G"),
    LANES: (translatable("Street-lane editing"), "L"),
    "import": (translatable("Import and export"), "I"),
    PEOPLE: (translatable("Staff and schemes"), "F"),
    "analyse": (translatable("Analysis"), "A"),
    HANDOVER: (translatable("Check and hand over"), "C"),
}


ACTIONS: tuple[ActionSpec, ...] = (
    algorithm_action(CreateWorkspace, "N"),
    ActionSpec(
        "open_workspace",
        "workspace",
        translatable("Open workspace"),
        translatable("Open a workspace with its layers, forms and styles"),
        asks=True,
        mnemonic="O",
    ),
    ActionSpec(
        "open_postgis",
        "workspace",
        translatable("Open workspace in a database"),
        translatable("Open a workspace that several people share in a PostgreSQL database"),
        COMPUTING,
        on_toolbar=False,
        asks=True,
        mnemonic="D",
    ),
    algorithm_action(CopyWorkspace, "Y", on_toolbar=False),
    ActionSpec(
        "open_sample",
        "workspace",
        translatable("Open sample"),
        translatable("Open the sample district that comes with the plugin; it is invented"),
        asks=True,
        mnemonic="S",
    ),
    ActionSpec(
        "tree",
        "workspace",
        translatable("Grid tree"),
        translatable("Show or hide the tree from county to unit grid"),
        checkable=True,
        mnemonic="T",
        shortcut="Ctrl+Alt+W",
    ),
    ActionSpec(
        "close_workspace",
        "workspace",
        translatable("Close workspace"),
        translatable("Take the layers of the workspace out of the project; the file stays as it is"),
        (Need.WORKSPACE,),
        on_toolbar=False,
        mnemonic="K",
    ),
    algorithm_action(GenerateUnitGrids, "D"),
    algorithm_action(ImportUnitGrids, "I"),
    algorithm_action(BuildResponsibilityGrids, "B"),
    algorithm_action(ServiceCircles, "S", on_toolbar=False),
    ActionSpec(
        "draw",
        EDITING,
        translatable("Draw"),
        translatable("Draw a new unit grid; it takes its ground from its neighbours, or fills only bare ground"),
        WORKING,
        checkable=True,
        mnemonic="D",
        shortcut="Alt+1",
    ),
    ActionSpec(
        "split",
        EDITING,
        translatable("Split"),
        translatable("Cut unit grids in two with a line; the larger part keeps the code, one click swaps"),
        WORKING,
        checkable=True,
        mnemonic="S",
        shortcut="Alt+2",
    ),
    ActionSpec(
        "merge",
        EDITING,
        translatable("Merge"),
        translatable("Make several neighbouring unit grids one"),
        WORKING,
        checkable=True,
        mnemonic="M",
        shortcut="Alt+3",
    ),
    ActionSpec(
        "reshape",
        EDITING,
        translatable("Reshape"),
        translatable("Draw a stretch of border anew; the neighbours follow"),
        WORKING,
        checkable=True,
        mnemonic="R",
        shortcut="Alt+4",
    ),
    ActionSpec(
        "vertex",
        EDITING,
        translatable("Vertex"),
        translatable("Move, add or delete a vertex in every unit grid that has it"),
        WORKING,
        checkable=True,
        mnemonic="V",
        shortcut="Alt+5",
    ),
    ActionSpec(
        "absorb",
        EDITING,
        translatable("Absorb sliver"),
        translatable("Dissolve a sliver into a neighbour"),
        WORKING,
        checkable=True,
        mnemonic="A",
        shortcut="Alt+6",
    ),
    ActionSpec(
        "enclose",
        EDITING,
        translatable("Enclosed block to cell"),
        translatable("Click between streets: the enclosed block becomes a unit grid"),
        WORKING,
        checkable=True,
        mnemonic="E",
        shortcut="Alt+7",
    ),
    ActionSpec(
        "paint",
        EDITING,
        translatable("Paint"),
        translatable("Paint unit grids into responsibility grids, with the figures of both sides old and new"),
        WORKING,
        checkable=True,
        mnemonic="P",
        shortcut="Alt+8",
    ),
    ActionSpec(
        "take_back",
        EDITING,
        translatable("Take back the last save"),
        translatable("Restore what the last save changed, as long as nobody has built on it"),
        WORKING,
        asks=True,
        mnemonic="T",
    ),
    *LANE_ACTIONS,
    algorithm_action(ImportLanes, "L"),
    algorithm_action(ImportPosts, "P"),
    algorithm_action(ImportComponents, "C"),
    algorithm_action(ImportCases, "A"),
    ActionSpec(
        "waiting_cases",
        "import",
        translatable("Cases without a place"),
        translatable("Cases without coordinates that could not be placed: place each by a click on the map"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="W",
    ),
    algorithm_action(ImportLedger, "G", on_toolbar=False),
    ActionSpec(
        "ledgers",
        "import",
        translatable("Ledgers of the city"),
        translatable("Lists that the city keeps: their items, what is overdue, new or gone, and where it lies"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="Y",
    ),
    algorithm_action(LedgerCounts, "U", on_toolbar=False),
    algorithm_action(ImportTable, "F"),
    algorithm_action(BringBack, "B", on_toolbar=False),
    algorithm_action(ImportInspections, "N", on_toolbar=False),
    algorithm_action(ExportPosts, "E", on_toolbar=False),
    ActionSpec(
        "staff",
        PEOPLE,
        translatable("Staffing board"),
        translatable("Show or hide who holds which post, vacancies, loads, and hours that nobody answers"),
        WORKING,
        checkable=True,
        mnemonic="S",
    ),
    ActionSpec(
        "lane_officers",
        PEOPLE,
        translatable("Lane officers"),
        translatable("Show or hide who answers for which street-lane on a day; assign by drag, brush, area or list"),
        WORKING,
        checkable=True,
        mnemonic="L",
    ),
    ActionSpec(
        "schemes",
        PEOPLE,
        translatable("Grid schemes"),
        translatable("Make, copy, compare, adopt and delete grid schemes and their alternatives"),
        WORKING,
        asks=True,
        on_toolbar=False,
        mnemonic="C",
    ),
    algorithm_action(AssignOfficers, "A", on_toolbar=False),
    algorithm_action(EndOfficers, "E", on_toolbar=False),
    algorithm_action(ExportOfficers, "X", on_toolbar=False),
    algorithm_action(PlanPatrols, "N", on_toolbar=False),
    algorithm_action(ImportPatrols, "I", on_toolbar=False),
    algorithm_action(PatrolGaps, "G", on_toolbar=False),
    algorithm_action(StaffingBoard, "B", on_toolbar=False),
    algorithm_action(HandOverPosts, "H", on_toolbar=False),
    algorithm_action(ReformDepartment, "D", on_toolbar=False),
    algorithm_action(FollowGround, "F", on_toolbar=False),
    algorithm_action(LanePapers, "P"),
    ActionSpec(
        "paper_templates",
        PEOPLE,
        translatable("Templates of papers"),
        translatable(
            "Restyle task letters, signs, weekly and inspection sheets in QGIS's layout designer, for this workspace"
        ),
        WORKING,
        asks=True,
        on_toolbar=False,
        mnemonic="T",
    ),
    ActionSpec(
        "case_figures",
        "analyse",
        translatable("Case figures"),
        translatable(
            "Where it is bad and whether it gets worse: cases of a period as numbers, charts, ranked places"
        ),
        WORKING,
        checkable=True,
        mnemonic="F",
    ),
    ActionSpec(
        "component_inventory",
        "analyse",
        translatable("Component inventory"),
        translatable("Components by class, area, state, department and owner, linked with the map; what is wrong"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="P",
    ),
    algorithm_action(FindHotspots, "H"),
    algorithm_action(FollowHotspots, "T", on_toolbar=False),
    algorithm_action(FindRecurrence, "B", on_toolbar=False),
    algorithm_action(Evaluate, "V", on_toolbar=False),
    algorithm_action(MakeBriefing, "I", on_toolbar=False),
    ActionSpec(
        "heat_map",
        "analyse",
        translatable("Heat map of the cases"),
        translatable("Show the cases as a heat map, or as points again"),
        (Need.WORKSPACE,),
        checkable=True,
        mnemonic="M",
    ),
    ActionSpec(
        "duty_list",
        "analyse",
        translatable("Duty list"),
        translatable("Who answers for which class where, as a matrix: gaps, disputes, changed in place"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="D",
    ),
    ActionSpec(
        "ownership",
        "analyse",
        translatable("Ownership desk"),
        translatable("Components whose owner is disputed: open a case, rule it, and the answer changes"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="O",
    ),
    ActionSpec(
        "ask_here",
        "analyse",
        translatable("Who answers here"),
        translatable("Click on the map: grid, who is on duty, which department answers, and the rule that decided"),
        WORKING,
        checkable=True,
        mnemonic="E",
        shortcut="Alt+Q",
    ),
    algorithm_action(WhoIsResponsible, "W"),
    ActionSpec(
        "inspect_lanes",
        "analyse",
        translatable("Lane inspections"),
        translatable("Enter a round lane by lane: ten taps or ten keys, then the next lane"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="L",
    ),
    algorithm_action(DrawLanes, "R", on_toolbar=False),
    algorithm_action(JudgeLanes, "J", on_toolbar=False),
    algorithm_action(LaneCases, "N", on_toolbar=False),
    *HANDOVER_ACTIONS,
    ActionSpec(
        "settings",
        "help",
        translatable("Who is working"),
        translatable("Say whose name goes into the change log"),
        on_toolbar=False,
        asks=True,
        mnemonic="W",
    ),
    ActionSpec(
        "manual",
        "help",
        translatable("Manual"),
        translatable("Open the manual in the browser; it lies on this computer"),
        on_toolbar=False,
        mnemonic="M",
    ),
    ActionSpec(
        "about",
        "help",
        translatable("About and libraries"),
        translatable("Show the versions in use and what is missing on this computer"),
        on_toolbar=False,
        asks=True,
        mnemonic="B",
    ),
)

"""What the menu and the toolbar offer, declared once as data.

An action with an ``algorithm`` opens QGIS's own dialog of that algorithm; every other one is answered by the
controller that :mod:`gridmgmt_plugin.gui.frame.registry` names for its key; without one an action is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gridmgmt_plugin.project.i18n import translatable


class Need(Enum):
    """What must be there before an action can do anything."""

    LIBRARIES = "libraries"  # numpy, shapely 2 and pyproj; told when they are missing
    WORKSPACE = "workspace"  # an open workspace; without it the action is grey


@dataclass(frozen=True)
class ActionSpec:
    """One action: ``text`` and ``tip`` are English sources, ``icon`` a file name in ``resources/icons``.

    ``group`` orders the menu, with a line between groups; ``algorithm`` is the id within our provider. ``mnemonic``
    is the letter to underline in the menu; ``shortcut`` a proposal that QGIS lets the planner change. The group
    ``EDITING`` has a submenu and a toolbar of its own.
    """

    key: str
    group: str
    text: str
    tip: str
    needs: tuple[Need, ...] = ()
    algorithm: str | None = None
    checkable: bool = False
    on_toolbar: bool = True
    mnemonic: str = ""
    shortcut: str = ""

    @property
    def icon(self) -> str:
        """Return the resource of the icon, which bears the action's key."""
        return f"icons/{self.key}.svg"


#: The group of the tools on the map.
EDITING = "editing"

_COMPUTING = (Need.LIBRARIES,)
_WORKING = (Need.LIBRARIES, Need.WORKSPACE)

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "create_workspace",
        "workspace",
        translatable("New workspace…"),
        translatable("Make a workspace from the administrative areas of a district"),
        _COMPUTING,
        "createworkspace",
        mnemonic="N",
    ),
    ActionSpec(
        "open_workspace",
        "workspace",
        translatable("Open workspace…"),
        translatable("Open a workspace with its layers, forms and styles"),
        mnemonic="O",
    ),
    ActionSpec(
        "open_postgis",
        "workspace",
        translatable("Open workspace in a database…"),
        translatable("Open a workspace that several people share in a PostgreSQL database"),
        _COMPUTING,
        on_toolbar=False,
        mnemonic="Q",
    ),
    ActionSpec(
        "open_sample",
        "workspace",
        translatable("Open sample"),
        translatable("Open the sample district that comes with the plugin; it is invented"),
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
    ActionSpec(
        "generate_unit_grids",
        "grids",
        translatable("Draw unit grids from streets…"),
        translatable("Cut the areas along the streets into coded unit grids"),
        _WORKING,
        "generateunitgrids",
        mnemonic="D",
    ),
    ActionSpec(
        "import_unit_grids",
        "grids",
        translatable("Import unit grids…"),
        translatable("Take over unit grids that were drawn elsewhere, with a report of their faults"),
        _WORKING,
        "importunitgrids",
        mnemonic="U",
    ),
    ActionSpec(
        "build_responsibility_grids",
        "grids",
        translatable("Build responsibility grids…"),
        translatable("Group unit grids into connected responsibility grids of balanced workload"),
        _WORKING,
        "buildresponsibilitygrids",
        mnemonic="B",
    ),
    ActionSpec(
        "draw",
        EDITING,
        translatable("Draw"),
        translatable("Draw a new unit grid; it takes its ground from its neighbours, or fills only bare ground"),
        _WORKING,
        checkable=True,
        mnemonic="D",
        shortcut="Alt+1",
    ),
    ActionSpec(
        "split",
        EDITING,
        translatable("Split"),
        translatable("Cut unit grids in two with a line; the larger part keeps the code, one click swaps"),
        _WORKING,
        checkable=True,
        mnemonic="S",
        shortcut="Alt+2",
    ),
    ActionSpec(
        "merge",
        EDITING,
        translatable("Merge"),
        translatable("Make several neighbouring unit grids one"),
        _WORKING,
        checkable=True,
        mnemonic="M",
        shortcut="Alt+3",
    ),
    ActionSpec(
        "reshape",
        EDITING,
        translatable("Reshape"),
        translatable("Draw a stretch of border anew; the neighbours follow"),
        _WORKING,
        checkable=True,
        mnemonic="R",
        shortcut="Alt+4",
    ),
    ActionSpec(
        "vertex",
        EDITING,
        translatable("Vertex"),
        translatable("Move, add or delete a vertex in every unit grid that has it"),
        _WORKING,
        checkable=True,
        mnemonic="V",
        shortcut="Alt+5",
    ),
    ActionSpec(
        "absorb",
        EDITING,
        translatable("Absorb sliver"),
        translatable("Dissolve a sliver into a neighbour"),
        _WORKING,
        checkable=True,
        mnemonic="A",
        shortcut="Alt+6",
    ),
    ActionSpec(
        "enclose",
        EDITING,
        translatable("Enclosed block to cell"),
        translatable("Click between streets: the enclosed block becomes a unit grid"),
        _WORKING,
        checkable=True,
        mnemonic="E",
        shortcut="Alt+7",
    ),
    ActionSpec(
        "take_back",
        EDITING,
        translatable("Take back the last save…"),
        translatable("Restore what the last save changed, as long as nobody has built on it"),
        _WORKING,
        mnemonic="T",
    ),
    ActionSpec(
        "import_lanes",
        "import",
        translatable("Import street-lanes…"),
        translatable("Turn street segments into street-lanes with code, length and end points"),
        _WORKING,
        "importlanes",
        mnemonic="L",
    ),
    ActionSpec(
        "import_posts",
        "import",
        translatable("Import posts…"),
        translatable("Read street-lane officers and grid staff from a table"),
        _WORKING,
        "importposts",
        mnemonic="P",
    ),
    ActionSpec(
        "import_components",
        "import",
        translatable("Import components…"),
        translatable("Read manhole covers, lamps and the like, each with its unit grid and street-lane"),
        _WORKING,
        "importcomponents",
        mnemonic="C",
    ),
    ActionSpec(
        "import_cases",
        "import",
        translatable("Import cases…"),
        translatable("Read cases, each with its unit grid and street-lane; phones and identity numbers are removed"),
        _WORKING,
        "importcases",
        mnemonic="A",
    ),
    ActionSpec(
        "import_tables",
        "import",
        translatable("Import staff and duty tables…"),
        translatable("Read departments, stations, people, duty rules and other tables that the offices keep"),
        _WORKING,
        "importtable",
        mnemonic="F",
    ),
    ActionSpec(
        "export_posts",
        "import",
        translatable("Export posts…"),
        translatable("Write street-lane officers and grid staff to a table, to be filled in and read again"),
        _WORKING,
        "exportposts",
        on_toolbar=False,
        mnemonic="X",
    ),
    ActionSpec(
        "hotspots",
        "analyse",
        translatable("Find hot spots…"),
        translatable("Count cases per grid and find where they pile up beyond chance"),
        _WORKING,
        "hotspots",
        mnemonic="H",
    ),
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
        "who_answers",
        "analyse",
        translatable("Who answers…"),
        translatable("For points of a layer: the grid, the department and the person who answer, and why"),
        _WORKING,
        "whoisresponsible",
        mnemonic="W",
    ),
    ActionSpec(
        "validate",
        "handover",
        translatable("Check everything…"),
        translatable("Check geometry, codes, posts and relations, and list what is wrong"),
        _WORKING,
        "validate",
        mnemonic="V",
    ),
    ActionSpec(
        "issues",
        "handover",
        translatable("Issue list"),
        translatable("Show or hide the list of what a check found: walk through it, fix, exempt, export"),
        _WORKING,
        checkable=True,
        mnemonic="J",
    ),
    ActionSpec(
        "export_package",
        "handover",
        translatable("Export package…"),
        translatable("Write the package that a dispatch system imports, after a full check"),
        _WORKING,
        "exportpackage",
        mnemonic="G",
    ),
    ActionSpec(
        "settings",
        "help",
        translatable("Who is working…"),
        translatable("Say whose name goes into the change log"),
        on_toolbar=False,
        mnemonic="I",
    ),
    ActionSpec(
        "about",
        "help",
        translatable("About and libraries…"),
        translatable("Show the versions in use and what is missing on this computer"),
        on_toolbar=False,
        mnemonic="E",
    ),
)

"""One entry of the menu and the toolbar: what it says, needs and opens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import tr


class Need(Enum):
    """What must be there before an action can do anything."""

    LIBRARIES = "libraries"  # numpy, shapely 2 and pyproj; told when they are missing
    WORKSPACE = "workspace"  # an open workspace; without it the action is grey


@dataclass(frozen=True)
class ActionSpec:
    """One action: ``title`` and ``tip`` are English sources, its icon bears its key.

    ``group`` orders the menu: those in ``SUBMENUS`` have one, ``EDITING`` a toolbar of its own as well. ``asks``: it
    begins with a dialog, which the menu says with "…". ``mnemonic`` is the letter to underline, one of the title's
    own and the only one in its menu; ``shortcut`` a proposal that QGIS lets the planner change.
    """

    key: str
    group: str
    title: str
    tip: str
    needs: tuple[Need, ...] = ()
    algorithm: type[GridAlgorithm] | None = None
    asks: bool = False
    checkable: bool = False
    on_toolbar: bool = True
    mnemonic: str = ""
    shortcut: str = ""

    @property
    def icon(self) -> str:
        """Return the resource of the icon."""
        return f"icons/{self.key}.svg"

    @property
    def algorithm_key(self) -> str:
        """Return the id of the algorithm within our provider; empty without one."""
        return "" if self.algorithm is None else self.algorithm.KEY

    def shown_title(self) -> str:
        """Return the title in QGIS's language."""
        return tr(self.title)

    def shown_text(self) -> str:
        """Return what the menu says, without the underlined letter."""
        return f"{self.shown_title()}…" if self.asks else self.shown_title()

    def shown_tip(self) -> str:
        """Return in QGIS's language what the action does, without a full stop."""
        return tr(self.tip) if self.algorithm is None else self.algorithm.tip().rstrip(".。")


#: What jobs and tools that reckon need, without and with an open workspace.
COMPUTING = (Need.LIBRARIES,)
WORKING = (Need.LIBRARIES, Need.WORKSPACE)


def algorithm_action(algorithm: type[GridAlgorithm], mnemonic: str, *, on_toolbar: bool = True) -> ActionSpec:
    """Return the action that opens the dialog of an algorithm, as its class declares it."""
    return ActionSpec(
        algorithm.ICON,
        algorithm.GROUP,
        algorithm.TITLE,
        "",
        WORKING if algorithm.NEEDS_WORKSPACE else COMPUTING,
        algorithm,
        asks=True,
        on_toolbar=on_toolbar,
        mnemonic=mnemonic,
    )

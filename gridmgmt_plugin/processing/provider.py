"""Our group in QGIS's Processing toolbox, models, scripts and ``qgis_process``."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.processing.catalogue import ALGORITHMS
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.stored_logins import stored_in_qgis
from gridmgmt_plugin.workspace.logins import read_stored_logins


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

"""Another planner at the same workspace, in a program of his own: edits unit grids and saves them.

python -m tests.desktop.colleague WORKSPACE NAME '{"<code>": {"<column>": "<value>"}}'
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from qgis.core import QgsApplication

from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.workspace import Workspace


def main(place: str, author: str, edits: str) -> None:
    """Save values of unit grids, as the plugin does it."""
    application = QgsApplication([], False)
    application.initQgis()
    from tests.qgis.editing.saving.town import Desk

    desk = Desk(Workspace.open(GeoPackageLocation(Path(place))), author=author)
    for code, values in json.loads(edits).items():
        desk.set(code, **values)
    assert desk.save(), desk.refusals
    desk.close()


main(*sys.argv[1:])

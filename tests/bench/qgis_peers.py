"""QGIS and its Processing without a window, for the peers."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsApplication

from tests.bench.contest import Work


@lru_cache(maxsize=1)
def start_qgis() -> QgsApplication:
    """Start QGIS with its Processing once in this process."""
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(application.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    return application


def run_algorithm(name: str, **parameters: object) -> Work:
    """Return a run of one of QGIS's algorithms into memory."""
    start_qgis()
    import processing

    asked = {"OUTPUT": "TEMPORARY_OUTPUT", **parameters}
    return lambda: processing.run(name, asked)

"""A colleague who lets jobs run one after the other, while others save; run as a program by the proofs.

python -m tests.proof.job_at_work LOCATION FOLDER JOB…

Prints for each job how long it took, what it told, and why it did not end, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback

from gridmgmt_plugin.processing.provider import GridManagementProvider
from tests.qgis.application import running_app

# After so long everybody else is at work.
AT_FULL_PACE_S = 3.0
GIVEN: dict[str, dict[str, Any]] = {
    "buildresponsibilitygrids": {"SCHEME": "cg", "COUNT": 16, "REPLACE": True, "AUTHOR": "王工"},
    "validate": {},
    "exportpackage": {"SCHEME": "cg", "AUTHOR": "王工"},
}


class Told(QgsProcessingFeedback):
    """Keeps what a job tells."""

    def __init__(self) -> None:
        super().__init__(False)
        self.notes: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.notes.append(info)

    def pushWarning(self, warning: str) -> None:
        self.notes.append(warning)


def main(location: str, folder: str, jobs: list[str]) -> None:
    """Let them run and tell."""
    running_app()
    provider = GridManagementProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    time.sleep(AT_FULL_PACE_S)
    ended = [run(provider.id(), location, folder, key) for key in jobs]
    sys.stdout.write(json.dumps(ended, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def run(provider: str, location: str, folder: str, key: str) -> dict[str, Any]:
    """Let one job run; return what it took and told, and why it did not end."""
    given = {"WORKSPACE": location, **GIVEN[key]}
    if key == "exportpackage":
        given["FOLDER"] = folder
    heard, start, problem = Told(), time.perf_counter(), ""
    try:
        algorithm = QgsApplication.processingRegistry().algorithmById(f"{provider}:{key}").create()
        algorithm.prepare(given, QgsProcessingContext(), heard)
        algorithm.runPrepared(given, QgsProcessingContext(), heard)
    except QgsProcessingException as refused:
        problem = str(refused)
    took = round(time.perf_counter() - start, 2)
    return {"job": key, "took": took, "problem": problem, "told": heard.notes}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])

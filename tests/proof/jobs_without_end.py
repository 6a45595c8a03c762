"""A colleague who lets jobs run one after the other, again and again; run as a program by the proofs.

python -m tests.proof.jobs_without_end LOCATION FOLDER [IMPATIENT] JOB…

Prints for each job its key, "" when it has ended or the sentence that it told, and the seconds that it took, as JSON.
``IMPATIENT``: whatever befalls server and network, he waits for a second or two, and reads Chinese and English in
turn.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from itertools import cycle

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale

from gridmgmt_plugin.processing.provider import GridManagementProvider
from tests.proof.job_at_work import run
from tests.proof.planner_in_trouble import be_impatient
from tests.qgis.application import running_app

IMPATIENT = "IMPATIENT"


def main(location: str, folder: str, jobs: list[str]) -> None:
    """Let them run until the input ends."""
    running_app()
    provider = GridManagementProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    if IMPATIENT in jobs:
        be_impatient()
    ended = threading.Event()
    os.write(1, b"ready\n")
    sys.stdin.readline()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    tongues = cycle(("zh_CN", "en"))
    while not ended.is_set():
        for key in jobs:
            if key == IMPATIENT or ended.is_set():
                continue
            if IMPATIENT in jobs:
                QLocale.setDefault(QLocale(next(tongues)))
            told = run(provider.id(), location, folder, key)
            line = json.dumps([key, told["problem"], told["took"]], ensure_ascii=False)
            os.write(1, f"{line}\n".encode())
            if told["problem"]:
                time.sleep(0.3)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])

"""Kill what comes back from a receiver, or from another office, at every step; run as a program by the tests."""

from __future__ import annotations

import sys

from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.handover.coming_back.import_package import import_package
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.handover.release_acts import act_on_release
from gridmgmt_plugin.jobs.handover.restore_release import restore_release
from gridmgmt_plugin.workspace.location import parse_location
from tests.deadly import kill_at_each_step
from tests.jobs.package_workspace import dump

RUNS = {
    "import": lambda workspace, file: import_package(workspace, file, author="王"),
    "redraw": lambda workspace, file: import_package(workspace, file, redraw=True, author="王"),
    "receipt": lambda workspace, file: import_receipt(workspace, read_receipt(file), "r0001", author="王"),
    "accept": lambda workspace, _: act_on_release(workspace, "r0001", "accept", author="王"),
    "restore": lambda workspace, _: restore_release(workspace, "r0001", author="王"),
}


def main(place: str, task: str, file: str) -> None:
    """``file``: the package or the receipt that comes back."""
    kill_at_each_step(parse_location(place), lambda workspace: RUNS[task](workspace, file), dump)


if __name__ == "__main__":
    main(*sys.argv[1:])

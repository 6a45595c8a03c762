"""A release: its whole export, its shapefile beside ``ogr2ogr`` of the same layer, what differs between two releases.

The second release has one in a hundred unit grids renamed and one in a hundred in the grid beside.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
import time
from datetime import date, datetime
from itertools import count
from pathlib import Path

import numpy as np

from gridmgmt_plugin.core.release.frozen import content_hash, items_of, layers_of
from gridmgmt_plugin.core.release.sensitive import sensitive_of
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.layer_files import FORMATS, GPKG, SHP, LayerToWrite, write_layer
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile
from gridmgmt_plugin.exchange.package.read_back import check_layer
from gridmgmt_plugin.exchange.package.writing import layers_to_write
from gridmgmt_plugin.jobs.checks.validate_workspace import checked_tables
from gridmgmt_plugin.jobs.handover.comparison import find_changes
from gridmgmt_plugin.jobs.handover.content import ContentOptions, PackageContent, build_content
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.responsibility.compare_states import compare_states
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench import answering
from tests.bench.contest import Contest, Outside, Work
from tests.bench.district import made_apart

FIRST, SECOND = "r0001", "r0002"
_ENCODING, _NOW = "UTF-8", datetime(2026, 1, 15, 9, 30)
_SHARE = 100


def district(side: int) -> Workspace:
    """Return a district with grids, posts, lanes and a duty list."""
    workspace = made_apart(Path(tempfile.mkdtemp()) / "workspace.gpkg", side)
    answering.fill(workspace, side)
    return workspace


def content_of(workspace: Workspace) -> PackageContent:
    """Return what a release of now would hold."""
    tables, info = checked_tables(workspace), workspace.info
    options = ContentOptions(answering.SCHEME, np.datetime64(date(2026, 1, 1)), "", info.precision_m)
    return build_content(tables, options, sensitive_of(info.component_catalogue, info.event_catalogue, tables))


def enter_release(workspace: Workspace, number: str) -> None:
    """Enter a release of now as one that was handed over."""
    frozen = content_of(workspace).frozen
    row = {
        "number": number,
        "scheme": answering.SCHEME,
        "state": "handed_over",
        "effective_from": "2026-01-01",
        "content_hash": content_hash(frozen, workspace.info.precision_m),
    }
    items = items_of(frozen)
    with workspace.transaction("", "bench") as transaction:
        transaction.insert("release", Rows.from_records([row]))
        transaction.insert("release_item", items.with_columns(release_number=[number] * len(items)))


def exported(side: int) -> Work:
    """Check, write in three formats, read back twice (fiona in a process of its own), compare and hand over."""
    made, numbers = district(side), count()

    def work() -> Outside:
        folder = Path(tempfile.mkdtemp()) / str(next(numbers))
        folder.mkdir()
        workspace = Workspace.open(shutil.copy(str(made.path), folder / "workspace.gpkg"))
        start, before = time.perf_counter(), _processors_s()
        export_package(workspace, scheme=answering.SCHEME, folder=folder, formats=FORMATS, now=_NOW)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Outside(time.perf_counter() - start, _processors_s() - before, peak)

    return work


def _processors_s() -> float:
    """Return the seconds of processors that this process has used, and those of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _layer(workspace: Workspace) -> LayerToWrite:
    return layers_to_write(content_of(workspace).layers, Delivered(ReceiverProfile(), _ENCODING))["unit_grid"]


def _written(side: int, *, is_read_back: bool) -> Work:
    workspace = district(side)
    layer, delivery, numbers = _layer(workspace), Delivery.of(workspace.info.frame, None), count()

    def work() -> None:
        folder = Path(tempfile.mkdtemp()) / str(next(numbers))
        folder.mkdir()
        written = write_layer(layer, folder, SHP, delivery, _ENCODING, _NOW)
        if is_read_back:
            check_layer(layer, written, delivery, _ENCODING)

    return work


def shapefile(side: int) -> Work:
    """Write the unit grids as a shapefile, with the DBF that strict readers take."""
    return _written(side, is_read_back=False)


def shapefile_proven(side: int) -> Work:
    """Write it, read it back and compare every value."""
    return _written(side, is_read_back=True)


def ogr2ogr(side: int) -> Work:
    """Have ``ogr2ogr`` write the same fields and outlines out of a GeoPackage."""
    workspace, folder = district(side), Path(tempfile.mkdtemp())
    delivery = Delivery.of(workspace.info.frame, None)
    source = write_layer(_layer(workspace), folder, GPKG, delivery, _ENCODING, _NOW).paths[0]
    numbers = count()

    def work() -> Outside:
        command = ["ogr2ogr", "-q", "-f", "ESRI Shapefile", "-lco", f"ENCODING={_ENCODING}"]
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        target = folder / f"{next(numbers)}.shp"
        subprocess.run([*command, str(target), str(source)], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Outside(time.perf_counter() - start, spent, after.ru_maxrss / 1024)

    return work


def _two_releases(side: int) -> Workspace:
    workspace = district(side)
    enter_release(workspace, FIRST)
    column = f"rg_{answering.SCHEME}"
    rows = workspace.read("unit_grid", ["name", column, "row_version"], geometry=False)
    some = np.arange(len(rows)) % _SHARE
    names = np.where(some == 0, "改名", rows["name"])
    grids = np.where(some == 1, np.roll(rows[column], 1), rows[column])
    with workspace.transaction("", "bench") as transaction:
        transaction.update("unit_grid", rows.with_columns(**{"name": names, column: grids}))
    enter_release(workspace, SECOND)
    return workspace


def listed(side: int) -> Work:
    """Read two releases out of the workspace and list everything that differs, as ``changes.csv`` tells it."""
    workspace = _two_releases(side)

    def work() -> object:
        base, now = (
            layers_of(workspace.read("release_item", where={"release_number": one})) for one in (FIRST, SECOND)
        )
        return find_changes(base, now, workspace.info.precision_m)

    return work


def passing(side: int) -> Work:
    """Compare two releases on the ground: what passes from whom to whom, with all that lies on it."""
    workspace = _two_releases(side)
    return lambda: compare_states(workspace, FIRST, SECOND, scheme=answering.SCHEME)


CONTESTS = (
    Contest("release_export", "a release, exported", {"ours": exported}),
    Contest(
        "shapefile",
        "unit grids as a shapefile",
        {"ours": shapefile, "ours, read back and compared": shapefile_proven, "ogr2ogr": ogr2ogr},
    ),
    Contest("release_difference", "two releases", {"ours": listed, "ours: what passes on the ground": passing}),
)

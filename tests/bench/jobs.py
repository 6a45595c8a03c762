"""What the jobs of the sample district cost, each from the state that the ones before it left: seconds of processors.

python -m tests.bench.jobs [RUNS]

To compare with an earlier state of the program, put this file into a worktree of that commit and run it there as
well, a run here and a run there in turn. Seconds of processors (all threads and children), the least of the runs:
what else the machine does counts for little.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from qgis.core import QgsProject

from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.project.project_file import add_workspace
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.bench.qgis_peers import start_qgis
from tools.demo.sample import sample_inputs

Job = Callable[[Workspace], object]
INPUTS = sample_inputs()


def cpu_s() -> float:
    """Return the seconds of processors that this process and its children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def create(path: Path) -> None:
    """Make the workspace of the sample's areas."""
    first = INPUTS.areas[0]
    create_workspace(
        [given.source for given in INPUTS.areas],
        path,
        coordinates=first.coordinates,
        code_field=first.fields.get("code"),
        name_field=first.fields.get("name"),
        local_frame=INPUTS.local_frame,
        repair=True,
    )


def tables(workspace: Workspace) -> None:
    """Take in departments, stations, persons, contacts and the duty list."""
    for given in INPUTS.tables:
        x, y = given.xy
        import_table(workspace, given.source, given.kind, field_map=given.fields, x_field=x, y_field=y)


def cells(workspace: Workspace) -> None:
    """Draw the unit grids."""
    streets, compounds, roads = INPUTS.streets, INPUTS.compounds, INPUTS.road_areas
    assert streets is not None
    assert compounds is not None
    assert roads is not None
    generate_unit_grids(workspace, streets.source, compounds=compounds.source, road_areas=roads.source)


def groups(workspace: Workspace, *, replace: bool = False) -> None:
    """Make the responsibility grids, with ``replace`` anew over those that are in use."""
    scheme = INPUTS.scheme
    build_responsibility_grids(
        workspace,
        scheme=scheme.key,
        title=scheme.title,
        count=scheme.count,
        units_per_grid=scheme.units_per_grid,
        weight=scheme.weight,
        within=scheme.within,
        replace=replace,
    )


def lanes(workspace: Workspace) -> None:
    """Take in the street-lanes."""
    streets = INPUTS.streets
    assert streets is not None
    names = streets.fields
    import_lanes(workspace, streets.source, name_field=names.get("name"), class_field=names.get("class"))


def posts(workspace: Workspace) -> None:
    """Take in the posts on grids, areas and lanes."""
    for given in INPUTS.posts:
        import_posts(workspace, given.source, target=given.kind, scheme=INPUTS.scheme.key)


def components(workspace: Workspace) -> None:
    """Take in the components."""
    for given in INPUTS.components:
        x, y = given.xy
        import_components(workspace, given.source, x_field=x, y_field=y, field_map=given.fields)


def cases(workspace: Workspace) -> None:
    """Take in the cases of three files."""
    for given in INPUTS.cases:
        x, y = given.xy
        import_cases(workspace, given.source, x_field=x, y_field=y, field_map=given.fields)


def validate(workspace: Workspace) -> None:
    """Check everything."""
    validate_workspace(workspace, scheme=INPUTS.scheme.key)


def export(workspace: Workspace) -> None:
    """Hand over a package."""
    with tempfile.TemporaryDirectory() as folder:
        export_package(workspace, scheme=INPUTS.scheme.key, folder=folder)


def show(workspace: Workspace) -> None:
    """Open the workspace in QGIS: layers, forms, relations, styles, themes."""
    project = QgsProject()
    add_workspace(project, workspace, "zh_CN")
    project.clear()


CHAIN: tuple[Job, ...] = (tables, cells, groups, lanes, posts, components, cases)
AFTERWARDS: tuple[Job, ...] = (validate, partial(groups, replace=True), show, export)


def measured(job: Job, before: Path, after: Path, runs: int) -> float:
    """Return the least seconds of ``runs`` runs, each on a copy of ``before``, and leave what the last made."""
    seconds = []
    for _ in range(runs):
        shutil.copy(before, after)
        workspace = Workspace.open(after)
        start = cpu_s()
        job(workspace)
        seconds.append(cpu_s() - start)
    return min(seconds)


def main(runs: int) -> None:
    """Print one line per job."""
    start_qgis()
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / "0.gpkg"
        start = cpu_s()
        create(now)
        say("create", cpu_s() - start)
        for number, job in enumerate((*CHAIN, *AFTERWARDS), 1):
            left = Path(folder) / f"{number}.gpkg"
            say(getattr(job, "__name__", "groups anew"), measured(job, now, left, runs))
            now = left if job in CHAIN else now


def say(name: str, seconds: float) -> None:
    """Print one figure at once."""
    sys.stdout.write(f"{name:14}{seconds:8.3f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

"""The chain itself: each step is the job that a button or an algorithm calls, nothing is done besides."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from qgis.core import QgsProject

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.jobs.analysis.find_hotspots import Hotspots, find_hotspots
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
from gridmgmt_plugin.project.map.place_colours import style_hotspots
from gridmgmt_plugin.project.project_file import add_workspace, write_project
from gridmgmt_plugin.project.result_layers import memory_layer, write_layer
from gridmgmt_plugin.workspace.schema import table as table_definition
from gridmgmt_plugin.workspace.workspace import Workspace
from tools.demo.hotspot_map import export_map
from tools.demo.inputs import Inputs, TableInput
from tools.demo.table import Table

_STEPS = {
    "areas": ("区划入库", "areas"),
    "tables": ("导入{}", "{}"),
    "cells": ("划分单元网格", "unit grids drawn"),
    "groups": ("编组责任网格", "responsibility grids"),
    "lanes": ("街巷建档", "street-lanes"),
    "posts": ("岗位人员 {}", "posts: {}"),
    "components": ("部件入库", "components"),
    "cases": ("案件入库", "cases"),
    "hotspots": ("高发区域", "hot spots"),
    "project": ("QGIS 工程", "QGIS project"),
    "map": ("高发区域图", "hot-spot map"),
    "validate": ("质量检查", "validation"),
    "package": ("成果包", "package"),
}


# Without these steps there is nothing to go on with.
_NEEDED = ("areas", "cells", "groups", "validate", "package")
# What a file is refused for when a column that the step needs is not in it, or cannot be told from others.
_WITHOUT_COLUMN = (
    "field_not_found", "lanes_without_names", "coordinates_in_one_field", "no_coordinates", "personal_place_refused",
    "coordinate_pairs_differ", "coordinate_pairs_of_others", "import_key_missing", "post_name_column_missing",
)  # fmt: skip


class _Chain:
    """One run: the inputs, where the results go, the table that is filled."""

    def __init__(self, inputs: Inputs, out: Path, table: Table) -> None:
        self.inputs = inputs
        self.out = out
        self.table = table
        self.language = "zh_CN" if table.language == "zh" else "en"
        #: Of names that jobs give, so that they suit those that the files hold.
        self.names = "zh_CN" if inputs.is_sample else self.language
        self.author = "演示" if table.language == "zh" else "demo"

    def title(self, key: str, detail: str = "") -> str:
        return _STEPS[key][0 if self.table.language == "zh" else 1].format(detail)

    def run(self, key: str, work: Callable[[], Report], detail: str = "") -> None:
        """Do one step: its line in the table, its report as a file; a step whose column is not there is left out."""
        try:
            report = self.table.run(self.title(key, detail), work)
        except InputError as error:
            if key in _NEEDED or error.code not in _WITHOUT_COLUMN:
                raise
            self.table.left_out(self.title(key, detail), error.message)
            return
        number = f"{len(self.table.lines):02d}"
        report.write(self.out / "reports" / f"{number}_{report.job}.json", self.language)

    def label(self, table: str) -> str:
        return table_definition(table).label(self.language)


def run_chain(
    inputs: Inputs, out: Path, table: Table, *, target_area_m2: float = 10_000.0, hand_over: bool = True
) -> Workspace:
    """Take a district from raw files to a package in ``out``; every step adds its line to ``table``.

    :param target_area_m2: of a unit grid. ``hand_over``: without it the workspace is left before its first release,
        all codes still drafts.
    :raises GridError: what a job raises; the lines so far stay in the table.
    """
    chain = _Chain(inputs, out, table)
    workspace = _create(chain)
    _draw(chain, workspace, target_area_m2)
    _staff(chain, workspace)
    _lay_over(chain, workspace)
    if chain.names != chain.language:
        write_in_english(chain.out / "workspace.gpkg")
        workspace = Workspace.open(workspace.location)
    _project(chain, workspace)
    if hand_over:
        _hand_over(chain, workspace)
    return workspace


def _create(chain: _Chain) -> Workspace:
    inputs, path = chain.inputs, chain.out / "workspace.gpkg"
    chain.run(
        "areas",
        lambda: create_workspace(
            [given.source for given in inputs.areas],
            path,
            coordinates=inputs.areas[0].coordinates,
            code_field=inputs.areas[0].fields.get("code"),
            name_field=inputs.areas[0].fields.get("name"),
            local_frame=inputs.local_frame,
            repair=True,
            merge_parts=inputs.merge_parts,
            author=chain.author,
        ),
    )
    workspace = Workspace.open(path)
    for given in inputs.tables:
        x_field, y_field = given.xy
        work = partial(
            import_table,
            workspace,
            given.source,
            given.kind,
            field_map=given.fields,
            x_field=x_field,
            y_field=y_field,
            author=chain.author,
        )
        chain.run("tables", work, chain.label(given.kind))
    return workspace


def _draw(chain: _Chain, workspace: Workspace, target_area_m2: float) -> None:
    inputs, scheme = chain.inputs, chain.inputs.scheme
    chain.run(
        "cells",
        lambda: generate_unit_grids(
            workspace,
            _source(inputs.streets),
            compounds=_source(inputs.compounds),
            road_areas=_source(inputs.road_areas),
            coordinates="crs" if inputs.streets is None else inputs.streets.coordinates,
            target_area_m2=target_area_m2,
            author=chain.author,
        ),
    )
    chain.run(
        "groups",
        lambda: build_responsibility_grids(
            workspace,
            scheme=scheme.key,
            title=scheme.title,
            count=scheme.count,
            units_per_grid=scheme.units_per_grid,
            weight=scheme.weight,
            within=scheme.within,
            language=chain.names,
            author=chain.author,
        ),
    )


def _staff(chain: _Chain, workspace: Workspace) -> None:
    inputs = chain.inputs
    streets = inputs.streets
    if streets is None:
        chain.table.left_out(chain.title("lanes"))
    else:
        chain.run(
            "lanes",
            lambda: import_lanes(
                workspace,
                streets.source,
                coordinates=streets.coordinates,
                name_field=streets.fields.get("name"),
                class_field=streets.fields.get("class"),
                language=chain.names,
                author=chain.author,
            ),
        )
    if not inputs.posts:
        chain.table.left_out(chain.title("posts"))
    for given in inputs.posts:
        work = partial(
            import_posts,
            workspace,
            given.source,
            target=given.kind,
            scheme=inputs.scheme.key,
            author=chain.author,
        )
        chain.run("posts", work, chain.label(given.kind))


def _lay_over(chain: _Chain, workspace: Workspace) -> None:
    for key, files, job in (
        ("components", chain.inputs.components, import_components),
        ("cases", chain.inputs.cases, import_cases),
    ):
        if not files:
            chain.table.left_out(chain.title(key))
        for given in files:
            x_field, y_field = given.xy
            work = partial(
                job,
                workspace,
                given.source,
                x_field=x_field,
                y_field=y_field,
                coordinates=given.coordinates,
                field_map=given.fields,
                author=chain.author,
            )
            chain.run(key, work)


def _project(chain: _Chain, workspace: Workspace) -> None:
    """Write the QGIS project and, where there are cases, the hot spots as layer and as picture."""
    start = time.perf_counter()
    path = write_project(workspace, chain.out / "workspace.qgz", chain.language)
    chain.table.add(chain.title("project"), "1", path.name, time.perf_counter() - start)
    if workspace.count("cases") == 0:
        chain.table.left_out(chain.title("hotspots"))
        return
    results: list[Hotspots] = []

    def analyse() -> Report:
        results.append(find_hotspots(workspace))
        return results[0].report

    chain.run("hotspots", analyse)
    start = time.perf_counter()
    path = _draw_map(chain, workspace, results[0])
    chain.table.add(chain.title("map"), "1", path.name, time.perf_counter() - start)


def _draw_map(chain: _Chain, workspace: Workspace, found: Hotspots) -> Path:
    title = chain.title("hotspots")
    layer = memory_layer(found.rows, title, workspace.info.frame)
    write_layer(layer, chain.out / "hotspots.gpkg")
    style_hotspots(layer, chain.language)
    project = QgsProject()
    layers = add_workspace(project, workspace, chain.language)
    project.addMapLayer(layer, False)
    name = workspace.info.county_name or workspace.info.county_code
    cases = f"{chain.label('cases')}: {found.report.figures['cases']}"
    foot = f"{cases} · Getis-Ord Gi*, FDR · {workspace.info.classification}"
    path = export_map(project, [layers["area"], layer], f"{name} {title}", foot, chain.out / "hotspots.png")
    project.clear()
    return path


def _hand_over(chain: _Chain, workspace: Workspace) -> None:
    scheme = chain.inputs.scheme.key
    chain.run("validate", lambda: validate_workspace(workspace, scheme=scheme, language=chain.language).report())
    folder = chain.out / "package"
    folder.mkdir(exist_ok=True)
    chain.run(
        "package",
        lambda: export_package(
            workspace, scheme=scheme, folder=folder, author=chain.author, language=chain.language
        ).report(),
    )


def _source(given: TableInput | None) -> Source | None:
    return None if given is None else given.source

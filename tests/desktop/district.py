"""The sample district as a workspace, made by the jobs themselves: what the desktop tests open and look at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import shapely

from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.locate import locate_points
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.text import to_numbers
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.gui.opening.sample import WORKSPACE
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace

FRAME = "澄湖地方坐标系（示例）"
SCHEME = "cg"


def build_district(folder: Path) -> Path:
    """Make workspace and project of the sample district, with cases, components and posts; return the workspace."""
    path = folder / WORKSPACE
    layers = {name: _layer(name) for name in ("streets", "compounds", "road_areas")}
    areas = [_layer(name) for name in ("county", "street_offices", "communities")]
    create_workspace(areas, path, local_frame=FRAME)
    workspace = Workspace.open(path)
    generate_unit_grids(workspace, layers["streets"], compounds=layers["compounds"], road_areas=layers["road_areas"])
    build_responsibility_grids(workspace, scheme=SCHEME, title="城管巡查", count=82)
    import_lanes(workspace, layers["streets"])
    units = workspace.read("unit_grid", ["code"])
    lanes = workspace.read("lane", ["code"])
    with workspace.transaction("测试", "sample") as transaction:
        transaction.insert("cases", _cases(units, lanes))
        transaction.insert("component", _components(units, lanes))
        transaction.insert("person", Rows.from_records([{"id": f"P{n:03d}", "name": _name(n)} for n in range(82)]))
        transaction.insert("post", _posts(workspace))
        transaction.insert("department", _departments())
        transaction.insert("duty_rule", _duty_rules())
    _write_project(path)
    return path


def _name(number: int) -> str:
    """Return the invented name of a person, as the sample has them: 示例甲一 is the first."""
    return f"示例{'甲乙丙丁戊己庚辛壬'[number // 10]}{'一二三四五六七八九十'[number % 10]}"


def _write_project(path: Path) -> None:
    """Write the project in a process of its own: QGIS can be started and ended only once in each."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from qgis.core import QgsApplication\n"
        "application = QgsApplication([], True)\n"
        "application.initQgis()\n"
        "from gridmgmt_plugin.project.project_file import write_project\n"
        "from gridmgmt_plugin.workspace.workspace import Workspace\n"
        "path = Path(sys.argv[1])\n"
        "write_project(Workspace.open(path), path.with_suffix('.qgz'), 'zh_CN')\n"
        "os._exit(0)\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=True, capture_output=True)


def _layer(name: str):
    return read_source(str(resource_path(f"sample/{name}.shp")))


def _cases(units: Rows, lanes: Rows) -> Rows:
    source, points = _points(str(resource_path("sample/cases_2025h1.csv")))
    columns = {
        "id": source["案件编号"],
        "case_no": source["案卷号"],
        "kind": as_column(["event"] * len(source)),
        "class_code": source["类别代码"],
        "title": source["标题"],
        "status": as_column(["closed"] * len(source)),
        "reported_at": as_column(parse_dates(list(source["上报时间"])).iso),
        **_place(points, units, lanes),
    }
    _, first = np.unique(np.array(source["案件编号"].tolist()), return_index=True)
    return Rows(columns, points).take(np.sort(first))


def _components(units: Rows, lanes: Rows) -> Rows:
    source, points = _points(str(resource_path("sample/components.csv")))
    columns = {"code": as_column(f"C{n:06d}" for n in range(len(source))), "class_code": source["类别代码"]}
    disputed = [n % 211 == 0 for n in range(len(source))]  # a few dozen for the ownership desk
    columns["owner_state"] = as_column("争议" if one else None for one in disputed)
    columns["department_code"] = as_column(f"D{n % 3 + 1}" if one else None for n, one in enumerate(disputed))
    columns["surveyed_on"] = as_column("2025-06-01" if one else None for one in disputed)
    return Rows({**columns, **_place(points, units, lanes)}, points)


def _points(path: str) -> tuple[Rows, np.ndarray]:
    source = read_source(path).rows
    x, y = to_numbers(list(source["横坐标X"])), to_numbers(list(source["纵坐标Y"]))
    keep = np.isfinite(x) & np.isfinite(y)
    return source.take(keep), shapely.points(x[keep], y[keep])


def _place(points: np.ndarray, units: Rows, lanes: Rows) -> dict[str, np.ndarray]:
    position = locate_points(
        shapely.get_x(points), shapely.get_y(points), units.geometry, units["code"], precision_m=0.001
    )
    nearest = shapely.STRtree(lanes.geometry).nearest(points)
    return {
        "unit_grid": as_column(units["code"][p] if p >= 0 else None for p in position),
        "lane_code": lanes["code"][nearest],
    }


def _departments() -> Rows:
    names = ("澄湖道路养护中心（示例）", "澄湖园林绿化中心（示例）", "澄湖环卫服务中心（示例）")
    return Rows.from_records([{"code": f"D{n + 1}", "name": name, "kind": "主管"} for n, name in enumerate(names)])


def _duty_rules() -> Rows:
    rules = (
        ("R1", "0101", "D1", "明确", "示例区权责清单2025版"),
        ("R2", "0102", "D2", "争议", None),
        ("R3", "02", "D3", "明确", None),
    )
    names = ("id", "class_prefix", "department_code", "state", "basis")
    return Rows.from_records([{"class_kind": "component", "priority": 1, **dict(zip(names, rule))} for rule in rules])


def _posts(workspace: Workspace) -> Rows:
    grids = workspace.read("responsibility_grid", ["code"], geometry=False)["code"]
    return Rows.from_records(
        [
            {
                "id": f"{number}",
                "target": "responsibility_grid",
                "target_code": code,
                "scheme": SCHEME,
                "person_id": f"P{number:03d}",
                "role": "grid_leader",
            }
            for number, code in enumerate(grids)
        ]
    )

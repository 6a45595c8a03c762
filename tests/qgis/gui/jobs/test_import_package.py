"""The dialog that takes a package in: what will happen stands there before anything is written."""

from __future__ import annotations

import fiona
import pytest
import shapely

from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.gui.jobs.job_window import open_job, part, press, told


def test_what_a_package_would_bring_is_told_at_once_and_comes_with_a_click(shell, tmp_path):
    folder = tmp_path / "外来"
    folder.mkdir()
    (folder / "departments.csv").write_bytes("code,name\nX1,示例部门\nX2,另一部门\n".encode("gbk"))
    content = shell.session.path.read_bytes()
    dialog = open_job(shell, "import_package")
    dialog.fields["INPUT"].show_value(str(folder))
    text = told(dialog)
    assert "2" in text
    assert shell.session.path.read_bytes() == content
    press(dialog, "run")
    assert dialog.shows_result()
    assert {"X1", "X2"} <= set(Workspace.open(shell.session.path).read("department")["code"])


@pytest.mark.proof
def test_what_is_no_package_is_told_in_the_dialog(shell, tmp_path):
    (tmp_path / "包.zip").write_bytes(b"PK\3\4 damaged")
    dialog = open_job(shell, "import_package")
    dialog.fields["INPUT"].show_value(str(tmp_path / "包.zip"))
    assert "包.zip" in told(dialog)
    assert part(dialog, "run").isVisible()


def test_a_dialog_in_which_nothing_was_chosen_yet_complains_of_nothing(shell):
    dialog = open_job(shell, "import_package")
    assert not told(dialog)
    assert not part(dialog, "forecast").isVisible()


def test_unit_grids_drawn_otherwise_are_told_first_and_taken_over_when_that_is_ticked(shell, tmp_path):
    folder = tmp_path / "同事"
    folder.mkdir()
    workspace = Workspace.open(shell.session.path)
    units, frame = workspace.read("unit_grid"), workspace.info.frame
    one, two = beside_each_other(units)
    shapes = units.shapes.copy()
    shapes[one] = shapely.union(shapes[one], shapes[two])
    schema = {"geometry": "Polygon", "properties": {"BGID": "str:20"}}
    chosen = {"crs": f"EPSG:{frame.epsg}"} if frame.epsg else {}
    with fiona.open(folder / "DYWG.shp", "w", driver="ESRI Shapefile", schema=schema, **chosen) as sink:
        for at, code in enumerate(units["code"].tolist()):
            if at != two:
                sink.write({"geometry": shapely.geometry.mapping(shapes[at]), "properties": {"BGID": code}})
    content = shell.session.path.read_bytes()
    dialog = open_job(shell, "import_package")
    dialog.fields["INPUT"].show_value(str(folder))
    assert units["code"][two] in told(dialog)
    dialog.fields["REDRAW"].show_value(True)
    text = told(dialog)
    assert "1" in text
    assert shell.session.path.read_bytes() == content
    press(dialog, "run")
    assert dialog.shows_result()
    left = Workspace.open(shell.session.path).read("unit_grid")
    assert set(units["code"]) - set(left["code"]) == {units["code"][two]}


def beside_each_other(units):
    """Return two unit grids of one area with an edge in common."""
    return next(
        (one, two)
        for one in range(len(units))
        for two in range(one + 1, len(units))
        if units["area_code"][one] == units["area_code"][two]
        and shapely.length(shapely.intersection(units.shapes[one], units.shapes[two])) > 1
    )

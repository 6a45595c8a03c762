"""The tree with its figures, read with plain SQL: what lies where, what is found, what is refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.light.opening import read_entries
from gridmgmt_plugin.workspace.light.places import Figures, Place, Summary
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.workspace_window import build_workspace
from tests.tries import tries

SOUTH, NORTH = "990101001001", "990101001002"
# Two headings above one lane, two above two persons.
LANES_AND_PERSONS = 3 + 4


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("网格 库") / "示例.gpkg")


@pytest.fixture(scope="module")
def summary(path):
    return read_summary(path, "cg")


def _place(summary, level, code):
    return next(place for place in summary.places if (place.level, place.code) == (level, code))


def _below(summary, level, code):
    position = next(i for i, p in enumerate(summary.places) if (p.level, p.code) == (level, code))
    return [(summary.places[i].level, summary.places[i].code) for i in summary.children[position]]


def test_the_tree_goes_from_county_to_unit_grid(summary):
    assert [(summary.places[i].level, summary.places[i].code) for i in summary.roots] == [
        ("county", "990101"),
        ("lanes", ""),
        ("persons", ""),
    ]
    assert _below(summary, "county", "990101") == [("street_office", "990101001")]
    assert _below(summary, "street_office", "990101001") == [("community", SOUTH), ("community", NORTH)]
    grids = [f"{SOUTH}{n:03d}" for n in (1, 2, 3)]
    assert _below(summary, "community", SOUTH) == [("responsibility_grid", code) for code in grids]
    assert _below(summary, "responsibility_grid", grids[0]) == [("unit_grid", f"{SOUTH}{n:03d}") for n in range(1, 5)]


def test_a_unit_grid_in_no_responsibility_grid_stands_under_its_community(summary):
    assert _below(summary, "community", NORTH)[-1] == ("unit_grid", f"{NORTH}012")


def test_a_scheme_without_grids_shows_the_unit_grids_under_their_communities(path):
    summary = read_summary(path, "hw")
    assert summary.scheme == "hw"
    assert {level for level, _ in _below(summary, "community", SOUTH)} == {"unit_grid"}
    assert _place(summary, "community", SOUTH).figures.unit_grids == 12


def test_the_first_scheme_is_shown_when_none_or_an_unknown_one_is_asked_for(path):
    assert read_summary(path).scheme == read_summary(path, "gone").scheme == "cg"
    assert read_summary(path).schemes == (("cg", "城管巡查"), ("hw", "hw"))


def test_figures_add_up_from_the_unit_grids(summary):
    assert _place(summary, "unit_grid", f"{SOUTH}001").figures == Figures(1, None, None, 1, 2)
    assert _place(summary, "responsibility_grid", f"{SOUTH}001").figures == Figures(4, None, None, 4, 8, 1)
    assert _place(summary, "community", SOUTH).figures == Figures(12, 3, 1, 12, 24, 2)
    assert _place(summary, "county", "990101").figures == Figures(24, 6, 1, 24, 48, 2)


def test_somebody_who_left_the_post_is_not_counted(summary):
    assert _place(summary, "community", NORTH).figures.officers == 1


def test_what_lies_in_no_unit_grid_is_told(summary):
    assert (summary.components_outside, summary.cases_outside) == (1, 1)


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        (NORTH, ("community", NORTH), 1 + 3 + 12),
        ("９９０１０１００１００２０１２", ("unit_grid", f"{NORTH}012"), 1),
        ("北园", ("community", NORTH), 1),
        (" 第001 ", ("responsibility_grid", f"{SOUTH}001"), 2),
        ("第００１责任", ("responsibility_grid", f"{SOUTH}001"), 2),
    ],
)
def test_a_search_finds_codes_by_their_beginning_and_names_by_a_part(summary, text, first, count):
    hits = [summary.places[i] for i in summary.find(text)]
    assert (hits[0].level, hits[0].code) == first
    assert len(hits) == count


@pytest.mark.parametrize("text", ["", "   ", "没有这个", "7"])
def test_a_search_without_a_result_finds_nothing(summary, text):
    assert summary.find(text) == ()


def test_the_end_of_a_code_is_enough(summary):
    hits = [summary.places[i] for i in summary.find("1002012")]
    assert [(place.level, place.code) for place in hits] == [("unit_grid", f"{NORTH}012")]


@pytest.mark.parametrize(
    ("text", "found"), [("南北", ("lane", "L1")), ("例甲", ("person", "A")), ("l1", ("lane", "L1"))]
)
def test_lanes_and_persons_are_found_by_name_and_number(summary, text, found):
    assert [(summary.places[i].level, summary.places[i].code) for i in summary.find(text)] == [found]


def test_what_begins_so_comes_before_what_ends_so(summary):
    places = [summary.places[i].code for i in summary.find(NORTH[-4:])]
    assert all(code.startswith(NORTH[-4:]) or code.endswith(NORTH[-4:]) for code in places)


def test_results_come_in_the_order_of_the_tree(summary):
    order = [at for at in summary.in_order() if summary.places[at].code.startswith("9901")]
    order = [at for at in order if not summary.places[at].level.endswith("_of")]
    hits = summary.find("9901")
    assert hits == tuple(order)


def test_a_file_that_is_not_ours_is_refused(tmp_path):
    other = tmp_path / "other.gpkg"
    sqlite3.connect(other).execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(WorkspaceError) as caught:
        read_summary(other)
    assert caught.value.code == "workspace_not_ours"


@pytest.mark.parametrize(("version", "code"), [("0", "workspace_too_old"), ("99", "workspace_too_new")])
def test_another_schema_version_is_told(path, tmp_path, version, code):
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE workspace_info SET value = ? WHERE key = 'schema_version'", (version,))
    connection.close()
    with pytest.raises(WorkspaceError) as caught:
        read_entries(GeoPackageLocation(copy))
    assert caught.value.code == code


def test_a_missing_and_a_damaged_file_are_told(tmp_path):
    damaged = tmp_path / "damaged.gpkg"
    damaged.write_bytes(b"no database" * 200)
    for path, code in ((tmp_path / "none.gpkg", "workspace_missing"), (damaged, "workspace_unreadable")):
        with pytest.raises(WorkspaceError) as caught:
            read_entries(GeoPackageLocation(path))
        assert caught.value.code == code


def test_a_workspace_that_somebody_holds_is_told_and_not_waited_for(path, tmp_path):
    copy = tmp_path / "held.gpkg"
    copy.write_bytes(path.read_bytes())
    holder = sqlite3.connect(copy, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorkspaceError) as caught:
        read_summary(copy)
    holder.close()
    assert caught.value.code == "workspace_locked"


def test_reading_leaves_the_file_as_it_was(path):
    before = path.read_bytes()
    read_summary(path)
    assert path.read_bytes() == before


def test_reading_needs_no_library_but_the_standard_one(path):
    code = (
        "import sys\n"
        "for name in ('numpy', 'shapely', 'pyproj', 'osgeo', 'qgis'): sys.modules[name] = None\n"
        "from pathlib import Path\n"
        "from gridmgmt_plugin.workspace.light.summary import read_summary\n"
        "print(len(read_summary(Path(sys.argv[1])).places))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == str(4 + 6 + 24 + LANES_AND_PERSONS), result.stderr


@tries(40)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_the_order_holds_every_place_once_and_parents_first(parents):
    chosen = [-1] + [min(parent, i) for i, parent in enumerate(parents)]
    children = tuple(tuple(i for i, parent in enumerate(chosen) if parent == p) for p in range(len(chosen)))
    places = tuple(Place("community", str(i), "", parent) for i, parent in enumerate(chosen))
    order = list(Summary((), None, places, (0,), children).in_order())
    assert sorted(order) == list(range(len(chosen)))
    assert all(order.index(parent) < order.index(i) for i, parent in enumerate(chosen) if parent >= 0)

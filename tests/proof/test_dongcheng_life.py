"""Real districts staffed, painted, balanced and released: seventeen street offices, and ninety communities."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.conftest import shared_file
from tests.qgis.editing.gestures.wild_districts import make_dongcheng
from tests.qgis.whole_life import AUTHOR, STAY, WholeLife
from tests.workspace.places import KINDS, place_of

UNITS_PER_GRID = 30


@pytest.mark.timeout(7200)  # minutes, and more where other work runs beside
@pytest.mark.parametrize("kind", KINDS)
def test_dongcheng_is_painted_balanced_staffed_and_released_and_all_of_it_once_more(
    request, tmp_path, qgis_app, kind
):
    with place_of(kind, tmp_path, request) as place:
        live(place, tmp_path)


def live(place, tmp_path):
    raw = shared_file("beijing_dongcheng/dongcheng_raw_gcj02.gpkg")
    make_dongcheng(place.location)
    import_lanes(Workspace.open(place.location), read_source(raw, "streets"), coordinates="gcj02", author=AUTHOR)
    life = WholeLife(place, tmp_path)
    for scheme, title, weight in (("cg", "城管巡查", "units"), ("hw", "环卫作业", "area")):
        life.found_scheme(scheme, title, "street_office")
        life.balance(scheme, "street_office", UNITS_PER_GRID, weight)
        life.staff(scheme)
        life.paint(scheme, 1)
        life.staff(scheme)
        life.hand_over_people(scheme)
    first = life.release("cg")
    life.accept()

    for scheme, weight in (("cg", "units"), ("hw", "area")):
        life.paint(scheme, 2)
        life.balance(scheme, "street_office", None, weight, stay=STAY)
        life.staff(scheme)
        life.hand_over_people(scheme)
    second = life.release("cg")
    assert 0 < sum(first.grid_of[code] != grid for code, grid in second.grid_of.items()) < len(second.grid_of) / 2


# Without streets only the size of the unit grids is given; with this one there are some thousand.
LARGE_M2 = 400_000.0


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_jiangning_is_painted_balanced_staffed_and_released_community_by_community(request, tmp_path, qgis_app, kind):
    source = shared_file("nanjing_jiangning_east/jiangning_east.gpkg")
    with place_of(kind, tmp_path, request) as place:
        create_workspace([read_source(source, name) for name in ("subdistrict", "community")], place.location)
        generate_unit_grids(Workspace.open(place.location), None, target_area_m2=LARGE_M2, author=AUTHOR)
        life = WholeLife(place, tmp_path)
        life.found_scheme("cg", "城管巡查", "community")
        life.balance("cg", "community", UNITS_PER_GRID // 3, "units")
        life.staff("cg")
        life.paint("cg", 1)
        life.balance("cg", "community", None, "units", stay=STAY)
        life.staff("cg")
        life.hand_over_people("cg")
        life.release("cg")
        life.accept()

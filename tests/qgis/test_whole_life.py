"""The sample district staffed, painted, balanced and released, twice, in a file and in a database."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.people.import_posts import import_posts
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from gridmgmt_plugin.jobs.unit_grids.generate_unit_grids import generate_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.few_workbooks import _few_workbooks  # noqa: F401  fixture
from tests.qgis.whole_life import AUTHOR, STAY, WholeLife
from tests.workspace.places import KINDS, place_of
from tools.demo.inputs import Inputs
from tools.demo.sample import sample_inputs


def found_sample(place, folder, inputs: Inputs) -> WholeLife:
    """Return the sample with its areas, unit grids, lanes and people, as its files have them."""
    create_workspace([given.source for given in inputs.areas], place.location, local_frame=inputs.local_frame)
    workspace = Workspace.open(place.location)
    for given in inputs.tables:
        x_field, y_field = given.xy
        import_table(workspace, given.source, given.kind, field_map=given.fields, x_field=x_field, y_field=y_field)
    generate_unit_grids(
        workspace,
        inputs.streets.source,
        compounds=inputs.compounds.source,
        road_areas=inputs.road_areas.source,
        author=AUTHOR,
    )
    import_lanes(workspace, inputs.streets.source, author=AUTHOR)
    return WholeLife(place, folder)


@pytest.mark.proof
@pytest.mark.parametrize("kind", [KINDS[0], pytest.param(KINDS[1], marks=pytest.mark.proof)])
def test_the_sample_is_painted_balanced_staffed_and_released_and_all_of_it_once_more(
    request, tmp_path, qgis_app, kind
):
    inputs = sample_inputs()
    with place_of(kind, tmp_path, request) as place:
        life = found_sample(place, tmp_path, inputs)
        life.found_scheme("cg", "城管巡查", "community")
        life.found_scheme("hw", "环卫作业", "street_office")
        # The sheet of the sample's inspectors names grids by the codes that this division gives them.
        build_responsibility_grids(
            life.workspace, scheme="cg", count=inputs.scheme.count, weight="area", author=AUTHOR
        )
        life.hold()
        for given in inputs.posts:
            assert import_posts(
                life.workspace, given.source, target=given.kind, scheme="cg", author=AUTHOR
            ).accepted == len(given.source)
        life.balance("cg", "community", None, "units", stay=STAY)
        life.balance("hw", "street_office", 9, "area")
        for scheme, seed in (("cg", 1), ("hw", 2)):
            assert set(life.paint(scheme, seed)) >= {"brush", "push", "split", "new", "merge", "erase", "save"}
            life.staff(scheme)
            life.hand_over_people(scheme)
        first = life.release("cg")
        life.accept()

        life.paint("cg", 3)
        life.paint("hw", 4)
        life.balance("cg", "community", None, "units", stay=STAY)
        life.balance("hw", "street_office", None, "area", stay=STAY)
        life.staff("cg")
        life.hand_over_people("cg")
        second = life.release("cg")
        assert (first.manifest["release"], second.manifest["release"]) == ("r0001", "r0002")
        assert 0 < sum(first.grid_of[code] != grid for code, grid in second.grid_of.items()) < len(second.grid_of) / 2

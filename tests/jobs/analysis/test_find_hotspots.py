"""Hot spots of a workspace: the planted ones are found, and what cannot be told is said."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import Cancelled
from gridmgmt_plugin.core.hotspots.analysis import Chance
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.analysis.find_trend import find_trend
from gridmgmt_plugin.jobs.analysis.hot_place_facts import PLACE_FACTS
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.responsibility.build_responsibility_grids import build_responsibility_grids
from tests.jobs.districts import (
    COUNTY,
    CancelAt,
    drawn_town,
    dump,
    four_communities,
    grid_streets,
    sample_workspace,
    town,
)
from tests.jobs.refusals import refused_by

FIELDS = {"code", "name", "count", "rate", "gi_z", "gi_p", "gi_p_sim", "gi_q", "hotspot", "place_no", *PLACE_FACTS}


def add_cases(workspace, places, **columns):
    """Add cases at (x, y) and give each its unit grid, as an import does."""
    units = workspace.read("unit_grid", ["code"])
    points = shapely.points(np.asarray(places, dtype=float))
    point, cell = shapely.STRtree(units.geometry).query(points, predicate="intersects")
    home = {int(p): units["code"][c] for p, c in zip(point, cell)}
    count = len(points)
    known = workspace.count("cases")
    rows = {
        "id": [f"C{known + i}" for i in range(count)],
        "kind": ["event"] * count,
        "class_code": ["0501"] * count,
        "status": ["closed"] * count,
        "reported_at": ["2026-03-15T10:00:00"] * count,
        "unit_grid": [home.get(i) for i in range(count)],
        **columns,
    }
    with workspace.transaction("测试", "test") as transaction:
        transaction.insert("cases", Rows({k: as_column(v) for k, v in rows.items()}, points))


def crowd(x=50.0, y=50.0, count=60):
    """Return places crowded around (x, y), and one case in every cell."""
    rng = np.random.default_rng(7)
    crowded = rng.normal((x, y), 20, (count, 2)).clip(1, 799)
    everywhere = [(i * 100 + 33, j * 100 + 41) for i in range(8) for j in range(8)]
    return [*map(tuple, crowded), *everywhere]


refused = refused_by(find_hotspots)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A town with responsibility grids, lanes and a crowd of cases in the south-west corner; do not change it."""
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    add_cases(workspace, crowd())
    build_responsibility_grids(workspace, scheme="cg", count=32)
    import_lanes(workspace, grid_streets(800, 800, 100))
    return workspace


class TestResult:
    def test_the_crowd_is_hot_and_the_rest_is_not(self, busy):
        found = find_hotspots(busy)
        rows = {record["code"]: record for record in found.rows.records()}
        assert set(found.rows.columns) == FIELDS
        assert rows[COUNTY + "001001013"]["hotspot"] == 3  # the south-western cell
        assert rows[COUNTY + "002002004"]["hotspot"] == 0
        assert sum(record["count"] for record in rows.values()) == len(crowd())
        assert found.report.accepted == len(crowd())
        assert found.report.figures["hot_99"] >= 1

    def test_the_crowd_is_one_place_named_by_its_side_of_the_community(self, busy):
        found = find_hotspots(busy)
        (crowded,) = found.places
        cells = found.rows["hotspot"] > 0
        assert found.rows["place_no"].tolist() == [1 if hot else None for hot in cells]
        cases = int(sum(found.rows["count"][cells]))
        name = dict(zip(*(busy.read("area")[c] for c in ("code", "name"))))[COUNTY + "001001"]
        assert crowded.text("zh") == f"{name}西南角，{cells.sum()} 格，{cases} 件"
        assert "southwest corner" in crowded.text("en")

    def test_the_result_has_the_places_as_geometry(self, busy):
        found = find_hotspots(busy)
        units = busy.read("unit_grid")
        assert found.rows["code"].tolist() == units["code"].tolist()
        assert shapely.equals(found.rows.geometry, units.geometry).all()

    def test_nothing_is_written(self, busy):
        before = dump(busy.path)
        find_hotspots(busy)
        assert dump(busy.path) == before

    def test_responsibility_grids_count_the_cases_of_their_cells(self, busy):
        found = find_hotspots(busy, level="responsibility_grid", scheme="cg")
        units = busy.read("unit_grid", ["code", "rg_cg"], geometry=False)
        grid_of = dict(zip(units["code"], units["rg_cg"]))
        homes = [grid_of[code] for code in busy.read("cases")["unit_grid"]]
        assert {r["code"]: r["count"] for r in found.rows.records()} == {c: homes.count(c) for c in set(homes)}
        assert found.rows["hotspot"][np.argmax(found.rows["count"].astype(int))] > 0

    def test_communities_are_found_by_location(self, busy):
        found = find_hotspots(busy, level="community")
        counts = {r["code"]: r["count"] for r in found.rows.records()}
        assert set(counts) == set(four_communities())
        assert counts[COUNTY + "001001"] == len(crowd()) - 48
        assert "hotspot_too_few_units" in [n.code for n in found.report.notes]
        assert set(found.rows["hotspot"]) == {0}

    def test_without_communities_the_finest_areas_are_used(self, tmp_path):
        shapes = {COUNTY + "001": shapely.box(0, 0, 400, 800), COUNTY + "002001": shapely.box(400, 0, 800, 800)}
        workspace = town(tmp_path, shapes={**shapes, COUNTY + "002": shapely.box(400, 0, 800, 1200)})
        add_cases(workspace, [(10, 10), (500, 100), (500, 1000), (500, 1100)])
        found = find_hotspots(workspace, level="community")
        counts = {r["code"]: r["count"] for r in found.rows.records()}
        assert counts == {COUNTY + "001": 1, COUNTY + "002001": 1, COUNTY + "002": 2}

    def test_lanes_count_the_cases_that_name_them(self, tmp_path):
        workspace = drawn_town(tmp_path)
        import_lanes(workspace, grid_streets(800, 800, 100))
        codes = workspace.read("lane", ["code"])["code"].tolist()
        add_cases(workspace, [(5, 5)] * 40, lane_code=[codes[0]] * 38 + [None, "x"])
        found = find_hotspots(workspace, level="lane")
        assert {r["code"]: r["count"] for r in found.rows.records()}[codes[0]] == 38
        assert found.report.figures["cases_nowhere"] == 2
        assert set(shapely.get_type_id(found.rows.geometry)) == {5}


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    workspace = drawn_town(tmp_path_factory.mktemp("库"))
    times = [
        "2026-03-01T00:00:00",
        "2026-03-01",
        "2026-03-31T23:59:59",
        "2026-04-01T00:00:00",
        None,
        "2026-03-09",
    ]
    classes = ["0501", "0502", "0601", "0501", "0501", "0501"]
    add_cases(workspace, [(50, 50)] * 6, reported_at=times, class_code=classes)
    return workspace


class TestChoice:
    @pytest.mark.parametrize(
        ("options", "count"),
        [
            ({}, 6),
            ({"start": "2026-03-01", "end": "2026-03-31"}, 4),
            ({"start": "2026-03-02"}, 3),
            ({"end": "2026/3/1"}, 2),
            ({"start": "2026-03-01", "end": "2026-03-01"}, 2),
            ({"start": "2026-03-31T23:59:59", "end": "2026-04-01T00:00:00"}, 2),
            ({"start": "2026年3月9日", "end": "2026年3月9日"}, 1),
            ({"class_prefix": "05"}, 5),
            ({"class_prefix": "０５０１"}, 4),
            ({"class_prefix": "09"}, 0),
            ({"class_prefix": "05", "end": "2026-03-31"}, 3),
        ],
    )
    def test_period_and_class_choose_the_cases(self, dated, options, count):
        assert find_hotspots(dated, **options).report.figures["cases"] == count

    def test_cases_without_a_time_are_told_when_a_period_is_chosen(self, dated):
        notes = {n.code: n for n in find_hotspots(dated, start="2026-01-01").report.notes}
        assert notes["hotspot_cases_undated"].details["count"] == 1

    def test_void_cases_and_duplicates_are_left_out_and_told(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(
            workspace,
            [(50, 50)] * 4,
            status=["void", "closed", "closed", "filed"],
            duplicate_of=[None, "C1", "", None],
        )
        found = find_hotspots(workspace)
        assert found.report.accepted == 2
        notes = {n.code: n for n in found.report.notes}
        assert notes["hotspot_cases_left_out"].details["count"] == 2

    def test_events_and_components_are_numbered_apart(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, [(50, 50)] * 3, kind=["event", "component", "component"], class_code=["0101"] * 3)
        mixed = find_hotspots(workspace, class_prefix="01")
        assert "hotspot_kinds_mixed" in [n.code for n in mixed.report.notes]
        assert find_hotspots(workspace, class_prefix="01", case_kind="component").report.accepted == 2
        refused(workspace, "hotspot_kind_unknown", case_kind="hotline")

    def test_a_case_of_which_no_more_than_the_lane_is_known_counts_for_the_lane_but_for_no_grid(self, tmp_path):
        workspace = drawn_town(tmp_path)
        ways = {"placed_by": ["lane", "grid", None], "lane_code": ["L1", None, None]}
        add_cases(workspace, [(50, 50)] * 3, **ways)
        found = find_hotspots(workspace)
        told = {note.code: note.details["count"] for note in found.report.notes if "count" in note.details}
        assert (found.report.accepted, told["hotspot_cases_at_lane_middle"]) == (2, 1)
        assert found.report.figures["cases_nowhere"] == 0
        trend = find_trend(workspace, start="2026-01-01", end="2026-06-30").report
        assert "hotspot_cases_at_lane_middle" in [note.code for note in trend.notes]

    def test_cases_outside_every_place_are_told(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, [(50, 50), (9_000, 9_000)])
        for level in ("unit_grid", "community"):
            found = find_hotspots(workspace, level=level)
            assert found.report.figures["cases_nowhere"] == 1
            assert "hotspot_cases_nowhere" in [n.code for n in found.report.notes]

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"level": "village"}, "hotspot_level_unknown"),
            ({"level": "responsibility_grid"}, "hotspot_scheme_missing"),
            ({"level": "responsibility_grid", "scheme": "城管"}, "scheme_key_malformed"),
            ({"level": "responsibility_grid", "scheme": "hw"}, "hotspot_no_places"),
            ({"start": "去年"}, "hotspot_date_unreadable"),
            ({"end": "2026-02-30"}, "hotspot_date_unreadable"),
            ({"start": "2026-03-02", "end": "2026-03-01"}, "hotspot_period_backwards"),
            ({"normalise": "people"}, "hotspot_normalise_unknown"),
            ({"normalise": "components"}, "hotspot_base_empty"),
            ({"normalise": "population"}, "hotspot_base_empty"),
            ({"normalise": "population", "level": "lane"}, "hotspot_people_of_lanes"),
        ],
    )
    def test_impossible_wishes_are_refused(self, busy, options, code):
        refused(busy, code, **options)

    def test_a_workspace_without_cases_or_places_is_refused(self, tmp_path):
        workspace = drawn_town(tmp_path)
        refused(workspace, "workspace_without_cases")
        add_cases(workspace, [(1, 1)])
        assert "街巷" in refused(workspace, "hotspot_no_places", level="lane").text("zh")
        refused(workspace, "hotspot_base_empty", normalise="length")


class TestNormalise:
    def test_rates_by_area_are_per_hectare(self, busy):
        rows = find_hotspots(busy, normalise="area").rows.records()
        assert all(r["rate"] == pytest.approx(r["count"]) for r in rows)

    def test_rates_by_length_are_per_hundred_metres_of_lane(self, busy):
        found = find_hotspots(busy, level="lane", normalise="length")
        lengths = dict(zip(*(busy.read("lane")[c] for c in ("code", "length_m"))))
        assert all(r["rate"] == pytest.approx(r["count"] * 100 / lengths[r["code"]]) for r in found.rows.records())
        by_cell = find_hotspots(busy, normalise="length").rows.records()
        assert any(r["rate"] for r in by_cell)

    def test_rates_by_people_are_per_thousand_of_those_who_live_there(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, crowd())
        build_responsibility_grids(workspace, scheme="cg", count=32)
        units, areas = workspace.read("unit_grid"), workspace.read("area")
        people = [None, 0, *range(500, 500 + len(units) - 2)]
        with workspace.transaction("", "test") as transaction:
            transaction.set_column("unit_grid", "population", units.fid, people)
            first = areas["code"] == COUNTY + "001001"
            transaction.set_column("area", "population", areas.fid[first], [12_345])
        found = find_hotspots(workspace, normalise="population")
        known = dict(zip(units["code"], people))
        for row in found.rows.records():
            inside = known[row["code"]]
            assert row["rate"] == (pytest.approx(row["count"] * 1000 / inside) if inside else None)
        notes = {n.code: n for n in found.report.notes}
        assert notes["hotspot_without_base"].details["count"] == 2
        units = workspace.read("unit_grid", ["code", "area_code", "rg_cg"], geometry=False)

        def rate(row, inside):
            """Return cases per thousand; where one unit grid does not say how many live there nobody knows."""
            return None if None in inside else pytest.approx(row["count"] * 1000 / sum(inside))

        grids = find_hotspots(workspace, normalise="population", level="responsibility_grid", scheme="cg")
        for row in grids.rows.records():
            inside = [known[c] for c, g in zip(units["code"], units["rg_cg"]) if g == row["code"]]
            assert row["rate"] == rate(row, inside)
        assert list(grids.rows["rate"]).count(None) == 1
        for row in find_hotspots(workspace, normalise="population", level="community").rows.records():
            inside = [known[c] for c, a in zip(units["code"], units["area_code"]) if a == row["code"]]
            inside = [12_345] if row["code"] == COUNTY + "001001" else inside
            assert row["rate"] == rate(row, inside)

    def test_where_few_have_people_there_is_a_rate_and_a_reason_but_no_significance(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, crowd())
        units = workspace.read("unit_grid")
        with workspace.transaction("", "test") as transaction:
            transaction.set_column("unit_grid", "population", units.fid[:20], [300] * 20)
        found = find_hotspots(workspace, normalise="population")
        assert found.report.notes[0].code == "hotspot_too_few_units"
        assert sum(rate is not None for rate in found.rows["rate"]) == 20
        assert set(found.rows["hotspot"]) == {0}

    def test_rates_by_components_leave_out_cells_without_any(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, crowd())
        units = workspace.read("unit_grid")["code"].tolist()
        rows = Rows(
            {"code": as_column(f"{i:016d}" for i in range(120)), "unit_grid": as_column(units[:60] * 2)},
            shapely.points(np.zeros((120, 2))),
        )
        with workspace.transaction("", "test") as transaction:
            transaction.insert("component", rows)
        found = find_hotspots(workspace, normalise="components")
        rates = {r["code"]: r["rate"] for r in found.rows.records()}
        assert rates[units[0]] == pytest.approx(50 * found.rows["count"][0])
        assert rates[units[-1]] is None
        assert "hotspot_without_base" in [n.code for n in found.report.notes]


class TestChance:
    def test_permutation_decides_where_it_is_asked_to(self, busy):
        by_chance = find_hotspots(busy, chance=Chance("permutation", 9_999, 1))
        again = find_hotspots(busy, chance=Chance("permutation", 9_999, 1))
        assert by_chance.rows["gi_p_sim"].tolist() == again.rows["gi_p_sim"].tolist()
        rows = {record["code"]: record for record in by_chance.rows.records()}
        crowded = rows[COUNTY + "001001013"]
        assert crowded["gi_z"] > 0
        assert all(row["gi_q"] >= row["gi_p_sim"] for row in rows.values())
        assert find_hotspots(busy).rows["gi_p"].tolist() == by_chance.rows["gi_p"].tolist()


class TestRefusal:
    def test_too_few_cases_give_counts_and_a_reason_but_no_significance(self, tmp_path):
        workspace = drawn_town(tmp_path)
        add_cases(workspace, [(50, 50)] * 5)
        found = find_hotspots(workspace)
        assert found.report.notes[0].code == "hotspot_too_few_cases"
        assert found.rows["count"].max() == 5
        assert set(found.rows["hotspot"]) == {0}
        assert set(found.rows["gi_q"]) == {None}

    def test_cancel_stops(self, busy):
        user = CancelAt()
        find_hotspots(busy, progress=user.progress)
        for moment in range(1, user.asked + 1):
            with pytest.raises(Cancelled):
                find_hotspots(busy, progress=CancelAt(moment).progress)


class TestHotPlaces:
    """A hot place says what it is about, along which lane, in whose grid, and who answers there."""

    @pytest.fixture
    def manned(self, tmp_path):
        """A crowd of exposed refuse in the south-west, mostly named by one lane, in a grid with an inspector."""
        workspace = drawn_town(tmp_path)
        build_responsibility_grids(workspace, scheme="cg", count=32)
        import_lanes(workspace, grid_streets(800, 800, 100))
        lanes = workspace.read("lane", ["code"])["code"].tolist()
        count = len(crowd())
        classes = ["0102" if at < 50 else "0501" for at in range(count)]
        add_cases(
            workspace, crowd(), class_code=classes, lane_code=[lanes[3] if at % 2 else None for at in range(count)]
        )
        units = workspace.read("unit_grid", ["code", "rg_cg"], geometry=False)
        grid = dict(zip(units["code"], units["rg_cg"]))[COUNTY + "001001013"]
        post = {"id": "1", "person_id": "p1", "target": "responsibility_grid", "target_code": grid, "scheme": "cg"}
        with workspace.transaction("测试", "test") as transaction:
            transaction.insert("person", Rows.from_records([{"id": "p1", "name": "王一"}]))
            transaction.insert("post", Rows.from_records([{**post, "role": "inspector"}]))
        return workspace, grid, lanes[3]

    @pytest.mark.parametrize("level", ["unit_grid", "responsibility_grid"])
    def test_each_says_its_class_lane_grid_and_person(self, manned, level):
        workspace, grid, lane = manned
        found = find_hotspots(workspace, level=level, scheme="cg" if level == "responsibility_grid" else None)
        hot = found.rows.take(np.flatnonzero(found.rows["hotspot"] > 0))
        name = dict(zip(*(workspace.read("lane")[column] for column in ("code", "name"))))[lane]
        expected = {"class_code": "0102", "kind": "event", "lane_name": name, "responsibility_grid": grid}
        for row in hot.records():
            assert {key: row[key] for key in expected} == expected
            assert row["person_name"] == "王一"
        cool = found.rows.take(np.flatnonzero(found.rows["hotspot"] <= 0))
        assert all(set(cool[fact]) == {None} for fact in PLACE_FACTS)

    def test_with_two_schemes_the_one_that_is_asked_for_names_grid_and_person(self, manned):
        workspace, grid, _ = manned
        build_responsibility_grids(workspace, scheme="zz", count=8)
        told = {}
        for scheme in (None, "cg"):
            rows = find_hotspots(workspace, scheme=scheme).rows
            told[scheme] = {
                (row["responsibility_grid"], row["person_name"]) for row in rows.records() if row["place_no"]
            }
        assert told == {None: {(None, None)}, "cg": {(grid, "王一")}}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample district with its unit grids and the year of cases."""
    workspace = sample_workspace(tmp_path_factory.mktemp("库"))
    manifest = json.loads(resource_path("sample/sample.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        if entry["role"] == "cases":
            import_cases(workspace, read_source(resource_path(f"sample/{entry['path']}")))
    return workspace


PLANTED = json.loads(resource_path("sample/planted.json").read_text(encoding="utf-8"))["hot_spots"]


@pytest.mark.daily(1)
@pytest.mark.parametrize("spot", PLANTED, ids=[spot["key"] for spot in PLANTED])
def test_the_planted_hot_spots_of_the_sample_come_out_where_they_were_planted(sample, spot):
    found = find_hotspots(sample)
    place = shapely.Point(spot["x"], spot["y"])
    here = shapely.intersects(found.rows.geometry, place)
    assert found.rows["hotspot"][here].tolist() == [3]


def test_the_sample_is_hot_nearly_nowhere_else(sample):
    found = find_hotspots(sample)
    hot = found.rows.geometry[found.rows["hotspot"] == 3]
    planted = shapely.union_all([shapely.Point(s["x"], s["y"]).buffer(s["radius_m"] + 150) for s in PLANTED])
    assert shapely.intersects(hot, planted).mean() > 0.8


def test_one_class_of_the_sample_points_to_its_own_spot(sample):
    found = find_hotspots(sample, class_prefix="0505", case_kind="event")
    spot = next(s for s in PLANTED if "0505" in s["class_codes"])
    best = found.rows.geometry[np.argmax(found.rows["count"].astype(int))]
    assert best.distance(shapely.Point(spot["x"], spot["y"])) < spot["radius_m"]


def test_the_first_half_of_the_sample_has_fewer_cases_than_the_year(sample):
    half = find_hotspots(sample, start="2025-01-01", end="2025-06-30").report.figures["cases"]
    other = find_hotspots(sample, start="2025-07-01", end="2025-12-31").report.figures["cases"]
    whole = find_hotspots(sample).report.figures["cases"]
    assert 0 < half < whole
    assert half + other == whole

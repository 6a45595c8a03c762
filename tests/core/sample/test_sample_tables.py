"""The tables hold what the description promises: components, cases, people, and every planted fault."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.duty.times import clock_minutes, weekday_mask
from gridmgmt_plugin.core.resources import load_json

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample"
FULL_WIDTH = re.compile("[０-９．]")


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def is_time(text):
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def components(of_role):
    return of_role("components")


@pytest.fixture(scope="module")
def cases(of_role):
    return of_role("cases")


@pytest.fixture(scope="module")
def places(cases, of_role):
    """The cases that lie in the district: points, classes, times."""
    (county,) = of_role("areas", level="county")
    found = [(number(c.x), number(c.y), c) for c in cases if not FULL_WIDTH.search(c.x)]
    found = [(x, y, c) for x, y, c in found if x is not None and y is not None]
    points = shapely.points([(x, y) for x, y, _ in found])
    inside = shapely.covers(county.geometry, points)
    return points[inside], [c for (_, _, c), ok in zip(found, inside) if ok]


# --- the files as a whole


def test_the_sample_is_small_and_its_names_are_ascii(manifest):
    sizes = {p.name: p.stat().st_size for p in SAMPLE.iterdir()}
    assert sum(sizes.values()) < 2.5e6
    assert max(sizes.values()) < 1e6
    assert all(name.isascii() for name in sizes)
    described = {Path(entry["path"]).stem for entry in manifest["files"]} | {"sample", "planted"}
    assert {Path(name).stem for name in sizes} == described


def test_the_manifest_names_only_columns_that_are_there(manifest, tables):
    for entry in manifest["files"]:
        columns = set(tables[entry["path"]][0])
        assert set(entry["fields"].values()) <= columns, entry["path"]


def test_shapefiles_come_without_prj_and_cpg_and_are_gbk(planted):
    assert len(planted["without_prj_and_cpg"]) == 7
    assert not [*SAMPLE.glob("*.prj"), *SAMPLE.glob("*.cpg")]
    for name in planted["without_prj_and_cpg"]:
        raw = (SAMPLE / name).with_suffix(".dbf").read_bytes()
        assert raw[29] == 0, "the language byte tells the encoding"
        with pytest.raises(UnicodeDecodeError):
            raw[32:].decode("utf-8")
        raw[32:].decode("gbk", errors="strict")


# --- nothing real


def test_every_person_department_and_telephone_is_visibly_invented(of_role):
    assert all(p.name.startswith("示例") for p in of_role("persons"))
    assert len({p.name for p in of_role("persons")}) == len(of_role("persons"))
    assert all("示例" in d.name and "SAMPLE" in d.uscc and len(d.uscc) == 18 for d in of_role("departments"))
    assert all(re.fullmatch(r"1990000\d{4}", c.mobile) for c in of_role("contacts"))
    phones = [c.office_phone for c in of_role("contacts")] + [s.duty_phone for s in of_role("stations")]
    assert all(re.fullmatch(r"000-555\d{5}", phone) for phone in phones)


def test_hotline_texts_hold_only_invented_phones_and_identity_numbers(of_role, planted):
    texts = [c.text for c in of_role("cases") if hasattr(c, "text")]
    phones = [m for t in texts for m in re.findall(r"(?<!\d)1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)", t)]
    identities = [m for t in texts for m in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", t)]
    assert all(re.sub("[- ]", "", p).startswith("1990000") for p in phones)
    assert all(i.startswith("990101") for i in identities)
    repeated = len(planted["files"]["cases_12345.xlsx"]["faults"]["duplicated_id"]["rows"])
    assert planted["hotline"]["texts_with_phone"] <= len(phones) <= planted["hotline"]["texts_with_phone"] + repeated
    assert 0 <= len(identities) - planted["hotline"]["texts_with_identity_number"] <= repeated
    assert len(texts) == planted["hotline"]["texts"] + repeated


def test_identity_numbers_carry_a_right_check_digit(of_role):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    texts = [c.text for c in of_role("cases") if hasattr(c, "text")]
    for identity in [m for t in texts for m in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", t)]:
        assert "10X98765432"[sum(int(d) * w for d, w in zip(identity, weights)) % 11] == identity[-1]


# --- components


def test_six_thousand_components_of_known_classes(components):
    catalogue = {c["code"]: c for c in load_json("catalogues/components.json")["classes"]}
    assert len(components) == pytest.approx(6000, abs=50)
    assert {c.class_code for c in components} <= set(catalogue)
    assert all(catalogue[c.class_code]["zh"] == c.name for c in components)
    manholes = {c.class_code for c in components if catalogue[c.class_code]["manhole"]}
    assert len(manholes) == 11


def test_codes_follow_the_old_layout_but_for_the_damaged_ones(components, planted):
    faults = planted["files"]["components.csv"]["faults"]
    damaged = {row for fault in ("code_in_scientific_form", "code_lost_last_digit") for row in faults[fault]["rows"]}
    for at, c in enumerate(components, 1):
        if at in damaged:
            assert "E+" in c.code or c.code.endswith("0")
        else:
            assert re.fullmatch(rf"990101{c.class_code}\d{{6}}", c.code)
    assert faults["code_in_scientific_form"]["count"] == 24
    assert all("E+15" in components[row - 1].code for row in faults["code_in_scientific_form"]["rows"])


def test_eleven_kinds_of_manhole_cover_under_seven_departments_three_disputed(of_role):
    catalogue = {c["code"]: c for c in load_json("catalogues/components.json")["classes"]}
    rules = [r for r in of_role("duty_rules") if r.kind == "部件" and catalogue[r.class_prefix]["manhole"]]
    assert len({r.class_prefix for r in rules}) == 11
    assert len({r.department_code for r in rules}) == 7
    disputed = Counter(r.class_prefix for r in rules if r.state == "争议")
    assert len(disputed) == 3
    assert set(disputed.values()) == {2}


def test_three_manhole_covers_are_disputed_and_someone_acts_meanwhile(components, planted):
    disputed = [c for c in components if c.owner_state == "争议"]
    assert sorted(c.code for c in disputed) == sorted(planted["disputed_components"])
    assert len(disputed) == 3
    assert all("/" in c.owner_code and c.interim_code in ("D02", "D03") for c in disputed)


def test_columns_of_departments_point_at_departments(components, cases, of_role):
    known = {d.code for d in of_role("departments")}
    assert {c.department_code for c in components} <= known
    assert {c.maintainer_code for c in components} - {""} <= known
    assert {part for c in components for part in c.owner_code.split("/")} - {""} <= known
    assert {c.department_code for c in cases} <= known
    assert {p.department_code for p in of_role("persons")} <= known
    assert {r.department_code for r in of_role("duty_rules")} <= known


# --- cases


def test_five_thousand_cases_of_known_classes(cases):
    events = {c["code"]: c["zh"] for c in load_json("catalogues/events.json")["classes"]}
    parts = {c["code"]: c["zh"] for c in load_json("catalogues/components.json")["classes"]}
    assert len(cases) == pytest.approx(5000, abs=60)
    for c in cases:
        assert c.title.startswith(events[c.class_code] if c.kind == "事件" else parts[c.class_code])
    assert {c.kind for c in cases} == {"事件", "部件"}


def test_times_of_a_case_follow_each_other(cases):
    steps = ("reported_at", "filed_at", "dispatched_at", "handled_at", "checked_at", "closed_at")
    for c in cases:
        times = [t for t in (getattr(c, step) for step in steps) if is_time(t)]
        assert times == sorted(times)
        if c.status == "已结案":
            assert c.closed_at
        elif c.status != "作废":
            assert not c.closed_at
        assert not c.due_at or c.due_at > c.dispatched_at


def test_the_year_has_a_rhythm(cases):
    times = [datetime.strptime(c.reported_at, "%Y-%m-%d %H:%M") for c in cases if is_time(c.reported_at)]
    assert {t.year for t in times} == {2025}
    hours = Counter(t.hour for t in times)
    assert hours[9] > 4 * hours[6] > 4 * hours[3]
    weekdays = Counter(t.weekday() for t in times)
    assert weekdays[1] > 1.15 * weekdays[6]
    months = Counter(t.month for t in times)
    assert months[7] > 1.5 * months[2]
    snow = [c for c in cases if c.class_code == "0407" and c.kind == "事件" and is_time(c.reported_at)]
    assert {c.reported_at[5:7] for c in snow} <= {"12", "01", "02", "11"}


def test_after_rain_the_grates_are_blocked(cases):
    grates = Counter(c.reported_at[:10] for c in cases if c.class_code == "0104" and c.kind == "部件")
    water = Counter(c.reported_at[:10] for c in cases if c.class_code == "0406")
    assert sum(n for day, n in water.items() if grates[day]) > 2.0 * sum(water.values()) * len(grates) / 365


def test_about_one_case_in_ten_is_late_and_some_go_other_ways(cases):
    closed = [c for c in cases if c.status == "已结案"]
    assert 0.05 < np.mean([c.handled_at > c.due_at for c in closed]) < 0.2
    assert {"已结案", "作废", "挂账", "处置中", "待核查"} <= {c.status for c in cases}
    assert any(c.returned == "1" for c in cases)
    assert any(c.rework == "1" for c in cases)
    assert {c.source for c in cases} == {"监督员", "12345", "公众", "视频", "领导交办"}


def test_component_cases_lie_at_their_component(cases, components):
    at = {c.code: (number(c.x), number(c.y)) for c in components if "E" not in c.code}
    gaps = []
    for c in cases:
        x, y = number(c.x), number(c.y)
        if c.component_code and None not in (x, y, *at.get(c.component_code, (None,))):
            gaps.append(np.hypot(x - at[c.component_code][0], y - at[c.component_code][1]))
    assert len(gaps) > 700
    assert np.quantile(gaps, 0.95) < 4


def test_the_three_planted_hot_spots_stand_out(places, planted, of_role):
    points, _ = places
    (county,) = of_role("areas", level="county")
    assert len(planted["hot_spots"]) == 3
    mean_density = len(points) / county.geometry.area
    for spot in planted["hot_spots"]:
        circle = shapely.Point(spot["x"], spot["y"]).buffer(spot["radius_m"] + 1)
        inside = int(shapely.covers(circle, points).sum())
        expected = mean_density * circle.area
        assert inside >= spot["cases"]
        assert (inside - expected) / np.sqrt(expected) > 15


def test_nowhere_else_is_as_busy_as_a_hot_spot(places, planted):
    points, _ = places
    spots = shapely.union_all(
        [shapely.Point(s["x"], s["y"]).buffer(s["radius_m"] + 80) for s in planted["hot_spots"]]
    )
    others = points[~shapely.covers(spots, points)]
    tree = shapely.STRtree(others)
    around = np.bincount(tree.query(others, predicate="dwithin", distance=120.0)[0])
    assert around.max() < 0.7 * min(s["cases"] for s in planted["hot_spots"])


def test_one_spot_comes_back_every_few_weeks(places, planted):
    points, cases = places
    spot = planted["recurring_spot"]
    near = shapely.dwithin(points, shapely.Point(spot["x"], spot["y"]), spot["radius_m"])
    days = sorted(c.reported_at[:10] for c, ok in zip(cases, near) if ok and c.class_code == spot["class_code"])
    assert set(spot["dates"]) <= set(days)
    gaps = np.diff(np.array(spot["dates"], dtype="datetime64[D]")).astype(int)
    assert len(spot["dates"]) > 12
    assert gaps.min() >= 14
    assert gaps.max() <= 28


# --- faults in the raw input


@pytest.mark.daily(1)
@pytest.mark.parametrize("name", ["components.csv", "cases_2025h1.csv", "cases_2025h2.csv", "cases_12345.xlsx"])
def test_every_planted_fault_is_where_the_account_says_and_nowhere_else(name, planted, tables, manifest, of_role):
    (county,) = of_role("areas", level="county")
    entry = next(e for e in manifest["files"] if e["path"] == name)
    account, rows, fields = planted["files"][name], tables[name], entry["fields"]
    assert account["rows"] == len(rows)
    seen = {fault: set() for fault in account["faults"]}
    ids, date_field = set(), fields.get("surveyed_on", fields.get("reported_at"))
    key = fields.get("code", fields.get("id"))
    for at, row in enumerate(rows, 1):
        x, y = row[fields["x"]], row[fields["y"]]
        if FULL_WIDTH.search(x):
            seen["full_width_digits"].add(at)
        elif not x or not y:
            seen["empty_coordinates"].add(at)
        elif county.geometry.covers(shapely.Point(float(y), float(x))):
            seen["swapped_coordinates"].add(at)
        elif not county.geometry.covers(shapely.Point(float(x), float(y))):
            seen["outside_district"].add(at)
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])-[0-2]\d.*|20\d\d-(0[13-9]|1[0-2])-3[01].*", row[date_field]):
            seen["not_a_date"].add(at)
        damaged = at in account["faults"].get("code_lost_last_digit", {"rows": []})["rows"] or "E+" in row[key]
        if row[key] in ids and not damaged:
            seen["duplicated_id"].add(at)
        ids.add(row[key])
    for fault, found in seen.items():
        assert account["faults"][fault]["count"] == len(account["faults"][fault]["rows"]) > 0
        if not fault.startswith("code_"):
            assert found == set(account["faults"][fault]["rows"]), fault


def test_faults_do_not_fall_on_one_row_twice(planted):
    for account in planted["files"].values():
        rows = [row for fault in account["faults"].values() for row in fault["rows"]]
        assert len(rows) == len(set(rows))


# --- people


def test_every_planned_grid_has_its_worker_and_leader(of_role, manifest):
    posts = of_role("posts")
    planned = {
        (code, f"{n:03d}")
        for code, count in manifest["scheme"]["grids_per_community"].items()
        for n in range(1, count + 1)
    }
    for role in ("网格员", "网格长"):
        assert {(p.community_code, p.grid_number) for p in posts if p.role == role and p.turn == "A角"} == planned


def test_posts_name_persons_of_the_list(of_role):
    names = {p.id: p.name for p in of_role("persons")}
    posts = of_role("posts") + of_role("lane_posts") + of_role("area_posts")
    assert all(names[p.person_id] == p.person_name for p in posts)
    assert len({p.id for p in posts}) == len(posts)
    assert {c.person_id for c in of_role("contacts")} == set(names)


def test_every_named_lane_has_a_chief_and_a_steward(of_role):
    lanes = {(lane.name, lane.street_office) for lane in of_role("lane_ledger")}
    posts = of_role("lane_posts")
    for role in ("巷长", "小巷管家"):
        assert {(p.lane_name, p.street_office) for p in posts if p.role == role} == lanes
    assert {p.role for p in posts} == {"巷长", "小巷管家", "街长"}
    assert Counter(p.role for p in of_role("area_posts")) == {"区级总街巷长": 1, "街道级街巷长": 2, "城管联络员": 2}


def test_a_street_chief_stands_on_every_main_road(of_role):
    roads = {s.name for s in of_role("streets") if s.road_class in ("主干道", "次干道") and s.name}
    chiefs = [p for p in of_role("lane_posts") if p.role == "街长"]
    assert {p.lane_name for p in chiefs} == roads


def test_weekdays_hours_roles_and_turns_are_ones_that_the_plugin_reads(of_role):
    known = {r["zh"] for r in load_json("catalogues/roles.json")["roles"]}
    turns = {t["key"] for t in load_json("catalogues/roles.json")["turns"]}
    for post in of_role("posts") + of_role("lane_posts") + of_role("area_posts"):
        assert post.role in known
        assert post.turn in turns
        assert weekday_mask(post.weekdays)
    for post in of_role("posts"):
        assert clock_minutes(post.start_time, -1) < clock_minutes(post.end_time, -1)
        assert post.target_code == post.community_code + post.grid_number


def test_one_officer_retires_and_one_grid_worker_has_a_stand_in(of_role, planted):
    persons = {p.id: p for p in of_role("persons")}
    retiring = planted["retiring"]
    theirs = [p for p in of_role("lane_posts") if p.person_id == retiring["person"]]
    assert len(theirs) == retiring["posts"] > 0
    assert {p.valid_to for p in theirs} == {retiring["on"]} == {persons[retiring["person"]].left_on}
    stand_in = planted["stand_in"]
    assert persons[stand_in["for_person"]].state == "请假"
    (relief,) = [p for p in of_role("posts") if p.turn == "代班"]
    assert (relief.person_id, relief.valid_to) == (stand_in["person"], stand_in["to"])
    assert relief.target_code == stand_in["grid_code"]


def test_stations_stand_at_every_level(of_role):
    levels = Counter(s.level for s in of_role("stations"))
    assert all(re.fullmatch(r"990101\d{8}", s.code) for s in of_role("stations"))
    assert levels == {"区中心": 1, "街镇分中心": 2, "居村工作站": 12}
    areas = {a.code: a.geometry for a in of_role("areas")}
    assert all(areas[s.area_code].contains(shapely.Point(float(s.x), float(s.y))) for s in of_role("stations"))

"""Puts the sample district together: draw, name, staff, damage, write, and say in two JSON files what is where."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import shapely

from tools.sample import cases as case_book
from tools.sample import faults, files, hotline, manifest
from tools.sample.areas import Areas, draw_areas
from tools.sample.components import Placed, component_rows, place_components
from tools.sample.compounds import Compound, draw_compounds, draw_road_areas, draw_waters
from tools.sample.fabric import Fabric
from tools.sample.facts import COMMUNITIES, COUNTY_CODE, COUNTY_NAME, OFFICES, SEED, ZONES, community_code
from tools.sample.naming import TWIN_NAME, Lane, name_streets
from tools.sample.network import Segment, cut_at_crossings
from tools.sample.organisation import DISPUTED_CLASSES, Record, Staff, department_rows, duty_rows, station_rows
from tools.sample.posts import Posts, fill_posts
from tools.sample.skeleton import Skeleton, Street, draw_skeleton

_SECOND_HALF = "2025-07-01"


@dataclass(frozen=True)
class Town:
    """The drawn district before anything is written."""

    skeleton: Skeleton
    streets: list[Street]
    segments: list[Segment]
    areas: Areas
    lanes: list[Lane]
    compounds: list[Compound]


def draw_town() -> Town:
    """Draw the district; each part has its own stream of chance, so that one can change without the others."""
    skeleton = draw_skeleton()
    fabric = Fabric(skeleton, random.Random(SEED))
    fabric.fill()
    areas = draw_areas(skeleton, random.Random(SEED + 1))
    segments = cut_at_crossings(fabric.streets, skeleton.outline)
    lanes = name_streets(fabric.streets, segments, areas, random.Random(SEED + 2))
    compounds = draw_compounds(fabric, segments, areas, random.Random(SEED + 3))
    return Town(skeleton, fabric.streets, segments, areas, lanes, compounds)


def build(folder: Path) -> None:
    """Write the whole sample into ``folder``, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    town = draw_town()
    _write_areas(folder, town)
    _write_streets(folder, town)
    _write_compounds(folder, town)
    staff = Staff()
    posts = fill_posts(staff, town.areas, town.lanes, town.streets, town.segments, random.Random(SEED + 4))
    _write_staff(folder, town, staff, posts)
    placed = place_components(town.streets, town.segments, town.areas, random.Random(SEED + 5))
    accounts: dict[str, object] = {}
    disputed = _write_components(folder, town, placed, accounts)
    cases, texts = _write_cases(folder, town, placed, accounts)
    planted = {
        "seed": SEED,
        "made_with": {"shapely": shapely.__version__, "geos": shapely.geos_version_string},
        "area_m2": round(town.areas.county.area, 1),
        "segments": len(town.segments),
        "named_lanes": len(town.lanes),
        "office_boundary_lanes": [s.name for s in town.streets if s.key == "office"],
        "twin_lane": {"name": TWIN_NAME, "street_codes": [code for code, _ in OFFICES.values()]},
        "lanes_in_several_segments": sum(len(lane.segments) > 1 for lane in town.lanes),
        "lanes_with_alias": [lane.name for lane in town.lanes if lane.alias],
        "area_arcs": {"on_road": town.areas.arcs_on_road, "beside_road": town.areas.arcs_beside_road},
        "compounds": dict(Counter(c.kind for c in town.compounds)),
        "disputed_components": disputed,
        "disputed_classes": {code: list(claims) for code, claims in DISPUTED_CLASSES.items()},
        "retiring": posts.retiring,
        "stand_in": posts.stand_in,
        "persons": len(staff.persons),
        "grid_posts": len(posts.grid_posts),
        "lane_posts": len(posts.lane_posts),
        "hot_spots": cases.hot_spots,
        "recurring_spot": cases.recurring,
        "hotline": dict(texts),
        "without_prj_and_cpg": sorted(p.name for p in folder.glob("*.shp")),
        "files": accounts,
    }
    files.write_json(folder / "planted.json", planted)
    files.write_json(folder / "sample.json", manifest.describe(town.areas))


def _write_areas(folder: Path, town: Town) -> None:
    text = [
        ("编码", "text", 12),
        ("名称", "text", 40),
        ("级别", "text", 10),
        ("类型", "text", 10),
        ("上级编码", "text", 12),
    ]
    county = town.areas.county
    files.write_shapefile(folder / "county.shp", text, [(county, (COUNTY_CODE, COUNTY_NAME, "区", "区", ""))])
    offices = [
        (town.areas.office(k), (code, name, "街道", "街道", COUNTY_CODE)) for k, (code, name) in OFFICES.items()
    ]
    files.write_shapefile(folder / "street_offices.shp", text, offices)
    more = [
        *text,
        ("所属街道", "text", 40),
        ("片区", "text", 20),
        ("户数", "int", 8),
        ("常住人口", "int", 8),
        ("户籍人口", "int", 8),
        ("代码来源", "text", 10),
        ("启用日期", "text", 10),
    ]
    rng = random.Random(SEED + 6)
    rows = []
    for key, (office, _, name, zone) in COMMUNITIES.items():
        polygon = town.areas.communities[key]
        households = sum(c.households for c in town.compounds if polygon.contains(c.polygon)) + rng.randint(900, 1900)
        people = round(households * rng.uniform(2.3, 2.7))
        parent, office_name = OFFICES[office]
        values = (
            community_code(key),
            name,
            "社区",
            "社区",
            parent,
            office_name,
            ZONES[zone],
            households,
            people,
            round(people * rng.uniform(0.6, 0.8)),
            "地方",
            "2024-01-01",
        )
        rows.append((polygon, values))
    files.write_shapefile(folder / "communities.shp", more, rows)


def _write_streets(folder: Path, town: Town) -> None:
    fields = [
        ("编号", "text", 8),
        ("名称", "text", 20),
        ("道路等级", "text", 8),
        ("宽度", "real", 8),
        ("别名", "text", 20),
        ("曾用名", "text", 20),
        ("备注", "text", 10),
    ]
    lane_of = {number: lane for lane in town.lanes for number in lane.segments}
    rows = []
    for i, segment in enumerate(town.segments):
        street, lane = town.streets[segment.street], lane_of.get(i)
        note = street.note if street.key == "main" else ""
        values = (
            f"LD{i + 1:05d}",
            street.name,
            street.road_class,
            float(street.width_m),
            lane.alias if lane else None,
            lane.old_name if lane else None,
            note or None,
        )
        rows.append((segment.line, values))
    files.write_shapefile(folder / "streets.shp", fields, rows)


def _write_compounds(folder: Path, town: Town) -> None:
    fields = [
        ("编号", "text", 10),
        ("名称", "text", 50),
        ("类型", "text", 10),
        ("户数", "int", 8),
        ("管理单位", "text", 10),
    ]
    rng = random.Random(SEED + 7)
    manager = {"小区": ("D31", "D32"), "公园": ("D22",), "水域": ("D26",), "院落": (None,), "单位": (None,)}
    rows = [
        (c.polygon, (f"YL{i:04d}", c.name, c.kind, c.households, rng.choice(manager[c.kind])))
        for i, c in enumerate(town.compounds, 1)
    ]
    files.write_shapefile(folder / "compounds.shp", fields, rows)
    short = [("编号", "text", 10), ("名称", "text", 40), ("类型", "text", 10)]
    for name, prefix, shapes in (
        ("road_areas", "DL", draw_road_areas(town.streets, town.areas)),
        ("waters", "SY", draw_waters(town.skeleton, town.streets)),
    ):
        items = [(polygon, (f"{prefix}{i:03d}", title, kind)) for i, (title, kind, polygon) in enumerate(shapes, 1)]
        files.write_shapefile(folder / f"{name}.shp", short, items)


def _write_staff(folder: Path, town: Town, staff: Staff, posts: Posts) -> None:
    files.write_csv(folder / "departments.csv", department_rows(), "utf-8-sig")
    files.write_csv(folder / "stations.csv", station_rows(town.areas), "utf-8-sig")
    files.write_csv(folder / "duty_rules.csv", duty_rows(), "gb18030")
    files.write_xlsx(folder / "persons.xlsx", staff.persons, "人员")
    files.write_xlsx(folder / "contacts.xlsx", staff.contacts, "联系方式")
    files.write_xlsx(folder / "grid_posts.xlsx", posts.grid_posts, "网格岗位")
    files.write_xlsx(folder / "lane_posts.xlsx", posts.lane_posts, "街巷长")
    files.write_xlsx(folder / "area_posts.xlsx", posts.area_posts, "区划岗位")
    files.write_xlsx(folder / "lanes.xlsx", posts.lanes, "街巷台账")


def _write_components(folder: Path, town: Town, placed: list[Placed], accounts: dict[str, object]) -> list[str]:
    rng = random.Random(SEED + 8)
    rows, disputed = component_rows(placed, town.streets, town.segments, town.areas, rng)
    for row in rows:
        row["备注"] = ""
    account = faults.Account(rows)
    account.taken |= {i for i, row in enumerate(rows) if row["标识码"] in disputed}
    trees = [i for i, row in enumerate(rows) if row["类别代码"] == "0402"]
    lamps = [i for i, row in enumerate(rows) if row["类别代码"] == "0118"]
    cut_off = [i for i in trees[600:630] if not str(rows[i]["标识码"]).endswith("0")]
    faults.damage_codes(account, lamps[200:224], cut_off)
    faults.damage_places(account, rng, {"swapped": 14, "outside": 8, "empty": 11, "full_width": 12}, _any_row)
    faults.damage_dates(account, rng, 10, "普查日期", _any_row)
    account.duplicate(account.pick(rng, 9, _any_row), "标识码")
    files.write_csv(folder / "components.csv", rows, "gbk")
    accounts["components.csv"] = account.as_planted()
    return disputed


def _write_cases(
    folder: Path, town: Town, placed: list[Placed], accounts: dict[str, object]
) -> tuple[case_book.Cases, Counter[str]]:
    rng = random.Random(SEED + 9)
    maker = case_book.CaseMaker(town.skeleton, town.streets, town.segments, town.areas, placed, rng)
    cases = maker.make()
    for row in cases.rows:
        row["备注"] = ""
    texts = hotline.write_texts([row for row in cases.rows if row["来源"] == "12345"], rng)
    second = [str(row["上报时间"]) >= _SECOND_HALF for row in cases.rows]
    tables: dict[str, tuple[list[Record], str]] = {
        "cases_2025h1.csv": ([], "utf-8-sig"),
        "cases_2025h2.csv": ([], "gb18030"),
        "cases_12345.xlsx": ([], ""),
    }
    for row, late in zip(cases.rows, second):
        name = "cases_12345.xlsx" if row["来源"] == "12345" else "cases_2025h2.csv" if late else "cases_2025h1.csv"
        if name != "cases_12345.xlsx":
            del row["描述"], row["联系"], row["解决"], row["满意"]
        tables[name][0].append(row)
    for name, (rows, encoding) in tables.items():
        account = faults.Account(rows)

        def unplanted(row: Record) -> bool:
            return row["案件编号"] not in cases.protected

        faults.damage_places(account, rng, {"swapped": 6, "outside": 4, "empty": 5, "full_width": 5}, unplanted)
        faults.damage_dates(account, rng, 6, "上报时间", unplanted)
        account.duplicate(account.pick(rng, 4, unplanted), "案件编号")
        if encoding:
            files.write_csv(folder / name, rows, encoding)
        else:
            files.write_xlsx(folder / name, rows, "热线工单")
        accounts[name] = account.as_planted()
    return cases, texts


def _any_row(_: Record) -> bool:
    return True

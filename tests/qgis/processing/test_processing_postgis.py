"""The sample district through every algorithm, in a file and in a database: the same rows in every table."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import shapely
from osgeo import ogr
from qgis.core import QgsProcessingException

from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.titles import column_titles
from gridmgmt_plugin.exchange.reading import read_source
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import forget_logins
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.few_workbooks import _few_workbooks  # noqa: F401  fixture
from tests.http_server import serving
from tests.qgis.small_district import Listener, write_areas, write_layer, write_streets

SAMPLE = resource_path("sample")
MANIFEST = json.loads((SAMPLE / "sample.json").read_text(encoding="utf-8"))
# The moment of a run is its own.
MOMENTS = {"changed_at", "created_at", "handed_at", "delivered_at", "receipt_at", "taken_back_at"}
# Columns named by the items of a checklist, and layers with forms of their own, or with the columns that were given.
_BY_CHECKLIST = re.compile(r"(item|cases)_\d+")
_WITH_OTHER_TITLES = {"createworkspace", "drawlanes", "exportsurvey", "whoisresponsible"}
_THEN = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


def _through_everything(run, output, folder: Path, front: PostgresLocation, web: str) -> dict[str, dict]:
    """Run the chain and return the outputs of the steps by name.

    The release goes to the database ``front`` and to the address ``web``.
    """
    more = [str(SAMPLE / name) for name in ("county.shp", "street_offices.shp")]
    label = MANIFEST["frame"]["label"]
    made = run(
        "createworkspace",
        OUTPUT=output,
        AREAS=SAMPLE / "communities.shp",
        MORE_AREAS=more,
        CODE_FIELD="编码",
        LOCAL_FRAME=label,
        AUTHOR="张三（示例）",
    )
    outputs = {"createworkspace": made}

    def step(algorithm: str, **parameters) -> None:
        outputs[f"{len(outputs)} {algorithm}"] = run(
            algorithm, WORKSPACE=made["OUTPUT"], AUTHOR="张三（示例）", **parameters
        )

    ground = {"COMPOUNDS": SAMPLE / "compounds.shp", "ROAD_AREAS": SAMPLE / "road_areas.shp"}
    step("generateunitgrids", STREETS=SAMPLE / "streets.shp", **ground)
    step("importtable", TABLE="department", INPUT=SAMPLE / "departments.csv")
    step("importtable", TABLE="person", INPUT=SAMPLE / "persons.xlsx")
    step("importtable", TABLE="station", INPUT=SAMPLE / "stations.csv")
    step("importtable", TABLE="duty_rule", INPUT=SAMPLE / "duty_rules.csv")
    step("importlanes", STREETS=SAMPLE / "streets.shp")
    step("importcomponents", INPUT=SAMPLE / "components.csv")
    step("importcases", INPUT=SAMPLE / "cases_2025h1.csv")
    step("importcases", INPUT=SAMPLE / "cases_12345.xlsx", SOURCE_PROFILE="12345")
    step("importledger", INPUT=SAMPLE / "compounds.shp", LEDGER="yuan", TITLE="院落")
    step("importledger", INPUT=SAMPLE / "stations.csv", LEDGER="zhan", TITLE="工作站")
    step("buildresponsibilitygrids", SCHEME="cg", TITLE="城管巡查", COUNT=MANIFEST["scheme"]["count"], WEIGHT="area")
    step("buildresponsibilitygrids", SCHEME="hw", TITLE="环卫", UNITS_PER_GRID=12)
    step("assignunits", SCHEME="hw", GRID="new", OUTLINES=_middle(folder))
    _paint_grids(step, made["OUTPUT"], folder)
    step("newalternative", SCHEME="hw", KEY="hw2", TITLE="环卫方案二")
    step("buildresponsibilitygrids", SCHEME="hw2", UNITS_PER_GRID=10, REPLACE=True)
    step("adoptalternative", SCHEME="hw2")
    step("deletescheme", SCHEME="hw2", CONFIRMED="hw2")
    step("copyscheme", SCHEME="hw", KEY="yl", TITLE="园林")
    step("createscheme", KEY="dl", TITLE="道路保洁", BASE="lane")
    codes = sorted(Workspace.open(made["OUTPUT"]).read("lane", ["code"], geometry=False)["code"])[:2]
    step("assignunits", SCHEME="dl", GRID="none", LANES=",".join(codes))
    step("assignunits", SCHEME="dl", GRID="new", LANES="all")
    step("importposts", TARGET="lane", INPUT=SAMPLE / "lane_posts.xlsx")
    step("importposts", TARGET="responsibility_grid", SCHEME="cg", INPUT=SAMPLE / "grid_posts.xlsx")
    step("importinspections", INPUT=_inspections(folder, made["OUTPUT"]), KIND="市查")
    step("lanecases", OUTPUT=folder / "lane_cases.gpkg", OFFICERS=folder / "lane_officers.gpkg")
    step("judgelanes", UNTIL="2025-03-31", OUTPUT=folder / "standings.gpkg")
    officer = {"PERSON": "SL0007", "ROLE": "lane_chief", "ON": "2026-01-10", "LETTER_RULE": "任〔{year}〕{n:04}号"}
    step("assignofficers", SCOPE="990101001", **officer)
    step("endofficers", POSTS="L0001", ON="2026-01-20", REASON="调离")
    step("assignperson", PERSON="SL0007", TARGET="area", PLACE="990101001", ROLE="liaison", WEEKDAYS="1-5")
    step("endposts", POSTS=_post_of(made["OUTPUT"], "SL0007", "liaison"), ON="2030-01-20", REASON="调离")
    step("setduty", CLASS_PREFIX="0102", AREA="990101001", DEPARTMENT="D01", BASIS="议定")
    disputed = _disputed(made["OUTPUT"])
    step("opencase", COMPONENT=disputed, CLAIMS="D01，D02", INTERIM="D02")
    tables = {"PERSONS": folder / "loads.gpkg", "HOURS": folder / "hours.gpkg"}
    step("staffingboard", ON="2026-01-15", SCOPE="990101001", OUTPUT=folder / "board.gpkg", **tables)
    step("dutycoverage", SCOPE="990101001", OUTPUT=folder / "gaps.gpkg")
    step(
        "componentinventory",
        BY=["community", "class_code"],
        OUTPUT=folder / "counts.gpkg",
        PROBLEMS=folder / "wrong.gpkg",
        PAIRS=folder / "pairs.gpkg",
    )
    step("meetingsheet", OUTPUT=folder / "meeting.pdf")
    step("exportsurvey", SCOPE="990101001", CLASS_PREFIX="0102", OUTPUT=folder / "components.gpkg")
    step("importsurvey", INPUT=folder / "components.gpkg", DIFFERENCES=folder / "differences.gpkg")
    step(
        "changecomponents",
        SCOPE="990101001",
        CLASS_PREFIX="0102",
        NEW_STATE="破损",
        REASON="雨后普查",
        ON="2026-01-10",
    )
    step("rulecase", COMPONENT=disputed, OWNER="D01", DOCUMENT_NO="权字〔2026〕3号")
    step("takeback")
    step("rulecase", COMPONENT=disputed, OWNER="D02", DOCUMENT_NO="权字〔2026〕4号")
    step("planpatrols", FROM="2026-01-12", TO="2026-01-18", ROLES="lane_chief")
    step("importpatrols", INPUT=_walks(folder, made["OUTPUT"]))
    step("patrolgaps", ON="2026-01-16")
    step("drawlanes", COUNT=7, BY=["office", "community"], SEED=3, KIND="市查", OUTPUT=folder / "survey.gpkg")
    step("lanepapers", KIND="task_letter", LANES=",".join(codes), FOLDER=folder, ON="2026-01-15")
    step("exportofficers", FOLDER=folder, ON="2026-01-15", FROM="2025-01-01", TO="2025-06-30")
    step("exportposts", TARGET="lane", FOLDER=folder)
    step("validate", SCHEME="cg", OUTPUT=folder / "issues.gpkg")
    step("hotspots", LEVEL="unit_grid", PLACES=_middle(folder), OUTPUT=folder / "hotspots.gpkg")
    step("ledgercounts", LEDGER="yuan", LEVEL="community", OUTPUT=folder / "ledgers.gpkg")
    step("recurrence", SCHEME="cg", OUTPUT=folder / "recurrence.gpkg")
    step("hotspottrend", LEVEL="unit_grid", SLICE="week", OUTPUT=folder / "trend.gpkg")
    step("evaluate", LEVEL="community", OUTPUT=folder / "evaluation.gpkg", SERIES=folder / "series.gpkg")
    step("evaluate", LEVEL="person", SCHEME="cg", OUTPUT=folder / "persons.gpkg")
    step("systemcoverage", SCHEME="cg", OUTPUT=folder / "coverage.gpkg")
    step("briefing", LEVEL="community", FORMATS=["xlsx", "html"], FOLDER=folder / "briefing")
    step("whoisresponsible", POINTS=_points(folder), AT="2026-01-15 10:00", OUTPUT=folder / "answers.gpkg")
    circles = {"CENTRES": SAMPLE / "stations.csv", "STREETS": SAMPLE / "streets.shp"}
    step(
        "servicecircles",
        SCHEME="fw",
        **circles,
        OUTPUT=folder / "circles.gpkg",
        CENTRES_OUTPUT=folder / "centres.gpkg",
    )
    step("exportpackage", SCHEME="cg", FOLDER=folder, FORMATS="gpkg,shp")
    (folder / "receipt.csv").write_text("layer,code,result\n*,*,accepted\n", encoding="utf-8")
    step("importreceipt", RELEASE="r0001", INPUT=folder / "receipt.csv")
    step("restorerelease", RELEASE="r0001")
    step("releaseact", RELEASE="r0001", ACT="put_in_force", DOCUMENT_NO="示例〔2026〕1号")
    step("deliverpostgis", RELEASE="r0001", TARGET=str(front), SCHEMA=front.schema)
    (package,) = [found["PACKAGE"] for found in outputs.values() if "PACKAGE" in found]
    step("deliverhttp", PACKAGE=package, TARGET=web)
    step("importpackage", INPUT=package)
    return outputs


def _paint_grids(step, workspace: object, folder: Path) -> None:
    """Split the largest grid of ``hw`` by a line, merge what was cut off into what stays, and take a grid out."""
    opened = Workspace.open(workspace)

    def grids() -> dict[str, int]:
        rows = opened.read("responsibility_grid", ["code", "unit_count"], {"scheme": "hw"}, geometry=False)
        return dict(zip(rows["code"].tolist(), rows["unit_count"].tolist()))

    before = grids()
    largest = max(sorted(before), key=lambda code: before[code])
    (shape,) = opened.read("responsibility_grid", ["code"], {"scheme": "hw", "code": largest}).geometry
    middle, (_, south, _, north) = shape.representative_point(), shape.bounds
    line = shapely.LineString([(middle.x, south - 50), (middle.x, north + 50)])
    cut = write_layer(folder / "cut.gpkg", [{"名称": "线"}], [line], ogr.wkbLineString, None)
    step("assignunits", SCHEME="hw", GRID="new", GRIDS=largest, CUT=cut)
    (fresh,) = set(grids()) - set(before)
    assert grids()[fresh] + grids()[largest] == before[largest]
    step("assignunits", SCHEME="hw", GRID=largest, GRIDS=fresh)
    assert grids() == before
    step("assignunits", SCHEME="hw", GRID="none", GRIDS=sorted(before)[0])
    assert grids()[sorted(before)[0]] == 0
    step("schemerules", SCHEME="hw", WITHIN="street_office", TOLERANCE=15)


def _post_of(workspace: object, person: str, role: str) -> str:
    """Return the id of the post that a person holds in a role."""
    where = {"person_id": person, "role": role}
    return str(Workspace.open(workspace).read("post", ["id"], where, geometry=False)["id"][0])


def _disputed(workspace: object) -> str:
    """Return the code of the first component whose owner is disputed."""
    rows = Workspace.open(workspace).read("component", ["code"], {"owner_state": "争议"}, geometry=False)
    return min(rows["code"].tolist())


def _inspections(folder: Path, workspace: object) -> Path:
    """Write what an inspection gave for the first lanes of the workspace."""
    lanes = Workspace.open(workspace).read("lane", ["code"], geometry=False)["code"][:5]
    path = folder / "inspections.csv"
    rows = [f"{code},2025-03-0{day},{90 - day}" for day, code in enumerate(sorted(lanes), 1)]
    path.write_text("\n".join(["街巷编码,检查日期,总分", *rows]), encoding="utf-8")
    return path


def _walks(folder: Path, workspace: object) -> Path:
    """Write who walked: some walks as they were planned, and one that nobody planned."""
    opened = Workspace.open(workspace)
    plan = opened.read("patrol", geometry=False).records()
    planned = sorted((row["target_code"], row["person_id"], row["planned_on"]) for row in plan)
    assert planned
    names = dict(zip(*(opened.read("person", geometry=False)[column].tolist() for column in ("id", "name"))))
    rows = [f"{lane},{names[person]},{day} 09:30,占道" for lane, person, day in planned[:4]]
    rows += [f"{planned[0][0]},{names[planned[-1][1]]},2026-01-10,", "无此巷,无此人,2026-01-10,"]
    path = folder / "walks.csv"
    path.write_text("\n".join(["街巷编码,姓名,巡查日期,发现情况", *rows]), encoding="utf-8")
    return path


def _middle(folder: Path) -> Path:
    """Write a polygon in the middle of the first community."""
    middle = next(iter(read_source(SAMPLE / "communities.shp").rows.geometry)).representative_point()
    return write_layer(folder / "outline.gpkg", [{"名称": "中"}], [middle.buffer(150)], epsg=None)


def _points(folder: Path) -> Path:
    """Write two points in the middle of the district."""
    middle = next(iter(read_source(SAMPLE / "communities.shp").rows.geometry)).representative_point()
    shapes = [middle, shapely.Point(middle.x + 30, middle.y)]
    return write_layer(folder / "points.gpkg", [{"名称": "甲"}, {"名称": "乙"}], shapes, ogr.wkbPoint, None)


@pytest.fixture(scope="module")
def both(run, postgis, tmp_path_factory):
    """Return the two workspaces and what the steps returned for each."""
    location = postgis.location()
    front, results = postgis.location(), []
    with serving() as web:
        for name, output in (("file", None), ("database", str(location))):
            folder = tmp_path_factory.mktemp("sample") / name
            folder.mkdir()
            outputs = _through_everything(run, output or folder / "网格 库.gpkg", folder, front, web.address)
            results.append((Workspace.open(outputs["createworkspace"]["OUTPUT"]), outputs, folder))
            postgis.drop(front.schema)
        assert web.taken
    yield results
    postgis.drop(location.schema)


@pytest.mark.proof
def test_the_workspace_is_in_the_schema(both):
    assert isinstance(both[1][0].location, PostgresLocation)


@pytest.mark.proof
@pytest.mark.parametrize("table", [name for name in tables() if name != "take_back"])
def test_every_table_holds_the_same_rows(both, table):
    file, database = (result[0].read(table) for result in both)
    if table == "workspace_info":  # entries, in whatever order they were made
        file, database = (rows.take(np.argsort(rows["key"].astype(str))) for rows in (file, database))
    assert list(file.columns) == list(database.columns)
    assert len(file) == len(database)
    for name in set(file.columns) - MOMENTS:
        told = [rows[name].tolist() for rows in (file, database)]
        if table == "change_log" and name in ("before", "after"):  # the log tells when a receiver answered
            told = [[None if text is None else _THEN.sub("then", text) for text in column] for column in told]
        assert told[0] == told[1], name
        kinds = [[type(value) for value in rows[name]] for rows in (file, database)]
        assert kinds[0] == kinds[1], name
    if file.geometry is not None:
        assert shapely.to_wkb(file.geometry).tolist() == shapely.to_wkb(database.geometry).tolist()


@pytest.mark.proof
@pytest.mark.parametrize("from_file", [True, False], ids=["file to server", "server to file"])
def test_a_whole_district_is_the_same_when_it_was_copied(both, run, postgis, tmp_path, from_file):
    source, target = both[0 if from_file else 1][0], postgis.location()
    place = {"TARGET": str(target), "SCHEMA": target.schema} if from_file else {"OUTPUT": str(tmp_path / "副本.gpkg")}
    try:
        made = run("copyworkspace", WORKSPACE=str(source.location), WITH_CONTACTS=True, **place)
        copy = Workspace.open(made["OUTPUT"])
        assert made["COUNT"] == sum(source.count(name) for name in tables())
        for name in tables():
            before, after = source.read(name), copy.read(name)
            assert before.fids.tolist() == after.fids.tolist(), name
            assert before.records() == after.records(), name
            if before.geometry is not None:
                assert shapely.to_wkb(before.geometry).tolist() == shapely.to_wkb(after.geometry).tolist(), name
    finally:
        postgis.drop(target.schema)


@pytest.mark.proof
def test_every_step_can_be_taken_back_alike(both):
    def told(workspace):
        records = workspace.read("take_back").records()
        changes = [[(c["table"], len(c["inserted"])) for c in json.loads(r["content"])["changes"]] for r in records]
        return [(r["gesture"], r["created_by"]) for r in records], changes

    file, database = (told(result[0]) for result in both)
    assert file == database
    schemes = ["build_responsibility_grids"] * 2
    painted = ["paint", "split_grid", "merge_grids", "erase"]
    acts = ["copy_scheme", schemes[0], "adopt_scheme", "delete_scheme", "copy_scheme"]
    acts += ["create_scheme", "drop_lanes", "assign_lanes"]
    on_lanes = ["import_inspections", "judge_lanes", "assign_officers", "end_officers"]
    ledgers = ["import_ledger"] * 2
    steps = ["generate_unit_grids", "import_lanes", *ledgers, *schemes, *painted, *acts, *on_lanes]
    steps += ["assign_person", "end_posts", "edit_duty", "open_ownership", "change_components"]
    steps += ["rule_ownership", "rule_ownership", "plan_patrols", "import_patrols", "service_circles"]
    steps += ["import_receipt", "restore_release", "put_release_in_force"]
    assert [gesture for gesture, _ in file[0]] == steps


@pytest.mark.proof
def test_every_step_tells_the_same_figures(both):
    (_, file, _), (_, database, _) = both
    assert list(file) == list(database)
    for name, outputs in file.items():
        numbers = {key: value for key, value in outputs.items() if isinstance(value, (int, float))}
        assert numbers == {key: database[name][key] for key in numbers}, name
        if "REPORT" in outputs:
            assert _report(outputs) == _report(database[name])


@pytest.mark.proof
def test_every_column_that_comes_out_has_its_title(both):
    (_, outputs, _), _ = both
    bare, kinds = set(), {algorithm.KEY: algorithm for algorithm in ALGORITHMS}
    for name, found in outputs.items():
        key = name.split()[-1]
        titles, algorithm = column_titles(kinds[key].COLUMNS, "zh"), kinds[key]()
        algorithm.initAlgorithm({})
        layers = [
            each
            for each in algorithm.destinationParameterDefinitions()
            if each.type() in ("sink", "vectorDestination")
        ]
        for path in (str(found.get(definition.name()) or "").split("|")[0] for definition in layers):
            if path.endswith(".gpkg") and key not in _WITH_OTHER_TITLES:
                source = ogr.Open(path)  # its layer is gone with it
                fields = source[0].GetLayerDefn()
                columns = {fields.GetFieldDefn(at).GetName() for at in range(fields.GetFieldCount())}
                bare |= {(key, column) for column in columns - set(titles) if not _BY_CHECKLIST.fullmatch(column)}
    assert bare == set()


@pytest.mark.parametrize("at", ["2026-01-15 09:30", "2026-01-15 23:00", "2026-01-18 03:00"])
@pytest.mark.proof
@pytest.mark.parametrize("step", [8, 1])
def test_at_every_hour_each_grid_has_somebody_or_the_phone_that_answers(both, at, step):
    told = []
    for workspace, _, _ in both:
        for code in sorted(workspace.read("responsibility_grid", where={"scheme": "cg"})["code"])[::step]:
            answer = ask_place(workspace, Where(table="responsibility_grid", code=code, scheme="cg"), at=at)
            (grid,) = [place for place in answer.places if (place.code, place.scheme_key) == (code, "cg")]
            assert grid.people or grid.duty_phone, (code, at)
            told.append((code, [person.person_id for person in grid.people], grid.duty_phone))
    half = len(told) // 2
    assert told[:half] == told[half:]
    assert any(people for _, people, _ in told) == (at == "2026-01-15 09:30")


def _report(outputs) -> dict:
    text = Path(outputs["REPORT"]).read_text(encoding="utf-8")
    content = json.loads(_THEN.sub("then", text))
    paths = ("package", "manifest", "journal")
    figures = {name: value for name, value in content["figures"].items() if name not in paths}
    lists = {name: bool(content.get(name)) for name in ("rejected_rows", "to_confirm")}  # else their paths
    return {**content, "figures": figures, **lists}


@pytest.mark.proof
def test_the_package_has_the_same_content(both):
    hashes = []
    for _, outputs, _ in both:
        (package,) = [found["PACKAGE"] for found in outputs.values() if "PACKAGE" in found]
        with zipfile.ZipFile(package) as archive:
            (manifest,) = [name for name in archive.namelist() if name.endswith("manifest.json")]
            hashes.append(json.loads(archive.read(manifest))["content_hash"])
    assert hashes[0] == hashes[1]


@pytest.mark.proof
def test_files_that_are_made_hold_the_same_rows(both):
    for name in (
        "lane_cases.gpkg",
        "lane_officers.gpkg",
        "standings.gpkg",
        "survey.gpkg",
        "issues.gpkg",
        "hotspots.gpkg",
        "trend.gpkg",
        "recurrence.gpkg",
        "evaluation.gpkg",
        "persons.gpkg",
        "answers.gpkg",
        "board.gpkg",
        "loads.gpkg",
        "hours.gpkg",
        "gaps.gpkg",
        "counts.gpkg",
        "pairs.gpkg",
        "wrong.gpkg",
        "circles.gpkg",
        "centres.gpkg",
        "ledgers.gpkg",
    ):
        file, database = (read_source(folder / name).rows for _, _, folder in both)
        assert file.records() == database.records(), name


@pytest.mark.proof
def test_walks_were_entered_where_they_were_planned_and_papers_were_made(both):
    for _, outputs, folder in both:
        (walks,) = [_report(found) for name, found in outputs.items() if name.endswith("importpatrols")]
        assert (walks["figures"]["planned"], walks["figures"]["unplanned"], walks["rejected"]) == (4, 1, 1)
        (papers,) = [_report(found) for name, found in outputs.items() if name.endswith("lanepapers")]
        assert papers["figures"]["files"]
        assert all((folder / name).stat().st_size for name in papers["figures"]["files"])


@pytest.mark.proof
def test_nothing_is_written_when_a_step_fails_in_the_database(both, run, postgis, tmp_path):
    workspace = both[1][0]
    before = postgis.dump(workspace.location)
    with pytest.raises(QgsProcessingException):
        run("importlanes", WORKSPACE=str(workspace.location), STREETS=tmp_path / "none.shp")
    with pytest.raises(QgsProcessingException):
        run("buildresponsibilitygrids", WORKSPACE=str(workspace.location), SCHEME="A!", COUNT=3)
    assert postgis.dump(workspace.location) == before


@pytest.mark.proof
def test_a_cancelled_step_leaves_the_database_as_it_was(both, run, postgis):
    workspace = both[1][0]
    before = postgis.dump(workspace.location)
    for at in (0, 10):
        listener = Listener(cancel_at=at)
        outputs = run(
            "buildresponsibilitygrids",
            feedback=listener,
            WORKSPACE=str(workspace.location),
            SCHEME="zz",
            TITLE="综治",
            UNITS_PER_GRID=20,
        )
        assert "COUNT" not in outputs
    assert postgis.dump(workspace.location) == before


@pytest.mark.proof
def test_a_schema_that_is_taken_is_refused_before_anything_is_read(both, run, tmp_path):
    with pytest.raises(QgsProcessingException) as caught:
        run("createworkspace", OUTPUT=str(both[1][0].location), AREAS=write_areas(tmp_path))
    assert both[1][0].location.schema in str(caught.value)


@pytest.fixture
def locked_user(postgis):
    """Return a user who must give a password, and the password."""
    postgis.run("CREATE ROLE planner LOGIN PASSWORD 'geheim-密码' IN ROLE locked")
    postgis.run("GRANT CREATE ON DATABASE grids TO planner")
    yield "planner", "geheim-密码"
    forget_logins()
    idle_connections.close_all()
    postgis.run("DROP OWNED BY planner")
    postgis.run("DROP ROLE planner")


def test_a_password_goes_from_step_to_step_without_being_shown(run, postgis, locked_user, tmp_path):
    user, password = locked_user
    location = postgis.location(user=user)
    address = str(location).replace(f"{user}@", f"{user}:{quote(password)}@")
    listener = Listener()
    made = run("createworkspace", feedback=listener, OUTPUT=address, AREAS=write_areas(tmp_path))
    assert made["OUTPUT"] == str(location)
    streets = write_streets(tmp_path)
    drawn = run("generateunitgrids", feedback=listener, WORKSPACE=made["OUTPUT"], STREETS=streets)
    assert drawn["COUNT"] == Workspace.open(location).count("unit_grid") > 0
    forget_logins()
    with pytest.raises(QgsProcessingException) as caught:
        run("validate", feedback=listener, WORKSPACE=made["OUTPUT"])
    shown = [*listener.infos, *listener.warnings, str(caught.value), str(made), str(drawn)]
    shown += [Path(outputs["REPORT"]).read_text(encoding="utf-8") for outputs in (made, drawn)]
    assert not [text for text in shown if "geheim" in text]

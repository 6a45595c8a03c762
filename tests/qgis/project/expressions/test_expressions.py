"""Our functions in QGIS's expressions: what a planner gets who types one into a label, a form or the calculator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
)

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.project.expressions.functions import FUNCTIONS, ExpressionFunctions
from gridmgmt_plugin.project.expressions.knowledge import Knowledge
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.jobs.people.duty_district import CELLS, duty_workspace

THURSDAY = "'2026-01-15 09:30'"
LANE = "'9901010010001'"
GRID = "990101001001001"
METRES_A_DEGREE = 111319.49079327358


@pytest.fixture
def workspace(tmp_path):
    return duty_workspace(tmp_path / "网格 库.gpkg")


@pytest.fixture
def functions(qgis_app, workspace):
    made = ExpressionFunctions()
    made.register()
    made.use(GeoPackageLocation(workspace.path), lambda: "cg")
    yield made
    made.unregister()


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("gridmgmt_plugin.project.expressions.knowledge.time.monotonic", lambda: now[0])
    return now


def _value(text, place=None, crs=""):
    expression = QgsExpression(text)
    assert not expression.hasParserError(), expression.parserErrorString()
    scope = QgsExpressionContextScope()
    scope.setVariable("layer_crs", crs)
    context = QgsExpressionContext()
    context.appendScope(scope)
    feature = QgsFeature()
    if place is not None:
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(*place)))
    context.setFeature(feature)
    value = expression.evaluate(context)
    return value, expression.evalErrorString()


def _rename(workspace, code, name):
    area = workspace.read("area", ["code"])
    with workspace.transaction("乙", "form") as transaction:
        chosen = area.fids[area["code"] == code]
        transaction.update("area", Rows({"name": as_column([name])}, None, chosen))


def test_a_place_has_its_unit_grid_and_none_outside(functions):
    assert _value("unit_grid_at($geometry)", (50, 10)) == (CELLS[0], "")
    assert _value("unit_grid_at($geometry)", (150, 10)) == (CELLS[1], "")
    assert _value("unit_grid_at($geometry)", (100, 10)) == (CELLS[0], ""), "on an edge the smaller code"
    assert not _value("unit_grid_at($geometry)", (900, 10))[0]
    assert not _value("unit_grid_at(NULL)")[0]


def test_areas_and_lanes_have_names(functions):
    assert _value("grid_name('990101001')")[0] == "湖阳街道（示例）"
    assert _value(f"grid_name({LANE})")[0] == "一巷"
    assert not _value("grid_name('nothing')")[0]


def test_who_is_on_duty_depends_on_day_and_hour(functions):
    assert _value(f"on_duty('{GRID}', {THURSDAY})")[0] == "示例甲"
    assert not _value(f"on_duty('{GRID}', '2026-01-15 19:00')")[0], "after the shift"
    assert not _value(f"on_duty('{GRID}', '2026-01-17 09:30')")[0], "on a Saturday"
    assert _value(f"on_duty('{GRID}', to_date('2026-01-15'))")[0] == "示例甲", "a date means noon"


def test_a_lane_names_its_officers_with_their_roles_and_nobody_who_has_gone(functions):
    told = _value(f"lane_officers({LANE}, {THURSDAY})")[0]
    assert told.startswith("示例乙 (")
    assert "示例丙" not in told


def test_who_answers_is_what_the_query_says(functions):
    assert _value(f"answers_for('0103', $geometry, NULL, {THURSDAY})", (50, 10))[0] == "城管局（示例） · 示例甲"
    assert _value(f"answers_for('0600', $geometry, 'event', {THURSDAY})", (50, 10))[0] == "水务局（示例） · 示例甲"
    assert _value(f"answers_for('0102', $geometry, NULL, {THURSDAY})", (150, 10))[0].endswith("(disputed)")


def test_what_cannot_be_asked_is_said_in_the_expression(functions):
    assert "arguments" in _value("grid_name()")[1]
    assert "soon" in _value(f"on_duty('{GRID}', 'soon')")[1]
    functions.use(None, lambda: "")
    assert "none is open" in _value("grid_name('990101001')")[1]


def test_a_workspace_that_is_gone_is_told_and_does_not_end_qgis(functions, workspace):
    workspace.path.unlink()
    assert _value("grid_name('990101001')")[1]


def test_what_was_saved_is_seen_when_the_window_tells(functions, workspace):
    assert _value("grid_name('990101001')")[0] == "湖阳街道（示例）"
    _rename(workspace, "990101001", "湖光街道（示例）")
    functions.forget()
    assert _value("grid_name('990101001')")[0] == "湖光街道（示例）"


def test_what_another_program_saved_is_noticed_within_a_second(qgis_app, workspace, clock):
    knowledge = Knowledge(GeoPackageLocation(workspace.path), lambda: "cg")
    assert knowledge.name_of("990101001") == "湖阳街道（示例）"
    _rename(workspace, "990101001", "湖光街道（示例）")
    clock[0] += 1.0
    assert knowledge.name_of("990101001") == "湖光街道（示例）"


def test_another_scheme_is_another_answer(workspace, clock):
    scheme = ["cg"]
    knowledge = Knowledge(GeoPackageLocation(workspace.path), lambda: scheme[0])
    at = datetime(2026, 1, 15, 9, 30)
    assert [officer.name for officer in knowledge.on_duty("responsibility_grid", GRID, at)] == ["示例甲"]
    scheme[0] = "hw"
    clock[0] += 1.0
    assert knowledge.on_duty("responsibility_grid", GRID, at) == ()


def test_without_a_chosen_scheme_the_first_one_is_asked(workspace):
    knowledge = Knowledge(GeoPackageLocation(workspace.path), lambda: "")
    assert knowledge.on_duty("responsibility_grid", GRID, datetime(2026, 1, 15, 9, 30))


def test_threads_that_draw_may_all_ask_at_once(functions):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda x: _value("unit_grid_at($geometry)", (x, 10))[0], [50, 150] * 40))
    assert found == [CELLS[0], CELLS[1]] * 40


def test_every_function_explains_itself_and_is_gone_after_the_plugin(functions):
    for spec in FUNCTIONS:
        assert QgsExpression.isFunctionName(spec.name)
        assert spec.name in QgsExpression.helpText(spec.name)
    functions.unregister()
    assert not any(QgsExpression.isFunctionName(spec.name) for spec in FUNCTIONS)


def test_a_layer_in_degrees_is_transformed(functions, monkeypatch):
    monkeypatch.setattr(Knowledge, "frame_wkt", lambda _: Frame("epsg", 3857, "3857").wkt())
    degrees = (50 / METRES_A_DEGREE, 10 / METRES_A_DEGREE)
    assert _value("unit_grid_at($geometry)", degrees, "EPSG:4326")[0] == CELLS[0]

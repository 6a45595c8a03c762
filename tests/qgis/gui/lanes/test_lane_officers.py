"""街巷长 in the window: a date box, persons dragged onto lanes, a brush, sections by two clicks, colours, the end."""

from __future__ import annotations

import shutil

import pytest
import shapely
from qgis.core import (
    QgsDateTimeRange,
    QgsExpressionContext,
    QgsFeatureRequest,
    QgsInterval,
    QgsProject,
    QgsRenderContext,
    QgsTemporalNavigationObject,
    QgsUnitTypes,
    QgsVectorLayerTemporalContext,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QPoint, QPointF, Qt, QTime
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.lane_classes import BY_LOAD, BY_MISSING, BY_OFFICER, BY_WALKED
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.gui.lanes.choices import show_day_in
from gridmgmt_plugin.gui.lanes.officers_desk import _told_of_walks
from gridmgmt_plugin.gui.lanes.officers_dock import ASSIGN, LANES, PATROLS, PERSONS, OfficersDock
from gridmgmt_plugin.jobs.lanes.patrols import plan_patrols
from gridmgmt_plugin.project.map.themes import current_theme
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.lanes.officer_quarter import EAST, FAR, GONE, OFFICES, SOUTH, WEST, officer_quarter
from tests.qgis.gui.editing.tool_window import Hand
from tests.qgis.workspace_window import shell_in_district, tasks_done, wait_for, when_shown

DAY = "2026-03-02"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = tmp_path_factory.mktemp("原件") / "示例.gpkg"
    officer_quarter(path)
    return path


@pytest.fixture
def algorithms():
    return ["handoverposts", "importposts", "exportofficers"]


class Office:
    """A planner before the dock, in the state of a day, with the map over all lanes."""

    def __init__(self, shell, iface):
        self.shell, self.iface = shell, iface
        self.desk = shell.controller("lane_officers")
        self.desk.trigger("lane_officers", True)
        self.dock = self.desk.dock
        self.dock.show_day(DAY)
        self.hand = Hand(iface.mapCanvas())
        self.layer = shown_layer(QgsProject.instance(), "lane")
        iface.mapCanvas().setLayers([self.layer])
        self.hand.look_at(-50, -300, 2000, 300)
        self.rest()
        wait_for(lambda: self.dock.models[LANES].rowCount() == 4)

    def rest(self):
        wait_for(tasks_done)

    def choose(self, role, person):
        self.dock.role.setCurrentIndex(self.dock.role.findData(role))
        self.dock.person.setCurrentIndex(self.dock.person.findData(person))

    def workspace(self):
        return Workspace.open(self.shell.session.location)

    def new_posts(self, before=4):
        """Return (lane, person, role, section) of the posts that came."""
        rows = self.workspace().read("post", geometry=False).records()
        return [
            (row["target_code"], row["person_id"], row["role"], (row["section_from"], row["section_to"]))
            for row in rows
            if int(row["id"][1:]) > before
        ]

    def select(self, at, *texts):
        self.dock.tabs.setCurrentIndex(at)
        view = self.dock.views[at]
        view.clearSelection()
        for row in range(view.model().rowCount()):
            if any(text in str(view.model().index(row, 0).data()) for text in texts):
                view.selectionModel().select(
                    view.model().index(row, 0),
                    view.selectionModel().SelectionFlag.Select | view.selectionModel().SelectionFlag.Rows,
                )

    def button(self, name):
        return self.dock.findChild(QPushButton, f"gridmgmt_officers_{name}")

    def drawn(self):
        """Return lane → title of the class that the map draws it in."""
        renderer = self.layer.renderer().clone()
        context = QgsRenderContext()
        scope = QgsExpressionContext()
        scope.setFields(self.layer.fields())
        context.setExpressionContext(scope)
        renderer.startRender(context, self.layer.fields())
        found = {}
        for feature in self.layer.getFeatures():
            context.expressionContext().setFeature(feature)
            keys = renderer.legendKeysForFeature(feature, context)
            titles = {item.ruleKey(): item.label() for item in renderer.legendSymbolItems()}
            found[feature["code"]] = titles[next(iter(keys))] if keys else None
        renderer.stopRender(context)
        return found


@pytest.fixture
def office(iface, author, algorithms, original, laid_out):
    with shell_in_district(iface, algorithms, laid_out(original)) as shell:
        yield Office(shell, iface)


def cells(office, at, column):
    model = office.dock.views[at].model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


@pytest.mark.proof
def test_the_date_box_leads_lists_and_map(office):
    assert dict(zip(cells(office, LANES, 1), cells(office, LANES, 5)))[SOUTH] == "without: Street chief, Lane chief"
    office.dock.colours.setCurrentIndex(office.dock.colours.findData(BY_OFFICER))
    office.choose("lane_chief", "P1")
    assert current_theme(QgsProject.instance()) == "officers"
    assert office.drawn()[EAST] == "示例甲 (2)"
    office.dock.show_day("2023-06-01")
    office.rest()
    assert office.drawn()[EAST] == "nobody (5)", "nobody had begun, and a lane of then was there"


@pytest.mark.proof
def test_the_temporal_controller_leads_the_date_box(office):
    begin = QDateTime(QDate(2024, 6, 1), QTime(0, 0))
    office.iface.mapCanvas().setTemporalRange(QgsDateTimeRange(begin, begin.addDays(1)))
    office.rest()
    assert office.dock.chosen_day() == "2024-06-01"
    assert len(cells(office, LANES, 0)) == 5
    office.iface.mapCanvas().setTemporalRange(QgsDateTimeRange(QDateTime(), QDateTime()))


@pytest.fixture
def controller(office):
    """Return QGIS's temporal controller as its panel has it, wired to the map."""
    made = QgsTemporalNavigationObject(office.iface.mapCanvas())
    office.iface.mapCanvas().setTemporalController(made)
    yield made
    made.setNavigationMode(QgsTemporalNavigationObject.NavigationMode(0))
    office.rest()


def drawn_codes(office):
    """Return the lanes that the layer gives to the map at its time."""
    settings = office.iface.mapCanvas().mapSettings()
    context = QgsRenderContext.fromMapSettings(settings)
    if settings.isTemporal():
        context.setTemporalRange(settings.temporalRange())
    provider = QgsVectorLayerTemporalContext()
    provider.setLayer(office.layer)
    text = office.layer.temporalProperties().createFilterString(provider, settings.temporalRange())
    request = QgsFeatureRequest()
    if settings.isTemporal() and text:
        request.setFilterExpression(text)
    return {feature["code"] for feature in office.layer.getFeatures(request)}


@pytest.mark.proof
def test_the_date_box_leads_the_temporal_controller_and_the_map_shows_the_lanes_of_that_day(office, controller):
    date_box = office.dock.day
    date_box.setFocus()
    date_box.setSelectedSection(date_box.Section.YearSection)
    QTest.keyClick(date_box, Qt.Key.Key_Down)
    QTest.keyClick(date_box, Qt.Key.Key_Down)
    assert office.dock.chosen_day() == "2024-03-02"
    assert controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode.FixedRange
    assert controller.temporalExtents().begin().date() == QDate(2024, 3, 2)
    office.rest()
    assert GONE in drawn_codes(office), "abolished at the end of 2024"
    office.dock.show_day("2025-01-01")
    office.rest()
    assert drawn_codes(office) == {EAST, WEST, SOUTH, FAR}
    office.dock.show_day(QDate.currentDate().toString("yyyy-MM-dd"))
    assert controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode(0)


def test_an_animation_leads_the_date_box_and_the_date_box_the_animation(office, controller):
    begin = QDateTime(QDate(2024, 12, 30), QTime(0, 0))
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addDays(9)))
    controller.setFrameDuration(QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalDays))
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    controller.setCurrentFrameNumber(1)
    office.rest()
    assert office.dock.chosen_day() == "2024-12-31"
    assert GONE in drawn_codes(office), "its last day"
    controller.setCurrentFrameNumber(2)
    office.rest()
    assert (office.dock.chosen_day(), GONE in drawn_codes(office)) == ("2025-01-01", False)
    office.dock.show_day("2025-01-03")
    assert controller.currentFrameNumber() == 4
    assert controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode.Animated


def test_a_day_inside_a_step_of_the_animation_can_be_chosen(office, controller):
    begin = QDateTime(QDate(2024, 1, 1), QTime(0, 0))
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addMonths(12)))
    controller.setFrameDuration(QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalMonths))
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    for day in ("2024-03-15", "2024-03-20", "2024-06-30"):
        office.dock.show_day(day)
        assert office.dock.chosen_day() == day
        shown = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
        assert shown.begin().date().toString("yyyy-MM") == day[:7]
    controller.setCurrentFrameNumber(1)
    assert office.dock.chosen_day() == "2024-02-01", "the animation leads again"


def test_every_style_of_the_lanes_keeps_to_their_periods(office):
    manager = office.layer.styleManager()
    for name in manager.styles():
        manager.setCurrentStyle(name)
        assert office.layer.temporalProperties().isActive(), name
    assert shown_layer(QgsProject.instance(), "post").temporalProperties().isActive()


def test_a_person_dropped_on_a_lane_gets_the_chosen_role(office):
    office.choose("street_chief", "")
    office.select(PERSONS, "示例乙")
    model, view = office.dock.models[PERSONS], office.dock.views[PERSONS]
    index = view.model().mapToSource(view.selectionModel().selectedRows()[0])
    person = model.mimeData([index])
    port, at = office.iface.mapCanvas().viewport(), office.hand.pixel(1100, 0)
    action, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(port, QDragEnterEvent(at, action, person, left, plain))
    QApplication.sendEvent(port, QDropEvent(QPointF(at), action, person, left, plain))
    office.rest()
    assert office.new_posts() == [(SOUTH, "P2", "street_chief", (None, None))]
    wait_for(lambda: "示例乙 is Street chief" in office.iface.messages()[0])
    bare = QPoint(at.x(), at.y() - 60)
    QApplication.sendEvent(port, QDragEnterEvent(bare, action, person, left, plain))
    QApplication.sendEvent(port, QDropEvent(QPointF(bare), action, person, left, plain))
    assert any("no street-lane here" in said for said in office.iface.messages())
    assert len(office.new_posts()) == 1


def test_one_stroke_of_the_brush_is_one_act_that_is_taken_back(office):
    office.choose("lane_chief", "P2")
    office.dock.letters.setText("任〔{year}〕{n:04}号")
    office.dock.assigning.brush.click()
    office.hand.drag((550, 0), (750, 2), (1120, 0), (1600, 0))
    office.rest()
    assert sorted(office.new_posts()) == [(code, "P2", "lane_chief", (None, None)) for code in (WEST, SOUTH, FAR)]
    assert "示例乙" in " ".join(cells(office, LANES, 3))
    letters = [text for text in cells(office, LANES, 4) if "任〔2026〕0008号" in text]
    assert letters
    take_back_last(office.workspace(), "示例员")
    assert office.new_posts() == []


def test_esc_and_the_right_button_leave_no_trace(office):
    office.choose("lane_chief", "P2")
    office.dock.assigning.brush.click()
    office.hand.drag((550, 0), (750, 0), release=False)
    office.hand.key(Qt.Key.Key_Escape)
    office.hand.release(760, 0)
    office.hand.cancel(550, 0)
    office.rest()
    assert office.new_posts() == []


def test_two_clicks_on_a_lane_give_a_section_of_it(office):
    office.choose("lane_chief", "P2")
    office.dock.assigning.section.click()
    office.hand.click(650, 0)
    office.hand.click(799, 0)
    office.rest()
    ((code, person, _, (first, last)),) = office.new_posts()
    assert (code, person, last) == (WEST, "P2", None)
    assert 140 <= float(first.split()[0]) <= 160
    assert not [row for row in office.workspace().read("post", geometry=False)["valid_to"] if row == "2026-03-01"]


@pytest.mark.proof
def test_a_section_is_measured_on_the_map_whichever_lanes_are_listed(office):
    with office.workspace().transaction("", "test") as transaction:
        lane = office.workspace().read("lane", where={"code": SOUTH})
        parts = as_column([shapely.multilinestrings([[(1000, 0), (1200, 0)], [(1000, 90), (1150, 90)]])])
        transaction.update("lane", lane.with_columns(length_m=[350.0]).with_geometry(parts), derived=True)
    office.choose("lane_chief", "P2")
    office.dock.area.setCurrentIndex(office.dock.area.findData(OFFICES[1]))
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 1)
    office.dock.assigning.section.click()
    for first, last in ((600, 700), (1100, 1199)):
        office.hand.click(first, 0)
        office.hand.click(last, 0)
        office.rest()
    sections = {code: section for code, _, _, section in office.new_posts()}
    assert 190 <= float(sections[WEST][1].split()[0]) <= 210, "a lane that the dock does not list"
    assert sections[SOUTH][1] is None, "the end of the longest of its parts"


def test_a_click_on_a_lane_that_has_the_officer_already_says_that_nobody_was_assigned(office):
    office.choose("lane_chief", "P1")
    office.dock.assigning.brush.click()
    office.hand.click(100, 0)
    office.rest()
    wait_for(office.iface.messages)
    assert "Nobody was assigned" in office.iface.messages()[0]
    assert office.new_posts() == []


def test_without_role_or_person_the_brush_says_what_to_choose(office):
    office.dock.role.setCurrentIndex(0)
    office.dock.assigning.brush.click()
    office.hand.click(100, 0)
    assert "Choose the role and the person" in office.iface.messages()[0]
    assert office.new_posts() == []


def test_a_whole_area_is_asked_about_and_given_in_one(office):
    office.choose("office_chief", "P4")
    office.dock.area.setCurrentIndex(office.dock.area.findData("990101001"))
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 3)
    when_shown(
        "gridmgmt_officers_whole", lambda box: box.findChild(QPushButton, "gridmgmt_officers_whole_yes").click()
    )
    office.button("area_button").click()
    office.rest()
    assert sorted(code for code, *_ in office.new_posts()) == [EAST, WEST, SOUTH]


@pytest.mark.proof
def test_another_workspace_without_the_chosen_area_shows_all_its_lanes(office, original, tmp_path):
    office.dock.area.setCurrentIndex(office.dock.area.findData(OFFICES[1]))
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 1)
    other = Workspace.open(shutil.copyfile(original, tmp_path / "另一个.gpkg"))
    with other.transaction("", "test") as transaction:
        area = other.read("area", where={"code": OFFICES[1]}, geometry=False)
        transaction.update("area", area.with_columns(code=["990101009"]), derived=True)
    office.shell.session.open(tmp_path / "另一个.gpkg")
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 4)
    assert office.dock.chosen_area() == ""
    assert not [said for said in office.iface.messages() if "990101002" in said]


def test_posts_of_selected_lanes_end_with_a_reason(office):
    office.choose("lane_chief", "")
    office.select(LANES, "东胡同")

    def agree(dialog):
        dialog.reason.setCurrentIndex(2)
        dialog.findChild(QPushButton, "gridmgmt_end_accept").click()

    when_shown("gridmgmt_end_dialog", agree)
    office.button("end").click()
    office.rest()
    (post,) = office.workspace().read("post", where={"id": "G00001"}, geometry=False).records()
    assert (post["valid_to"], post["end_reason"]) == (DAY, "离职")
    (steward,) = office.workspace().read("post", where={"id": "G00004"}, geometry=False).records()
    assert steward["valid_to"] is None, "only the chosen role ends"


def test_selecting_a_person_selects_the_lanes_and_a_load_can_be_sorted(office):
    office.select(PERSONS, "示例甲")
    assert sorted(feature["code"] for feature in office.layer.selectedFeatures()) == [EAST, WEST]
    office.dock.cases.setCurrentIndex(2)
    office.rest()
    wait_for(lambda: "3" in cells(office, PERSONS, 4))
    office.dock.views[PERSONS].sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert cells(office, PERSONS, 2)[-1] == "550"


def test_the_map_tells_missing_roles_and_loads(office):
    office.dock.colours.setCurrentIndex(office.dock.colours.findData(BY_MISSING))
    assert office.drawn()[SOUTH] == "without: Street chief, Lane chief (2)"
    office.dock.colours.setCurrentIndex(office.dock.colours.findData(BY_LOAD))
    office.choose("lane_chief", "")
    assert (office.drawn()[EAST], office.drawn()[FAR]) == ("up to 1000 m (2)", "nobody (2)")


@pytest.mark.proof
def test_a_day_that_is_not_chosen_is_not_read_as_today(office):
    office.dock.tabs.setCurrentIndex(ASSIGN)
    for box in (office.dock.until, office.dock.signed):
        assert box.isNull()
        assert box.findChild(QLineEdit, "qt_spinbox_lineedit").text() == "not given"


@pytest.mark.proof
def test_a_role_is_given_until_a_last_day_with_the_day_of_signing(office):
    office.choose("lane_steward", "P4")
    show_day_in(office.dock.until, "2026-12-31")
    show_day_in(office.dock.signed, "2026-02-27")
    office.dock.assigning.brush.click()
    office.hand.click(100, 0)
    office.rest()
    (row,) = [row for row in office.workspace().read("post", geometry=False).records() if row["person_id"] == "P4"]
    assert (row["valid_from"], row["valid_to"], row["signed_on"]) == (DAY, "2026-12-31", "2026-02-27")
    show_day_in(office.dock.until, "2026-03-01")
    office.hand.click(1600, 0)
    wait_for(lambda: "dates are reversed" in office.iface.messages()[0])


@pytest.mark.proof
def test_lanes_not_walked_for_long_are_red_and_a_stroke_over_lanes_enters_the_walk(office):
    plan_patrols(office.workspace(), DAY, DAY, area="990101001001", roles=["lane_chief"])
    office.dock.tabs.setCurrentIndex(PATROLS)
    office.rest()
    wait_for(lambda: office.dock.models[PATROLS].rowCount() == 4)
    rota = dict(zip(cells(office, PATROLS, 1), cells(office, PATROLS, 6)))
    assert (rota[EAST], rota[FAR]) == ("示例甲", "")
    office.dock.colours.setCurrentIndex(office.dock.colours.findData(BY_WALKED))
    office.rest()
    assert set(office.drawn().values()) == {"never walked (4)", None}

    def walked(dialog):
        dialog.finding.setText("占道")
        dialog.person.setCurrentIndex(dialog.person.findData("P2"))
        dialog.findChild(QPushButton, "gridmgmt_walk_accept").click()

    letters = office.dock.letters
    assert letters.minimumWidth() > letters.fontMetrics().horizontalAdvance(letters.placeholderText()), "read whole"
    office.dock.assigning.walk.click()
    when_shown("gridmgmt_walk_dialog", walked)
    office.hand.drag((550, 0), (750, 2), (1120, 0))
    office.rest()
    wait_for(lambda: office.drawn()[WEST] == "walked in the last 7 days (2)")
    rows = {row["target_code"]: row for row in office.workspace().read("patrol").records() if row["patrolled_at"]}
    assert set(rows) == {WEST, SOUTH}
    assert {(row["person_id"], row["patrolled_at"][:10], row["finding"]) for row in rows.values()} == {
        ("P2", DAY, "占道")
    }
    office.dock.show_day("2026-03-20")
    office.rest()
    wait_for(lambda: office.drawn()[WEST] == "not walked for more than 7 days (2)")
    office.dock.patrols.days.setValue(30)
    assert office.drawn()[WEST] == "walked in the last 30 days (2)"


def test_without_a_plan_it_is_said_at_once_why_no_walk_was_entered():
    told = _told_of_walks(
        Report("enterpatrols", 0, 1, {}, (RejectedRow(1, "L1", "patrol_not_planned", "", {}),), notes=(Message("x"),))
    )
    assert [message.code for message in told] == ["patrol_not_planned", "x"]


@pytest.mark.proof
def test_the_rota_of_selected_lanes_is_entered_as_walked_in_one_and_taken_back(office):
    plan_patrols(office.workspace(), DAY, DAY, area="990101001001", roles=["lane_chief"])
    office.dock.tabs.setCurrentIndex(PATROLS)
    office.rest()
    wait_for(lambda: office.dock.models[PATROLS].rowCount() == 4)
    office.button("walked").click()
    assert "First select the lanes" in office.iface.messages()[0]
    office.select(PATROLS, "东胡同", "远巷")
    when_shown("gridmgmt_walk_dialog", lambda box: box.findChild(QPushButton, "gridmgmt_walk_accept").click())
    office.button("walked").click()
    office.rest()
    wait_for(lambda: any(text.startswith(DAY) for text in cells(office, PATROLS, 2)))
    assert dict(zip(cells(office, PATROLS, 1), cells(office, PATROLS, 2)))[EAST] == f"{DAY} 示例甲"
    take_back_last(office.workspace(), "示例员")
    assert not [row for row in office.workspace().read("patrol").records() if row["patrolled_at"]]


def test_hand_over_knows_the_person_of_the_row(office):
    office.select(PERSONS, "示例甲")
    office.button("hand_over").click()
    office.rest()
    dialog = next(w for w in QApplication.topLevelWidgets() if "handoverposts" in w.objectName() and w.isVisible())
    assert dialog.fields["PERSON"].value() == "P1"
    dialog.reject()


def test_nothing_of_a_workspace_that_was_closed_comes_back(office):
    office.dock.tabs.setCurrentIndex(PATROLS)
    office.rest()
    wait_for(lambda: office.dock.models[PATROLS].rowCount() == 4)
    assert office.dock.tabs.tabText(PATROLS) == "Patrols (4)"
    office.shell.session.close_workspace()
    office.rest()
    office.dock.patrols.days.setValue(30)
    assert [model.rowCount() for model in office.dock.models] == [0, 0, 0]
    assert [office.dock.tabs.tabText(at) for at in (LANES, PERSONS, PATROLS)] == ["Lanes", "Persons", "Patrols"]


@pytest.mark.proof
def test_an_act_whose_workspace_was_closed_meanwhile_says_that_nothing_was_written(office):
    office.choose("lane_chief", "P2")
    office.shell.session.close_workspace()
    with pytest.raises(WorkspaceError) as refused:
        office.desk.assign([EAST])
    assert refused.value.code == "act_without_workspace"
    office.desk._errands.act("", lambda *_: None, lambda _: [])
    assert "No workspace is open, so nothing was written" in office.iface.messages()[0]


@pytest.mark.proof
def test_a_hidden_dock_keeps_nothing_of_the_workspace_that_is_closed(office):
    office.dock.tabs.setCurrentIndex(PATROLS)
    office.rest()
    wait_for(lambda: office.dock.models[PATROLS].rowCount() == 4)
    office.desk.trigger("lane_officers", False)
    office.shell.session.close_workspace()
    office.dock.patrols.days.setValue(30)
    assert [model.rowCount() for model in office.dock.models] == [0, 0, 0]


@pytest.mark.proof
def test_an_area_that_is_not_in_force_on_the_day_is_told_in_the_dock_alone(office):
    with office.workspace().transaction("", "test") as transaction:
        area = office.workspace().read("area", where={"code": OFFICES[1]}, geometry=False)
        transaction.update("area", area.with_columns(valid_from=["2026-01-01"]), derived=True)
    office.dock.area.setCurrentIndex(office.dock.area.findData(OFFICES[1]))
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 1)
    office.dock.show_day("2025-06-01")
    office.rest()
    summary = office.dock.findChild(QLabel, "gridmgmt_officers_summary")
    wait_for(lambda: "2025-06-01" in summary.text())
    assert office.iface.messages() == []
    office.dock.show_day(DAY)
    office.rest()
    wait_for(lambda: office.dock.models[LANES].rowCount() == 1)
    assert office.dock.chosen_area() == OFFICES[1]


@pytest.mark.daily(1)
@pytest.mark.parametrize("days_before", [0, 3])
def test_the_day_moves_on_over_midnight_where_it_was_today(office, days_before):
    today = QDate.currentDate()
    yesterday = office.dock._today = today.addDays(-1)
    office.dock.day.blockSignals(True)
    office.dock.show_day(yesterday.addDays(-days_before).toString("yyyy-MM-dd"))
    office.dock.day.blockSignals(False)
    office.shell.session.data_changed.emit()
    office.rest()
    assert office.dock.day.date() == (yesterday.addDays(-days_before) if days_before else today)


def test_the_dock_of_officers_is_made_when_somebody_looks_and_not_at_opening(shell):
    theme = shell.controller("tree").dock.findChild(QComboBox, "gridmgmt_themes")
    assert shell.iface.mainWindow().findChild(OfficersDock) is None
    theme.activated.emit(theme.findData("officers"))
    wait_for(lambda: shell.iface.mainWindow().findChild(OfficersDock) is not None)
    layer = shown_layer(QgsProject.instance(), "lane")
    wait_for(lambda: tasks_done() and len(layer.renderer().legendSymbolItems()) > 1)
    assert shell.iface.mainWindow().findChild(OfficersDock).isHidden()

"""The docks and dialogs about people, duties and disputed components, for the house of all windows."""

from __future__ import annotations

import shapely

from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.release.life import ACTS, PUT_IN_FORCE, REJECT
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.gui.handover.act_dialog import ReleaseActDialog
from gridmgmt_plugin.gui.handover.guide import HandoverGuide
from gridmgmt_plugin.gui.inventory.change_dialog import ChangeDialog
from gridmgmt_plugin.gui.inventory.survey_dialog import SurveyDialog
from gridmgmt_plugin.gui.lanes.officers_dock import ASSIGN, PATROLS
from gridmgmt_plugin.gui.lanes.walk_dialog import WalkDialog
from gridmgmt_plugin.gui.ledgers.change_dialog import ChangeLedgerDialog
from gridmgmt_plugin.gui.people.assign_dialog import AssignDialog
from gridmgmt_plugin.gui.people.end_dialog import EndDialog, named_post
from gridmgmt_plugin.gui.people.ownership_dialogs import CaseDialog, RulingDialog
from gridmgmt_plugin.jobs.handover.release_desk import ListedRelease
from gridmgmt_plugin.jobs.people.ask_place import Where
from gridmgmt_plugin.jobs.people.duty_matrix import SIDE_BY_SIDE
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from tests.qgis.fake_window import settle
from tests.qgis.workspace_window import COMMUNITIES, tasks_done, wait_for


def _departments(word):
    return (("D1", word("水务局", "Water D1")), ("D2", word("园林局", "Parks D2")))


def fill_people(transaction, word):
    """Give a district departments, a rule that is settled, one in dispute, and components of unclear ownership.

    :param word: chooses between a Chinese and an English text.
    """
    codes, names = zip(*_departments(word))
    transaction.insert("department", _rows(code=codes, name=names))
    transaction.insert(
        "duty_rule",
        _rows(
            id=["R1", "R2", "R3"],
            class_kind=["component"] * 3,
            class_prefix=["0101", "0102", "0102"],
            zone_kind=[None, None, "物业小区"],
            department_code=[*codes, codes[0]],
            state=["明确", "争议", "协商中"],
        ),
    )
    zone = _rows(code=["Z1"], name=[word("第一小区", "First Estate")], kind=["物业小区"], manager_code=codes[:1])
    transaction.insert(
        "duty_zone", Rows(zone.columns, as_column([shapely.MultiPolygon([shapely.box(0, 0, 90, 90)])]))
    )
    ledger = {"key": "wc", "title": word("公厕", "Toilets"), "symbol": "star", "colour": "#1d4ed8"}
    transaction.insert("ledger", Rows.from_records([{**ledger, "statuses": word("开放\n停用", "open\nclosed")}]))
    items = _rows(ledger=["wc"] * 2, key=["1", "2"], status=[word("开放", "open")] * 2, due_on=["2020-01-01", None])
    transaction.insert("ledger_item", Rows(items.columns, shapely.points([30.0, 330.0], [20.0, 20.0])))
    receiver = word("甲平台", "Platform A")
    releases = _rows(
        number=["r0001", "r0002", "r0003"],
        scheme=["cg"] * 3,
        receiver=[receiver] * 3,
        state=["in_force", "rejected", "handed_over"],
        base_number=[None, "r0001", "r0001"],
        replaces=[None, None, "r0002"],
        delivered_at=["2026-03-02T09:00:00"] * 3,
        receipt_note=[None, word("面积不符", "wrong areas"), None],
    )
    transaction.insert("release", releases)
    log = {"release_number": "r0001", "handed_at": "2026-03-02T09:00:00", "act": "hand_over", "means": "package"}
    transaction.insert("handover_log", Rows.from_records([log]))
    parts = _rows(
        code=["Q1", "Q2"],
        class_code=["0101", "0102"],
        owner_state=["争议", "待认定"],
        department_code=codes,
        surveyed_on=["2020-01-01", None],
    )
    transaction.insert("component", Rows(parts.columns, shapely.points([30.0, 330.0], [20.0, 20.0])))


def _release(receiver):
    texts = ("r0002", "cg", receiver, "handed_over", "r0001", "", "", "", "2026-03-02", "2026-03-02T09:00:00", "", "")
    return ListedRelease(*texts, scheme_title="cg", acts=ACTS, history=())


def people_visits(house):
    """Return name → visit of what stands in ``house`` about people."""
    about, window, departments = f"Q1 {house.word('井盖', 'cover')}", house.window, _departments(house.word)
    grid, person = house.word(("第1网格", "示例甲"), ("Grid 1", "Sample Jia"))
    return {
        "staff": lambda look: _staff(house, look),
        "lane officers": lambda look: _dock(house, "lane_officers", lambda dock: dock.models[0].rowCount() > 0, look),
        "lane officers, patrols": lambda look: _officers_page(house, PATROLS, look),
        "lane officers, assign": lambda look: _officers_page(house, ASSIGN, look),
        "walked lanes": lambda look: house.look(
            WalkDialog(
                [(f"{at:013}", house.word("胡同", "Lane")) for at in range(9)], "2026-03-02", [("P1", person)], window
            ),
            look,
        ),
        "end of posts": lambda look: house.look(
            EndDialog([named_post(person, "lane_chief", grid)] * 3, "2026-03-02", "staff", window), look
        ),
        "duty list": lambda look: _duty_list(house, look),
        "duty list, kinds of zones side by side": lambda look: _zones_side_by_side(house, look),
        "ownership": lambda look: _ownership(house, look),
        "lane inspections": lambda look: _inspections(house, look),
        "lane inspections, round": lambda look: _round(house, look),
        "case figures": lambda look: _dock(house, "case_figures", lambda dock: dock.table.rowCount() > 0, look),
        "ledgers": lambda look: _dock(house, "ledgers", lambda dock: bool(dock.current()), look),
        "releases": lambda look: _dock(house, "releases", lambda dock: bool(dock.current()), look),
        **{
            f"release to {act}": lambda look, act=act: house.look(
                ReleaseActDialog(act, _release(house.word("甲平台", "Platform A")), window), look
            )
            for act in (REJECT, PUT_IN_FORCE)
        },
        **{
            f"hand-over step by step, {name}": lambda look, page=page: house.look(_guide(house, page), look)
            for page, name in enumerate(("check", "target", "changes", "release", "after"))
        },
        "change of a ledger": lambda look: house.look(
            ChangeLedgerDialog(
                Ledger("wc", house.word("公厕", "Toilets"), (house.word("开放", "open"),), colour="#1d4ed8"), window
            ),
            look,
        ),
        "component inventory": lambda look: _inventory(house, look),
        "cases without a place": lambda look: _dock(house, "waiting_cases", lambda dock: dock.summary.text(), look),
        "component change": lambda look: house.look(ChangeDialog(312, departments, window), look),
        "component survey": lambda look: house.look(SurveyDialog("2026-03.gpkg", window), look),
        "answers": lambda look: _answers(house, look),
        "assigned person": lambda look: house.look(
            AssignDialog(grid, "responsibility_grid", [("A", person)], "A", window), look
        ),
        "ownership case": lambda look: house.look(
            CaseDialog(about, departments, departments[0][1], "D1", window), look
        ),
        "ownership ruling": lambda look: house.look(RulingDialog(about, departments, window), look),
    }


def _guide(house, page):
    """Return the guide through a hand-over at one of its pages, with what runs would have brought."""
    guide = HandoverGuide(ExportPackage().create(), house.shell.iface.mainWindow())
    guide.check.show_check(house.word("检查", "Checked"), is_trouble=True)
    guide.restart()
    for _ in range(page):
        guide.next()
    text = "<p>" + house.word("示例", "Sample") * 20 + "</p><p><a href='step:0'>1</a></p>"
    for one in (guide.changes, guide.release, guide.after):
        one.show_result(text, is_done=True)
    return guide


def _rows(**columns):
    return Rows({name: as_column(values) for name, values in columns.items()})


def _officers_page(house, page, look):
    """Show a page of the dock of officers."""
    dock = house.shell.controller("lane_officers").dock
    dock.tabs.setCurrentIndex(page)
    try:
        _dock(house, "lane_officers", lambda dock: page == ASSIGN or dock.models[page].rowCount() > 0, look)
    finally:
        dock.tabs.setCurrentIndex(0)


def _dock(house, key, is_filled, look):
    """Show the dock of an action, look at it once it is filled, and put it away."""
    desk = house.shell.controller(key)
    desk.trigger(key, True)
    wait_for(lambda: tasks_done() and is_filled(desk.dock))
    settle()
    look(desk.dock)
    desk.dock.setUserVisible(False)
    settle()


def _staff(house, look):
    _dock(house, "staff", lambda dock: dock.models[0].rowCount() > 0, look)


def _duty_list(house, look):
    def choose(dock):
        dock.table.setCurrentIndex(dock.model.index(1, 0))
        settle()
        look(dock)

    _dock(house, "duty_list", lambda dock: dock.model.rowCount() > 1, choose)


def _zones_side_by_side(house, look):
    def choose(dock):
        dock.zone.setCurrentIndex(dock.zone.findData(SIDE_BY_SIDE))
        wait_for(lambda: tasks_done() and dock.model.columnCount() == 2)
        settle()
        look(dock)
        dock.zone.setCurrentIndex(0)
        wait_for(tasks_done)

    _dock(house, "duty_list", lambda dock: dock.model.rowCount() > 1, choose)


def _inspections(house, look):
    def judge(dock):
        dock.table.selectRow(0)
        for code in ("01", "02", "02"):
            dock.verdicts.tap(code)
        settle()
        look(dock)

    _dock(house, "inspect_lanes", lambda dock: dock.table.rowCount() > 0, judge)


def _round(house, look):
    """Show of which round the inspections are."""

    def turn(dock):
        dock.tabs.setCurrentIndex(1)
        settle()
        look(dock)
        dock.tabs.setCurrentIndex(0)

    _dock(house, "inspect_lanes", lambda dock: dock.table.rowCount() > 0, turn)


def _ownership(house, look):
    def choose(dock):
        dock.table.selectRow(0)
        settle()
        look(dock)

    _dock(house, "ownership", lambda dock: dock.table.rowCount() > 0, choose)


def _inventory(house, look):
    _dock(house, "component_inventory", lambda dock: dock.counts.rowCount() > 1, look)


def _answers(house, look):
    asking = house.shell.controller("ask_here")
    asking._ask(Where(60.0, 50.0))
    code = f"{next(iter(COMMUNITIES))}001"
    _dock(house, "ask_here", lambda dock: code in dock.page.toPlainText(), look)
    asking.trigger("ask_here", False)
    settle()

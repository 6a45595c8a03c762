"""What the plugin says in the message bar: one sentence of ours at a time, short, with the whole behind a button."""

from __future__ import annotations

import json
from functools import cache
from string import Formatter

import pytest
from qgis.core import Qgis, QgsApplication, QgsSettings, QgsTask
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import QApplication, QGridLayout, QLabel, QPushButton, QTextBrowser, QWidget

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.validation.catalogue import rule_infos
from gridmgmt_plugin.gui.frame.background_task import BackgroundTask
from gridmgmt_plugin.gui.frame.message_door import MessageDoor, shortened
from gridmgmt_plugin.project.i18n import Translation, tr
from tests.qgis.fake_window import FakeIface, settle
from tests.qgis.workspace_window import wait_for

SHORT = Message("author_missing")
LONG = Message("tables_withheld", {"count": 9, "tables": "、".join(f"表{n:03d}" for n in range(60))})


class Job(BackgroundTask):
    """A job of ours whose end nobody waits for."""

    def run(self):
        return True

    def hand_over(self):
        """Nobody asked."""


@pytest.fixture
def iface(qgis_app):
    made = FakeIface()
    made.mainWindow().resize(1366, 768)
    return made


@pytest.fixture
def door(iface):
    made = MessageDoor(iface)
    yield made
    made.close()
    settle()


@pytest.fixture
def logged(qgis_app):
    """Return what the plugin wrote into QGIS's log itself."""
    found = []

    def heard(text, tag, *_):
        if tag == tr("Grid Management"):
            found.append(text)

    QgsApplication.messageLog().messageReceived.connect(heard)
    yield found
    QgsApplication.messageLog().messageReceived.disconnect(heard)


def shown(iface):
    return [item.text() for item in iface.messageBar().items()]


def button(iface, name):
    return iface.messageBar().currentItem().findChild(QPushButton, name)


def test_never_more_than_one_of_ours_is_in_the_bar(door, iface):
    iface.messageBar().pushMessage("QGIS", "its own")
    for message in (SHORT, LONG, Message("place_not_on_map", {"code": "1"})):
        door.tell(message)
    settle()
    assert len(iface.messageBar().items()) == 2
    assert "its own" in shown(iface)


def test_a_short_sentence_stands_whole_and_has_no_button(door, iface):
    door.tell(Message("guard_repaired"))
    assert shown(iface) == [Message("guard_repaired").text("en")]
    assert button(iface, "gridmgmt_message_details") is None


def test_the_log_keeps_the_whole_of_what_is_in_the_way_once(door, iface, logged):
    door.tell(LONG, Qgis.MessageLevel.Warning, also=[SHORT])
    iface.mainWindow().resize(900, 768)
    settle()
    door._fit_again()
    assert logged == ["\n".join((LONG.text("en"), SHORT.text("en")))]


def test_what_is_said_in_passing_fills_no_log(door, iface, logged):
    door.tell(LONG)
    assert logged == []


def test_a_long_sentence_is_a_short_one_with_the_whole_behind_a_button(door, iface):
    door.tell(LONG, Qgis.MessageLevel.Warning)
    assert len(shown(iface)[0]) < len(LONG.text("en"))
    assert iface.messages() == [LONG.text("en")]
    button(iface, "gridmgmt_message_details").click()
    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "gridmgmt_message_dialog")
    assert LONG.text("en") in dialog.findChild(QLabel, "gridmgmt_message_text").text()
    assert not dialog.isModal()
    dialog.close()


def test_the_same_buttons_stay_while_the_sentence_changes(door, iface):
    done = []
    offered = ("gridmgmt_next_place", "Next place")
    first = door.tell(SHORT, buttons=[(*offered, lambda: done.append(1))])
    before = button(iface, "gridmgmt_next_place")
    again = door.tell(Message("guard_repaired"), buttons=[(*offered, lambda: done.append(2))])
    assert again is first
    assert button(iface, "gridmgmt_next_place") is before
    before.click()
    assert done == [2]


def test_buttons_do_not_move_under_the_pointer_while_the_sentence_changes(door, iface):
    iface.mainWindow().resize(1000, 600)
    iface.mainWindow().show()
    iface.messageBar().resize(900, 40)
    offered = [("b0", "Next place", lambda: None), ("b1", "Show all", lambda: None)]
    places = []
    for message in (SHORT, LONG, Message("guard_repaired"), SHORT):
        door.tell(message, buttons=offered)
        settle()
        names = ("b0", "b1", "gridmgmt_message_more")
        places.append([button(iface, name).mapTo(iface.messageBar(), QPoint(0, 0)) for name in names])
    assert places[0] == places[1] == places[2] == places[3]
    assert places[0][0].x() > 450, "they stand at the right, whatever is said"


def test_what_is_true_no_longer_is_withdrawn_and_nothing_else(door, iface):
    told = door.tell(SHORT)
    other = door.tell(Message("guard_repaired"))
    door.withdraw(told)
    assert len(shown(iface)) == 1
    door.withdraw(other)
    assert shown(iface) == []


def test_beside_a_sentence_stand_two_buttons_and_a_menu_with_the_rest(door, iface):
    done = []
    offered = [(f"b{n}", f"Button {n}", lambda n=n: done.append(n)) for n in range(4)]
    door.tell(SHORT, buttons=offered)
    item = iface.messageBar().currentItem()
    assert [b.objectName() for b in item.findChildren(QPushButton)] == ["b0", "b1", "gridmgmt_message_more"]
    menu = button(iface, "gridmgmt_message_more").menu()
    assert [action.objectName() for action in menu.actions()] == ["b2", "b3", "gridmgmt_message_details"]
    menu.actions()[1].trigger()
    assert done == [3]


def test_buttons_stay_where_they_are_whether_or_not_a_sentence_is_cut(door, iface):
    offered = [(f"b{n}", f"Button {n}", lambda: None) for n in range(2)]
    first = door.tell(SHORT, buttons=offered)
    assert door.tell(LONG, buttons=offered) is first
    assert door.tell(SHORT, buttons=offered) is first


def test_what_qgis_says_of_the_end_of_our_jobs_is_taken_away(door, iface):
    task = Job("导入案件")
    door.tell(SHORT)
    iface.messageBar().pushMessage("Task complete", "导入案件")
    iface.messageBar().pushMessage("Task complete", "somebody else's")
    settle()
    assert shown(iface) == ["somebody else's", SHORT.text("en")]
    del task


def test_qgis_is_told_to_keep_quiet_of_our_jobs_where_it_can_be_told():
    for name in ("Silent", "Hidden"):
        flag = getattr(QgsTask.Flag, name, None)
        if flag is not None:
            assert bool(Job("a").flags() & flag) == (name == "Silent")
            assert Job("a", is_question=True).flags() & flag
    assert Job("a").flags() & QgsTask.Flag.CanCancel


class WideWindow(FakeIface):
    """The bar where QGIS has it: across the map, which the docks leave so much room."""

    def __init__(self, width_px):
        super().__init__()
        around = QWidget()
        layout = QGridLayout(around)
        layout.setContentsMargins(0, 0, 0, 0)
        self._bar = QgsMessageBar(around)
        layout.addWidget(self._bar, 0, 0)
        layout.addWidget(QWidget(), 1, 0)
        self._window.setCentralWidget(around)
        self._window.resize(width_px, 300)
        self._window.show()


def all_messages():
    texts = [json.loads(path.read_text(encoding="utf-8")) for path in resource_path("messages").glob("*.json")]
    return sorted({code for entries in texts for code in entries})


@cache
def _texts():
    """Return code → language → sentence."""
    files = resource_path("messages").glob("*.json")
    return {code: texts for path in files for code, texts in json.loads(path.read_text(encoding="utf-8")).items()}


def filled(code):
    """Return a message with something in the place of each of its values."""
    names = {name for text in _texts()[code].values() for _, name, _, _ in Formatter().parse(text) if name}
    return Message(code, dict.fromkeys(names, 12345))


def _each_bar():
    """Return width and number of buttons; every day each of them once."""
    every_day = ((1366, 0), (986, 2), (640, 4))
    return [
        pytest.param(width_px, count, marks=[] if (width_px, count) in every_day else pytest.mark.proof)
        for width_px in (1366, 986, 640)
        for count in (0, 2, 4)
    ]


@pytest.mark.daily(1)
@pytest.mark.parametrize(("width_px", "count"), _each_bar())
@pytest.mark.parametrize("locale", ["zh_CN", "en_US"])
def test_every_sentence_takes_one_line_on_a_small_screen(qgis_app, locale, width_px, count):
    settings, translation = QgsSettings(), Translation()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", locale)
    translation.install()
    try:
        wide = WideWindow(width_px)
        door = MessageDoor(wide)
        titles = [tr("Repair…"), tr("Next place"), tr("Discard the edits…"), tr("Where do they go…")]
        offered = [(f"b{n}", title, lambda: None) for n, title in enumerate(titles[:count])]
        for code in all_messages()[::7]:
            door.tell(filled(code), buttons=offered)
            settle()
            line = wide.messageBar().currentItem().findChild(QTextBrowser)
            alone = line.document().clone()
            alone.setTextWidth(-1)
            assert line.document().size().height() <= alone.size().height(), code
        door.close()
    finally:
        translation.remove()
        settings.remove("locale")


def test_a_sentence_takes_one_line_still_when_the_map_has_become_narrower(qgis_app):
    wide = WideWindow(1366)
    door = MessageDoor(wide)
    whole = Message("guard_refused", {"what": "Unit grid beyond the covered extent", "count": 12})
    told = door.tell(whole)
    assert shown(wide) == [whole.text("en")]
    settle()
    wide.mainWindow().resize(620, 300)
    wait_for(lambda: shown(wide) != [whole.text("en")])
    settle()
    line = wide.messageBar().currentItem().findChild(QTextBrowser)
    alone = line.document().clone()
    alone.setTextWidth(-1)
    assert line.document().size().height() <= alone.size().height()
    assert button(wide, "gridmgmt_message_details") is not None
    wide.mainWindow().resize(1366, 300)
    wait_for(lambda: shown(wide) == [whole.text("en")])
    door.withdraw(told)  # whoever has said it knows only the item of then
    assert shown(wide) == []
    door.close()


@pytest.mark.parametrize("locale", ["zh_CN", "en_US"])
def test_the_reason_of_a_refused_save_is_never_cut_beside_its_buttons(qgis_app, locale):
    settings, translation = QgsSettings(), Translation()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", locale)
    translation.install()
    try:
        wide = WideWindow(986)  # 1366 px, less the dock
        door = MessageDoor(wide)
        titles = [tr("Repair…"), tr("Next place"), tr("Discard the edits…")]
        offered = [(f"b{n}", title, lambda: None) for n, title in enumerate(titles)]
        for code, rule in rule_infos().items():
            if code.startswith("unit_"):
                what = rule.title[locale[:2]]
                door.tell(Message("guard_refused", {"what": what, "count": 12}), buttons=offered, also=[SHORT, SHORT])
                text = shown(wide)[0]
                assert what in text
                assert "12" in text
                assert "…" not in text
        door.close()
    finally:
        translation.remove()
        settings.remove("locale")


@pytest.mark.parametrize(
    ("whole", "most", "expected"),
    [
        ("甲不行。改用乙。", 20, "甲不行。改用乙。"),
        ("甲不行。改用乙。", 5, "甲不行。"),
        ("面积 1.5 公顷太大", 6, "面积 1.…"),
        ("No. It is 1.5 ha. Take less.", 18, "No. It is 1.5 ha."),
        ("甲。乙。丙。", 4, "甲。乙。"),
        ("甲已改；乙也要改。", 5, "甲已改。"),
        ("One is new; two will follow.", 12, "One is new."),
        ("甲街巷，乙街巷都要改", 5, "甲街巷…"),
        ("一二三", 0, "一…"),
    ],
)
def test_a_text_is_cut_at_its_sentences(whole, most, expected):
    assert shortened(whole, lambda text: len(text) <= most) == expected


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.proof)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_shown_of_a_sentence_never_ends_as_if_more_followed(language, step):
    for code in all_messages()[::step]:
        whole = filled(code).text(language).strip()  # a part of another sentence may begin or end with a blank
        lengths = range(1, len(whole) + 1)
        ends = {shortened(whole, lambda text, most=most: len(text) <= most).rstrip("…")[-1:] for most in lengths}
        assert not ends & set(" ，、；：,;:"), (code, whole)

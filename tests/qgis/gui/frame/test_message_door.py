"""What the plugin says in the message bar: one sentence of ours at a time, short, with the whole behind a button."""

from __future__ import annotations

import pytest
from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.message_door import MessageDoor, shortened
from tests.qgis.fake_window import FakeIface, settle

SHORT = Message("author_missing")
LONG = Message("tables_withheld", {"count": 9, "tables": "、".join(f"表{n:03d}" for n in range(60))})


@pytest.fixture
def iface(qgis_app):
    return FakeIface()


@pytest.fixture
def door(iface):
    made = MessageDoor(iface)
    yield made
    made.close()
    settle()


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


def test_what_is_true_no_longer_is_withdrawn_and_nothing_else(door, iface):
    told = door.tell(SHORT)
    other = door.tell(Message("guard_repaired"))
    door.withdraw(told)
    assert len(shown(iface)) == 1
    door.withdraw(other)
    assert shown(iface) == []


@pytest.mark.parametrize(
    ("whole", "most", "expected"),
    [
        ("甲不行。改用乙。", 20, "甲不行。改用乙。"),
        ("甲不行。改用乙。", 5, "甲不行。"),
        ("面积 1.5 公顷太大", 6, "面积 1.…"),
        ("No. It is 1.5 ha. Take less.", 18, "No. It is 1.5 ha."),
        ("甲。乙。丙。", 4, "甲。乙。"),
        ("一二三", 0, "一…"),
    ],
)
def test_a_text_is_cut_at_its_sentences(whole, most, expected):
    assert shortened(whole, lambda text: len(text) <= most) == expected

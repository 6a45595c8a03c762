"""The line of links in a narrow dock: a name stands in one line, and nothing is cut off."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import QLabel, QWidget

from gridmgmt_plugin.gui.state.panel import StateLink, StatePanel

NAME = "欧阳示例员、王示例"


@pytest.fixture
def panel(qgis_app):
    parent = QWidget()
    yield StatePanel(parent)
    parent.deleteLater()


def lines_of(panel, width_px):
    """Return the text of each line of the links in a panel of such a width."""
    label = panel.findChild(QLabel, "gridmgmt_state_links")
    shown = QTextDocument()
    shown.setDefaultFont(label.font())
    shown.setHtml(label.text())
    shown.setTextWidth(width_px)
    assert shown.size().height() > 0  # it is laid out only when it is asked
    layout = shown.firstBlock().layout()
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    text = shown.firstBlock().text()
    return [text[line.textStart() : line.textStart() + line.textLength()].replace("\u2060", "") for line in lines]


def test_a_name_is_not_broken_at_the_end_of_a_line(panel):
    panel.show_links([StateLink("a", "没有未保存的编辑"), StateLink("b", NAME), StateLink("c", "正在检查")])
    metrics = panel.fontMetrics()
    for width_px in range(metrics.horizontalAdvance(NAME) + 40, 500, 7):
        assert any(NAME in line for line in lines_of(panel, width_px)), width_px


def test_what_is_too_long_for_a_line_is_broken_all_the_same(panel):
    panel.show_links([StateLink("a", "名字很长的街道" * 6)])
    assert len(lines_of(panel, panel.fontMetrics().horizontalAdvance("名字很长的街道" * 2))) >= 3

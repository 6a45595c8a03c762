"""What the window marks by colour is seen."""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QLabel

from gridmgmt_plugin.gui.frame.colours import MARK_CONTRAST, contrast, grounds_of, mark_trouble


def test_what_is_in_the_way_has_an_edge_that_is_seen(qgis_app):
    label = QLabel("甲<br>乙")
    (ground,) = grounds_of(label)
    for is_trouble in (False, True):
        mark_trouble(label, is_trouble=is_trouble)
        picture = label.grab().toImage()
        edge = [QColor(picture.pixel(1, y)) for y in range(picture.height())]
        assert all(contrast(colour, ground) >= MARK_CONTRAST for colour in edge) == is_trouble

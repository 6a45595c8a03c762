"""No control is cut off: at the usual size of letters, and at 125 % and 150 %, as on a screen of fine pixels.

Letters grow while what was measured in pixels does not: that is what a scaled display does where it hurts.
"""

from __future__ import annotations

import itertools

import pytest
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QWidget,
)

from tests.desktop.cut_off import cut_off, is_of_ours
from tests.qgis.gui.our_windows import House

CONTROLS = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView, QTextBrowser)
SLACK_PX = 3
#: What a small screen shows of a dialog below the bars of the desktop.
SCREEN_PX = (1366, 728)
#: What is left there for a dock below the map, between QGIS's own docks and our tree, and of the height.
BELOW_MAP_PX = (1366 - 256 - 550, 400)


# The largest letters need the most room; the others are left to the long proofs.
@pytest.fixture(
    scope="module",
    params=[pytest.param(1.0, marks=pytest.mark.proof), pytest.param(1.25, marks=pytest.mark.proof), 1.5],
)
def scale(request, qgis_app):
    before = QApplication.font()
    larger = QApplication.font()
    larger.setPointSizeF(before.pointSizeF() * request.param)
    QApplication.setFont(larger)
    yield request.param
    QApplication.setFont(before)


@pytest.fixture(scope="module", params=["zh_CN", "en_US"])
def seen(request, scale, processing, tmp_path_factory):
    """Return what was looked at in one walk through every dock, dialog, form and panel."""
    house = House(tmp_path_factory.mktemp("room"), request.param)
    yield house.walk(
        cut_off=lambda root: list(cut_off(root)), overlapping=lambda root: list(_overlapping(root)), size=_least_size
    )
    house.close()


def _listed(found):
    return "\n".join(sorted({f"{name}: {what}" for name, wrong in found.items() for what in wrong}))


def test_no_control_is_cut_off(seen, scale):
    assert not _listed(seen["cut_off"])


def test_no_control_lies_over_another(seen, scale):
    """What no layout holds stands in the corner of its dialog, on top of what belongs there."""
    assert not _listed(seen["overlapping"])


def test_no_window_is_larger_than_a_small_screen_and_no_dock_takes_the_room_of_the_map(seen, scale):
    sizes = seen["size"].items()
    assert not [
        (name, size.width(), size.height())
        for name, (size, room) in sizes
        if size.width() > room[0] or size.height() > room[1]
    ]


def _overlapping(root):
    around = {}
    for widget in root.findChildren(QWidget):
        if isinstance(widget, CONTROLS) and widget.isVisible() and is_of_ours(widget, root):
            around.setdefault(widget.parentWidget(), []).append(widget)
    for widgets in around.values():
        for one, other in itertools.combinations(widgets, 2):
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > SLACK_PX and shared.height() > SLACK_PX:
                yield f"{one.objectName() or type(one).__name__} over {other.objectName() or type(other).__name__}"


def _least_size(root):
    if isinstance(root, QDockWidget):
        is_below = root.parent().dockWidgetArea(root) == Qt.DockWidgetArea.BottomDockWidgetArea
        return root.minimumSizeHint(), BELOW_MAP_PX if is_below else SCREEN_PX
    return root.size() if root.isWindow() else QSize(0, 0), SCREEN_PX

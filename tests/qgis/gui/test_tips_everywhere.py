"""Every control of ours says what it does: as a tip under the pointer, and at length for "What's this?"."""

from __future__ import annotations

import pytest
from qgis.gui import QgsCollapsibleGroupBox, QgsDateTimeEdit, QgsFileWidget, QgsProjectionSelectionWidget
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from tests.desktop.cut_off import is_of_ours
from tests.qgis.gui.our_windows import House

CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextBrowser),
    *(QgsDateTimeEdit, QgsFileWidget, QgsProjectionSelectionWidget),
)
READ = (QAbstractItemView, QTextBrowser)


@pytest.fixture(scope="module")
def seen(processing, tmp_path_factory):
    """Return what was looked at in one walk through every dock, dialog and panel."""
    house = House(tmp_path_factory.mktemp("tips"), "zh_CN")
    yield house.walk(lacking=lambda root: list(_lacking(root)), helped=_is_helped)
    house.close()


def _controls(root):
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QHeaderView) or not widget.isVisibleTo(root):
            continue
        if is_of_ours(widget, root) and not _is_part(widget, root):
            yield widget


def _is_part(widget, root):
    """Tell whether a control is a part of a larger one, or of the frame that Qt or QGIS draws around ours."""
    around = widget.parentWidget()
    if isinstance(around, (QTabBar, QgsCollapsibleGroupBox, QAbstractItemView)) or around.objectName().startswith(
        "qt_"
    ):
        return True
    while around is not None and around is not root:
        if isinstance(around, CONTROLS) and not isinstance(around, QAbstractItemView):
            return True
        around = around.parentWidget()
    return False


def _lacking(root):
    for widget in _controls(root):
        # A tip would lie over what is read in a list or a page.
        wanted = ("whatsThis",) if isinstance(widget, READ) else ("toolTip", "whatsThis")
        lacks = [what for what in wanted if not widget.property(what)]
        if lacks:
            yield f"{type(widget).__name__} {widget.objectName()} “{widget.property('text') or ''}” {lacks}"


def _is_helped(root):
    return bool(root.findChildren(QAbstractButton, "gridmgmt_help"))


def test_every_control_says_what_it_does(seen):
    # QGIS's own forms show description and constraints of the column.
    wrong = {f"{name}: {what}" for name, found in seen["lacking"].items() for what in found if name[:5] != "form "}
    assert not wrong, "\n".join(sorted(wrong))


def test_every_dialog_and_dock_leads_to_the_manual(seen):
    passing = ("form ", "figures", "server wait")  # what passes by itself needs no page
    assert not [name for name, helped in seen["helped"].items() if not helped and not name.startswith(passing)]

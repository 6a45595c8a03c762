"""One walk through every dock, dialog, form and panel of ours, and what must hold in each of them.

No control is cut off or lies over another, each says what it does (as a tip under the pointer, and at length for
"What's this?"), each window leads to the manual and speaks one language, and none of the plugin's is left out.
Letters are of the usual size, of 125 % and 150 %, as on a screen of fine pixels: they grow while what was measured in
pixels does not, which is what a scaled display does where it hurts.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re

import pytest
from qgis.core import QgsEditorWidgetSetup, QgsFeature, QgsFieldConstraints, QgsVectorLayer
from qgis.gui import (
    QgsAttributeDialog,
    QgsCollapsibleGroupBox,
    QgsDateTimeEdit,
    QgsFileWidget,
    QgsGui,
    QgsProjectionSelectionWidget,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from gridmgmt_plugin import gui
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.gui.frame.keyboard import GridDock
from tests.desktop.cut_off import cut_off, is_of_ours
from tests.qgis.fake_window import settle
from tests.qgis.gui.our_windows import House
from tests.qgis.spoken import foreign, said_by

SHOWN = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView, QTextBrowser)
CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextBrowser),
    *(QgsDateTimeEdit, QgsFileWidget, QgsProjectionSelectionWidget),
)
READ = (QAbstractItemView, QTextBrowser)
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
def house(request, scale, processing, tmp_path_factory):
    made = House(tmp_path_factory.mktemp("windows"), request.param)
    yield made
    made.close()


@pytest.fixture(scope="module")
def seen(house):
    """Return what was looked at in one walk through every dock, dialog, form and panel."""
    return house.walk(
        cut_off=lambda root: list(cut_off(root)),
        overlapping=lambda root: list(_overlapping(root)),
        size=_least_size,
        lacking=lambda root: list(_lacking(root)),
        helped=_is_helped,
        said=lambda root: list(said_by(root)),
        kind=type,
    )


def _listed(found):
    return "\n".join(sorted({f"{name}: {what}" for name, wrong in found.items() for what in wrong}))


@pytest.mark.daily(1)
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
        if isinstance(widget, SHOWN) and widget.isVisible() and is_of_ours(widget, root):
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


def _said_by_any_form():
    """Return what QGIS itself says in the form of a layer that is none of ours."""
    fields = "&".join(f"field={name}" for name in ("a:string", "b:date", "c:string", "d:string"))
    layer = QgsVectorLayer(f"Point?{fields}", " ", "memory")
    for field in range(2):
        layer.setFieldConstraint(field, QgsFieldConstraints.Constraint.ConstraintNotNull)
    layer.setFieldConstraint(0, QgsFieldConstraints.Constraint.ConstraintUnique)
    layer.setFieldConstraint(2, QgsFieldConstraints.Constraint.ConstraintUnique)
    QgsGui.editorWidgetRegistry().initEditors()
    lists = {"map": [{"1": "1"}]}, {"Layer": layer.id(), "Key": "a", "Value": "a", "AllowNull": True}
    for field, (kind, config) in enumerate(
        (
            ("TextEdit", {}),
            ("DateTime", {"calendar_popup": True}),
            ("ValueMap", lists[0]),
            ("ValueRelation", lists[1]),
        )
    ):
        layer.setEditorWidgetSetup(field, QgsEditorWidgetSetup(kind, config))
    layer.startEditing()
    dialog = QgsAttributeDialog(layer, QgsFeature(layer.fields()), False, None, True)
    dialog.show()
    settle()
    said = {text for _, text in said_by(dialog)}
    dialog.close()
    dialog.deleteLater()
    layer.rollBack()
    return said


def _delivered_names():
    """Return a pattern of what the files of a package call their fields, of values that are keys there, and of the
    letters that stand for a date: they are the same in every language.
    """
    specs = package_specs().values()
    names = {field.name for spec in specs for field in spec.fields} | {"county", "street_office", "community"}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))}|YYYYMMDD)\b")


def test_every_dock_dialog_form_and_panel_speaks_one_language(seen, house):
    delivered = _delivered_names()
    wrong, of_qgis = set(), _said_by_any_form()
    for name, found in seen["said"].items():
        said = [(where, text) for where, text in found if not (name.startswith("form ") and text in of_qgis)]
        if name == "receiver profiles":
            said = [(where, delivered.sub("", text)) for where, text in said]
        assert said, name
        wrong |= {
            f"{name}: {where}: {word}" for where, text in said for word in [foreign(text, house.tongue)] if word
        }
    assert not wrong, "\n".join(sorted(wrong))


def test_every_dock_and_dialog_of_the_plugin_stands_in_the_house(seen):
    """What does not stand there escapes the tests of keyboard, tips, themes, letters and languages."""
    for module in pkgutil.walk_packages(gui.__path__, f"{gui.__name__}."):
        importlib.import_module(module.name)
    wanted = {kind for base in (QDockWidget, QDialog) for kind in _kinds_below(base)}
    met = {kind for name, kind in seen["kind"].items() if not name.startswith("form ")}
    assert len(wanted) > 10
    assert {kind.__name__ for kind in wanted - met} == set()
    others = [kind.__name__ for kind in wanted if issubclass(kind, QDockWidget) and not issubclass(kind, GridDock)]
    assert others == []


def _kinds_below(base):
    for kind in base.__subclasses__():
        if kind.__module__.startswith(f"{gui.__name__}.") and kind is not GridDock:
            yield kind
        yield from _kinds_below(kind)

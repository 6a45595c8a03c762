"""The checker for Qt 6 itself, on small examples: each fault is seen, and what is right is left alone."""

from __future__ import annotations

import ast
import textwrap

import pytest

from tests.architecture.qt6_rules import faults
from tests.architecture.qt6_stubs import MissingNameError, installed_stubs

STUBS = installed_stubs()
pytestmark = pytest.mark.skipif(
    STUBS is None, reason="PyQt6 is not installed: make lint installs what the tests need"
)

FAULTY = {
    "an enum without its scope": (
        ("from qgis.PyQt.QtCore import Qt\nA = Qt.DisplayRole"),
        "there is Qt.ItemDataRole.DisplayRole",
    ),
    "an enum of a class under another name": (
        ("from qgis.PyQt.QtWidgets import QDialog as D\nA = D.Accepted"),
        "no QtWidgets.QDialog.Accepted",
    ),
    "a class in its old module": ("from qgis.PyQt.QtWidgets import QAction", "no QtWidgets.QAction"),
    "a class in its old module, by attribute": (
        ("from qgis.PyQt import QtWidgets\nA = QtWidgets.QShortcut"),
        "no QtWidgets.QShortcut",
    ),
    "a class that is gone": ("from qgis.PyQt.QtCore import QRegExp", "no QtCore.QRegExp"),
    "a module that is gone": ("from qgis.PyQt import QtWebKit", "no module QtWebKit"),
    "a misspelt member": (("from qgis.PyQt.QtCore import Qt\nA = Qt.Key.Key_Escapes"), "Key_Escapes"),
    "an enum through another name for it": (
        ("from qgis.PyQt.QtCore import Qt\ndef f():\n    roles = Qt.ItemDataRole\n    return roles.No"),
        ".No",
    ),
    "a type of flags": (("from qgis.PyQt.QtCore import Qt\nA = Qt.WindowFlags()"), "no QtCore.Qt.WindowFlags"),
    "exec_": (("def f(dialog):\n    dialog.exec_()"), "exec_"),
    "a method of an argument": (
        ("from qgis.PyQt.QtGui import QMouseEvent\ndef f(e: QMouseEvent):\n    return e.globalPos()"),
        "globalPos",
    ),
    "a method of an optional argument": (
        ("from qgis.PyQt.QtGui import QMouseEvent\ndef f(e: QMouseEvent | None):\n    return e.x()"),
        "no x",
    ),
    "a method of what was just made": (
        (
            "from qgis.PyQt.QtGui import QFontMetrics, QFont\n"
            "def f():\n"
            "    m = QFontMetrics(QFont())\n"
            "    m.width('a')"
        ),
        "width",
    ),
    "a method of Qt behind an event of QGIS": (
        ("from qgis.gui import QgsMapMouseEvent\ndef f(e: QgsMapMouseEvent):\n    return e.globalX()"),
        "globalX",
    ),
    "an enum of QGIS without its scope": (
        ("from qgis.core import QgsWkbTypes\nA = QgsWkbTypes.PointGeometry"),
        "GeometryType",
    ),
    "an enum of QGIS under a scope it never had": (
        ("from qgis.core import QgsWkbTypes\nA = QgsWkbTypes.Geometry.Point"),
        "this QGIS has no",
    ),
    "a type of flags of QGIS": (("from qgis.gui import QgsMapTool\nA = QgsMapTool.Flags()"), "only Flag"),
    "an enum as a number": (("from qgis.PyQt.QtCore import Qt\nA = int(Qt.CheckState.Checked)"), "no number"),
    "arithmetic with an enum": (("from qgis.PyQt.QtCore import Qt\nA = Qt.CheckState.Checked + 1"), "no number"),
    "a flag joined with a number": (
        ("from qgis.PyQt.QtCore import Qt\nA = Qt.ItemFlag.ItemIsEnabled | 4"),
        "no number",
    ),
    "an enum compared with a number": (
        ("from qgis.PyQt.QtCore import Qt\ndef f(s):\n    return Qt.CheckState.Checked == 2"),
        "no number",
    ),
    "an enum in an order": (
        ("from qgis.core import QgsWkbTypes as W\ndef f(t):\n    return t <= W.GeometryType.LineGeometry"),
        "no number",
    ),
    "a geometry type compared with a number": (("def f(layer):\n    return layer.geometryType() == 2"), "no number"),
    "a geometry type among numbers": (("def f(layer):\n    return layer.wkbType() in (3, 6)"), "no number"),
    "a state of a box compared with a number": (("def f(box):\n    return box.checkState() == 2"), "no number"),
    "QVariant": ("from qgis.PyQt.QtCore import QVariant", "project/attributes.py"),
    "NULL": ("from qgis.core import NULL", "project/attributes.py"),
    "the whole of Qt": ("import qgis.PyQt.QtCore", "import the names"),
}

SOUND = {
    "scoped enums, flags, and their values": (
        "from qgis.PyQt.QtCore import Qt\nA = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop\nB = A.value"
    ),
    "members that are numbers in Qt 6 too": (
        "from qgis.PyQt.QtCore import Qt\nA = Qt.ItemDataRole.UserRole + 1\nB = int(Qt.Key.Key_A)"
    ),
    "the signals and slots of PyQt": (
        "from qgis.PyQt.QtCore import QObject, QT_VERSION_STR, pyqtSignal\n"
        "class A(QObject):\n"
        "    done = pyqtSignal(str)"
    ),
    "sip": ("from qgis.PyQt import sip\nA = sip.isdeleted"),
    "a class where either version has it": (
        "from qgis.PyQt import QtGui, QtWidgets\n"
        "QAction = QtGui.QAction if hasattr(QtGui, 'QAction') else QtWidgets.QAction"
    ),
    "a class that our own module finds": (
        "from gridmgmt_plugin.gui.frame.qt import QAction\nA = QAction.MenuRole.NoRole"
    ),
    "a name of a later QGIS behind a question": (
        "from qgis.core import Qgis, QgsSnappingConfig\n"
        "def f():\n"
        "    if hasattr(Qgis, 'LaterThing'):\n"
        "        return Qgis.LaterThing.Vertex\n"
        "    return QgsSnappingConfig.SnappingTypes"
    ),
    "methods of QGIS on an object of QGIS": (
        "from qgis.gui import QgsMapMouseEvent\n"
        "def f(e: QgsMapMouseEvent):\n"
        "    return e.mapPoint(), e.pos(), e.modifiers()"
    ),
    "a method of our own that Qt once had": (
        "from qgis.PyQt.QtWidgets import QWidget\n"
        "class A(QWidget):\n"
        "    def exec(self): ...\n"
        "    def f(self):\n"
        "        self.exec()"
    ),
    "an enum compared with its own": (
        "from qgis.PyQt.QtCore import Qt\ndef f(s):\n    return s == Qt.CheckState.Checked"
    ),
    "a name that another function gave something else": (
        "from qgis.PyQt.QtCore import QDate\n"
        "def f():\n"
        "    day = QDate()\n"
        "    return day.isValid()\n"
        "def g(day):\n"
        "    return day.anything"
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_seen(name):
    source, expected = FAULTY[name]
    found = faults(ast.parse(source), STUBS)
    assert len(found) == 1, found
    assert expected in found[0].text
    assert source.splitlines()[found[0].line - 1].strip()


@pytest.mark.parametrize("name", SOUND)
def test_what_runs_on_both_is_left_alone(name):
    assert faults(ast.parse(SOUND[name]), STUBS) == []


def test_an_old_method_on_our_own_widget_is_seen_where_the_qt_that_runs_still_has_it():
    from qgis.PyQt.QtWidgets import QTableView

    source = textwrap.dedent(
        """
        from qgis.PyQt.QtWidgets import QTableView
        class A(QTableView):
            def f(self):
                self.initStyleOption(None)
                self.viewOptions()
        """
    )
    expected = ["self.viewOptions is not in PyQt6's QTableView"] if hasattr(QTableView, "viewOptions") else []
    assert [fault.text for fault in faults(ast.parse(source), STUBS)] == expected


def test_the_place_that_knows_missing_values_may_name_them():
    source = "from qgis.PyQt.QtCore import QMetaType, QVariant\nA = QVariant, QMetaType.Type.QString"
    assert faults(ast.parse(source), STUBS, knows_variants=True) == []


def test_a_name_of_a_base_class_is_found():
    assert STUBS.find("QtWidgets", ["QDialog", "setWindowTitle"])[-1].kind == "function"
    with pytest.raises(MissingNameError, match=r"QDialog\.setWindowTitel"):
        STUBS.find("QtWidgets", ["QDialog", "setWindowTitel"])


def test_reading_the_stubs_loads_no_second_qt():
    import sys

    assert STUBS.has_module("QtWidgets")
    assert not [name for name in sys.modules if name.startswith("PyQt6")]

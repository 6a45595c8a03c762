"""How the files of a receiver profile are written: formats, encoding, reference system, vertices and parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsCheckableComboBox, QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QWidget

from gridmgmt_plugin.exchange.package.layer_files import FORMATS
from gridmgmt_plugin.exchange.package.profile import check_formats
from gridmgmt_plugin.exchange.package.profile_reading import FEWEST_VERTICES
from gridmgmt_plugin.exchange.package.text_fit import ENCODINGS, check_encoding
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr

_MOST = 9_999_999
_AROUND_SYSTEM_PX = 90
_ANY_NUMBER = FEWEST_VERTICES - 1


class FilesForm(QObject):
    """Lines of a form; ``changed`` tells the key of a profile and its value, ``None`` where it says nothing more."""

    changed = pyqtSignal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.formats, self.encoding = QgsCheckableComboBox(parent), QComboBox(parent)
        self.crs, self.most_vertices = QgsProjectionSelectionWidget(parent), QSpinBox(parent)
        self.single_parts = QCheckBox(tr("Parts one by one"), parent)
        self._filling = False
        self._offer()
        self._explain()
        self._listen()

    def lay_into(self, form: QGridLayout, row: int) -> None:
        """Put the fields and their names into two lines of a form, from a row on."""
        for at, (title, widget) in enumerate(((tr("Formats"), self.formats), (tr("Encoding"), self.encoding))):
            form.addWidget(_named(title, widget), row, 2 * at)
            form.addWidget(widget, row, 2 * at + 1)
        shapes = QHBoxLayout()
        shapes.addWidget(self.crs, 1)
        shapes.addWidget(_named(tr("Most vertices"), self.most_vertices))
        shapes.addWidget(self.most_vertices)
        shapes.addWidget(self.single_parts)
        form.addWidget(_named(tr("Reference system"), self.crs), row + 1, 0)
        form.addLayout(shapes, row + 1, 1, 1, 3)

    def show_content(self, content: Mapping[str, Any], *, editable: bool) -> None:
        """Show what a profile says of its files; what it does not say is as each export has it."""
        self._filling = True
        wanted, encoding = content.get("formats"), content.get("encoding")
        self.formats.deselectAllOptions()
        self.formats.setCheckedItems(list(check_formats(wanted)) if wanted else [])
        self.encoding.setCurrentIndex(max(self.encoding.findData(check_encoding(encoding) if encoding else None), 0))
        self.crs.setCrs(_system(content.get("target_crs")))
        self._explain_crs()  # also where it was none before
        self.most_vertices.setValue(int(content.get("most_vertices") or _ANY_NUMBER))
        self.single_parts.setChecked(content.get("single_parts") is True)
        self._filling = False
        for part in (self.formats, self.encoding, self.crs, self.most_vertices, self.single_parts):
            part.setEnabled(editable)

    def _offer(self) -> None:
        as_exported = tr("as exported")
        self.formats.setDefaultText(as_exported)
        for key in FORMATS:
            self.formats.addItemWithCheckState(key, Qt.CheckState.Unchecked, key)
        self.encoding.addItem(as_exported, None)
        for name in ENCODINGS:
            self.encoding.addItem(name, name)
        self.crs.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
        self.crs.setNotSetText(as_exported)
        self.crs.setCrs(QgsCoordinateReferenceSystem())
        self.crs.setMinimumWidth(self.crs.fontMetrics().horizontalAdvance(as_exported) + _AROUND_SYSTEM_PX)
        self.most_vertices.setRange(_ANY_NUMBER, _MOST)
        self.most_vertices.setSpecialValueText(tr("any"))
        self.most_vertices.setKeyboardTracking(False)

    def _explain(self) -> None:
        explain(self.formats, tr("In which formats this receiver takes layers"))
        explain(self.encoding, tr("In which encoding this receiver takes the texts of shapefiles"))
        self._explain_crs()
        explain(self.most_vertices, tr("How many vertices a feature may have; one with more stops the export"))
        explain(self.single_parts, tr("A feature of several parts goes out as several features"))

    def _explain_crs(self) -> None:
        """Say what it is for; QGIS has put the chosen system in that place, and nothing where none is chosen."""
        if not self.crs.crs().isValid():
            explain(self.crs, tr("In which reference system this receiver takes coordinates"))

    def _listen(self) -> None:
        self.formats.checkedItemsChanged.connect(lambda _: self._say("formats", self._formats() or None))
        self.encoding.currentIndexChanged.connect(lambda _: self._say("encoding", self.encoding.currentData()))
        self.crs.crsChanged.connect(lambda _: self._explain_crs())
        self.crs.crsChanged.connect(lambda _: self._say("target_crs", self._code()))
        self.most_vertices.valueChanged.connect(
            lambda number: self._say("most_vertices", number if number > _ANY_NUMBER else None)
        )
        self.single_parts.toggled.connect(lambda wanted: self._say("single_parts", wanted or None))

    def _say(self, key: str, value: Any) -> None:
        if not self._filling:
            self.changed.emit(key, value)

    def _formats(self) -> list[str]:
        return [key for key in FORMATS if key in self.formats.checkedItems()]

    def _code(self) -> str | None:
        crs = self.crs.crs()
        return (crs.authid() or crs.toWkt()) if crs.isValid() else None


def _named(title: str, widget: QWidget) -> QLabel:
    label = QLabel(title, widget.parentWidget())
    label.setBuddy(widget)
    return label


def _system(given: Any) -> QgsCoordinateReferenceSystem:
    """Return the system that a profile names by EPSG number, by code or as WKT; none for nothing."""
    crs, text = QgsCoordinateReferenceSystem(), str(given or "")
    if text:
        crs.createFromUserInput(f"EPSG:{text}" if text.isdigit() else text)
    return crs

"""A district that stays open in QGIS's project from one test to the next, as long as each leaves it as it was.

To open a workspace costs more than most tests do in it. Window and plugin are new in each test all the same: the
plugin finds the district in the project, as when it is loaded into a QGIS that shows one. What a test wrote into
the file is taken back; after one that left anything else behind, e.g. in a style, the next one gets a fresh copy.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsExpressionContextUtils,
    QgsLayerTreeNode,
    QgsMapLayer,
    QgsProject,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from gridmgmt_plugin.gui.opening.open_tables import read_again
from gridmgmt_plugin.project.i18n import locale_tag
from gridmgmt_plugin.project.shown_workspace import shown_layers, shown_location
from gridmgmt_plugin.workspace.location import GeoPackageLocation

NAME = "示例 库.gpkg"
_OF_THE_FILE = {"file", "beside"}
_MENDABLE = _OF_THE_FILE | {"entries", "variables", "own variables", "layers", "tree"}
_SUBSET, _STYLE = 2, 5  # places in what is known of a layer
# Where the plugin writes into a project, and where QGIS does; a project does not tell the scopes that it has.
_OURS = "gridmgmt"
_SCOPES = (
    *("DefaultStyles", "Digitizing", "Gui", "Legend", "Macros", "Measure", "Measurement", "PAL", "Paths"),
    *("PositionPrecision", "RequiredLayers", "SpatialRefSys", "WMSServiceTitle"),
)
_Parts = QgsMapLayer.StyleCategory
# Symbols and forms take three quarters of the time to write, of which :func:`_look` knows what tests change.
_WRITTEN = _Parts.AllStyleCategories & ~(_Parts.Symbology | _Parts.Forms)
# Bytes of SQLite's head: the kind of journal, counts of changes and of schemas, which count the version below is of.
_COUNTERS = ((18, 20), (24, 28), (40, 44), (92, 100))


class KeptDistrict:
    """The copy that lies in the project; one for all tests of a process, as QGIS has one project."""

    def __init__(self) -> None:
        self._made_of: tuple | None = None
        self._original = Path()
        self._path: Path | None = None
        self._as_opened: dict[str, Any] | None = None
        self._styles: dict[str, tuple] = {}

    def lay_out(self, original: Path, folder: Path) -> Path:
        """Return a copy of a district to open: the one that is open already, or a fresh one in a folder.

        A test asks through the fixture ``laid_out``: only then does it find a project that is not empty.

        :param folder: any folder of this test; what is kept lies beside it.
        """
        content = original.read_bytes()
        wanted = (content, locale_tag())
        if self._path is not None and self._made_of == wanted and not self._changes():
            return self._path
        self.forget()
        self._made_of, self._original = wanted, original
        self._path = Path(tempfile.mkdtemp(prefix="laid_out_", dir=folder.parent)) / NAME
        return Path(shutil.copyfile(original, self._path))

    def note(self) -> None:
        """Remember how it looks, now that it is open and before a test does anything."""
        if self._as_opened is None and self._path is not None:
            self._as_opened = _state(self._path)
            self._styles = _styles()

    def put_back(self) -> None:
        """Give up what a test edited and wrote; close the district unless it is then as it was when it was opened."""
        give_edits_up()
        changed = self._changes()
        if changed and changed <= _MENDABLE:
            self._tidy_up(changed)
            changed = self._changes()
        if changed or _styles() != self._styles:  # these take as long as all else together, and are looked at once
            self.forget()

    def put_away(self) -> None:
        """Close the district, where one is kept: the next test asks for none."""
        if self._path is not None:
            self.forget()

    def forget(self) -> None:
        """Leave an empty project behind."""
        self._made_of = self._path = self._as_opened = None
        QgsProject.instance().clear()

    def _changes(self) -> set[str]:
        """Return what of the district is not as it was when it was opened."""
        if self._path is None or self._as_opened is None:
            return {"nothing is kept"}
        now = _state(self._path)
        return {name for name, before in self._as_opened.items() if now.get(name) != before}

    def _tidy_up(self, changed: set[str]) -> None:
        """Do again what a planner does in a moment: show and hide layers, choose a style, a filter, a scheme."""
        assert self._as_opened is not None
        project = QgsProject.instance()
        if changed & _OF_THE_FILE:
            self._write_back()
        for key in _entries(_OURS):
            if key not in self._as_opened["entries"]:
                project.removeEntry(_OURS, key)
        for key, ((text, is_text), *_) in self._as_opened["entries"].items():
            if is_text:
                project.writeEntry(_OURS, key, text)
        if "own variables" in changed:
            project.setCustomVariables(self._as_opened["own variables"])
        for key, look in self._as_opened["layers"].items() if "layers" in changed else ():
            layer = project.mapLayer(key)
            if isinstance(layer, QgsVectorLayer) and _look(layer) != look:
                layer.setSubsetString(look[_SUBSET])
                if layer.styleManager().currentStyle() != look[_STYLE]:
                    layer.styleManager().setCurrentStyle(look[_STYLE])
        if "tree" in changed:
            _show_again(project.layerTreeRoot(), self._as_opened["tree"])

    def _write_back(self) -> None:
        """Let the file hold what it held, in a transaction as any program would make it, and the layers read it."""
        assert self._path is not None
        layers = shown_layers(QgsProject.instance())
        with closing(sqlite3.connect(self._original)) as before, closing(sqlite3.connect(self._path)) as now:
            written = {table for table in layers if _rows(before, table) != _rows(now, table)}
            before.backup(now)
            now.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        read_again({table: layer for table, layer in layers.items() if table in written}, None)


KEPT = KeptDistrict()


def give_edits_up() -> None:
    """End all editing in the project without saving, and select nothing."""
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer):
            if layer.isEditable():
                layer.rollBack()
            layer.removeSelection()


def _state(path: Path) -> dict[str, Any]:
    """Return what a test could leave behind: the file, what lies beside it, the project and its layers."""
    project = QgsProject.instance()
    place = shown_location(project)
    if not isinstance(place, GeoPackageLocation) or place.path != path or not path.is_file():
        return {"elsewhere": object()}
    themes = project.mapThemeCollection()
    return {
        "file": _stored(path),
        "beside": sorted(entry.name for entry in path.parent.iterdir() if not _is_of_a_reader(entry)),
        "project": (project.fileName(), project.title(), project.crs().toWkt(), project.ellipsoid()),
        "snapping": project.snappingConfig(),
        "editing": (project.topologicalEditing(), project.avoidIntersectionsMode()),
        "entries": _entries(_OURS),
        "other entries": {scope: _entries(scope) for scope in _SCOPES},
        "variables": QgsExpressionContextUtils.projectScope(project).variableCount(),
        "own variables": project.customVariables(),
        "themes": {name: themes.mapThemeState(name) for name in themes.mapThemes()},
        "layouts": sorted(layout.name() for layout in project.layoutManager().layouts()),
        "relations": sorted(project.relationManager().relations()),
        "tree": _branch(project.layerTreeRoot()),
        "layers": {key: _look(layer) for key, layer in sorted(project.mapLayers().items())},
    }


def _entries(scope: str, group: str = "") -> dict[str, tuple]:
    """Return what a project holds in a scope, read as each type: it does not tell of which one they are."""
    project, inside = QgsProject.instance(), f"{group}/" if group else ""
    found: dict[str, tuple] = {}
    for key in [inside + name for name in project.entryList(scope, group)]:
        read = (project.readEntry, project.readListEntry, project.readDoubleEntry, project.readBoolEntry)
        found[key] = tuple(one(scope, key) for one in read)
    for name in project.subkeyList(scope, group):
        found.update(_entries(scope, inside + name))
    return found


def _styles() -> dict[str, tuple]:
    """Return how each layer looks beyond :func:`_look`: labels, columns, default values, their widgets, actions …"""
    return {key: _style(layer) for key, layer in QgsProject.instance().mapLayers().items()}


def _style(layer: QgsMapLayer) -> tuple:
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext(), _WRITTEN)
    columns = range(len(layer.fields())) if isinstance(layer, QgsVectorLayer) else ()
    widgets = [layer.editorWidgetSetup(at) for at in columns]
    return document.toString(-1), [(widget.type(), widget.config()) for widget in widgets]


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple]:
    return connection.execute(f'SELECT * FROM "{table}"').fetchall()


def _stored(path: Path) -> bytes:
    """Return a file without what SQLite counts in its head: QGIS opens a file for writing to edit."""
    content = bytearray(path.read_bytes())
    for start, end in _COUNTERS:
        content[start:end] = bytes(end - start)
    return bytes(content)


def _is_of_a_reader(file: Path) -> bool:
    """Tell whether SQLite keeps a file while a connection is open in which nothing was written."""
    return file.name.endswith("-shm") or (file.name.endswith("-wal") and not file.stat().st_size)


def _branch(node: QgsLayerTreeNode) -> tuple:
    beneath = tuple(_branch(child) for child in node.children())
    return node.name(), node.itemVisibilityChecked(), node.isExpanded(), tuple(node.customProperties()), beneath


def _show_again(node: QgsLayerTreeNode, branch: tuple) -> None:
    _, is_checked, is_expanded, _, beneath = branch
    node.setItemVisibilityChecked(is_checked)
    node.setExpanded(is_expanded)
    for child, below in zip(node.children(), beneath):
        _show_again(child, below)


def _look(layer: Any) -> tuple:
    if not isinstance(layer, QgsVectorLayer):
        return (layer.name(), layer.source())
    fields, form, renderer = layer.fields(), layer.editFormConfig(), layer.renderer()
    columns = range(len(fields))
    return (
        layer.name(),
        layer.source(),
        layer.subsetString(),
        layer.isEditable(),
        layer.readOnly(),
        layer.styleManager().currentStyle(),
        layer.styleManager().styles(),
        renderer and renderer.dump(),
        layer.labelsEnabled(),
        layer.opacity(),
        layer.minimumScale(),
        layer.maximumScale(),
        layer.hasScaleBasedVisibility(),
        layer.displayExpression(),
        {key: layer.customProperty(key) for key in layer.customPropertyKeys()},
        [(fields[at].name(), fields[at].alias(), form.readOnly(at)) for at in columns],
        [tab.name() for tab in form.tabs()],
    )

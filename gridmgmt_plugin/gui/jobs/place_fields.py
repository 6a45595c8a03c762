"""Fields for what a job reads and where it writes: files, folders, layers, columns of layers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsMapLayerProxyModel,
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs.fields import Field, without_hint
from gridmgmt_plugin.gui.jobs.file_reading import read_layers_to_choose
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.clusters import cluster_layer
from gridmgmt_plugin.project.settings import remember, remembered
from gridmgmt_plugin.project.shown_workspace import shown_layers

_FOLDER = "job_folder"
_LIST_ROWS = 4
_VECTORS = "(*.shp *.gpkg *.geojson *.json *.dxf *.zip *.csv *.xlsx)"
_PATH = Qt.ItemDataRole.UserRole
_KINDS = {
    QgsProcessing.SourceType.TypeVectorPoint: QgsMapLayerProxyModel.Filter.PointLayer,
    QgsProcessing.SourceType.TypeVectorLine: QgsMapLayerProxyModel.Filter.LineLayer,
    QgsProcessing.SourceType.TypeVectorPolygon: QgsMapLayerProxyModel.Filter.PolygonLayer,
}


#: How GDAL calls them.
_WORDS = {
    QgsProcessing.SourceType.TypeVectorPoint: ("Point",),
    QgsProcessing.SourceType.TypeVectorLine: ("Line", "Curve"),
    QgsProcessing.SourceType.TypeVectorPolygon: ("Polygon", "Surface"),
}
#: Between a file and the layer of it that is meant.
LAYER_OPTION = "|layername="
#: Kinds of layers that a list of several may be about.
_SHAPES = {
    QgsProcessing.SourceType.TypeVectorPoint: QgsWkbTypes.GeometryType.PointGeometry,
    QgsProcessing.SourceType.TypeVectorLine: QgsWkbTypes.GeometryType.LineGeometry,
    QgsProcessing.SourceType.TypeVectorPolygon: QgsWkbTypes.GeometryType.PolygonGeometry,
}


def _layers_of_ours() -> list[QgsVectorLayer]:
    """Return what shows the workspace: nothing of it comes in from outside."""
    project = QgsProject.instance()
    clusters = cluster_layer(project)
    return [*shown_layers(project).values(), *([clusters] if clusters is not None else [])]


def last_folder() -> str:
    """Return where the planner took or put a file last; at first, and where that is gone, beside the workspace."""
    found = str(remembered(_FOLDER) or "")
    return found if found and Path(found).is_dir() else str(working_folder())


def _lies_in_folder(path: Path) -> bool:
    """Tell whether a path is a whole one, in a folder that is there; what the system will not look up is not."""
    try:
        path.exists()  # a name may be too long
        return path.is_absolute() and path.parent.is_dir()
    except OSError:
        return False


def remember_folder(path: str) -> None:
    """Begin there the next time, where it is a place: what is being typed is none yet."""
    if _lies_in_folder(Path(path)):
        remember(_FOLDER, str(Path(path).parent))


class FileField(Field):
    """A file to read; one that is dropped on its window is taken."""

    is_remembered = False
    takes_drops = True

    def __init__(self, definition: QgsProcessingParameterDefinition, files: str | None = None) -> None:
        super().__init__(definition)
        self.widget: QgsFileWidget = QgsFileWidget()
        self.widget.setFilter(definition.fileFilter() if files is None else files)
        self.widget.setDialogTitle(self.title)
        self.widget.setDefaultRoot(last_folder())
        self.widget.lineEdit().setPlaceholderText(tr("Choose a file, or drop one here"))
        self.widget.fileChanged.connect(self._chosen)

    def _chosen(self, path: str) -> None:
        remember_folder(path)
        self.changed.emit()

    def value(self) -> str | None:
        """Return the path."""
        return self.widget.filePath().strip().strip('"') or None

    def show_value(self, value: Any) -> None:
        """Show a path."""
        self.widget.setFilePath("" if is_null(value) else str(value))


class SettingsFileField(FileField):
    """A file of settings that somebody prepared; scripts may give its content instead, planners choose the file."""

    is_remembered = True
    takes_drops = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition, f"JSON (*.json);;{tr('All files')} (*)")
        self.title = without_hint(self.title)


class TemplateField(FileField):
    """A layout to fill in, in the place of the workspace's own."""

    is_remembered = True
    takes_drops = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition, f"QGIS (*.qpt);;{tr('All files')} (*)")
        self.title = without_hint(self.title)
        self.widget.lineEdit().setPlaceholderText(tr("that of the workspace itself"))


class FolderField(FileField):
    """A folder to write into."""

    is_remembered = True
    takes_drops = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.widget.lineEdit().setPlaceholderText(tr("Choose a folder"))

    def problem(self) -> str:
        """Want a folder that is there, or a new one in a folder that is there: what else is typed is mistyped."""
        path = Path(self.value() or "/")
        is_meant = _lies_in_folder(path) and (path.is_dir() or not path.exists())
        return "" if is_meant else tr("is not a folder that exists: {path}").format(path=path)


class OutputField(Field):
    """A file to write; left empty, a layer of this session only, or nothing at all (``only_asked``)."""

    is_remembered = False

    def __init__(
        self, definition: QgsProcessingParameterDefinition, files: str, *, is_layer: bool, only_asked: bool = False
    ) -> None:
        super().__init__(definition)
        self._by_default = is_layer and not only_asked
        self.widget: QgsFileWidget = QgsFileWidget()
        self.widget.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.widget.setFilter(files)
        self.widget.setDialogTitle(self.title)
        self.widget.setDefaultRoot(last_folder())
        if is_layer:
            text = tr("a layer until QGIS is closed") if self._by_default else tr("not made")
            self.widget.lineEdit().setPlaceholderText(text)
        self.widget.fileChanged.connect(self._chosen)

    def _chosen(self, path: str) -> None:
        if Path(path).is_absolute():
            remember_folder(path)
        self.changed.emit()

    def value(self) -> str | None:
        """Return the path; for a layer, QGIS's word for a temporary one where none was chosen."""
        chosen = self.widget.filePath().strip()
        return chosen or (QgsProcessing.TEMPORARY_OUTPUT if self._by_default else None)

    def show_value(self, value: Any) -> None:
        """Show a path."""
        self.widget.setFilePath("" if is_null(value) else str(value))


class LayerField(Field):
    """A layer of the project or of a file; ``empty``: what is taken where none is chosen."""

    is_remembered = False
    takes_drops = True

    def __init__(
        self, definition: QgsProcessingParameterDefinition, *, own_layers: bool = False, empty: str = ""
    ) -> None:
        super().__init__(definition)
        self.title = without_hint(self.title) if empty else self.title
        self._files: dict[str, str] = {}
        self._reading: JobTask | None = None
        self._words = [
            word for kind in definition.dataTypes() for word in _WORDS.get(QgsProcessing.SourceType(kind), ())
        ]
        self.widget = QWidget()
        self.layers: QgsMapLayerComboBox = QgsMapLayerComboBox(self.widget)
        kinds = QgsMapLayerProxyModel.Filter.VectorLayer
        for kind in definition.dataTypes():
            kinds = _KINDS.get(QgsProcessing.SourceType(kind), kinds)
        self.layers.setFilters(kinds)
        nothing = tr("not used") if self.is_optional else tr("Choose a layer or a file, or drop one here")
        self.layers.setAllowEmptyLayer(True, empty or nothing)
        if not own_layers:
            self.layers.setExceptedLayerList(_layers_of_ours())
        self.layers.setCurrentIndex(0)
        browse = QPushButton("…", self.widget)
        browse.setToolTip(tr("Choose a file"))
        browse.setMaximumWidth(browse.fontMetrics().averageCharWidth() * 5)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.layers, 1)
        row.addWidget(browse)
        self.widget.setFocusProxy(self.layers)
        self.layers.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the id of a layer of the project, or a path."""
        layer = self.layers.currentLayer()
        return self._files.get(self.layers.currentText()) if layer is None else str(layer.id())

    def show_value(self, value: Any) -> None:
        """Show a layer by id, or a file by path."""
        layer = None if is_null(value) else QgsProject.instance().mapLayer(str(value))
        if layer is not None or is_null(value):
            self.layers.setLayer(layer)
            return
        file, _, part = str(value).partition(LAYER_OPTION)
        name = f"{Path(file).name} · {part}" if part else Path(file).name
        self._files[name] = str(value)
        self.layers.setAdditionalItems(list(self._files))
        self.layers.setCurrentIndex(self.layers.findText(name))

    def take(self, path: str) -> None:
        """Show a file once it is known what it holds; of several layers that could be meant, the one that is picked
        from a menu."""
        if self._reading is not None:
            self._reading.drop()

        def read(parts: list[str] | None, _: GridError | None) -> None:
            self._reading = None
            if is_alive(self.layers):
                self.layers.setEnabled(True)
                self._offer_parts(path, parts or [])  # where it cannot be read, the job says why

        self.layers.setEnabled(False)
        self._reading = read_layers_to_choose(path, self._words, read)

    def problem(self) -> str:
        """Want to know first what a file holds."""
        return "" if self._reading is None else tr("is still being read")

    def _offer_parts(self, path: str, parts: list[str]) -> None:
        if len(parts) < 2:
            self.show_value(path + "".join(f"{LAYER_OPTION}{part}" for part in parts))
            return
        menu = QMenu(self.widget)
        menu.setObjectName("gridmgmt_layer_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(tr("Which layer of “{file}”?").format(file=Path(path).name))
        for part in parts:
            action = menu.addAction(part.replace("&", "&&"))
            action.triggered.connect(partial(self._picked, f"{path}{LAYER_OPTION}{part}"))
        menu.popup(self.layers.mapToGlobal(self.layers.rect().bottomLeft()))

    def _picked(self, source: str, *_: object) -> None:
        self.show_value(source)

    def columns(self) -> dict[str, str]:
        """Return column → title of what is chosen."""
        layer = self.layers.currentLayer()
        if layer is None and self.value() is not None:
            layer = QgsVectorLayer(self.value(), "", "ogr")
        fields = layer.fields() if isinstance(layer, QgsVectorLayer) else ()
        return {field.name(): field.displayName() for field in fields}

    def _browse(self) -> None:
        files = f"{tr('Tables and layers')} {_VECTORS};;{tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self.widget, self.title, last_folder(), files)
        if path:
            remember_folder(path)
            self.take(path)


class LayersField(Field):
    """Several layers: those of the project to check, and files that are added."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget = QWidget()
        self.list: QListWidget = QListWidget(self.widget)
        self.list.setFixedHeight(self.list.fontMetrics().lineSpacing() * (_LIST_ROWS + 1))
        own, wanted = _layers_of_ours(), _SHAPES.get(definition.layerType())
        for layer in QgsProject.instance().mapLayers().values():
            if not isinstance(layer, QgsVectorLayer) or not layer.isSpatial() or layer in own:
                continue
            if wanted is None or layer.geometryType() == wanted:
                self._add(layer.name(), layer.id(), is_checked=False)
        browse = QPushButton(tr("Add files…"), self.widget)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(browse, 0, Qt.AlignmentFlag.AlignLeft)
        self.list.itemChanged.connect(lambda _: self.changed.emit())

    def value(self) -> list[str]:
        """Return ids and paths of what is checked."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(_PATH) for item in items if item.checkState() == Qt.CheckState.Checked]

    def show_value(self, value: Any) -> None:
        """Add and check files."""
        for path in value if isinstance(value, (list, tuple)) else ():
            self._add(Path(str(path)).name, str(path), is_checked=True)

    def _add(self, name: str, source: str, *, is_checked: bool) -> None:
        item = QListWidgetItem(name, self.list)
        item.setData(_PATH, source)
        item.setCheckState(Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)

    def _browse(self) -> None:
        files = f"{tr('Tables and layers')} {_VECTORS};;{tr('All files')} (*)"
        paths, _ = QFileDialog.getOpenFileNames(self.widget, self.title, last_folder(), files)
        if paths:
            remember_folder(paths[0])
            self.show_value(paths)


class ColumnField(Field):
    """A column of a layer; left alone, it is found by name and content."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition, parent: LayerField) -> None:
        super().__init__(definition)
        self._parent = parent
        self.widget: QComboBox = QComboBox()
        parent.changed.connect(self._offer)
        self.widget.currentIndexChanged.connect(lambda _: self.changed.emit())
        self._offer()

    def _offer(self) -> None:
        chosen = self.value()
        self.widget.clear()
        self.widget.addItem(tr("found by itself"), None)
        for name, title in self._parent.columns().items():
            self.widget.addItem(title, name)
        self.show_value(chosen)
        self.widget.setEnabled(self._parent.value() is not None)

    def value(self) -> str | None:
        """Return the column, ``None`` to have it found."""
        name: str | None = self.widget.currentData()
        return name

    def show_value(self, value: Any) -> None:
        """Choose a column; one that the layer does not have changes nothing."""
        self.widget.setCurrentIndex(max(self.widget.findData(value), 0))

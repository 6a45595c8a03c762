"""A QGIS project of a workspace: its layers grouped in the tree, ready to open and to print from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsReferencedRectangle,
    QgsSettings,
    QgsUnitTypes,
    QgsVectorLayer,
)

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, read_scheme_rules
from gridmgmt_plugin.project.forms.builder import build_forms
from gridmgmt_plugin.project.forms.field_widgets import form_context
from gridmgmt_plugin.project.forms.name_copies import copies_of
from gridmgmt_plugin.project.forms.relations import find_relations
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.layers import add_relations, open_layers
from gridmgmt_plugin.project.map.clusters import make_cluster_layer
from gridmgmt_plugin.project.map.layer_groups import fill_groups
from gridmgmt_plugin.project.map.ledger_overlays import renew_overlays
from gridmgmt_plugin.project.map.scheme import colour_schemes, show_scheme
from gridmgmt_plugin.project.map.styles import dress
from gridmgmt_plugin.project.map.themes import FIRST_THEME, add_themes, apply_theme, remove_themes
from gridmgmt_plugin.project.shown_workspace import (
    CLUSTERS,
    DERIVED_PROPERTY,
    GROUP_PROPERTY,
    TABLE_PROPERTY,
    WORKSPACE_ENTRY,
)
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.workspace import Workspace

_TITLE_ENTRY = ("gridmgmt", "title")
_ANONYMOUS = "core/projects/anonymize_saved_projects"


def add_workspace(project: QgsProject, workspace: Workspace, language: str) -> dict[str, QgsVectorLayer]:
    """Add every table of a workspace to a project as dressed layers in groups; return the layers by table name.

    :raises WorkspaceError: see :func:`~gridmgmt_plugin.project.layers.open_layers`; the project is as it was.
    """
    layers = open_layers(workspace, language)
    place_layers(project, workspace, layers, language)
    return layers


def place_layers(
    project: QgsProject, workspace: Workspace, layers: Mapping[str, QgsVectorLayer], language: str
) -> None:
    """Put the opened layers of a workspace into a project: groups, relations, forms, themes, frame, its place."""
    shown: dict[str, QgsVectorLayer] = dict(layers)
    if "cases" in layers:
        shown[CLUSTERS] = make_cluster_layer(layers["cases"].crs(), language)
    project.addMapLayers([*shown.values(), *copies_of(layers.values())], False)
    add_relations(project, layers)
    if project is not QgsProject.instance():
        for layer in layers.values():
            layer.styleManager().currentStyleChanged.connect(partial(find_relations, layer, project))
    build_forms(project, layers, form_context(layers, language))
    for name, layer in layers.items():  # after the forms: each style keeps the form and the headings that it finds
        dress(layer, name, language, workspace.info.component_catalogue)
    title = workspace.info.county_name or workspace.info.county_code
    root = project.layerTreeRoot().insertGroup(0, title)
    root.setCustomProperty(GROUP_PROPERTY, "1")
    fill_groups(root, shown, language)
    renew_overlays(project, layers, language)
    first_scheme = next(layers["scheme"].getFeatures(), None) if "scheme" in layers else None
    rules = read_scheme_rules(workspace.info.more.get(ENTRY))
    colour_schemes(project, {key: one.colour for key, one in rules.items()})
    show_scheme(project, None if first_scheme is None else first_scheme["key"])
    add_themes(project, language)
    apply_theme(project, FIRST_THEME)
    _set_frame(project, workspace)
    if not project.title():  # what QGIS's window is called
        kind = tr(" (working copy)") if workspace.info.copied_at else ""
        whole = f"{title} – {workspace.location.place}{kind}"
        _set_title(project, whole)
        project.writeEntry(*_TITLE_ENTRY, whole)
    project.writeEntry(*WORKSPACE_ENTRY, _entry(project, workspace.location))


def remove_workspace(project: QgsProject) -> None:
    """Take the workspace's layers, groups and relations out of a project."""
    manager = project.relationManager()
    for identifier in list(manager.relations()):
        if identifier.startswith("gridmgmt_"):
            manager.removeRelation(identifier)
    ours = [layer.id() for layer in project.mapLayers().values() if layer.customProperty(TABLE_PROPERTY)]
    ours += [layer.id() for layer in project.mapLayers().values() if layer.customProperty(DERIVED_PROPERTY)]
    project.removeMapLayers(ours)
    remove_themes(project)
    show_scheme(project, None)
    root = project.layerTreeRoot()
    for group in root.findGroups():
        if group.customProperty(GROUP_PROPERTY):
            root.removeChildNode(group)
    project.removeEntry(*WORKSPACE_ENTRY)
    if project.title() == project.readEntry(*_TITLE_ENTRY)[0]:
        _set_title(project, "")
    project.removeEntry(*_TITLE_ENTRY)


def _set_title(project: QgsProject, title: str) -> None:
    project.setTitle(title)
    # QGIS's window takes a title over only when it hears that a project has changes now, or has none any more.
    project.setDirty(False)
    project.setDirty(True)


def _entry(project: QgsProject, location: Location) -> str:
    """Return what the project keeps: a path relative to it, or the address of a database, never a password."""
    if isinstance(location, GeoPackageLocation):
        return str(project.writePath(str(location.path)))
    return str(location)


def write_project(workspace: Workspace, path: Path, language: str) -> Path:
    """Write a project file (.qgz) beside or away from the workspace; paths in it are relative, logins are not in it.

    :raises WorkspaceError: ``project_not_written`` when QGIS cannot write the file.
    """
    project = QgsProject()
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    project.setFileName(str(path))
    layers = add_workspace(project, workspace, language)
    if "area" in layers:
        extent = layers["area"].extent()
        extent.scale(1.05)
        project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, project.crs()))
    metadata = project.metadata()
    metadata.setAuthor("")
    project.setMetadata(metadata)
    with _without_user_name():
        written = project.write(str(path))
    if not written:
        raise WorkspaceError("project_not_written", path=str(path), reason=project.error())
    project.clear()
    return path


@contextmanager
def _without_user_name() -> Iterator[None]:
    """Keep QGIS from writing the operating system's user name into a project file."""
    settings = QgsSettings()
    before = settings.value(_ANONYMOUS, defaultValue=None)
    settings.setValue(_ANONYMOUS, True)
    try:
        yield
    finally:
        settings.remove(_ANONYMOUS) if before is None else settings.setValue(_ANONYMOUS, before)


def _set_frame(project: QgsProject, workspace: Workspace) -> None:
    """Use the workspace's frame for the map; a local frame means plain metres without any ellipsoid."""
    frame = workspace.info.frame
    if frame.epsg is None:
        project.setCrs(QgsCoordinateReferenceSystem())
        project.setEllipsoid("NONE")
    else:
        project.setCrs(QgsCoordinateReferenceSystem.fromEpsgId(frame.epsg))
    project.setDistanceUnits(QgsUnitTypes.DistanceUnit.DistanceMeters)
    project.setAreaUnits(QgsUnitTypes.AreaUnit.AreaSquareMeters)

"""A workspace in PostgreSQL as QGIS names it: data sources of layers, stored connections and their logins.

No password is in anything that is made here: a data source goes into projects. QGIS's provider takes it from the
stored credentials that ``authcfg`` names, from what the planner typed in this run (:class:`QgsCredentials`, asked by
the text of the connection), or libpq finds it in its own files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsDataProvider,
    QgsDataSourceUri,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.location import DEFAULT_SCHEMA, PostgresLocation
from gridmgmt_plugin.workspace.schema import TableDefinition

LOCAL_SRID = 0
GEOMETRY_COLUMN = "geom"
# QGIS's data sources have no room for these; a service or stored credentials can hold them.
_UNKNOWN_TO_QGIS = ("sslrootcert", "sslcert", "sslkey", "passfile")


def connection_source(location: PostgresLocation) -> QgsDataSourceUri:
    """Return the connection of a place as QGIS's data source, without any table and without a password.

    :raises WorkspaceError: ``postgres_option_not_in_qgis`` when the place names files that QGIS cannot hand to libpq.
    """
    options = dict(location.options)
    unknown = [name for name in _UNKNOWN_TO_QGIS if name in options]
    if unknown:
        raise WorkspaceError("postgres_option_not_in_qgis", names=", ".join(unknown))
    ssl = QgsDataSourceUri.decodeSslMode(options.get("sslmode", "prefer"))
    port = "" if location.port is None else str(location.port)
    user, authcfg = location.user or "", location.authcfg or ""
    source = QgsDataSourceUri()
    if location.service is not None:
        source.setConnection(location.service, location.database or "", user, "", ssl, authcfg)
    else:
        source.setConnection(location.host or "", port, location.database or "", user, "", ssl, authcfg)
    return source


def credentials_realm(location: PostgresLocation) -> str:
    """Return the text under which QGIS keeps what was typed for this connection."""
    return str(connection_source(location).connectionInfo(False))


def stored_in_qgis(key: str) -> str | None:
    """Return libpq's connection string of what QGIS keeps under ``key``, ``None`` where it does not give it."""
    if key not in QgsApplication.authManager().configIds():
        return None
    source = QgsDataSourceUri()
    source.setConnection("", "", "", "", "", QgsDataSourceUri.SslMode.SslPrefer, key)
    return str(source.connectionInfo(True))


def table_source(location: PostgresLocation, definition: TableDefinition, epsg: int | None) -> str:
    """Return the data source of one table, as layers and projects hold it.

    A table whose rows may be of any shape is shown as a list: QGIS opens one shape at a time in a database.
    """
    source = connection_source(location)
    shape = None if definition.geometry == "Geometry" else definition.geometry
    source.setDataSource(location.schema, definition.name, GEOMETRY_COLUMN if shape else None, "", "fid")
    source.setUseEstimatedMetadata(False)
    source.setParam("checkPrimaryKeyUnicity", "0")  # it is the primary key; counting a million rows tells no more
    if shape:
        source.setWkbType(QgsWkbTypes.parseType(shape))
        source.setSrid(str(LOCAL_SRID if epsg is None else epsg))
    return str(source.uri(False))


def stored_place(uri: str, schema: str = DEFAULT_SCHEMA) -> PostgresLocation:
    """Return the place that a connection stored in QGIS leads to; a stored password comes along in memory only."""
    source = QgsDataSourceUri(uri)
    options = {"authcfg": source.authConfigId()}
    if source.sslMode() != QgsDataSourceUri.SslMode.SslPrefer:
        options["sslmode"] = QgsDataSourceUri.encodeSslMode(source.sslMode())
    return PostgresLocation(
        database=source.database() or None,
        schema=schema,
        host=source.host() or None,
        port=int(source.port()) if source.port().isdigit() else None,
        user=source.username() or None,
        service=source.service() or None,
        options=tuple(sorted((name, value) for name, value in options.items() if value)),
        password=source.password() or None,
    )


def stored_connections() -> dict[str, Any]:
    """Return QGIS's connections to PostgreSQL by name; nothing is connected to."""
    stored: dict[str, Any] = QgsProviderRegistry.instance().providerMetadata("postgres").connections(False)
    return stored


def place_of_connection(name: str) -> PostgresLocation:
    """Return where a stored connection leads.

    :raises WorkspaceError: ``postgres_connection_unusable`` when it was removed meanwhile or QGIS cannot read it.
    """
    try:
        return stored_place(stored_connections()[name].uri())
    except (KeyError, QgsProviderConnectionException) as error:
        raise WorkspaceError("postgres_connection_unusable", name=name, reason=str(error)) from error


def take_up_new_columns(layers: Mapping[str, QgsVectorLayer], location: PostgresLocation) -> None:
    """Have layers from a database show columns that were added since they were opened.

    QGIS's provider reads the columns once, when it is made. Style, form and name of a layer stay. A layer that is
    open for editing with nothing to save stays open; one with unsaved edits is left alone, for opening it anew would
    save or lose them. Where the server does not say which columns there are, the layers show those that they know.

    :param layers: by their tables, none of which waits to be opened.
    """
    from gridmgmt_plugin.workspace.postgis.outline import column_names  # noqa: PLC0415  needs numpy

    asked = {table: layer for table, layer in layers.items() if not (layer.isEditable() and layer.isModified())}
    try:
        found = column_names(location, list(asked))
    except WorkspaceError:
        return
    for table, layer in asked.items():
        provider = layer.dataProvider()
        known = set(provider.fields().names()) if provider is not None else set()
        if table in found and known != found[table] - ({GEOMETRY_COLUMN} if layer.isSpatial() else set()):
            _open_anew(layer)


def _open_anew(layer: QgsVectorLayer) -> None:
    """Have QGIS ask again what the table of a layer is; the layer has nothing to save."""
    was_editable = layer.isEditable()
    if was_editable:
        layer.rollBack()
    layer.setDataSource(layer.source(), layer.name(), "postgres", QgsDataProvider.ProviderOptions())
    if was_editable:
        layer.startEditing()

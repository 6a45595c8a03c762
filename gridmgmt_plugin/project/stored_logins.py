"""Logins that QGIS keeps in its authentication store, for connections that name one by its key."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsDataSourceUri


def stored_in_qgis(key: str) -> str | None:
    """Return libpq's connection string of what QGIS keeps under ``key``, ``None`` where it does not give it."""
    if key not in QgsApplication.authManager().configIds():
        return None
    source = QgsDataSourceUri()
    source.setConnection("", "", "", "", "", QgsDataSourceUri.SslMode.SslPrefer, key)
    return str(source.connectionInfo(True))

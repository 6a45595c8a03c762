"""Who is asked for a login is the one who is logged in."""

from __future__ import annotations

import pytest
from qgis.core import QgsCredentials

from gridmgmt_plugin.gui.opening.database_login import ask_login
from gridmgmt_plugin.project.postgis_source import credentials_realm
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import forget_logins
from gridmgmt_plugin.workspace.postgis.connection import _parameters


@pytest.mark.parametrize(("stored", "expected"), [(None, "qian"), ("qian", "qian")])
def test_the_typed_name_is_used_where_the_connection_stores_none(qgis_app, stored, expected):
    location = PostgresLocation(schema="gridmgmt", host="127.0.0.1", port=1, database="login", user=stored)
    typed = QgsCredentials.instance()
    typed.put(credentials_realm(location), "qian", "a word")
    try:
        answered = ask_login(location)

        used = _parameters(answered)
        assert (used["user"], used["password"]) == (expected, "a word")
    finally:
        forget_logins()

"""A password that QGIS keeps encrypted opens a workspace, and is in nothing that is shown."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.project.postgis_source import stored_in_qgis
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.logins import read_stored_logins
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.workspace import Workspace

SECRET = "geheim-密码"


@pytest.fixture
def stored(qgis_app, postgis):
    """Return a function that stores a password and gives the address that names it by its key."""
    postgis.run(f"CREATE ROLE stored_user LOGIN PASSWORD '{SECRET}' IN ROLE locked")
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("master", True)
    keys = []
    read_stored_logins(stored_in_qgis)

    def store(password: str) -> str:
        config = QgsAuthMethodConfig("Basic")
        config.setName("grids")
        config.setConfig("username", "stored_user")
        config.setConfig("password", password)
        manager.storeAuthenticationConfig(config)
        keys.append(config.id())
        return f"postgresql://127.0.0.1:{postgis.port}/grids?schema=public&authcfg={config.id()}"

    yield store
    for key in keys:
        manager.removeAuthenticationConfig(key)
    read_stored_logins(None)
    idle_connections.close_all()
    postgis.run("DROP ROLE stored_user")


def _refused(address: str) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(address)
    assert "geheim" not in caught.value.text("zh")
    return caught.value


def test_the_stored_password_reaches_the_server(stored):
    address = stored(SECRET)
    assert _refused(address).code == "workspace_not_ours"  # inside, and nothing there
    assert "geheim" not in str(parse_location(address))


def test_a_stored_password_that_is_wrong_is_told(stored):
    assert _refused(stored("geheim-falsch")).code == "postgres_password_wrong"


def test_a_key_that_qgis_does_not_know_is_told(stored):
    address = stored(SECRET).rpartition("=")[0] + "=nobody1"
    assert _refused(address).code == "postgres_credentials_missing"

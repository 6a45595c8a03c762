"""A window with a small district open in it, as a planner has it in front of them."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.project.settings import remember
from tests.qgis.workspace_window import (
    build_workspace,
    forget_settings,
    shell_in_district,
    shown_window,
)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Return a workspace to take copies of."""
    return build_workspace(tmp_path_factory.mktemp("原件") / "示例.gpkg")


@pytest.fixture
def iface(qgis_app):
    """Return a window of a planner who has no settings yet."""
    forget_settings()
    return shown_window()


@pytest.fixture
def author(qgis_app):
    """Let somebody be at work whose name the log has."""
    remember("author", "示例员")
    yield
    remember("author", "")


@pytest.fixture
def algorithms():
    """Return the keys of the jobs that the menu offers; a module that needs some says which."""
    return ()


@pytest.fixture
def shell(iface, algorithms, original, laid_out):
    """Return the plugin in the window, with a copy of the district open and its tree filled."""
    with shell_in_district(iface, algorithms, laid_out(original)) as made:
        yield made

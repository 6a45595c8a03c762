"""The page in QGIS's Options: what it shows, what OK keeps, and that Cancel keeps nothing."""

from __future__ import annotations

import pytest
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QCheckBox, QLineEdit

from gridmgmt_plugin.gui.frame.options import Options
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.recent import recent_workspaces, remember_workspace
from gridmgmt_plugin.project.settings import SAMPLE_FOLDER, author, is_on, layout_key, remember, remembered
from gridmgmt_plugin.workspace.location import PostgresLocation
from tests.qgis.fake_window import FakeIface


@pytest.fixture
def iface(qgis_app):
    return FakeIface()


@pytest.fixture
def page(iface):
    remember("author", "王工")
    remember(layout_key("tree_visible"), False)
    remember("recent", [])
    remember_workspace(PostgresLocation(host="db", database="city", schema="dongcheng"))
    options = Options(Shell(iface, []))
    made = iface.option_pages[0].createWidget(iface.mainWindow())
    yield made
    made.deleteLater()
    options.close()
    remember("recent", [])


def _child(page, kind, name):
    return page.findChild(kind, f"gridmgmt_options_{name}")


def test_the_page_shows_what_is_remembered_and_ok_keeps_what_was_changed(page, tmp_path):
    assert _child(page, QLineEdit, "author").text() == "王工"
    _child(page, QLineEdit, "author").setText(" 李工 ")
    _child(page, QgsFileWidget, "sample").setFilePath(str(tmp_path))
    page.apply()
    assert author() == "李工"
    assert remembered(SAMPLE_FOLDER) == str(tmp_path)
    assert len(recent_workspaces()) == 1, "only what was ticked is forgotten"
    assert remembered(layout_key("tree_visible")) is not None


def test_nothing_is_kept_before_ok(page):
    _child(page, QLineEdit, "author").setText("李工")
    _child(page, QCheckBox, "forget_recent").setChecked(True)
    assert author() == "王工"
    assert len(recent_workspaces()) == 1


def test_recent_workspaces_and_the_arrangement_of_panels_are_forgotten_when_ticked(page):
    _child(page, QCheckBox, "forget_recent").setChecked(True)
    _child(page, QCheckBox, "forget_layout").setChecked(True)
    page.apply()
    assert recent_workspaces() == []
    assert remembered(layout_key("tree_visible")) is None
    assert author() == "王工"


def test_the_map_shows_where_colleagues_edit_or_not_whoever_edits(page):
    _child(page, QCheckBox, "colleagues_on_map").setChecked(False)
    assert page._presence.is_on_map, "nothing is kept before OK"
    page.apply()
    assert not page._presence.is_on_map
    assert not is_on("colleagues_on_map", default=True)
    _child(page, QCheckBox, "colleagues_on_map").setChecked(True)
    page.apply()
    assert page._presence.is_on_map


def test_an_unloaded_plugin_leaves_no_page_behind(iface):
    Options(Shell(iface, [])).close()
    assert iface.option_pages == []

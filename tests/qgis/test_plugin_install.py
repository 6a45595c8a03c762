"""``make install``: into one profile, replacing the version before, respecting what the person switched off."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QSettings

from tools import install as installer
from tools import package


@pytest.fixture
def profile(tmp_path):
    return tmp_path / "档案 profiles" / "default"


def _settings(profile):
    return QSettings(str(profile / "QGIS" / "QGIS3.ini"), QSettings.Format.IniFormat)


def test_the_plugin_lies_where_the_profile_keeps_plugins(profile):
    folder = installer.install(profile)
    assert folder == profile / "python" / "plugins" / "gridmgmt_plugin"
    assert (folder / "metadata.txt").is_file()
    assert (folder / "resources" / "icons" / "plugin.svg").is_file()


@pytest.mark.proof
def test_nothing_of_the_version_before_stays(profile):
    stale = installer.install(profile) / "stale_module.py"
    stale.write_text("", encoding="utf-8")
    installer.install(profile)
    assert not stale.exists()
    assert [path.name for path in (profile / "python" / "plugins").iterdir()] == ["gridmgmt_plugin"]


@pytest.mark.proof
def test_other_plugins_of_the_profile_are_left_alone(profile):
    other = profile / "python" / "plugins" / "other" / "metadata.txt"
    other.parent.mkdir(parents=True)
    other.write_text("x", encoding="utf-8")
    installer.install(profile)
    assert other.read_text(encoding="utf-8") == "x"


def test_a_profile_that_never_saw_the_plugin_gets_it_ticked(profile):
    assert installer.enable(profile)
    assert _settings(profile).value("PythonPlugins/gridmgmt_plugin", type=bool)


def test_a_plugin_that_was_switched_off_stays_off(profile):
    settings = _settings(profile)
    settings.setValue("PythonPlugins/gridmgmt_plugin", False)
    settings.setValue("qgis/other", "kept")
    settings.sync()
    assert not installer.enable(profile)
    assert _settings(profile).value("qgis/other") == "kept"


def test_libraries_in_the_profile_count_and_an_old_shapely_does_not(profile):
    folder = profile / "python"
    folder.mkdir(parents=True)
    for name, version in (("shapely", "1.8.5"), ("openpyxl", "3.1.5"), ("et_xmlfile", "2.0.0")):
        (folder / f"{name}.py").write_text(f"__version__ = '{version}'\n", encoding="utf-8")
    missing = installer.missing_libraries(profile)
    assert [pin.split("==")[0] for pin in missing] == ["shapely"]
    (folder / "shapely.py").write_text("__version__ = '2.0.10'\n", encoding="utf-8")
    assert installer.missing_libraries(profile) == []


@pytest.mark.proof
def test_the_plugin_manager_of_qgis_finds_nothing_wrong_with_it(qgis_app, profile, monkeypatch):
    folder = installer.install(profile)
    monkeypatch.syspath_prepend(f"{qgis_app.pkgDataPath()}/python")
    from pyplugin_installer.installer_data import Plugins

    found = Plugins().getInstalledPlugin(folder.name, str(folder), True)
    assert found["error"] == ""
    assert found["version_installed"] == package.version()

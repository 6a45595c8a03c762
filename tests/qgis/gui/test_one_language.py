"""A Chinese window speaks Chinese, an English one English: docks, menus, dialogs of jobs, layers, columns, values."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsProject, QgsSettings

from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.options import OptionsPage
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.settings import remember
from tests.qgis.gui.jobs.job_window import open_job
from tests.qgis.spoken import foreign, menu_entries, said_by, said_by_layers
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    shown_window,
    tasks_done,
    wait_for,
)

#: Whose content is the workspace's own, whatever the language.
DATA = ("gridmgmt_tree_scheme", "gridmgmt_scheme", "gridmgmt_job_field_PERSON", "gridmgmt_job_field_SUCCESSOR")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("language") / "1.gpkg")


@pytest.fixture(params=["zh_CN", "zh-Hans", "zh", "en_US"])
def locale(request):
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", request.param)
    translation = Translation()
    translation.install()
    yield request.param
    translation.remove()
    settings.remove("locale")


@pytest.fixture
def shell(locale, processing, original, tmp_path):
    forget_settings()
    remember("author", "0001")
    place = shutil.copyfile(original, tmp_path / "1.gpkg")
    if locale.startswith("en"):
        write_in_english(place)
        with closing(sqlite3.connect(place)) as connection, connection:
            for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
                connection.create_function(name, 1, lambda _: None)
            connection.execute("UPDATE area SET name = 'Sample District' WHERE level = 'county'")
            connection.execute("UPDATE workspace_info SET value = 'Sample District' WHERE value = '示例区'")
    with built_shell(shown_window(), [algorithm.KEY for algorithm in ALGORITHMS]) as made:
        made.session.open(place)
        wait_for(tasks_done)
        yield made


def _check(said, locale):
    language = "en" if locale.startswith("en") else "zh"
    wrong = {f"{where}: {word}" for where, text in said for word in [foreign(text, language)] if word}
    assert not wrong, "\n".join(sorted(wrong))


def test_menus_and_docks_speak_one_language(shell, locale):
    for key in ("tree", "issues"):
        if not shell.action(key).isChecked():
            shell.action(key).trigger()
    wait_for(tasks_done)
    window = shell.iface.mainWindow()
    _check(menu_entries(window), locale)
    docks = [
        child for child in window.children() if child.objectName().startswith("gridmgmt") and child.isWidgetType()
    ]
    assert docks
    for dock in docks:
        _check(said_by(dock, data=DATA), locale)


@pytest.mark.parametrize("locale", ["zh_CN", "en_US"], indirect=True)
@pytest.mark.parametrize("key", [spec.key for spec in ACTIONS if spec.algorithm is not None])
def test_the_dialog_of_a_job_speaks_one_language(shell, locale, key):
    dialog = open_job(shell, key)
    _check(said_by(dialog, data=DATA), locale)


def test_the_page_in_qgis_options_speaks_one_language(shell, locale):
    page = OptionsPage(shell.iface.mainWindow())
    _check(said_by(page), locale)
    page.deleteLater()


def test_layers_columns_values_and_legends_speak_one_language(shell, locale):
    _check(said_by_layers(QgsProject.instance()), locale)

"""A Chinese window speaks Chinese, an English one English, by whatever name QGIS calls the language: menus, docks,
layers, columns, values. Each dialog, form and panel is looked at in the walk of ``test_every_window``.
"""

from __future__ import annotations

import shutil

import pytest
from qgis.core import (
    QgsProject,
    QgsSettings,
)

from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.settings import remember
from tests.qgis.fake_window import OPEN_WINDOWS, close_windows
from tests.qgis.spoken import foreign, menu_entries, said_by, said_by_layers
from tests.qgis.workspace_window import (
    build_workspace,
    built_shell,
    forget_settings,
    put_in_english,
    shown_window,
    tasks_done,
    wait_for,
)

#: Whose content is the workspace's own, whatever the language.
DATA = ("gridmgmt_tree_scheme", "gridmgmt_scheme", "gridmgmt_job_field_PERSON", "gridmgmt_job_field_SUCCESSOR")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return build_workspace(tmp_path_factory.mktemp("language") / "1.gpkg")


@pytest.fixture(scope="module", params=["zh_CN", "zh-Hans", "zh", "en_US"])
def locale(request, qgis_app):
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", request.param)
    translation = Translation()
    translation.install()
    yield request.param
    translation.remove()
    settings.remove("locale")


@pytest.fixture(scope="module")
def shell(locale, processing, original, tmp_path_factory):
    """Return the window of a language, which is only looked at."""
    forget_settings()
    remember("author", "0001")
    before = len(OPEN_WINDOWS)
    place = shutil.copyfile(original, tmp_path_factory.mktemp("said") / "1.gpkg")
    if locale.startswith("en"):
        put_in_english(place)
    with built_shell(shown_window(), [algorithm.KEY for algorithm in ALGORITHMS]) as made:
        made.session.open(place)
        wait_for(tasks_done)
        yield made
    close_windows(before)


def _check(said, locale):
    language = "en" if locale.startswith("en") else "zh"
    wrong = {f"{where}: {word}" for where, text in said for word in [foreign(text, language)] if word}
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.daily(1)
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


@pytest.mark.proof
def test_layers_columns_values_and_legends_speak_one_language(shell, locale):
    _check(said_by_layers(QgsProject.instance()), locale)

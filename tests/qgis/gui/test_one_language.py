"""A Chinese window speaks Chinese, an English one English: docks, menus, dialogs of jobs, layers, columns, values."""

from __future__ import annotations

import re
import shutil

import pytest
from qgis.core import (
    QgsEditorWidgetSetup,
    QgsFeature,
    QgsFieldConstraints,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsAttributeDialog, QgsGui

from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.options import OptionsPage
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.settings import remember
from tests.qgis.fake_window import OPEN_WINDOWS, close_windows, settle
from tests.qgis.gui.jobs.job_window import open_job
from tests.qgis.gui.our_windows import House
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


@pytest.mark.parametrize("locale", ["zh_CN", pytest.param("en_US", marks=pytest.mark.proof)], indirect=True)
@pytest.mark.parametrize("key", [spec.key for spec in ACTIONS if spec.algorithm is not None])
def test_the_dialog_of_a_job_speaks_one_language(shell, locale, key):
    dialog = open_job(shell, key)
    _check(said_by(dialog, data=DATA), locale)
    dialog.close()
    settle()


def test_the_page_in_qgis_options_speaks_one_language(shell, locale):
    page = OptionsPage(shell.iface.mainWindow())
    _check(said_by(page), locale)
    page.deleteLater()


def test_layers_columns_values_and_legends_speak_one_language(shell, locale):
    _check(said_by_layers(QgsProject.instance()), locale)


def _said_by_any_form():
    """Return what QGIS itself says in the form of a layer that is none of ours."""
    fields = "&".join(f"field={name}" for name in ("a:string", "b:date", "c:string", "d:string"))
    layer = QgsVectorLayer(f"Point?{fields}", " ", "memory")
    for field in range(2):
        layer.setFieldConstraint(field, QgsFieldConstraints.Constraint.ConstraintNotNull)
    layer.setFieldConstraint(0, QgsFieldConstraints.Constraint.ConstraintUnique)
    layer.setFieldConstraint(2, QgsFieldConstraints.Constraint.ConstraintUnique)
    QgsGui.editorWidgetRegistry().initEditors()
    lists = {"map": [{"1": "1"}]}, {"Layer": layer.id(), "Key": "a", "Value": "a", "AllowNull": True}
    for field, (kind, config) in enumerate(
        (
            ("TextEdit", {}),
            ("DateTime", {"calendar_popup": True}),
            ("ValueMap", lists[0]),
            ("ValueRelation", lists[1]),
        )
    ):
        layer.setEditorWidgetSetup(field, QgsEditorWidgetSetup(kind, config))
    layer.startEditing()
    dialog = QgsAttributeDialog(layer, QgsFeature(layer.fields()), False, None, True)
    dialog.show()
    settle()
    said = {text for _, text in said_by(dialog)}
    dialog.close()
    dialog.deleteLater()
    layer.rollBack()
    return said


@pytest.fixture(scope="module", params=["zh_CN", "en_US"])
def house(request, processing, tmp_path_factory):
    made = House(tmp_path_factory.mktemp("words"), request.param)
    yield made
    made.close()


def _delivered_names():
    """Return a pattern of what the files of a package call their fields, of values that are keys there, and of the
    letters that stand for a date: they are the same in every language.
    """
    specs = package_specs().values()
    names = {field.name for spec in specs for field in spec.fields} | {"county", "street_office", "community"}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))}|YYYYMMDD)\b")


def test_every_dock_dialog_form_and_panel_speaks_one_language(house):
    """Which there are is known by the house; that none lacks there is proven where the keyboard is."""
    delivered = _delivered_names()
    wrong, of_qgis = set(), _said_by_any_form()
    for name in house.names:
        said = house.visit(name, lambda root: list(said_by(root)))
        said = [(where, text) for where, text in said if not (name.startswith("form ") and text in of_qgis)]
        if name == "receiver profiles":
            said = [(where, delivered.sub("", text)) for where, text in said]
        assert said, name
        wrong |= {
            f"{name}: {where}: {word}" for where, text in said for word in [foreign(text, house.tongue)] if word
        }
    assert not wrong, "\n".join(sorted(wrong))

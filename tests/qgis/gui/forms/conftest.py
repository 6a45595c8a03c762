"""A small district with its forms in QGIS's own project, and the plugin's lists in them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import QgsFeature, QgsProject, QgsSettings
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QTabWidget

from gridmgmt_plugin.gui.forms.controller import Forms
from gridmgmt_plugin.project.project_file import add_workspace
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.copied_workspace import copy_workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.kept_district import KEPT
from tests.qgis.workspace_window import MapIface, build_workspace, forget_settings


class FormBench:
    """Opens forms as QGIS does."""

    def __init__(self, place, language):
        self.iface, self.language = MapIface(), language
        self.tools = FormTools()
        self.controller = Forms(SimpleNamespace(iface=self.iface))
        self.workspace = Workspace.open(place)
        self.layers = dict(shown_layers(QgsProject.instance()))
        if not self.layers:
            self.layers = add_workspace(QgsProject.instance(), self.workspace, language)
        KEPT.note()
        self.open_forms = []

    def row(self, table, condition="TRUE"):
        return next(self.layers[table].getFeatures(condition), None)

    def form(self, table, condition="TRUE", *, edit=False, row=None):
        """Open the form of a row; of a table without rows that of a new one."""
        layer = self.layers[table]
        if edit:
            layer.startEditing()
        context = QgsAttributeEditorContext()
        context.setVectorLayerTools(self.tools)
        context.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
        shown = row or self.row(table, condition) or QgsFeature(layer.fields())
        dialog = QgsAttributeDialog(layer, QgsFeature(shown), False, None, True, context)
        dialog.show()
        self.open_forms.append(dialog)
        self.settle()
        return dialog

    def tab(self, dialog, at):
        dialog.findChild(QTabWidget).setCurrentIndex(at)
        self.settle()

    def settle(self):
        for _ in range(3):
            QCoreApplication.processEvents()

    def close_forms(self):
        for dialog in self.open_forms:
            dialog.close()
            dialog.deleteLater()
        self.open_forms.clear()
        settle()

    def unload(self):
        """Take the plugin away, where a test has not done so."""
        if self.controller is not None:
            self.controller.close()
            self.controller = None

    def close(self):
        self.close_forms()
        self.unload()
        KEPT.put_back()
        self.settle()


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """Return a workspace of two communities, each a row of squares of 100 m."""
    return build_workspace(tmp_path_factory.mktemp("forms") / "网格库.gpkg")


@pytest.fixture
def bench(request, qgis_app, district, laid_out):
    """Return the forms of a copy of the district; a test may ask for a language and a back end."""
    wanted = getattr(request, "param", "zh_CN")
    language, _, kind = wanted.partition("-")
    forget_settings()
    QgsGui.editorWidgetRegistry().initEditors()
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", language)
    if kind == "database":
        KEPT.forget()
        place = request.getfixturevalue("database_location")
        copy_workspace(Workspace.open(district), place)
    else:
        place = laid_out(district)
    made = FormBench(place, language)
    yield made
    made.close()
    settings.remove("locale")

"""The survey layer of components: titles, and lists of values instead of keys, kept in the file itself."""

from __future__ import annotations

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from gridmgmt_plugin.core.class_catalogues import class_catalogues, classes_of
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.workspace.workspace import Workspace

_LAYER, _SENT = "component", "component_sent"
_LISTS = {"state": "component_state", "owner_state": "owner_state", "accuracy": "accuracy"}
_DEPARTMENTS = ("department_code", "owner_code", "maintainer_code")
_KEYS = ("number", "unit_grid", "lane_code", "row_version")
_DAY = {
    "field_format": "yyyy-MM-dd",
    "display_format": "yyyy-MM-dd",
    "calendar_popup": True,
    "allow_null": True,
}
_HIDDEN = ("fid", "number", "row_version")
_NOTHING = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # QGIS's own word for NULL in a list of values


def dress_component_survey(path: str, workspace: Workspace, language: str) -> None:
    """Give the layers of a survey titles and lists of values, as the default style of each in the file."""
    departments = workspace.read("department", ["code", "name"], geometry=False)
    catalogue = workspace.info.component_catalogue
    tongue = tongue_of(language)
    lists = {name: [{labels[tongue]: key} for key, labels in value_list(of)] for name, of in _LISTS.items()}
    if catalogue in class_catalogues():
        lists["class_code"] = [{f"{one['code']} {one[tongue]}": str(one["code"])} for one in classes_of(catalogue)]
    pairs = zip(texts(departments, "code").tolist(), texts(departments, "name").tolist())
    named = [{f"{name or code}": code} for code, name in pairs if code]
    lists.update(dict.fromkeys(_DEPARTMENTS, named) if named else {})
    for name in (_LAYER, _SENT):
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        fields = layer.fields()
        for column in fields.names():
            at = fields.lookupField(column)
            layer.setFieldAlias(at, Title(f"component.{column}").text(language))
            if column in _HIDDEN:
                layer.setEditorWidgetSetup(at, QgsEditorWidgetSetup("Hidden", {}))
            elif column in lists:
                choices = [{"": _NOTHING}, *lists[column]]
                layer.setEditorWidgetSetup(at, QgsEditorWidgetSetup("ValueMap", {"map": choices}))
        layer.setEditorWidgetSetup(fields.lookupField("surveyed_on"), QgsEditorWidgetSetup("DateTime", _DAY))
        form = layer.editFormConfig()
        for column in fields.names():
            form.setReadOnly(fields.lookupField(column), name == _SENT or column in _KEYS)
        layer.setEditFormConfig(form)
        layer.setDisplayExpression('coalesce("name", "code")')
        layer.saveStyleToDatabase("default", "", True, "")

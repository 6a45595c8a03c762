"""Ledgers on the map: a layer for each, named and drawn as the ledger says, with the columns of its own file.

The layers look at the table of items through a filter and are only read: items are edited in the table's own layer,
where saves are checked. They go into the project and are drawn without the plugin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from zlib import crc32

from qgis.core import (
    QgsDataSourceUri,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsLayerTreeGroup,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)

from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.project.attributes import field, is_null
from gridmgmt_plugin.project.map.class_symbols import class_symbol
from gridmgmt_plugin.project.plain_metres import take_system_away
from gridmgmt_plugin.project.postgis_source import GEOMETRY_COLUMN
from gridmgmt_plugin.project.postponed import is_postponed
from gridmgmt_plugin.project.shown_workspace import DERIVED_PROPERTY, shown_group
from gridmgmt_plugin.workspace.schema import table

ITEMS, LEDGERS = "ledger_item", "ledger"
_PREFIX = "ledger:"
_LOOK, _GROUP = "gridmgmt/ledger_look", "gridmgmt/ledger_overlays"
_HEADINGS, _SEEN = "gridmgmt/ledger_headings", "gridmgmt/ledger_items_seen"
_SINGLE = {"point": "Point", "line": "LineString", "area": "Polygon"}
_MULTI = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
_KIND_NAMES = {"point": ("点", "points"), "line": ("线", "lines"), "area": ("面", "areas")}
_HIDDEN = ("fid", "row_version", "ledger", "attributes", "gone_on")
_ALARM, _SIZE_MM, _AROUND_MM = "#d00000", 3.6, 5.2
_EDGE = {"outline_color": "#ffffff", "outline_width": "0.2"}
# So many items tell which columns a ledger's file has.
_LOOKED_AT = 200
_OPACITY_OF_DONE = 0.4


def overlays(project: QgsProject) -> dict[tuple[str, str], QgsVectorLayer]:
    """Return the layers of ledgers in a project: (key of the ledger, kind of shape) → layer."""
    found = {}
    for layer in project.mapLayers().values():
        derived = str(layer.customProperty(DERIVED_PROPERTY) or "")
        if derived.startswith(_PREFIX):
            kind, _, key = derived[len(_PREFIX) :].partition(":")
            found[key, kind] = layer
    return found


def renew_overlays(project: QgsProject, layers: Mapping[str, QgsVectorLayer], language: str) -> None:
    """Have the project show each ledger of the workspace as it is called and drawn now, and none that is gone.

    Layers of ledgers whose items are those that were seen last are not read again; how the planner draws and calls a
    layer stays until the ledger itself is drawn or called otherwise.

    :param layers: the workspace's layers by table; nothing is done before that of the items is opened.
    """
    if ITEMS not in layers or LEDGERS not in layers:
        return
    there, known = overlays(project), _ledgers(layers[LEDGERS])
    wanted = {(ledger.key, kind): ledger for ledger in known for kind in ledger.kinds}
    if wanted and is_postponed(layers[ITEMS]):
        return
    items = _items(layers[ITEMS]) if wanted else {}
    project.removeMapLayers([layer.id() for place, layer in there.items() if place not in wanted])
    for (key, kind), ledger in wanted.items():
        layer = there.get((key, kind))
        if layer is None:
            layer = _opened(layers, ledger, kind)
            if layer is None:
                continue
            project.addMapLayer(layer, False)
            _group(project, language).addLayer(layer)
        seen = items.get(key, "")
        is_new = layer.customProperty(_SEEN) != seen
        if is_new and layer.isValid():
            layer.reload()
            layer.updateExtents(True)
            layer.setCustomProperty(_SEEN, seen)
        _dress(layer, ledger, kind, language, is_new=is_new)
    group = _found_group(project)
    if group is not None and not group.children():
        group.parent().removeChildNode(group)


def _ledgers(layer: QgsVectorLayer) -> list[Ledger]:
    names = ("key", *Ledger.COLUMNS)
    rows = [{name: feature[name] for name in names} for feature in layer.getFeatures()]
    plain = [{name: None if is_null(value) else str(value) for name, value in row.items()} for row in rows]
    return [Ledger.of_row(row) for row in plain if row["key"]]


def _items(layer: QgsVectorLayer) -> dict[str, str]:
    """Return for each ledger a sign of its items, which is another one once some were added, changed or removed."""
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(["fid", "ledger", "row_version"], layer.fields())
    signs: dict[str, tuple[int, int]] = {}
    for feature in layer.getFeatures(request):
        count, sign = signs.get(str(feature["ledger"]), (0, 0))
        row = crc32(f"{feature['fid']}:{feature['row_version']}".encode())
        signs[str(feature["ledger"])] = count + 1, sign ^ row
    return {key: f"{count}:{sign}" for key, (count, sign) in signs.items()}


def _opened(layers: Mapping[str, QgsVectorLayer], ledger: Ledger, kind: str) -> QgsVectorLayer | None:
    items = layers[ITEMS]
    placed = next((one for name, one in layers.items() if table(name).geometry == "Point"), items)
    mine = QgsExpression.createFieldEqualityExpression("ledger", ledger.key)
    if items.providerType() == "postgres":
        source = QgsDataSourceUri(items.source())
        source.setDataSource(source.schema(), ITEMS, GEOMETRY_COLUMN, mine, "fid")
        source.setWkbType(QgsWkbTypes.parseType(_MULTI[kind]))
        source.setSrid(QgsDataSourceUri(placed.source()).srid())
        address = str(source.uri(False))
    else:
        address = f"{items.source().partition('|')[0]}|layername={ITEMS}|geometrytype={_SINGLE[kind]}|subset={mine}"
    layer = QgsVectorLayer(address, ledger.title, items.providerType())
    if not layer.isValid():
        return None
    if not placed.crs().isValid():
        take_system_away(layer)
    layer.setReadOnly(True)
    layer.setCustomProperty(DERIVED_PROPERTY, f"{_PREFIX}{kind}:{ledger.key}")
    return layer


def _found_group(project: QgsProject) -> QgsLayerTreeGroup | None:
    for group in project.layerTreeRoot().findGroups(True):
        if group.customProperty(_GROUP):
            return group
    return None


def _group(project: QgsProject, language: str) -> QgsLayerTreeGroup:
    """Return the group of the ledgers: above all other layers of the workspace, whose fills would cover it."""
    found = _found_group(project)
    if found is None:
        above = shown_group(project) or project.layerTreeRoot()
        found = above.insertGroup(0, "台账图层" if is_chinese(language) else "Ledgers on the map")
        found.setCustomProperty(_GROUP, "1")
    return found


def _dress(layer: QgsVectorLayer, ledger: Ledger, kind: str, language: str, *, is_new: bool) -> None:
    """Name and draw a layer, and give it the columns of the ledger's file; what is so already stays.

    :param is_new: whether its items are others than those that it was dressed for.
    """
    name = ledger.title
    if len(ledger.kinds) > 1:
        title = _KIND_NAMES[kind][0 if is_chinese(language) else 1]
        name = f"{name}（{title}）" if is_chinese(language) else f"{name} ({title})"
    look = json.dumps([name, ledger.symbol, ledger.colour, ledger.done, language])
    is_other = layer.customProperty(_LOOK) != look
    if is_new or is_other:
        headings = _headings(layer)
        known = json.dumps([language, *sorted(headings)])  # they come in the order of the rows, which is any
        if layer.customProperty(_HEADINGS) != known:
            _add_columns(layer, headings, language)
            layer.setCustomProperty(_HEADINGS, known)
    if is_other:
        layer.setName(name)
        layer.setDisplayExpression('coalesce("name", "key")')
        layer.setRenderer(_renderer(ledger, kind, language))
        layer.setCustomProperty(_LOOK, look)
    layer.triggerRepaint()


def _headings(layer: QgsVectorLayer) -> list[str]:
    request = QgsFeatureRequest().setLimit(_LOOKED_AT).setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found: dict[str, None] = {}
    for feature in layer.getFeatures(request):
        text = feature["attributes"]
        try:
            content = {} if is_null(text) else json.loads(str(text))
        except ValueError:
            continue  # written into a form by hand: it is shown as it stands in the table's own layer
        found.update(dict.fromkeys(content) if isinstance(content, dict) else {})
    return list(found)


def _add_columns(layer: QgsVectorLayer, headings: Iterable[str], language: str) -> None:
    fields = layer.fields()
    for at in reversed(range(fields.count())):
        if fields.fieldOrigin(at) == fields.FieldOrigin.OriginExpression:
            layer.removeExpressionField(at)
    taken = set(layer.fields().names())
    for heading in headings:
        value = f'map_get(from_json("attributes"), {QgsExpression.quotedValue(heading)})'
        name = heading if heading not in taken else f"{heading}_"
        layer.addExpressionField(value, field(name, str))
        taken.add(name)
    for column in table(ITEMS).columns:
        layer.setFieldAlias(layer.fields().lookupField(column.name), column.label(language))
    for name in _HIDDEN:
        at = layer.fields().lookupField(name)
        if at >= 0:
            layer.setEditorWidgetSetup(at, QgsEditorWidgetSetup("Hidden", {}))


def _renderer(ledger: Ledger, kind: str, language: str) -> QgsRuleBasedRenderer:
    """Draw what is listed: what is done faint, what is overdue with a red edge."""
    done = ", ".join(map(QgsExpression.quotedValue, ledger.done))
    is_done = f'coalesce("status" IN ({done}), false)' if done else "false"
    is_late = f'NOT {is_done} AND "due_on" < to_date(now())'
    titles = ("超期", "办结", "未办结") if is_chinese(language) else ("Overdue", "Done", "Open")
    root = QgsRuleBasedRenderer.Rule(None)
    for title, condition, is_alarm, is_faint in (
        (titles[0], is_late, True, False),
        (titles[1], is_done, False, True),
        (titles[2], f"NOT {is_done} AND NOT coalesce({is_late}, false)", False, False),
    ):
        symbol = _symbol(ledger, kind, is_alarm=is_alarm)
        symbol.setOpacity(_OPACITY_OF_DONE if is_faint else 1.0)
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, f'"gone_on" IS NULL AND {condition}', title))
    return QgsRuleBasedRenderer(root)


def _symbol(ledger: Ledger, kind: str, *, is_alarm: bool) -> QgsSymbol:
    if kind == "line":
        return QgsLineSymbol.createSimple({"color": _ALARM if is_alarm else ledger.colour, "width": "0.9"})
    if kind == "area":
        line = _ALARM if is_alarm else ledger.colour
        return QgsFillSymbol.createSimple(
            {"color": f"#59{ledger.colour[1:]}", "outline_color": line, "outline_width": "0.6"}
        )
    edge = {"outline_color": _ALARM, "outline_width": "0.45"} if is_alarm else _EDGE
    if not ledger.symbol.isdigit():
        look = {"name": ledger.symbol or "circle", "color": ledger.colour, "size": str(_SIZE_MM)}
        return QgsMarkerSymbol.createSimple({**look, **edge})
    # The sign of a class of components has colours of its own: that of the ledger is around it.
    symbol = QgsMarkerSymbol.createSimple({"name": "circle", "color": ledger.colour, "size": str(_AROUND_MM), **edge})
    sign = class_symbol(ledger.symbol)  # its layer goes with it
    symbol.appendSymbolLayer(sign.symbolLayer(0).clone())
    return symbol

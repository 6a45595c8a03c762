"""The kinds of parameters that our algorithms take, each with one way to be declared and accepted.

QGIS's own kinds check values before an algorithm is asked, and tell a planner little. Ours let every text through and
leave it to the algorithm to say what is wrong with it and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_list
from gridmgmt_plugin.project.i18n import language, tr

KEYS, USUAL = "gridmgmt_keys", "gridmgmt_usual"
#: The coordinates are of the kind that is kept under the name of a source.
BY_SOURCE = "source"
POLYGONS = QgsProcessing.SourceType.TypeVectorPolygon
LINES = QgsProcessing.SourceType.TypeVectorLine
POINTS = QgsProcessing.SourceType.TypeVectorPoint
ANY_VECTOR = QgsProcessing.SourceType.TypeVector

_TABLES = "(*.csv *.txt *.tsv *.xlsx *.xlsm)"
_TABLES_AND_LAYERS = "(*.csv *.txt *.tsv *.xlsx *.xlsm *.shp *.gpkg *.geojson *.json *.zip)"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


class LayerParameter(QgsProcessingParameterFeatureSource):
    """A layer of the project, a layer object, or the path of a file (``file.gpkg|layername=x`` too)."""

    def checkValueIsAcceptable(self, value: Any, context: QgsProcessingContext | None = None) -> bool:  # noqa: N802
        """Accept every text: the file is opened, and its faults told, by the algorithm."""
        return _is_text(value) or super().checkValueIsAcceptable(value, context)


class LayersParameter(QgsProcessingParameterMultipleLayers):
    """Several of what :class:`LayerParameter` takes."""

    def checkValueIsAcceptable(self, value: Any, context: QgsProcessingContext | None = None) -> bool:  # noqa: N802
        """Accept every text and every list of texts."""
        values = value if isinstance(value, (list, tuple)) else [value]
        all_texts = bool(values) and all(map(_is_text, values))
        return all_texts or super().checkValueIsAcceptable(value, context)


class ChoiceParameter(QgsProcessingParameterEnum):
    """A choice that shows translated labels, and that scripts make by key (``gcj02``) or by position."""

    def checkValueIsAcceptable(self, value: Any, context: QgsProcessingContext | None = None) -> bool:  # noqa: N802
        """Accept keys; the algorithm says which keys there are when it does not know one."""
        values = value if isinstance(value, (list, tuple)) else [value]
        all_texts = bool(values) and all(map(_is_text, values))
        return all_texts or super().checkValueIsAcceptable(value, context)


class DateParameter(QgsProcessingParameterDateTime):
    """A date or time, picked or written in any form that offices use (2025-03-07, 2025/3/7, 2025年3月7日 8:30)."""

    def checkValueIsAcceptable(self, value: Any, context: QgsProcessingContext | None = None) -> bool:  # noqa: N802
        """Accept every text; the job says when it is no date."""
        return _is_text(value) or super().checkValueIsAcceptable(value, context)


def workspace() -> QgsProcessingParameterDefinition:
    """Return ``WORKSPACE``: the file that the algorithm reads or changes."""
    title = tr("Workspace")
    files = f"GeoPackage (*.gpkg);;{tr('All files')} (*)"
    return QgsProcessingParameterFile("WORKSPACE", title, fileFilter=files)


def layer(
    name: str, title: str, kind: Any = ANY_VECTOR, *, optional: bool = False
) -> QgsProcessingParameterDefinition:
    """Return a layer or file with geometry of ``kind``."""
    return LayerParameter(name, title, [kind], optional=optional)


def places() -> QgsProcessingParameterDefinition:
    """Return ``PLACES``: the layer whose places are listed, such as its selected features."""
    return layer("PLACES", tr("List only the places of this layer (its codes, or what lies in it)"), optional=True)


def layer_out(
    name: str, title: str, kind: Any = ANY_VECTOR, *, optional: bool = False, by_default: bool = True
) -> QgsProcessingParameterDefinition:
    """Return a layer that comes out, with geometry of ``kind``; without ``by_default`` only if asked for."""
    made = QgsProcessingParameterFeatureSink(name, title, kind, optional=optional)
    made.setCreateByDefault(by_default)
    return made


def layers(name: str, title: str, kind: Any = ANY_VECTOR) -> QgsProcessingParameterDefinition:
    """Return any number of layers or files, none included."""
    return LayersParameter(name, title, kind, optional=True)


def field(name: str, title: str, parent: str, *, optional: bool = True) -> QgsProcessingParameterDefinition:
    """Return a column of the layer ``parent``; left empty, it is found by its name and content."""
    return QgsProcessingParameterField(name, title, parentLayerParameterName=parent, optional=optional)


def table_file(
    name: str, title: str, *, layers_too: bool = False, optional: bool = False, more: str = ""
) -> QgsProcessingParameterDefinition:
    """Return a table that is read from a file: csv or xlsx, with ``layers_too`` also a vector layer.

    :param more: what else is read, such as ``*.json``.
    """
    kinds = tr("Tables and layers") if layers_too else tr("Tables")
    known = _TABLES_AND_LAYERS if layers_too else _TABLES
    files = f"{kinds} {known[:-1]} {more})" if more else f"{kinds} {known}"
    files = f"{files};;{tr('All files')} (*)"
    return QgsProcessingParameterFile(name, title, fileFilter=files, optional=optional)


def column(name: str, title: str) -> QgsProcessingParameterDefinition:
    """Return the heading of a column of a table file; left empty, it is found by its name and content."""
    return QgsProcessingParameterString(name, title, optional=True)


def text(
    name: str, title: str, default: str | None = None, *, optional: bool = True, lines: bool = False
) -> QgsProcessingParameterDefinition:
    """Return a text, over several lines with ``lines``."""
    return QgsProcessingParameterString(name, title, default, multiLine=lines, optional=optional)


def number(
    name: str,
    title: str,
    default: float | None = None,
    *,
    least: float = 0.0,
    most: float | None = None,
    whole: bool = False,
) -> QgsProcessingParameterDefinition:
    """Return a number; without a default it may be left out."""
    kinds = QgsProcessingParameterNumber.Type
    bounds = {"minValue": least} if most is None else {"minValue": least, "maxValue": most}
    kind = kinds.Integer if whole else kinds.Double
    return QgsProcessingParameterNumber(name, title, kind, default, optional=default is None, **bounds)


def flag(name: str, title: str, *, default: bool = False) -> QgsProcessingParameterDefinition:
    """Return a yes or no."""
    return QgsProcessingParameterBoolean(name, title, defaultValue=default)


def choice(
    name: str, title: str, options: Mapping[str, str], *, optional: bool = False, usual: str = ""
) -> QgsProcessingParameterDefinition:
    """Return a choice of one among ``options`` (key → label): the ``usual`` one or the first unless told, or none if
    ``optional``."""
    default = None if optional else list(options).index(usual or next(iter(options)))
    made = ChoiceParameter(name, title, list(options.values()), defaultValue=default, optional=optional)
    made.setMetadata({**made.metadata(), KEYS: list(options)})
    return made


def choices(
    name: str, title: str, options: Mapping[str, str], usual: Sequence[str]
) -> QgsProcessingParameterDefinition:
    """Return a choice of any number among ``options`` (key → label); left out, the job takes the ``usual`` ones."""
    made = ChoiceParameter(name, title, list(options.values()), allowMultiple=True, optional=True)
    made.setMetadata({**made.metadata(), KEYS: list(options), USUAL: list(usual)})
    return made


def moment(name: str, title: str, *, with_time: bool) -> QgsProcessingParameterDefinition:
    """Return a date, or a date and time; it may be left out."""
    kinds = QgsProcessingParameterDateTime.Type
    return DateParameter(name, title, kinds.DateTime if with_time else kinds.Date, optional=True)


def folder(name: str, title: str, *, optional: bool = False) -> QgsProcessingParameterDefinition:
    """Return a folder to write into."""
    return QgsProcessingParameterFile(name, title, QgsProcessingParameterFile.Behavior.Folder, optional=optional)


def file_out(name: str, title: str, files: str, *, optional: bool = False) -> QgsProcessingParameterDefinition:
    """Return a file that comes out; ``files``: which, as dialogs filter them. An optional one is written if named."""
    made = QgsProcessingParameterFileDestination(name, title, files, optional=optional)
    made.setCreateByDefault(not optional)
    return made


def report() -> QgsProcessingParameterDefinition:
    """Return ``REPORT``: where the JSON report goes; a temporary file unless named."""
    made = QgsProcessingParameterFileDestination("REPORT", tr("Report"), "JSON (*.json)", optional=True)
    made.setCreateByDefault(False)
    return advanced(made)


def author(default: str) -> QgsProcessingParameterDefinition:
    """Return ``AUTHOR``: who is working, for the change log."""
    return advanced(text("AUTHOR", tr("Who is working"), default))


def cases() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield which cases count: ``FROM``, ``TO``, ``CLASS_PREFIX`` and ``CASE_KIND``."""
    kinds = {"event": tr("Events"), "component": tr("Components")}
    yield moment("FROM", tr("Reported from"), with_time=False)
    yield moment("TO", tr("Reported until"), with_time=False)
    yield text("CLASS_PREFIX", tr("Class codes that begin with"))
    yield choice("CASE_KIND", tr("Only cases about"), kinds, optional=True)


def levels(title: str) -> QgsProcessingParameterDefinition:
    """Return ``LEVEL``: the places by which cases are counted."""
    options = {
        "unit_grid": tr("Unit grid"),
        "responsibility_grid": tr("Responsibility grid"),
        "community": tr("Community"),
        "lane": tr("Street-lane"),
    }
    return choice("LEVEL", title, options)


def coordinates(*, by_source: bool = False) -> QgsProcessingParameterDefinition:
    """Return ``COORDINATES``: what the numbers in the input are; ``by_source``: a kind of source may say it, and does
    unless told.
    """
    options = {BY_SOURCE: tr("As the kind of source says, else the file")} if by_source else {}
    options |= {
        "crs": tr("As the file says, else in metres"),
        "lonlat": tr("Longitude and latitude (CGCS2000 or WGS 84)"),
        "gcj02": tr("GCJ-02 (Amap, Tencent)"),
        "bd09": tr("BD-09 (Baidu)"),
    }
    return choice("COORDINATES", tr("Kind of coordinates"), options)


def places_of_points(*, by_source: bool = False) -> Iterator[QgsProcessingParameterDefinition]:
    """Yield where a table says where its points lie: ``COORDINATES``, ``X_FIELD`` and ``Y_FIELD``."""
    yield coordinates(by_source=by_source)
    yield column("X_FIELD", tr("Column with X or longitude"))
    yield column("Y_FIELD", tr("Column with Y or latitude"))


def fields_of_points(parent: str) -> Iterator[QgsProcessingParameterDefinition]:
    """Yield ``X_FIELD`` and ``Y_FIELD`` of the layer ``parent``, for one without points."""
    yield advanced(field("X_FIELD", tr("Column with X or longitude"), parent))
    yield advanced(field("Y_FIELD", tr("Column with Y or latitude"), parent))


def encoding() -> QgsProcessingParameterDefinition:
    """Return ``ENCODING`` of text that comes in: found by itself unless named."""
    options = {"auto": tr("Find by itself"), "UTF-8": "UTF-8", "GBK": "GBK", "GB18030": "GB18030"}
    return advanced(choice("ENCODING", tr("Text encoding"), options))


def field_map() -> QgsProcessingParameterDefinition:
    """Return ``FIELD_MAP``: which heading fills which column, where headings alone do not tell."""
    return advanced(text("FIELD_MAP", tr("Columns by name (JSON text or file)"), lines=True))


def update_mode() -> QgsProcessingParameterDefinition:
    """Return ``MODE``: what becomes of rows that are there already."""
    options = {"update": tr("Update what is there already"), "add": tr("Add new rows only")}
    return choice("MODE", tr("Rows that are there already"), options)


def table_reading() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield how a table is read: ``MODE``, ``FIELD_MAP`` and ``ENCODING``."""
    yield update_mode()
    yield field_map()
    yield encoding()


def within(*, optional: bool = False) -> QgsProcessingParameterDefinition:
    """Return ``WITHIN``: the areas whose boundaries no responsibility grid crosses."""
    options = {
        "community": tr("Community"),
        "zone": tr("Zone"),
        "street_office": tr("Street office"),
        "county": tr("County"),
    }
    return choice("WITHIN", tr("Never cross the boundary of a"), options, optional=optional)


def post_target(title: str) -> QgsProcessingParameterDefinition:
    """Return ``TARGET``: what posts are for."""
    options = {
        "responsibility_grid": tr("Responsibility grid"),
        "lane": tr("Street-lane"),
        "area": tr("Area or office"),
        "station": tr("Station"),
    }
    return choice("TARGET", title, options)


def stored_values(name: str, title: str, values: str) -> QgsProcessingParameterDefinition:
    """Return a choice among a value list of the workspace, which may be left out."""
    tongue = language()
    options = {key: titles[tongue] for key, titles in value_list(values)}
    return choice(name, title, options, optional=True)


def table_formats() -> QgsProcessingParameterDefinition:
    """Return ``FORMATS`` of tables that go out."""
    formats = {"csv": "CSV", "xlsx": "Excel"}
    return choices("FORMATS", tr("Formats (both if none is chosen)"), formats, usual=tuple(formats))


def overwrite() -> QgsProcessingParameterDefinition:
    """Return ``OVERWRITE``: whether files of the same name give way."""
    return flag("OVERWRITE", tr("Replace files of the same name"))


def code_layouts(kind: str) -> dict[str, str]:
    """Return the code layouts of a kind of object, key → title, the default first."""
    content = load_json("layouts/codes.json")
    tongue = language()
    titles = {entry["key"]: entry["title"][tongue] for entry in content["layouts"] if entry["kind"] == kind}
    default = content["defaults"][kind]
    return {default: titles.pop(default), **titles}


def advanced(definition: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Return the parameter, folded away under the advanced ones."""
    flags = QgsProcessingParameterDefinition.Flag
    definition.setFlags(definition.flags() | flags.FlagAdvanced)
    return definition


def keys_of(definition: QgsProcessingParameterDefinition) -> Sequence[str]:
    """Return the keys of a choice in the order of its labels."""
    return list(definition.metadata()[KEYS])


def usual_of(definition: QgsProcessingParameterDefinition) -> Sequence[str]:
    """Return the keys that a job takes of a choice of several that was left out."""
    return list(definition.metadata()[USUAL])

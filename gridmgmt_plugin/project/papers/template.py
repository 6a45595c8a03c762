"""Templates of papers: the city's own of a workspace, a file, or the one that comes along; read into a layout."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from xml.etree.ElementTree import canonicalize

from qgis.core import QgsLayoutItemMap, QgsPrintLayout, QgsProject, QgsReadWriteContext
from qgis.PyQt.QtGui import QFont, QFontDatabase
from qgis.PyQt.QtXml import QDomDocument

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import plain_path
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.papers.kinds import paper_data
from gridmgmt_plugin.core.resources import resource_path

#: What code finds in a template by name; everything else is the city's.
MAP_ID, QR_ID = "map", "qr"
_LAYERS = re.compile(r"[ ]*<LayerSet>.*?</LayerSet>\n", re.DOTALL)
_COVERAGE = re.compile(r'\b(coverageLayer(?:Name|Source|Provider)?)="[^"]*"')
_FILLED = ("contents", "columnWidths")
_DRAWN_WITH = "Noto Sans CJK SC"


def shipped_template(kind: str, language: str) -> str:
    """Return the template of a kind that comes along, in a language, with a Chinese font that is there."""
    text = resource_path(f"layouts/{kind}.{tongue_of(language)}.qpt").read_text(encoding="utf-8")
    return text.replace(_DRAWN_WITH, chinese_font())


def chinese_font() -> str:
    """Return the first of the known Chinese fonts that is there, else the one that the templates were drawn with."""
    families = set(QFontDatabase().families())
    return next((name for name in paper_data()["fonts"] if name in families), _DRAWN_WITH)


def copyable(font: QFont) -> QFont:
    """Return the font with the letters that the text has, each by its own picture, where its script lets it be so.

    After Latin letters Noto Sans CJK has other pictures for digits, and one for two letters (fi): a PDF of Qt cannot
    say which text these stand for, so that codes and dates of English pages were copied as other signs.
    """
    same = QFont(font)
    same.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return same


def template_file(path: str) -> str:
    """Return the content of a template that somebody saved from QGIS.

    :raises InputError: ``file_missing``, ``template_unreadable``.
    """
    file = Path(plain_path(path))
    if not file.is_file():
        raise InputError("file_missing", path=path)
    text = file.read_text(encoding="utf-8", errors="replace")
    _document(text, file.name)
    return text


def read_layout(project: QgsProject, template: str, name: str) -> QgsPrintLayout:
    """Return a layout of a project as a template says.

    :raises InputError: ``template_unreadable`` when it is no template, or none with a page.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(name)
    _, is_read = layout.loadFromTemplate(_document(template, name), QgsReadWriteContext())
    if not is_read or layout.pageCollection().pageCount() == 0:
        raise InputError("template_unreadable", name=name)
    return layout


def refuse_template(template: str, name: str) -> None:
    """Make sure that pages can be made with a template.

    :raises InputError: ``template_unreadable``, ``template_without_map``.
    """
    if not maps_of(read_layout(QgsProject(), template, name)):
        raise InputError("template_without_map", name=name, item=MAP_ID)


def maps_of(layout: QgsPrintLayout) -> list[QgsLayoutItemMap]:
    """Return the maps of a layout."""
    return [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]


def template_of(layout: QgsPrintLayout, filled: Collection[str] = ()) -> str:
    """Return a layout as a template: without the layers that it shows now, which every computer has elsewhere, and
    without what stands now in the tables whose frames are called as in ``filled``.
    """
    document = QDomDocument()
    document.appendChild(layout.writeXml(document, QgsReadWriteContext()))
    tables = [one for one in layout.multiFrames() if one.frameCount() and one.frame(0).id() in filled]
    _empty_tables(document, {one.uuid() for one in tables})
    # Qt writes attributes in another order each time.
    text = canonicalize(str(document.toString(1)))
    return _COVERAGE.sub(r'\1=""', _LAYERS.sub("", text))


def _empty_tables(document: QDomDocument, filled: Collection[str]) -> None:
    tables = document.elementsByTagName("LayoutMultiFrame")
    for table in (tables.at(at).toElement() for at in range(tables.count())):
        for name in _FILLED if table.attribute("uuid") in filled else ():
            table.replaceChild(document.createElement(name), table.firstChildElement(name))


def _document(text: str, name: str) -> QDomDocument:
    document = QDomDocument()
    if not document.setContent(text)[0] or document.documentElement().tagName() != "Layout":
        raise InputError("template_unreadable", name=name)
    return document

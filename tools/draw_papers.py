"""Draw the templates of papers and briefings: ``python -m tools.draw_papers`` writes ``resources/layouts``.

A template holds the texts that are the same on every page; what differs comes from columns of the coverage layer
(``resources/catalogues/papers.json``, ``core/briefing/sheet.py``). Sizes and places are in millimetres.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsLayoutFrame,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPicture,
    QgsLayoutMeasurement,
    QgsLayoutObject,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsTextFormat,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont

from gridmgmt_plugin.core.papers.kinds import INSPECTION, LETTER, SIGN, SIGN_A4, WEEKLY
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.project.papers.briefing_sheet import BRIEFING
from gridmgmt_plugin.project.papers.template import MAP_ID, QR_ID, template_of

_FAMILY = "Noto Sans CJK SC"
_INK, _FAINT, _LINE, _HEAD = QColor("#1f2933"), QColor("#5b6673"), QColor("#aab4bf"), QColor("#0b4f8a")
_HEAD_PT, _SMALL_PT, _TEXT_PT, _TABLE_PT, _CELL_MM = 11.0, 8.0, 10.0, 8.5, 0.9
_CENTRE, _LEFT, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight

Box = tuple[float, float, float, float]
# What stands on the papers beside the columns.
_TEXTS = json.loads(Path(__file__).with_name("paper_texts.json").read_text(encoding="utf-8"))


class _Paper:
    """One template on its way: a layout, and how things are put on it."""

    def __init__(self, name: str, language: str, width: float, height: float) -> None:
        self.layout: Any = QgsPrintLayout(QgsProject.instance())
        self.layout.initializeDefaults()
        self.layout.setName(name)
        self._language = language
        self._size, self._page = QgsLayoutSize(width, height), 0
        self.layout.pageCollection().page(0).setPageSize(self._size)

    def next_page(self) -> None:
        """Go on on another page."""
        page = QgsLayoutItemPage(self.layout)
        page.setPageSize(self._size)
        self.layout.pageCollection().addPage(page)
        self._page += 1

    def text(self, key: str, box: Box, size: float = _TEXT_PT, **look: Any) -> None:
        """Put a text of the template's own."""
        self._label(key, _TEXTS[key][self._language], box, size, **look)

    def column(self, name: str, box: Box, size: float = _TEXT_PT, **look: Any) -> None:
        """Put a column of the coverage layer."""
        self._label(name, f'[% "{name}" %]', box, size, **look)

    def block(self, key: str, column: str, box: Box, size: float = _TEXT_PT) -> None:
        """Put a column under its heading."""
        x, y, width, height = box
        self.text(key, (x, y, width, 6.5), _HEAD_PT, bold=True, colour=_HEAD)
        self._label(column, f'[% "{column}" %]', (x, y + 7.0, width, height - 7.0), size)

    def map(self, box: Box) -> None:
        """Put the map, which follows the page's place."""
        item = QgsLayoutItemMap(self.layout)
        item.setId(MAP_ID)
        self._place(item, box)
        item.setExtent(QgsRectangle(0.0, 0.0, box[2], box[3]))  # of the same shape: the height follows it
        item.setFrameEnabled(True)
        item.setFrameStrokeColor(_LINE)
        item.setFrameStrokeWidth(QgsLayoutMeasurement(0.3))
        item.setAtlasDriven(True)
        item.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Auto)
        item.setAtlasMargin(0.0)
        self.layout.addLayoutItem(item)

    def qr(self, box: Box) -> None:
        """Put the code that a phone reads."""
        item = QgsLayoutItemPicture(self.layout)
        item.setId(QR_ID)
        self._place(item, box)
        item.dataDefinedProperties().setProperty(
            QgsLayoutObject.DataDefinedProperty.PictureSource, QgsProperty.fromExpression('"qr"')
        )
        self.layout.addLayoutItem(item)

    def drawing(self, key: str, box: Box) -> None:
        """Put a drawing that a column holds."""
        item = QgsLayoutItemPicture(self.layout)
        item.setId(f"picture_{key}")
        item.setMode(QgsLayoutItemPicture.Format.FormatSVG)
        self._place(item, box)
        item.dataDefinedProperties().setProperty(
            QgsLayoutObject.DataDefinedProperty.PictureSource, QgsProperty.fromExpression(f'"picture_{key}"')
        )
        self.layout.addLayoutItem(item)

    def table(self, key: str, box: Box, size: float = _TABLE_PT) -> None:
        """Put a table under its title; its rows come with the page."""
        x, y, width, height = box
        self.title(key, (x, y, width, 6.5))
        table = QgsLayoutItemManualTable.create(self.layout)
        for bold, set_format in ((True, table.setHeaderTextFormat), (False, table.setContentTextFormat)):
            look = QgsTextFormat()
            font = QFont(_FAMILY)
            font.setBold(bold)
            look.setFont(font)
            look.setSize(size)
            look.setColor(_INK)
            set_format(look)
        table.setCellMargin(_CELL_MM)
        table.setWrapBehavior(QgsLayoutItemManualTable.WrapBehavior.WrapText)
        table.setIncludeTableHeader(True)
        table.setGridColor(_LINE)
        table.setGridStrokeWidth(0.15)
        table.setVerticalGrid(False)
        self.layout.addMultiFrame(table)
        frame = QgsLayoutFrame(self.layout, table)
        frame.setId(f"table_{key}")
        self._place(frame, (x, y + 7.5, width, height - 7.5))
        table.addFrame(frame)

    def title(self, key: str, box: Box) -> None:
        """Put the title of a table."""
        self._label(f"title_{key}", f'[% "title_{key}" %]', box, _HEAD_PT, bold=True, colour=_HEAD)

    def rule(self, box: Box) -> None:
        """Put a thin line, as an empty label with a background."""
        item = QgsLayoutItemLabel(self.layout)
        item.setId("rule")
        item.setText("")
        item.setBackgroundEnabled(True)
        item.setBackgroundColor(_LINE)
        self._place(item, box)
        self.layout.addLayoutItem(item)

    def _label(
        self,
        name: str,
        text: str,
        box: Box,
        size: float,
        *,
        bold: bool = False,
        align: Any = _LEFT,
        is_centred: bool = False,
        colour: QColor = _INK,
    ) -> None:
        item = QgsLayoutItemLabel(self.layout)
        item.setId(name)
        item.setText(text)
        font = QFont(_FAMILY)
        font.setPointSizeF(size)
        font.setBold(bold)
        item.setFont(font)
        item.setFontColor(colour)
        item.setHAlign(align)
        if is_centred:
            item.setVAlign(Qt.AlignmentFlag.AlignVCenter)
        item.setMarginX(0.0)
        item.setMarginY(0.0)
        self._place(item, box)
        self.layout.addLayoutItem(item)

    def _place(self, item: QgsLayoutItem, box: Box) -> None:
        x, y, width, height = box
        item.attemptMove(QgsLayoutPoint(x, y), page=self._page)
        item.attemptResize(QgsLayoutSize(width, height))

    def content(self) -> str:
        """Return the template as a file holds it; what is given to each item by chance is numbered instead."""
        return _without_chance(template_of(self.layout))


def _without_chance(text: str) -> str:
    """Number the marks of the items, so that drawing anew changes a file only where the drawing changed."""
    marks = dict.fromkeys(re.findall(r"\{[0-9a-f]{8}-[0-9a-f-]{27}\}", text))
    for number, mark in enumerate(marks):
        text = text.replace(mark, f"{{00000000-0000-0000-0000-{number:012d}}}")
    return text


def _sign(language: str) -> _Paper:
    """Draw the publicity sign, A3 across."""
    paper = _Paper(SIGN, language, 420, 297)
    paper.text("mark", (360, 8, 48, 7), 11, align=_RIGHT, colour=_FAINT)
    paper.text("sign_title", (12, 12, 396, 20), 34, bold=True, align=_CENTRE, colour=_HEAD)
    paper.text("place", (12, 33, 396, 9), 14, align=_CENTRE, colour=_FAINT)
    paper.rule((12, 44, 396, 0.5))
    paper.map((12, 49, 210, 150))
    paper.text("approval", (12, 201, 210, 6), _SMALL_PT, colour=_FAINT)
    paper.text("about", (230, 49, 178, 8), 15, bold=True, colour=_HEAD)
    paper.text("from_to", (230, 58, 178, 7), 13)
    paper.text("size", (230, 66, 178, 7), 13)
    paper.text("property", (230, 74, 178, 14), 13)
    paper.text("officers", (230, 92, 178, 8), 15, bold=True, colour=_HEAD)
    paper.column("officers", (230, 101, 178, 98), 13)
    paper.rule((12, 209, 396, 0.5))
    paper.text("duties", (12, 213, 150, 8), 15, bold=True, colour=_HEAD)
    paper.column("duties", (12, 222, 170, 62), 12)
    paper.text("ten_nos", (190, 213, 120, 8), 15, bold=True, colour=_HEAD)
    paper.column("ten_nos", (190, 222, 120, 62), 12)
    paper.text("phone", (316, 213, 92, 16), 15, bold=True, colour=_HEAD)
    paper.text("target", (316, 230, 92, 14), 12)
    paper.qr((316, 245, 40, 40))
    paper.text("code", (360, 250, 48, 14), 11)
    paper.text("printed", (360, 279, 48, 6), _SMALL_PT, colour=_FAINT)
    return paper


def _sign_a4(language: str) -> _Paper:
    """Draw the publicity sign for the printer of an office, A4 upright."""
    paper = _Paper(SIGN_A4, language, 210, 297)
    paper.text("mark", (150, 6, 44, 6), 10, align=_RIGHT, colour=_FAINT)
    paper.text("sign_title", (16, 12, 178, 18), 20, bold=True, align=_CENTRE, is_centred=True, colour=_HEAD)
    paper.text("place", (16, 31, 178, 6), 11, align=_CENTRE, colour=_FAINT)
    paper.rule((16, 39, 178, 0.4))
    paper.map((16, 42, 178, 65))
    paper.text("approval", (16, 108, 120, 5), _SMALL_PT, colour=_FAINT)
    paper.text("about", (16, 114, 178, 7), 12, bold=True, colour=_HEAD)
    paper.text("from_to", (16, 121, 86, 11), 10.5)
    paper.text("size", (108, 121, 86, 11), 10.5)
    paper.text("property", (16, 132, 178, 11), 10.5)
    paper.text("officers", (16, 144, 178, 7), 12, bold=True, colour=_HEAD)
    paper.column("officers", (16, 151, 178, 57))
    paper.rule((16, 209.5, 178, 0.4))
    paper.text("duties", (16, 211, 86, 7), 12, bold=True, colour=_HEAD)
    paper.column("duties", (16, 218, 86, 47), 9)
    paper.text("ten_nos", (108, 211, 86, 7), 12, bold=True, colour=_HEAD)
    paper.column("ten_nos", (108, 218, 86, 47), 9)
    paper.text("phone", (16, 267, 110, 8), 13, bold=True, colour=_HEAD)
    paper.text("target", (16, 276, 110, 6))
    paper.text("printed", (16, 286, 110, 5), _SMALL_PT, colour=_FAINT)
    paper.text("code", (120, 267, 44, 10), 9, align=_RIGHT, colour=_FAINT)
    paper.qr((168, 266, 26, 26))
    return paper


def _letter(language: str) -> _Paper:
    """Draw the task letter, A4 upright."""
    paper = _Paper(LETTER, language, 210, 297)
    paper.text("mark", (150, 8, 44, 6), 10, align=_RIGHT, colour=_FAINT)
    paper.text("letter_title", (16, 14, 178, 12), 22, bold=True, align=_CENTRE)
    paper.text("place", (16, 27, 130, 6), align=_LEFT, colour=_FAINT)
    paper.text("letter_no", (134, 27, 60, 6), align=_RIGHT)
    paper.rule((16, 34, 178, 0.4))
    paper.text("letter_who", (16, 37, 178, 12), 11)
    paper.text("letter_lane", (16, 51, 178, 12), 11)
    paper.map((16, 66, 178, 84))
    paper.text("approval", (16, 151, 90, 5), _SMALL_PT, colour=_FAINT)
    paper.block("duties", "duties", (16, 158, 100, 62), 9.5)
    paper.block("ten_nos", "ten_nos", (122, 158, 72, 62), 9.5)
    paper.text("target", (16, 222, 178, 6))
    paper.text("letter_promise", (16, 230, 178, 12), 10.5)
    paper.text("letter_sign", (16, 245, 80, 7), 11)
    paper.text("letter_office", (100, 245, 60, 7), 11)
    paper.text("letter_day", (16, 262, 80, 7), 11)
    paper.text("phone", (16, 275, 120, 6))
    paper.text("printed", (16, 282, 120, 5), _SMALL_PT, colour=_FAINT)
    paper.qr((166, 250, 28, 28))
    paper.text("code", (150, 279, 44, 9), _SMALL_PT, align=_RIGHT, colour=_FAINT)
    return paper


def _weekly(language: str) -> _Paper:
    """Draw the weekly sheet, A4 upright."""
    paper = _Paper(WEEKLY, language, 210, 297)
    paper.text("mark", (150, 8, 44, 6), 10, align=_RIGHT, colour=_FAINT)
    paper.text("weekly_title", (16, 14, 178, 10), 18, bold=True, align=_CENTRE)
    paper.text("week_who", (16, 26, 130, 6), 11)
    paper.text("period", (134, 26, 60, 6), 11, align=_RIGHT)
    paper.text("place", (16, 33, 178, 6), align=_LEFT, colour=_FAINT)
    paper.rule((16, 40, 178, 0.4))
    paper.map((16, 43, 100, 86))
    paper.text("approval", (16, 130, 100, 5), _SMALL_PT, colour=_FAINT)
    paper.block("lanes", "lanes", (121, 43, 73, 92), 9)
    paper.block("patrols", "patrols", (16, 137, 86, 72), 9)
    paper.block("inspections", "inspections", (108, 137, 86, 72), 9)
    paper.block("open_cases", "open_cases", (16, 211, 178, 72), 9)
    paper.text("printed", (134, 285, 60, 5), _SMALL_PT, align=_RIGHT, colour=_FAINT)
    return paper


def _inspection(language: str) -> _Paper:
    """Draw the sheet on which a lane is inspected, A4 upright."""
    paper = _Paper(INSPECTION, language, 210, 297)
    paper.text("mark", (150, 8, 44, 6), 10, align=_RIGHT, colour=_FAINT)
    paper.text("inspection_title", (16, 14, 178, 10), 18, bold=True, align=_CENTRE)
    paper.text("inspection_lane", (16, 27, 178, 7), 12, bold=True)
    paper.text("place", (16, 35, 178, 6), align=_LEFT, colour=_FAINT)
    paper.rule((16, 42, 178, 0.4))
    paper.map((16, 45, 110, 84))
    paper.text("approval", (16, 130, 110, 5), _SMALL_PT, colour=_FAINT)
    paper.block("officers", "officers", (131, 45, 63, 91), _SMALL_PT)
    paper.text("target", (16, 136, 178, 6))
    paper.text("inspection_who", (16, 145, 178, 7), 11)
    paper.block("to_tick", "to_tick", (16, 156, 178, 82), 12)
    paper.text("inspection_note", (16, 241, 130, 7))
    paper.text("printed", (16, 284, 120, 5), _SMALL_PT, colour=_FAINT)
    paper.qr((166, 248, 28, 28))
    paper.text("code", (150, 277, 44, 9), _SMALL_PT, align=_RIGHT, colour=_FAINT)
    return paper


def _briefing(language: str) -> _Paper:
    """Draw the briefing, two pages of A3 across."""
    paper = _Paper(BRIEFING, language, 420, 297)
    _head(paper)
    paper.column("map_title", (12, 42, 250, 6.5), _HEAD_PT, bold=True, colour=_HEAD)
    paper.map((12, 50, 250, 190))
    paper.drawing("legend", (12, 242, 250, 5))
    paper.title("notes", (12, 250, 250, 6.5))
    paper.column("notes", (12, 257, 250, 28), _SMALL_PT)
    paper.column("count", (272, 40, 136, 15), 36, bold=True)
    paper.column("unit", (272, 56.5, 136, 6), 11)
    paper.column("lines", (272, 63.5, 136, 18))
    paper.table("figures", (272, 82, 136, 60))
    paper.title("hot", (272, 146, 136, 6.5))
    paper.column("hot", (272, 153, 136, 46), 9)
    paper.title("days", (272, 202, 136, 6.5))
    paper.drawing("days", (272, 209, 136, 34))
    paper.title("hours", (272, 246, 136, 6.5))
    paper.drawing("hours", (272, 253, 136, 33))
    paper.next_page()
    _head(paper)
    paper.table("areas", (12, 42, 396, 88))
    paper.table("rates", (12, 134, 190, 76))
    paper.title("classes", (216, 134, 192, 6.5))
    paper.drawing("classes", (216, 142, 192, 68))
    paper.table("places", (12, 214, 138, 74))
    paper.table("come_back", (156, 214, 196, 74))
    paper.table("ages", (356, 214, 52, 74))
    return paper


def _head(paper: _Paper) -> None:
    """Draw what stands at the top of each page of a briefing."""
    paper.column("mark", (352, 8, 56, 9), 14, bold=True, align=_RIGHT)
    paper.column("title", (12, 9, 320, 13), 24, bold=True, colour=_HEAD)
    paper.column("days", (12, 23, 200, 7), 13)
    paper.column("compared", (12, 31, 330, 5), 9, colour=_FAINT)
    paper.column("made_on", (308, 31, 100, 5), 9, align=_RIGHT, colour=_FAINT)
    paper.rule((12, 38, 396, 0.5))


def write(folder: Path) -> int:
    """Draw every template in both languages; return how many."""
    count = 0
    for draw in (_sign, _sign_a4, _letter, _weekly, _inspection, _briefing):
        for language in ("zh", "en"):
            paper = draw(language)
            (folder / f"{paper.layout.name()}.{language}.qpt").write_text(paper.content(), encoding="utf-8")
            count += 1
    return count


def main() -> None:
    """Draw into the resources."""
    application = QgsApplication([], False)
    application.initQgis()
    print(f"{write(resource_path('layouts'))} templates")
    application.exitQgis()


if __name__ == "__main__":
    main()

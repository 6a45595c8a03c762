"""A sheet of tables as a PDF on A4 across, as people sign it in a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from qgis.PyQt.QtCore import QMarginsF, QSizeF
from qgis.PyQt.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.project.i18n import tr

_RESOLUTION_DPI, _TEXT_PT, _MARGIN_MM = 300, 9, 12.0


def write_sheet(html: str, path: Path) -> None:
    """Write a sheet; it appears complete or not at all.

    :raises WorkspaceError: ``layer_not_written`` with the reason, ``file_held``.
    """
    unfinished = staging_path(path)
    try:
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        _print(html, unfinished)
        if not unfinished.is_file() or unfinished.stat().st_size == 0:
            raise WorkspaceError("layer_not_written", path=str(path), reason="PDF")
        replace_file(unfinished, path)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        clear_away(unfinished)


def lined_table(headings: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table of a sheet as HTML.

    :param headings: texts to be translated; :param lines: cells as they are shown.
    """
    head = "".join(f"<th>{escape(tr(heading))}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    lined = "<table border='1' cellspacing='0' cellpadding='4' width='100%'>"
    return f"{lined}<thead><tr>{head}</tr></thead>{body}</table>"


def _print(html: str, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setResolution(_RESOLUTION_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont()
    font.setPointSizeF(_TEXT_PT)
    document.setDefaultFont(font)
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    document.setHtml(html)
    document.print(writer)

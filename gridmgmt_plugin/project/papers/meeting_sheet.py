"""The sheet for a meeting that rules on ownership, as a PDF: one line per component, room for the decision."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from qgis.PyQt.QtCore import QMarginsF, QSizeF
from qgis.PyQt.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.disputes import Dispute
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable

_RESOLUTION_DPI, _TEXT_PT, _MARGIN_MM = 300, 9, 12.0
_HEADINGS = (
    translatable("No."), translatable("Component"), translatable("Class"), translatable("Unit grid"),
    translatable("State"), translatable("Department"), translatable("Since"), translatable("Days"),
    translatable("Who claims it"), translatable("Ruled to belong to"), translatable("Basis, signatures"),
)  # fmt: skip


def write_meeting_sheet(disputes: Sequence[Dispute], path: Path, district: str, classification: str) -> None:
    """Write the sheet on A4 across; it appears complete or not at all.

    :param district: name of the county. :param classification: mark that every paper carries, "" for none.
    :raises WorkspaceError: ``layer_not_written`` with the reason, ``file_held``.
    """
    unfinished = staging_path(path)
    try:
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        _print(_page(disputes, district, classification), unfinished)
        if not unfinished.is_file() or unfinished.stat().st_size == 0:
            raise WorkspaceError("layer_not_written", path=str(path), reason="PDF")
        replace_file(unfinished, path)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        clear_away(unfinished)


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


def _page(disputes: Sequence[Dispute], district: str, classification: str) -> str:
    mark = f"<p align='right'>{escape(classification)}</p>" if classification else ""
    title = escape(tr("{district}: ownership to be ruled").format(district=district))
    day = escape(
        tr("{day}, {count} {count:component|components}", day=clock.today().isoformat(), count=len(disputes))
    )
    head = "".join(f"<th>{escape(tr(heading))}</th>" for heading in _HEADINGS)
    body = "".join(_line(number, dispute) for number, dispute in enumerate(disputes, 1))
    lined = "<table border='1' cellspacing='0' cellpadding='4' width='100%'>"
    table = f"{lined}<thead><tr>{head}</tr></thead>{body}</table>"
    return f"{mark}<h2 align='center'>{title}</h2><p align='center'>{day}</p>{table}"


def _line(number: int, dispute: Dispute) -> str:
    cells = (
        str(number),
        " ".join(filter(None, (dispute.component, dispute.name))),
        dispute.class_title.text(language()),
        dispute.unit_grid,
        value_label("owner_state", dispute.state, locale_tag()),
        dispute.department,
        dispute.since,
        str(dispute.age_days) if dispute.age_days >= 0 else "",
        dispute.claims,
        "",
        "",
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"

"""The sheet for a meeting that rules on ownership, as a PDF: one line per component, room for the decision."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.duty.disputes import Dispute
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable
from gridmgmt_plugin.project.papers.sheets import write_sheet

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
    write_sheet(_page(disputes, district, classification), path)


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

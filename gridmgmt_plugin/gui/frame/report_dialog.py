"""The report of a job, readable: how many rows came in, why others did not, notes, and where the list of them is."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialog, QTextBrowser, QVBoxLayout

from gridmgmt_plugin.core.titles import REJECTED_ROWS, column_titles
from gridmgmt_plugin.gui.frame.colours import link_style
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button
from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import language, tr


def show_report(outcome: Outcome, parent: Any) -> QDialog:
    """Show the report beside QGIS's window and return the dialog; it deletes itself when it is closed."""
    dialog = QDialog(parent)
    dialog.setObjectName("gridmgmt_report_dialog")
    dialog.setWindowTitle(
        tr("{title} – only tried out").format(title=outcome.title) if outcome.tried else outcome.title
    )
    text = QTextBrowser(dialog)
    text.setObjectName("gridmgmt_report_text")
    text.setOpenLinks(False)
    explain(text, tr("What the job did, row counts and reasons; links open the lists that it wrote."))
    text.anchorClicked.connect(QDesktopServices.openUrl)
    text.setHtml(link_style(text) + report_html(outcome))
    dialog.finished.connect(dialog.deleteLater)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(close_button(dialog))
    dialog.resize(620, 460)
    dialog.show()
    return dialog


def report_html(outcome: Outcome) -> str:
    """Return the report as HTML in the reader's language."""
    report = outcome.report
    headline = outcome_message(outcome).text(language())
    parts = [f"<p><b>{escape(headline)}</b></p>"]
    reasons = report.get("reasons") or {}
    listing = Path(str(report.get("rejected_rows") or ""))
    if reasons:
        examples = reason_examples(report)
        rows = "".join(
            f"<tr><td align='right'><b>{count}</b>&nbsp;&nbsp;</td><td>{escape(examples.get(code, code))}</td></tr>"
            for code, count in sorted(reasons.items(), key=lambda item: -item[1])
        )
        did, would = (
            tr("Why rows did not come in (an example of each):"),
            tr("Why rows would not come in, by example:"),
        )
        parts.append(f"<p>{escape(would if outcome.tried else did)}</p><table>{rows}</table>")
    if listing.is_file():
        link = QUrl.fromLocalFile(str(listing)).toString()
        parts.append(
            f"<p><a href='{link}'>{escape(tr('List of all rejected rows'))}</a> ({escape(listing.name)})</p>"
        )
    confirm = Path(str(report.get("to_confirm") or ""))
    if confirm.is_file():
        link = QUrl.fromLocalFile(str(confirm)).toString()
        parts.append(f"<p><a href='{link}'>{escape(tr('List to confirm'))}</a> ({escape(confirm.name)})</p>")
    notes = [str(note.get("text", "")) for note in report.get("notes") or ()]
    notes = [note for note in notes if not headline.endswith(note)]  # it says the first of some jobs itself
    if notes:
        items = "".join(f"<li>{escape(note)}</li>" for note in notes)
        parts.append(f"<p>{escape(tr('Notes'))}</p><ul>{items}</ul>")
    return "".join(parts)


def reason_examples(report: Mapping[str, Any]) -> dict[str, str]:
    """Return reason → the sentence of the first row that was not taken for it."""
    listing = Path(str(report.get("rejected_rows") or ""))
    found: dict[str, str] = {}
    if listing.is_file():
        with listing.open(encoding="utf-8-sig", newline="") as stream:
            _, *rows = csv.reader(stream)  # the headings are in the language of who wrote the list
            columns = list(column_titles(REJECTED_ROWS, "en"))
            for row in rows:
                found.setdefault(row[columns.index("reason")], row[columns.index("text")])
    return found

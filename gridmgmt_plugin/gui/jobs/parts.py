"""Small parts that dialogs of jobs are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.gui.frame.colours import make_faint
from gridmgmt_plugin.gui.frame.manual import add_help
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.jobs.fields import Field
from gridmgmt_plugin.processing.base import GridAlgorithm
from gridmgmt_plugin.project.i18n import tr

_PLACED = "gridmgmt_placed"
_ICON_PX = 32
_PART = "#part"


class JobHead(QWidget):
    """What stands over the fields: what the job does, and in which workspace."""

    def __init__(self, algorithm: GridAlgorithm, parent: QWidget) -> None:
        super().__init__(parent)
        icon = QLabel(self)
        icon.setPixmap(QIcon(algorithm.svgIconPath()).pixmap(_ICON_PX, _ICON_PX))
        summary = QLabel(algorithm.tip(), self)
        summary.setObjectName("gridmgmt_job_summary")
        summary.setWordWrap(True)
        self._place = QLabel("", self)
        self._place.setObjectName("gridmgmt_job_workspace")
        self._place.setVisible(algorithm.NEEDS_WORKSPACE)
        make_faint(self._place)
        texts = QVBoxLayout()
        texts.addWidget(summary)
        texts.addWidget(self._place)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def show_place(self, text: str) -> None:
        """Say which workspace it is about."""
        self._place.setText(text)


class JobButtons(QDialogButtonBox):
    """The buttons below the fields: ``runner``, ``trial``, ``closer``, ``helper``. ``verb``: what the first says."""

    def __init__(self, algorithm: GridAlgorithm, verb: str, parent: QWidget) -> None:
        super().__init__(parent)
        roles = QDialogButtonBox.ButtonRole
        self.runner: QPushButton = self.addButton(verb, roles.AcceptRole)
        self.trial: QPushButton = self.addButton(tr("Look first"), roles.ActionRole)
        self.closer: QPushButton = self.addButton(tr("Close"), roles.RejectRole)
        for button, name, tip in (
            (self.runner, "run", algorithm.tip()),
            (self.trial, "try", tr("Work it out without writing anything, and tell what would happen")),
            (self.closer, "close", tr("Closes the dialog; while the job runs, stops it. Esc does the same.")),
        ):
            button.setObjectName(f"gridmgmt_job_{name}")
            explain(button, tip)
            button.setAutoDefault(button is self.runner)
        self.runner.setDefault(True)
        self.helper = add_help(self, algorithm.KEY)


def keep_on_screen(dialog: QDialog) -> None:
    """Move a dialog back as far as it reaches over an edge of the screen; its title counts before its foot."""
    screen, frame = dialog.screen().availableGeometry(), dialog.frameGeometry()
    x = max(min(frame.x(), screen.right() + 1 - frame.width()), screen.x())
    y = max(min(frame.y(), screen.bottom() + 1 - frame.height()), screen.y())
    if (x, y) != (frame.x(), frame.y()):
        dialog.move(x, y)


def fit_and_centre(dialog: QDialog, fit: Callable[[], None]) -> None:
    """Fit a dialog that was shown, and the first time put it in the middle of its window.

    Under X11 a dialog that is fitted while it is being framed lies in the corner of the screen, its title beyond it.
    """
    fit()
    if is_alive(dialog) and dialog.isVisible() and not dialog.property(_PLACED):
        dialog.setProperty(_PLACED, True)
        around = dialog.parentWidget().frameGeometry().center() - dialog.rect().center()
        dialog.move(around)
        keep_on_screen(dialog)


def room_px(dialog: QDialog) -> int:
    """Return how high a dialog may be, without its frame, to have its foot on the screen: little at 150 % scale."""
    return int(dialog.screen().availableGeometry().height() - dialog.frameGeometry().height() + dialog.height())


def grow(dialog: QDialog, most_px: int) -> None:
    """Give a dialog more height where its texts have more lines than there is room for; smaller it never gets."""
    needed = min(dialog.layout().minimumHeightForWidth(dialog.width()), most_px, room_px(dialog))
    if dialog.isVisible() and needed > dialog.height():
        dialog.resize(dialog.width(), needed)
        keep_on_screen(dialog)


def step_aside(dialog: QDialog, width_px: int, height_px: int, margin_px: int) -> None:
    """Give the map back: small, in the corner of the window that lies over its docks."""
    dialog.resize(width_px, height_px)
    corner = dialog.parentWidget().geometry().bottomRight() - dialog.rect().bottomRight()
    dialog.move(corner.x() - margin_px, corner.y() - 2 * margin_px)


def problem_html(texts: list[str]) -> str:
    """Return what is in the way, as HTML."""
    return "<br>".join(map(escape, texts))


class PartLinks:
    """Links to the layers or sheets of a file of which the job needs to know which one is meant."""

    def __init__(self) -> None:
        self._parts: list[tuple[Field, str]] = []

    def html(self, refusal: GridError | None, fields: Iterable[Field]) -> str:
        """Return the links, "" where the refusal is about something else.

        :param fields: of the dialog; the one that holds the file is filled in by a click.
        """
        self._parts = []
        if refusal is None or refusal.code != "layer_needed":
            return ""
        named = refusal.message.details["name"]
        holder = next((field for field in fields if Path(str(field.value() or "")).name == named), None)
        if holder is None:
            return ""
        names = refusal.message.details["parts"]
        self._parts = [(holder, f"{holder.value()}|layername={name}") for name in names]
        links = (f"<a href='{_PART}{number}'>{escape(name)}</a>" for number, name in enumerate(names))
        return "<br>" + " · ".join(links)

    def take(self, link: str) -> bool:
        """Choose the layer or sheet that a link stands for; tell whether it is one of these."""
        if not link.startswith(_PART):
            return False
        field, value = self._parts[int(link[len(_PART) :])]
        field.show_value(value)
        return True


def files_html(results: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """Return links to the folder of what was written for others, or of the package that was given and has its receipt
    beside it, and to the sheets to sign.
    """
    found = ""
    path = Path(str(results.get("PACKAGE") or results.get("FOLDER") or given.get("PACKAGE") or ""))
    if path.is_absolute() and path.exists():
        link = QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)).toString()
        found = f"<p><a href='{link}'>{tr('Open the folder')}</a> ({escape(path.name)})</p>"
    for name, title in (("SHEET", tr("Open the sheet")), ("HANDOVER_SHEET", tr("Open the hand-over sheet to sign"))):
        sheet = Path(str(results.get(name) or ""))
        if sheet.is_absolute() and sheet.is_file():
            link = QUrl.fromLocalFile(str(sheet)).toString()
            found += f"<p><a href='{link}'>{title}</a> ({escape(sheet.name)})</p>"
    return found

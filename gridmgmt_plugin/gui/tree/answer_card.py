"""The card below the tree: who answers for the place that is chosen, with links to go on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qgis.PyQt.QtCore import QSize, QUrl, pyqtSignal
from qgis.PyQt.QtWidgets import QSizePolicy, QTextBrowser, QWidget

from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.frame.colours import link_style
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.tree.tree_model import LEVEL_TITLES, place_title
from gridmgmt_plugin.project.i18n import locale_tag, tr
from gridmgmt_plugin.workspace.light.answers import Answer, Officer
from gridmgmt_plugin.workspace.light.places import Place

_LINES, _FEWEST_LINES, _MARGIN_PX = 9, 1, 8
_BETWEEN = "|"


class AnswerCard(QTextBrowser):
    """Hidden until a place is chosen; ``wanted`` tells (level, code) of a link."""

    wanted = pyqtSignal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_answers")
        self.setOpenLinks(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._needed_px = 0
        self.document().setDocumentMargin(_MARGIN_PX / 2)
        explain(self, tr("Who answers for the place that is chosen. Links lead to the grids, lanes and areas named."))
        self.anchorClicked.connect(self._followed)
        self.hide()

    def show_answers(self, place: Place, answers: Sequence[Answer]) -> None:
        """Say who answers for a place."""
        self._show(answers_html(place, answers))

    def show_failure(self, place: Place, reason: str) -> None:
        """Say why nobody knows who answers for a place."""
        self._show(f"{_head(place)}<br>{escape(reason)}")

    def _show(self, html: str) -> None:
        self.setHtml(link_style(self) + html)
        self.show()
        line_px = self.fontMetrics().lineSpacing()
        needed_px = int(self.document().size().height()) + 2 * self.frameWidth() + 2
        self._needed_px = min(needed_px, line_px * _LINES + _MARGIN_PX)
        self.setMinimumHeight(min(self._needed_px, line_px * _FEWEST_LINES + _MARGIN_PX))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for the height of what is said; where the dock is low, the rest is reached by scrolling."""
        return QSize(50, self._needed_px)

    def _followed(self, link: QUrl) -> None:
        level, _, code = link.toString().partition(_BETWEEN)
        self.wanted.emit(level, QUrl.fromPercentEncoding(code.encode()))


def answers_html(place: Place, answers: Sequence[Answer]) -> str:
    """Return the card as HTML in the reader's language."""
    parts = [_head(place)]
    parts += [_line(place, answer) for answer in answers if not _says_nothing(place, answer)]
    if not any(answer.officers or answer.departments for answer in answers):
        parts.append(f"<i>{escape(_nobody(place))}</i>")
    return "<br>".join(parts)


def _head(place: Place) -> str:
    kind, title = tr(LEVEL_TITLES[place.level]), place_title(place)
    code = "" if title == place.code else f" {escape(place.code)}"
    return f"<b>{escape(title)}</b><span> {escape(kind)}{code}</span>"


def _nobody(place: Place) -> str:
    """Return that nobody holds a post for the place itself, with how many do for what lies in it."""
    inside = place.figures.officers
    if not inside:
        return tr("Nobody holds a post here")
    return tr(
        "Nobody holds a post for the whole; {count} {count:person does|persons do} for grids and street-lanes in it",
        count=inside,
    )


def _says_nothing(place: Place, answer: Answer) -> bool:
    is_same = (answer.place.level, answer.place.code) == (place.level, place.code)
    return is_same and not answer.officers and not answer.departments


def _line(place: Place, answer: Answer) -> str:
    who = [_officer(officer) for officer in answer.officers] + [escape(name) for name in answer.departments]
    about = f"{escape(answer.scheme)} " if answer.scheme else ""
    is_same = (answer.place.level, answer.place.code) == (place.level, place.code)
    link = (
        f'<a href="{answer.place.level}{_BETWEEN}{escape(answer.place.code)}">{escape(place_title(answer.place))}</a>'
    )
    head = about.strip() if is_same else f"{about}{link}"
    names = escape(tr(", ")).join(filter(None, who)) or "–"
    return f"{head}{escape(tr(': '))}{names}" if head else names


def _officer(officer: Officer) -> str:
    role = value_label("role", officer.role, locale_tag()) if officer.role else ""
    turn = f"({value_label('turn', officer.turn, locale_tag())})" if officer.turn else ""
    return escape(" ".join(filter(None, (role, officer.name)))) + (f" {escape(turn)}" if turn else "")

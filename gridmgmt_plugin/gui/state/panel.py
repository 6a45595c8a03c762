"""The panel on top of the dock: one line of links, each of which leads to what it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

#: What a link says: nothing to do, to be looked at, wrong.
CALM, NOTE, ALARM = "calm", "note", "alarm"
_MARKS = {CALM: "", NOTE: "● ", ALARM: "● "}
_COLOURS = {NOTE: "#d97706", ALARM: "#dc2626"}


@dataclass(frozen=True)
class StateLink:
    """One link: its key, what it says, what the tip says, and how urgent it is."""

    key: str
    text: str
    tip: str = ""
    urgency: str = CALM


class StatePanel(QFrame):
    """Shows what it is given; ``wanted`` tells the key of the link that was followed."""

    wanted = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_state")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.about = _label("gridmgmt_about_workspace", self)
        self._links = _label("gridmgmt_state_links", self)
        for label in (self.about, self._links):
            label.linkActivated.connect(self.wanted)
            label.linkHovered.connect(self._hovered)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 3)
        layout.setSpacing(2)
        layout.addWidget(self.about)
        layout.addWidget(self._links)
        self._tips: dict[str, str] = {}
        self.show_links(())

    def show_links(self, links: Sequence[StateLink]) -> None:
        """Show these links, one behind the other."""
        self._tips = {link.key: link.tip for link in links}
        self._links.setText(" &nbsp;·&nbsp; ".join(map(_html, links)))
        self._links.setVisible(bool(links))

    def _hovered(self, key: str) -> None:
        self._links.setToolTip(self._tips.get(key, ""))


def _label(name: str, parent: QWidget) -> QLabel:
    label = QLabel("", parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    flags = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    label.setTextInteractionFlags(flags)
    return label


def _html(link: StateLink) -> str:
    mark, colour = _MARKS[link.urgency], _COLOURS.get(link.urgency, "")
    dot = f'<span style="color:{colour}">{mark}</span>' if mark else ""
    words = escape(link.text).replace(" ", "&nbsp;")
    return f'{dot}<a href="{link.key}" style="text-decoration:none">{words}</a>'

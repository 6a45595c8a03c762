"""The panel on top of the dock: one line of links, each of which leads to what it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gridmgmt_plugin.gui.frame.colours import ERROR, WARNING, link_style, readable

#: What a link says: nothing to do, to be looked at, wrong.
CALM, NOTE, ALARM = "calm", "note", "alarm"
# Between any two characters of Chinese a line may end, and did so within a name; not where a word joiner stands.
_BETWEEN_CHINESE = re.compile("(?<=[\u2e80-\uffef])(?=[\u2e80-\uffef])")
_JOINER = "\u2060"
_LINE = 16
_COLOURS = {NOTE: WARNING, ALARM: ERROR}


@dataclass(frozen=True)
class StateLink:
    """One link: its key, what it says, what the tip says, and how urgent it is. ``is_sentence``: it may go over
    several lines.
    """

    key: str
    text: str
    tip: str = ""
    urgency: str = CALM
    is_sentence: bool = False


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
        self._links.setText(link_style(self._links) + " &nbsp;·&nbsp; ".join(map(self._html, links)))
        self._links.setVisible(bool(links))

    def _html(self, link: StateLink) -> str:
        dot = ""
        if link.urgency in _COLOURS:
            colour = readable(_COLOURS[link.urgency], self._links).name()
            dot = f'<span style="color:{colour}">●</span>&nbsp;'
        words = escape(_kept_whole(link.text))
        if not link.is_sentence:
            words = words.replace(" ", "&nbsp;")
        return f'{dot}<a href="{link.key}" style="text-decoration:none">{words}</a>'

    def _hovered(self, key: str) -> None:
        self._links.setToolTip(self._tips.get(key, ""))


def _kept_whole(text: str) -> str:
    """Return the text with what keeps Chinese characters in one line, where it is short enough for one."""
    return text if len(text) > _LINE else _BETWEEN_CHINESE.sub(_JOINER, text)


def _label(name: str, parent: QWidget) -> QLabel:
    label = QLabel("", parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    flags = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    label.setTextInteractionFlags(flags)
    return label

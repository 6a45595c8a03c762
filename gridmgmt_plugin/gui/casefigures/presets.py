"""Questions that a manager asks again and again, kept under names of his own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.settings import remember, remembered

_STORED = "figures_questions"


class Presets(QPushButton):
    """Keeps what ``state`` says under a name. ``wanted``: a kept state is asked for again."""

    wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget, state: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__(tr("My questions"), parent)
        self.setObjectName("gridmgmt_figures_presets")
        self._state = state
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        explain(self, tr("Keeps what is asked here under a name, and asks it again"))

    def names(self) -> list[str]:
        """Return the names that are kept, sorted."""
        return sorted(kept())

    def ask(self, name: str) -> None:
        """Ask again what is kept under a name."""
        state = kept().get(name)
        if state is not None:
            self.wanted.emit(state)

    def save(self, name: str) -> None:
        """Keep what is asked now; what had the name before is forgotten."""
        if name.strip():
            _keep({**kept(), name.strip(): dict(self._state())})

    def rename(self, name: str, other: str) -> None:
        """Give what is kept another name; one that is taken stays whose it is."""
        found = kept()
        if other.strip() and other.strip() not in found and name in found:
            found[other.strip()] = found.pop(name)
            _keep(found)

    def delete(self, name: str) -> None:
        """Forget what is kept under a name."""
        found = kept()
        found.pop(name, None)
        _keep(found)

    # Inside.

    def _fill(self) -> None:
        self._menu.clear()
        names = self.names()
        for name in names:
            self._menu.addAction(name.replace("&", "&&"), partial(self.ask, name))
        if names:
            self._menu.addSeparator()
        self._menu.addAction(tr("Keep what is asked now…"), self._save_as)
        for title, deed in ((tr("Rename"), self._rename_to), (tr("Forget"), self.delete)):
            menu = self._menu.addMenu(title)
            menu.setEnabled(bool(names))
            for name in names:
                menu.addAction(name.replace("&", "&&"), partial(deed, name))

    def _save_as(self) -> None:
        name, is_given = QInputDialog.getText(self, tr("My questions"), tr("Name of this question"))
        if is_given:
            self.save(name)

    def _rename_to(self, name: str) -> None:
        other, is_given = QInputDialog.getText(self, tr("My questions"), tr("Another name"), text=name)
        if is_given:
            self.rename(name, other)


def kept() -> dict[str, dict[str, Any]]:
    """Return what is kept, by name; what another version wrote and nobody can read is not there."""
    try:
        found = json.loads(str(remembered(_STORED, "{}")))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): state for name, state in found.items() if isinstance(state, dict)}


def _keep(states: Mapping[str, Mapping[str, Any]]) -> None:
    remember(_STORED, json.dumps(states, ensure_ascii=False))

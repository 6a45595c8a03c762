"""Colleagues at work in the state panel: one link, and behind it who edits what where since when."""

from __future__ import annotations

from functools import partial

from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch
from gridmgmt_plugin.gui.beside.words import in_full, in_short
from gridmgmt_plugin.gui.state.panel import StateLink
from gridmgmt_plugin.project.i18n import tr

#: The key of the link.
AT_WORK = "at_work"
_MARK_PX = 12


def link_of(watch: PresenceWatch) -> StateLink | None:
    """Return what the panel says of colleagues at work, ``None`` while nobody is."""
    present = watch.present()
    if not present:
        return None
    text = in_short(*present[0])
    if len(present) > 1:
        text = tr("{count} {count:colleague is|colleagues are} editing", count=len(present))
    return StateLink(AT_WORK, text, "\n".join(in_full(*one) for one in present))


def fill_menu(menu: QMenu, watch: PresenceWatch) -> None:
    """List who is at work, each leading to the place, and whether the map shows it."""
    for presence, where in watch.present():
        mark = QPixmap(_MARK_PX, _MARK_PX)
        mark.fill(QColor(watch.colour_of(presence)))
        entry = menu.addAction(QIcon(mark), in_full(presence, where), partial(watch.zoom_to, presence))
        entry.setEnabled(presence.box is not None)
    if menu.isEmpty():
        menu.addAction(tr("No colleague is editing")).setEnabled(False)
    menu.addSeparator()
    shown = menu.addAction(tr("Show on the map where colleagues edit"))
    shown.setObjectName("gridmgmt_colleagues_on_map")
    shown.setCheckable(True)
    shown.setChecked(watch.is_on_map)
    shown.toggled.connect(watch.show_on_map)

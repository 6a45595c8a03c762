"""台账 in the window: the list of ledgers, their items on the map, a file for one of them, changes and removal."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsExpression, QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.map_focus import MapFocus, bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.ledgers.change_dialog import ChangeLedgerDialog
from gridmgmt_plugin.gui.ledgers.dock import LedgersDock
from gridmgmt_plugin.gui.opening.open_tables import renew_ledgers
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes
from gridmgmt_plugin.jobs.ledgers.ledger_acts import change_ledger, remove_ledger
from gridmgmt_plugin.jobs.ledgers.ledger_desk import ListedItem, ListedLedger, read_ledgers
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.map.ledger_overlays import overlays
from gridmgmt_plugin.workspace.light.places import UNIT_GRID, Place
from gridmgmt_plugin.workspace.workspace import Workspace

_IMPORT = "import_ledger"


class LedgersDesk(Desk):
    """Answers ``ledgers``: shows and hides the dock, and keeps it and the layers of ledgers up to date."""

    ACTION, HEIGHT_PX = "ledgers", 290

    def __init__(self, shell: Shell) -> None:
        self._focus = MapFocus(shell.iface)
        super().__init__(shell, LedgersDock(shell.iface.mainWindow()))
        self._on_the_map: tuple[ListedLedger, ...] | None = None  # as which the layers were renewed last
        self.dock.ledger_shown.connect(self._show_ledger)
        self.dock.item_shown.connect(self._show_item)
        self.dock.import_wanted.connect(lambda key: shell.attempt(lambda: self._import(key)))
        self.dock.change_wanted.connect(lambda ledger: shell.attempt(lambda: self._change(ledger)))
        self.dock.removal_wanted.connect(lambda ledger: shell.attempt(lambda: self._remove(ledger)))

    def close(self) -> None:
        """Take dock and mark out of QGIS."""
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the ledgers again, in the background; while the dock is hidden nothing is read."""
        self._errands.forget_question()
        location = self._session.location
        if location is None:
            self._on_the_map = None  # a project that is read again shows them as it was saved
            self.dock.show_ledgers((), tr("No workspace is open."))
            return
        if self.dock.isHidden():
            self.dock.show_ledgers(())
            return
        self._errands.ask(
            tr("Reading the ledgers"), location, lambda at: read_ledgers(Workspace.open(at)), self._read
        )

    def _read(self, ledgers: tuple[ListedLedger, ...] | None, error: GridError | None) -> None:
        if not is_alive(self.dock):
            return
        if error is not None:
            self.dock.show_ledgers((), error.text(language()))
        elif ledgers is not None:
            if ledgers != self._on_the_map:  # somebody else has changed one: what is written here renews them itself
                renew_ledgers()
                self._on_the_map = ledgers
            self.dock.show_ledgers(ledgers)

    # On the map.

    def _layers_of(self, key: str) -> list[QgsVectorLayer]:
        return [layer for (ledger, _), layer in overlays(QgsProject.instance()).items() if ledger == key]

    def _show_ledger(self, key: str) -> None:
        """Show the layers of a ledger, and the ground on which its items lie."""
        layers = [layer for layer in self._layers_of(key) if layer.featureCount()]
        for layer in layers:
            bring_into_view(layer)
        rows = layers[0].getFeatures() if layers else ()
        shapes = [feature.geometry() for feature in rows if feature.hasGeometry()]
        if shapes:
            self._focus.show_geometries(shapes, layers[0])

    def _show_item(self, item: ListedItem) -> None:
        condition = QgsExpression.createFieldEqualityExpression("key", item.key)
        for layer in self._layers_of(item.ledger):
            found: Any = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition)), None)
            if isinstance(found, QgsFeature) and found.hasGeometry():
                self._focus.show_geometry(found.geometry(), layer)
                return
        if not (item.unit_grid and self._focus.show_place(Place(UNIT_GRID, item.unit_grid, "", -1), None)):
            self._shell.tell(Message("ledger_item_nowhere", {"name": item.name or item.key}), Qgis.MessageLevel.Info)

    # What is written.

    def _import(self, key: str) -> None:
        jobs: Any = self._shell.controller(_IMPORT)
        jobs.trigger_with(_IMPORT, {"LEDGER": key} if key else {})

    def _change(self, ledger: Ledger) -> None:
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        dialog = ChangeLedgerDialog(ledger, window)
        try:
            if not dialog.agreed():
                return
            wishes = LedgerWishes(
                dialog.name.text(),
                symbol=str(dialog.symbol.currentData()),
                colour=str(dialog.colour.color().name()),
            )
            done = dialog.done_statuses()
        finally:
            dialog.deleteLater()
        self._errands.act(
            tr("Changing the ledger"),
            lambda w, progress: change_ledger(w, ledger.key, wishes, done=done, author=author, progress=progress),
            lambda report: report.notes,
        )

    def _remove(self, ledger: Ledger) -> None:
        window = self._shell.iface.mainWindow()
        author = self._errands.prepare(window)
        text = tr("Remove the ledger {title} with all its items?").format(title=ledger.title)
        if not is_wanted("gridmgmt_ledger_removal", text, tr("Remove"), window):
            return
        self._errands.act(
            tr("Removing the ledger"),
            lambda w, progress: remove_ledger(w, ledger.key, author=author, progress=progress),
            lambda report: report.notes,
        )

"""A colleague's save shows in the window at once, and disturbs nobody in the middle of an edit."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.beside.burst import Burst
from gridmgmt_plugin.gui.beside.fresh_layers import TYPED_INTO, show_burst, tables_typed_into
from gridmgmt_plugin.gui.beside.open_forms import OpenForm, open_forms
from gridmgmt_plugin.gui.editing.controller import Editing
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall, nobody_asked
from gridmgmt_plugin.gui.frame.keyboard import GridDock
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layers

if TYPE_CHECKING:
    from gridmgmt_plugin.gui.editing.save_watch import SaveWatch
    from gridmgmt_plugin.workspace.news.fresh import Fresh
    from gridmgmt_plugin.workspace.news.news import News

# What is told within the first is shown together; docks read the workspace, and wait for a few saves.
BURST_MS, DOCKS_MS = 50, 1500
# While the map is drawn it is not begun anew, but no longer than this: else it would never be ready where many save.
_MAP_S, _LOOK_MS = 2.0, 100
# Between two showings the window has so many times what one takes for the planner.
_REST, _LONGEST_REST_S = 4.0, 10.0
# A cursor that was left in a dock holds its figures up for a quarter of a minute.
_PUT_OFF = 10
# What somebody types into is looked at again after so long.
_TYPING_MS = 300


class Beside:
    """Lives as long as the window. What was written is drawn anew at once; where somebody edits or has a form open,
    when it was read in the background what rows say now. Tree and docks read again a moment later.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell, self._session = shell, shell.session
        self._waiting = Burst()
        self._reading: BackgroundCall | None = None
        self._put_off = 0
        self._rested_at = self._drawn_by = 0.0
        self._soon, self._docks = QTimer(), QTimer()
        for timer, pause_ms, deed in ((self._soon, BURST_MS, self._show), (self._docks, DOCKS_MS, self._renew_docks)):
            timer.setSingleShot(True)
            timer.setInterval(pause_ms)
            timer.timeout.connect(deed)
        shell.channel.arrived.connect(self._hear)
        shell.session.changed.connect(self._forget)

    def trigger(self, key: str, checked: bool) -> None:  # noqa: FBT001  it answers no action
        """Do nothing: no action asks for it."""

    def close(self) -> None:
        """Follow nothing any more."""
        self._shell.channel.arrived.disconnect(self._hear)
        self._session.changed.disconnect(self._forget)
        self._forget()

    def _forget(self) -> None:
        self._waiting = Burst()
        self._soon.stop()
        self._docks.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _hear(self, news: list[News]) -> None:
        self._waiting.add(news)
        self._begin_when_free()

    def _begin_when_free(self) -> None:
        if self._reading is None and not self._soon.isActive():
            self._begin_soon()

    def _begin_soon(self) -> None:
        """Show what waits, a moment later and when the window has rested from what was shown before."""
        if self._waiting.rows:
            now = time.monotonic()
            rest_s = max(0.0, self._rested_at - now)
            self._drawn_by = now + rest_s + _MAP_S
            self._soon.start(max(BURST_MS, round(1000 * rest_s)))

    def _show(self) -> None:
        if self._shell.iface.mapCanvas().isDrawing() and time.monotonic() < self._drawn_by:
            self._soon.start(_LOOK_MS)
            return
        heard, self._waiting = self._waiting, Burst()
        burst = self._free_of(heard)
        watch = self._shell.always(Editing).watch
        if not burst.rows or watch is None:  # such a workspace is only looked at
            self._draw(burst)
            return
        edited = {table: burst.rows[table] for table in watch.edited() if table in burst.rows}
        forms = [form for form in open_forms() if burst.touches(form.table, form.row)]
        if edited or forms:
            self._read(watch, burst, edited, forms)
        else:
            self._draw(burst)
            watch.learn(burst.rows, _nothing(), {})

    def _free_of(self, burst: Burst) -> Burst:
        """Return what may be shown now. Of tables into which somebody types it waits: he has seen the older rows, and
        their versions hold.
        """
        free, held = burst.parted(tables_typed_into())
        if held.rows:
            self._waiting.join(held)
            QTimer.singleShot(_TYPING_MS, self._begin_when_free)
        return free

    def _draw(self, burst: Burst) -> None:
        if not burst.rows:
            return
        begun = time.monotonic()
        show_burst(shown_layers(QgsProject.instance()), burst)
        ended = time.monotonic()
        self._rested_at = ended + min(_REST * (ended - begun), _LONGEST_REST_S)
        if not self._docks.isActive():
            self._docks.start()

    def _read(
        self, watch: SaveWatch, burst: Burst, edited: dict[str, set[int] | None], forms: list[OpenForm]
    ) -> None:
        """Read what rows say now, and show them afterwards: no version counts as seen that is not shown."""
        from gridmgmt_plugin.workspace.news.fresh import read_fresh  # noqa: PLC0415  needs shapely

        shown = {table: {form.row for form in forms if form.table == table} for table in {f.table for f in forms}}
        workspace = watch.workspace

        def read(fresh: Fresh | None, error: GridError | None) -> None:
            self._reading = None
            free = self._free_of(burst)
            self._draw(free)
            if fresh is not None and error is None and self._shell.always(Editing).watch is watch:
                self._take(watch, free, fresh.of(free.rows), shown)
            # Else the versions of before hold: a save of what somebody else has changed is refused.
            self._begin_soon()

        title = tr("Reading what a colleague saved")
        self._reading = BackgroundCall(
            title, workspace.location, lambda _: read_fresh(workspace, edited, shown), read, asks_login=False
        )
        self._reading.start()

    def _take(self, watch: SaveWatch, burst: Burst, fresh: Fresh, asked: Mapping[str, Collection[int]]) -> None:
        """Take over what was read; forms may have come, gone or been typed into meanwhile.

        :param asked: table → rows that forms showed when it was read; who opened one later sees what was saved.
        """
        forms = [(form, form.typed()) for form in open_forms() if burst.touches(form.table, form.row)]
        in_forms: dict[str, set[int]] = {}
        for form, typed in forms:
            if typed:
                in_forms.setdefault(form.table, set()).add(form.row)
        try:
            pending = watch.learn(burst.rows, fresh, in_forms)
        except GridError:
            return  # the server does not answer: the versions of before hold
        who = listing(sorted(burst.people)) if burst.people else Message("a_colleague")
        for form, typed in forms:
            if form.row not in asked.get(form.table, ()):
                continue
            rows = fresh.shown[form.table]
            at = rows.fids.tolist().index(form.row) if form.row in rows.fids else None
            if at is None:
                form.tell_gone(who)
            elif typed or form.row in pending.get(form.table, ()):
                form.tell(who, rows, at, typed)
            else:
                form.show(rows, at)

    def _renew_docks(self) -> None:
        """Have the tree and the docks read again, a little later where somebody types into one or a list is open."""
        self._put_off += 1
        if _is_busy() and self._put_off < _PUT_OFF:
            self._docks.start()
            return
        self._put_off = 0
        with nobody_asked():
            self._session.data_changed.emit()


def _nothing() -> Fresh:
    from gridmgmt_plugin.workspace.news.fresh import Fresh  # noqa: PLC0415

    return Fresh()


def _is_busy() -> bool:
    if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
        return True
    focus = QApplication.focusWidget()
    if not isinstance(focus, TYPED_INTO):
        return False
    around = focus.parentWidget()
    while around is not None and not isinstance(around, GridDock):
        around = around.parentWidget()
    return around is not None

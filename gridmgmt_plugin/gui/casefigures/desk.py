"""A manager's figures in the window: cases are read once, every click is answered from what was read."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.casefigures.periods import Period
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.casefigures.dock import CaseFiguresDock
from gridmgmt_plugin.gui.casefigures.map_filter import MapFilter
from gridmgmt_plugin.gui.casefigures.player import Player
from gridmgmt_plugin.gui.frame.map_focus import MapFocus
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.desk import Desk
from gridmgmt_plugin.jobs.analysis.case_figures import Question
from gridmgmt_plugin.jobs.analysis.case_overview import CaseOverviews, RankedPlace
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.shown_workspace import placed_layer
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.workspace import Workspace

_TABLES = {"community": "area"}
_HOTSPOTS, _BRIEFING = "hotspots", "briefing"


class CaseFiguresDesk(Desk):
    """Answers ``case_figures``: shows and hides the dock, and keeps it up to date."""

    ACTION, HEIGHT_PX = "case_figures", 330

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, CaseFiguresDock(shell.iface.mainWindow()))
        self._focus = MapFocus(shell.iface)
        self._player, self._filter = Player(shell.iface), MapFilter(self._answer)
        self._lacking: list[str] = []
        self._read_cases: CaseOverviews | None = None
        self.dock.bar.asked.connect(self._answer)
        self.dock.bar.moved.connect(self.refresh)
        self.dock.bar.lacking.connect(self._keep_lacking)
        self.dock.bar.classes.opening.connect(self._count_classes)
        self.dock.chosen.connect(self._show)
        self.dock.playing.connect(self._play)
        self.dock.hotspots.connect(self._find_hotspots)
        self.dock.briefing.connect(self._make_briefing)
        shell.iface.mapCanvas().selectionChanged.connect(self._follow_selection)
        self.dock.visibilityChanged.connect(self._shown)
        self._selection = QTimer()
        self._selection.setSingleShot(True)
        self._selection.timeout.connect(self._answer)

    def close(self) -> None:
        """Take dock and mark out of QGIS, and let go of the map's time."""
        self._shell.iface.mapCanvas().selectionChanged.disconnect(self._follow_selection)
        self._selection.stop()
        if is_alive(self.dock):
            self.dock.visibilityChanged.disconnect(self._shown)
        self._player.stop()
        self._filter.stop()
        self._focus.forget_mark()
        super().close()

    def refresh(self) -> None:
        """Read the cases again, in the background; while the dock is hidden nothing is read."""
        location, scheme = self._session.location, self._session.scheme or None
        self._errands.forget_question()
        self.dock.bar.expect()
        self._is_reading = False
        if location is None:
            self._forget(tr("No workspace is open."))
            self.dock.bar.forget()
            return
        if self.dock.isHidden():
            self._forget("")  # it is read when somebody looks again
            return
        level, self._is_reading = self.dock.bar.chosen_level(), True

        def read(at: Location) -> CaseOverviews:
            workspace = Workspace.open(at)
            with workspace.reading() as state:
                return CaseOverviews(state, level, scheme)

        self._errands.ask(tr("Reading the cases"), location, read, self._read)

    def _read(self, overviews: CaseOverviews | None, error: GridError | None) -> None:
        self._is_reading = False
        if not is_alive(self.dock):
            return
        if error is not None:
            self._forget(error.text(language()))
        elif overviews is not None:
            self._read_cases = overviews
            self.dock.bar.offer(overviews)
            self._answer()

    def _forget(self, why: str) -> None:
        self._read_cases = None
        self.dock.bar.expect()
        self._lacking = []  # of a workspace that is asked no more
        self._player.stop()
        self._filter.stop()
        self.dock.player.setChecked(False)
        self.dock.show_nothing(why)

    def _answer(self) -> None:
        """Show the figures of what is asked now."""
        overviews, bar = self._read_cases, self.dock.bar
        if overviews is None:
            return
        now = clock.now()
        only = self._selected() if bar.selected.isChecked() else None
        period = bar.days(now.date())
        asked = bar.question()
        overview = overviews.answer(asked, period, now, start_day=bar.start_day.value(), only=only)
        more = [tr("Nothing of this level is selected on the map.")] if only is not None and not only else []
        if self._lacking:
            more.append(tr("Not in this workspace, so not asked for: {names}").format(names=listing(self._lacking)))
            self._lacking = []
        more += self._narrow_map(overviews, asked, period, only)
        self.dock.show_overview(overview, overviews, more)
        if self.dock.player.isChecked():
            self._play(True)

    def _narrow_map(
        self, overviews: CaseOverviews, asked: Question, period: Period | None, only: frozenset[str] | None
    ) -> list[str]:
        """Have the map show what is counted where that is wanted; return why it does not."""
        if not self.dock.bar.followed.isChecked() or self.dock.isHidden():
            self._filter.stop()
            return []
        cases = overviews.cases(asked, period, only)
        if self._filter.show(cases, asked, period, is_narrowed=only is not None):
            return []
        return [
            tr(
                "The map shows all cases: they are being edited, too many lie in the places that are selected, "
                "or the layer has a filter that is a whole query."
            )
        ]

    def _count_classes(self) -> None:
        overviews, bar = self._read_cases, self.dock.bar
        if overviews is not None:
            only = self._selected() if bar.selected.isChecked() else None
            bar.classes.show_counts(overviews.class_counts(bar.question(), bar.days(clock.today()), only))

    def _keep_lacking(self, names: list[str]) -> None:
        self._lacking = names

    def _selected(self) -> frozenset[str]:
        """Return the codes of what is selected on the map, of the level that is ranked."""
        layer = self._ranked_layer()
        if layer is None:
            return frozenset()
        request = QgsFeatureRequest(layer.selectedFeatureIds()).setFlags(QgsFeatureRequest.Flag.NoGeometry)
        request.setSubsetOfAttributes(["code"], layer.fields())
        return frozenset(str(feature["code"]) for feature in layer.getFeatures(request))

    def _ranked_layer(self) -> QgsVectorLayer | None:
        level = self.dock.bar.chosen_level()
        return placed_layer(QgsProject.instance(), _TABLES.get(level, level))

    def _follow_selection(self, layer: object) -> None:
        if self.dock.bar.selected.isChecked() and not self.dock.isHidden() and layer is self._ranked_layer():
            self._selection.start(0)  # one gesture may select in several steps

    def _shown(self, is_visible: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Read again what was given up while nobody looked; a closed dock lets go of the map's time."""
        if self.dock.isHidden():
            self.dock.player.setChecked(False)
            self._filter.stop()
        elif is_visible and self._read_cases is None and not self._is_reading and self._session.location is not None:
            self.refresh()
        elif is_visible and self.dock.bar.followed.isChecked():
            self._answer()

    def _show(self, place: RankedPlace) -> None:
        if self.dock.bar.selected.isChecked():  # showing one would select it alone
            return
        level = self.dock.bar.chosen_level()
        self._focus.show_place(Place(level, place.code, place.name, -1), self._session.scheme)

    def _play(self, is_wanted: bool) -> None:  # noqa: FBT001  Qt's signal hands it over by position
        """Show the cases of the period day by day, or no longer."""
        if not is_wanted:
            self._player.stop()
            return
        overviews = self._read_cases
        if overviews is None:
            return
        today = clock.today()
        period = self.dock.bar.days(today) or overviews.span
        if period is not None:
            self._player.play(period.until(today))

    def _find_hotspots(self, *_: object) -> None:
        """Open the search for hot spots with what is asked here; there only classes of events go by their names."""
        bar, prefix = self.dock.bar, self.dock.bar.one_prefix()
        if prefix is None:
            self._shell.tell(Message("figures_classes_apart"), Qgis.MessageLevel.Info)
            prefix = "", ""
        kind, code = prefix
        period = bar.days(clock.today())
        days = "all" if period is None else (period.first, period.last)
        given: dict[str, Any] = {
            "LEVEL": bar.chosen_level(),
            "CLASS_PREFIX": code if kind != "component" else "",
            "CASE_KIND": kind,
        }
        given |= {"FROM": days, "SCHEME": self._session.scheme or None}
        self._tell_of_selection()
        jobs: Any = self._shell.controller(_HOTSPOTS)
        self._shell.attempt(lambda: jobs.trigger_with(_HOTSPOTS, given))

    def _tell_of_selection(self) -> None:
        """Say that jobs know nothing of what is selected on the map."""
        if self.dock.bar.selected.isChecked():
            self._shell.tell(Message("figures_selection_stays"), Qgis.MessageLevel.Info)

    def _make_briefing(self, *_: object) -> None:
        """Open the making of a briefing with what is asked here."""
        bar, asked = self.dock.bar, self.dock.bar.question()
        period = bar.days(clock.today())
        given: dict[str, Any] = {
            "FROM": "all" if period is None else (period.first, period.last),
            "LEVEL": bar.chosen_level(),
            "SCHEME": self._session.scheme or None,
            "CLASS_PREFIX": "",
            "CASE_KIND": None,
            "CLASSES": ",".join(f"{kind}:{code}" for kind, code in asked.classes),
            "SOURCES": ",".join(asked.sources),
            "STATUSES": ",".join(asked.statuses),
            "DEPARTMENTS": ",".join(asked.departments),
            "MONTH_START": bar.start_day.value(),
        }
        self._tell_of_selection()
        jobs: Any = self._shell.controller(_BRIEFING)
        self._shell.attempt(lambda: jobs.trigger_with(_BRIEFING, given))

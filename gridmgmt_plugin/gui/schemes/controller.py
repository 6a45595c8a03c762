"""What happens when the planner asks something of the grid schemes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsExpression, QgsProject

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.plurals import counted
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.map_focus import bring_into_view
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.window_desk import WindowDesk
from gridmgmt_plugin.gui.schemes.questions import DeleteQuestion, SchemeQuestion
from gridmgmt_plugin.gui.schemes.window import SchemesWindow
from gridmgmt_plugin.jobs.responsibility.lane_schemes import LANE, assign_lanes
from gridmgmt_plugin.jobs.responsibility.scheme_acts import (
    adopt_alternative,
    copy_scheme,
    create_scheme,
    delete_scheme,
    set_scheme_rules,
)
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.map.scheme import colour_schemes
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.location import Location
from gridmgmt_plugin.workspace.schema import scheme_column

if TYPE_CHECKING:
    from gridmgmt_plugin.jobs.responsibility.scheme_figures import SchemeFigures

# What only looks at the workspace.
_LOOKING = ("show", "without")


class Schemes(WindowDesk):
    """Answers ``schemes``: the window, and the acts that its buttons start."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, SchemesWindow(shell.iface.mainWindow()))

    def _reading_title(self) -> str:
        return tr("Reading the grid schemes")

    @staticmethod
    def _read(location: Location) -> tuple[SchemeFigures, ...]:
        from gridmgmt_plugin.jobs.responsibility.scheme_figures import scheme_figures  # noqa: PLC0415  heavy
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

        return scheme_figures(Workspace.open(location))

    def _show(self, answer: tuple[SchemeFigures, ...]) -> None:
        self.window.show_schemes(answer)
        colour_schemes(QgsProject.instance(), {scheme.key: scheme.rules.colour for scheme in answer})

    def _show_none(self) -> None:
        self.window.show_schemes(())

    # What is asked for.

    def _do(self, deed: str, about: str) -> None:
        """Do what a button stands for, about the scheme of a key.

        :raises GridError: before anything is asked, when an act is still being written, unsaved edits wait, or nobody
            says who is working.
        """
        if deed not in _LOOKING:
            self._errands.prepare(self.window)
        scheme = next((one for one in self.window.schemes if one.key == about), None)
        if deed == "new":
            self._ask_new()
        elif scheme is None:
            return
        elif deed == "show":
            self._show_on_map(scheme.key)
        elif deed == "without":
            self._select_without(scheme)
        elif deed == "assign":
            self._run(assign_lanes, tr("Making street-lanes grids"), (scheme.key,), {})
        elif deed == "rules":
            self._ask_rules(scheme)
        elif deed in ("copy", "alternative"):
            self._ask_copy(scheme, alternative=deed == "alternative")
        elif deed == "adopt":
            self._ask_adopting(scheme)
        elif deed == "delete":
            self._ask_deleting(scheme)

    def _show_on_map(self, key: str) -> None:
        tree: Any = self._shell.controller("tree")
        tree.dock.scheme_chosen.emit(key)

    def _select_without(self, scheme: SchemeFigures) -> None:
        """Select on the map the unit grids, or street-lanes, that are in no grid of a scheme."""
        if scheme.base == LANE:
            self._select_lanes(scheme)
            return
        layer = shown_layer(QgsProject.instance(), "unit_grid")
        column = scheme_column(scheme.key)
        if layer is None or layer.fields().indexOf(column) < 0:
            self._shell.tell(Message("place_not_on_map", {"code": scheme.title}), Qgis.MessageLevel.Warning)
            return
        layer.selectByExpression(f"coalesce(\"{column}\", '') = ''")
        bring_into_view(layer)
        self._shell.iface.setActiveLayer(layer)
        self._shell.iface.mapCanvas().zoomToSelected(layer)

    def _select_lanes(self, scheme: SchemeFigures) -> None:
        layer = shown_layer(QgsProject.instance(), LANE)
        if layer is None:
            self._shell.tell(Message("place_not_on_map", {"code": scheme.title}), Qgis.MessageLevel.Warning)
            return
        codes = ", ".join(QgsExpression.quotedString(code) for code in scheme.without)
        layer.selectByExpression(f'"code" IN ({codes})')
        bring_into_view(layer)
        self._shell.iface.setActiveLayer(layer)
        self._shell.iface.mapCanvas().zoomToSelected(layer)

    def _ask_new(self) -> None:
        question = self._question(tr("New grid scheme"), "", SchemeRules(), asks_base=True)
        if question is None:
            return
        key, title, base, rules = *self._named(question), str(question.base.currentData()), question.rules()
        self._run(create_scheme, tr("Making a grid scheme"), (key, title), {"base": base, "rules": rules})

    def _ask_copy(self, scheme: SchemeFigures, *, alternative: bool) -> None:
        if alternative:
            title, name = tr("Alternative of {title}"), tr("{title}, alternative")
        else:
            title, name = tr("Copy of {title}"), tr("{title}, copy")
        asked = title.format(title=scheme.title)
        question = self._question(asked, name.format(title=scheme.title), scheme.rules, name_only=True)
        if question is not None:
            given = (scheme.key, *self._named(question))
            self._run(copy_scheme, tr("Copying a grid scheme"), given, {"alternative": alternative})

    def _ask_rules(self, scheme: SchemeFigures) -> None:
        title = tr("Rules of {title}").format(title=scheme.title)
        question = SchemeQuestion(title, scheme.title, scheme.rules, self.window, asks_name=False)
        try:
            if question.agreed():
                self._run(set_scheme_rules, tr("Changing rules"), (scheme.key, question.rules()), {})
        finally:
            question.deleteLater()

    def _ask_adopting(self, scheme: SchemeFigures) -> None:
        main = next((one for one in self.window.schemes if one.key == scheme.rules.alternative_of), None)
        if scheme.base == LANE:
            text = tr(
                "Put the street-lanes of “{title}” with their supervisors and operators in the place of those of "
                "“{main}”? {count} {count:lane changes|lanes change}."
            )
        else:
            text = tr(
                "Put the grids of “{title}” in the place of those of “{main}”? {count} unit {count:grid"
                " changes|grids change} hands; posts follow the ground."
            )
        told = counted(text, title=scheme.title, main="" if main is None else main.title, count=scheme.differs)
        if is_wanted("gridmgmt_adopt_question", told, tr("Adopt"), self.window):
            self._run(adopt_alternative, tr("Adopting an alternative"), (scheme.key,), {})

    def _ask_deleting(self, scheme: SchemeFigures) -> None:
        question = DeleteQuestion(scheme.title, scheme.grids, scheme.posts, self.window)
        try:
            if question.agreed():
                self._run(
                    delete_scheme,
                    tr("Deleting a grid scheme"),
                    (scheme.key, question.line.text()),
                    {},
                )
        finally:
            question.deleteLater()

    def _question(
        self, title: str, name: str, rules: SchemeRules, *, asks_base: bool = False, name_only: bool = False
    ) -> SchemeQuestion | None:
        """Ask for a scheme; ``None`` when the planner turned back."""
        taken = [scheme.key for scheme in self.window.schemes]
        question = SchemeQuestion(title, name, rules, self.window, taken=taken, asks_base=asks_base)
        if name_only:
            for widget in (question.within, question.contiguous, question.tolerance, question.colour):
                widget.setEnabled(False)
        agreed = question.agreed()
        question.deleteLater()
        return question if agreed else None

    def _named(self, question: SchemeQuestion) -> tuple[str, str]:
        return question.key.text().strip(), question.name.text().strip()

    # Writing.

    def _run(self, act: Callable[..., Any], title: str, given: tuple[Any, ...], more: dict[str, Any]) -> None:
        """Carry out an act on the workspace in the background.

        :raises GridError: when an act is still being written, unsaved edits wait, or nobody says who is working.
        """
        author = self._errands.prepare(self.window)
        self.window.set_busy(busy=True)
        self._errands.act(
            title,
            lambda workspace, _: act(workspace, *given, author=author, **more),
            lambda report: report.notes,
            self._ended,
        )

    def _ended(self) -> None:
        if is_alive(self.window):
            self.window.set_busy(busy=False)

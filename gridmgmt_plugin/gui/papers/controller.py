"""What happens when the planner asks something of the templates of papers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.dates.asked import moment_of
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import BRIEFING, KINDS, kind_title
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.recent import working_folder
from gridmgmt_plugin.gui.papers.designer import Designer
from gridmgmt_plugin.gui.papers.window import TemplatesWindow
from gridmgmt_plugin.gui.people.window_desk import WindowDesk
from gridmgmt_plugin.project.i18n import locale_tag, tr
from gridmgmt_plugin.project.papers.template import template_file
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridmgmt_plugin.gui.papers.designer import Draft
    from gridmgmt_plugin.project.papers.page_layers import PaperLayers
    from gridmgmt_plugin.workspace.workspace import Workspace

# Pages that the designer shows: enough to see short and long texts.
_PAGES = 5


class PaperTemplates(WindowDesk):
    """Answers ``paper_templates``: the window, and what its buttons start."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, TemplatesWindow(shell.iface.mainWindow()))
        self.designer = Designer(shell.iface, self._edited)

    def close(self) -> None:
        """Take the window away, and what the designer shows."""
        self.designer.close()
        super().close()

    def _reading_title(self) -> str:
        return tr("Reading the templates")

    @staticmethod
    def _read(location: Location) -> list[str]:
        from gridmgmt_plugin.workspace.paper_templates import own_template  # noqa: PLC0415  heavy
        from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

        info = Workspace.open(location).info
        return [kind for kind in KINDS if own_template(info, kind)]

    def _show(self, answer: list[str]) -> None:
        self.window.show_own(answer)

    # What is asked for.

    def _do(self, deed: str, about: str) -> None:
        if deed in ("load", "restore"):
            self._errands.prepare(self.window, publishes=True)
        {"edit": self._edit, "load": self._load, "save": self._save, "restore": self._restore}[deed](about)

    def _edit(self, kind: str) -> None:
        location = self._shell.session.location
        if location is None:
            return

        def shown(draft: Draft | None, error: GridError | None) -> None:
            if error is not None:
                self._shell.tell(error.message, Qgis.MessageLevel.Warning)
            elif draft is not None:
                self._shell.attempt(lambda: self.designer.show(draft))

        self._errands.ask(tr("Reading some pages"), location, partial(_draft, kind, locale_tag()), shown)

    def _edited(self, draft: Draft, template: str) -> None:
        """Ask whether what was changed in the designer is kept by the workspace that it was read from."""
        title = kind_title(draft.kind, locale_tag())
        if self._shell.session.location != draft.location:
            elsewhere = {"paper": title, "workspace": draft.location.label}
            self._shell.tell(Message("template_of_another", elsewhere), Qgis.MessageLevel.Warning)
            return
        text = tr("The template of “{paper}” was changed. Let this workspace keep it?").format(paper=title)
        if is_wanted("gridmgmt_keep_template", text, tr("Keep"), self._shell.iface.mainWindow()):
            self._shell.attempt(lambda: self._keep(draft.kind, template, title))

    def _load(self, kind: str) -> None:
        given, _ = QFileDialog.getOpenFileName(self.window, tr("Template"), str(working_folder()), "QGIS (*.qpt)")
        if given:
            self._keep(kind, template_file(given), Path(given).name)

    def _restore(self, kind: str) -> None:
        self._keep(kind, "", "")

    def _keep(self, kind: str, template: str, name: str) -> None:
        author = self._errands.prepare(self._shell.iface.mainWindow(), publishes=True)

        def keep(workspace: Any, _: Any) -> None:
            from gridmgmt_plugin.jobs.papers.paper_template import keep_paper_template  # noqa: PLC0415  heavy

            keep_paper_template(workspace, kind, template, name, author)

        said = Message(
            "template_kept" if template else "template_given_up", {"paper": kind_title(kind, locale_tag())}
        )
        self._errands.act(tr("Keeping the template"), keep, lambda _: [said])

    def _save(self, kind: str) -> None:
        title = kind_title(kind, locale_tag())
        given, _ = QFileDialog.getSaveFileName(
            self.window, tr("Template"), str(working_folder() / f"{title}.qpt"), "QGIS (*.qpt)"
        )
        if not given:
            return
        path, language = Path(given).with_suffix(".qpt"), locale_tag()

        def write(workspace: Any, _: Any) -> None:
            from gridmgmt_plugin.jobs.papers.lane_papers import chosen_template  # noqa: PLC0415  heavy

            unfinished = staging_path(path)
            try:
                with unfinished.open("w", encoding="utf-8") as file:
                    file.write(chosen_template(workspace, kind, None, language))
                replace_file(unfinished, path)
            finally:
                clear_away(unfinished)

        self._errands.read_out(tr("Saving the template"), write, Message("template_written", {"path": path.name}))


def _draft(kind: str, language: str, location: Location) -> Draft:
    """Return the template of a kind with some pages, read in the background."""
    from gridmgmt_plugin.gui.papers.designer import Draft  # noqa: PLC0415  heavy
    from gridmgmt_plugin.jobs.papers.lane_papers import chosen_template  # noqa: PLC0415  heavy
    from gridmgmt_plugin.workspace.workspace import Workspace  # noqa: PLC0415  heavy

    workspace = Workspace.open(location)
    template = chosen_template(workspace, kind, None, language)
    if kind == BRIEFING:
        return Draft(location, kind, template, *_briefing(workspace, language))
    return Draft(location, kind, template, _pages(workspace, kind, language))


def _pages(workspace: Workspace, kind: str, language: str) -> Callable[[], PaperLayers]:
    from gridmgmt_plugin.jobs.papers.page_reading import read_pages  # noqa: PLC0415  heavy
    from gridmgmt_plugin.project.papers.page_layers import paper_layers  # noqa: PLC0415  heavy

    pages = read_pages(workspace, kind, (), moment_of(None).astype("datetime64[D]"), language, most=_PAGES)
    return partial(paper_layers, pages, workspace.info.frame, language)


def _briefing(workspace: Workspace, language: str) -> tuple[Callable[[], PaperLayers], Callable[[Any], None]]:
    """Return the page of a briefing about all cases, and what fills its tables."""
    from gridmgmt_plugin.jobs.analysis.briefing_content import BriefingQuestion, read_briefing  # noqa: PLC0415  heavy
    from gridmgmt_plugin.project.papers.briefing_sheet import briefing_layers, fill_briefing  # noqa: PLC0415  heavy

    content = read_briefing(workspace, BriefingQuestion(), clock.now())
    draw = partial(briefing_layers, content, workspace.info.frame, language)
    return draw, partial(fill_briefing, content=content, language=language)

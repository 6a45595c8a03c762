"""What happens when the planner asks something of the receiver profiles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QFileDialog

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame.dialog_buttons import is_wanted
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.people.window_desk import WindowDesk
from gridmgmt_plugin.gui.receivers.window import ProfilesWindow
from gridmgmt_plugin.project.i18n import language, locale_tag, tr
from gridmgmt_plugin.workspace.location import Location

if TYPE_CHECKING:
    from gridmgmt_plugin.jobs.receivers.profile_desk import ProfileDesk

_FILES = "JSON (*.json)"


class ReceiverProfiles(WindowDesk):
    """Answers ``receiver_profiles``: the window, and what its buttons start."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, ProfilesWindow(shell.iface.mainWindow()))
        shell.hearers.append(self._hear)
        self._shown_of = shell.session.location

    def refresh(self) -> None:
        """Read the profiles again; what is of another workspace is none of this one."""
        if self._shell.session.location != self._shown_of:
            self._shown_of = self._shell.session.location
            self.window.leave_workspace()
        super().refresh()

    def close(self) -> None:
        """Take the window away."""
        self._shell.hearers.remove(self._hear)
        super().close()

    def _hear(self, message: Message, level: Qgis.MessageLevel, _also: Sequence[Message]) -> None:
        if is_alive(self.window) and self.window.isVisible():
            is_trouble = level in (Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical)
            self.window.say(message.text(language()), is_trouble=is_trouble)

    def _reading_title(self) -> str:
        return tr("Reading the receiver profiles")

    @staticmethod
    def _read(location: Location) -> ProfileDesk:
        from gridmgmt_plugin.jobs.receivers.profile_desk import read_profile_desk  # noqa: PLC0415  heavy

        return read_profile_desk(location, locale_tag())

    def _show(self, answer: ProfileDesk) -> None:
        self.window.show_desk(answer)

    def _do(self, deed: str, about: str) -> None:
        {"keep": self._keep, "remove": self._remove, "load": self._load, "save": self._save}[deed](about)

    def _keep(self, former: str) -> None:
        from gridmgmt_plugin.jobs.receivers.receiver_profiles import keep_receiver_profile  # noqa: PLC0415  heavy

        author = self._errands.prepare(self.window, publishes=True)
        content = self.window.content()
        title = str(content.get("title", ""))
        text = tr("The workspace keeps another profile “{name}”. Replace it?", name=title)
        is_another = title != former and self.window.keeps(title)
        if is_another and not is_wanted("gridmgmt_replace_profile", text, tr("Replace"), self.window):
            return
        said = Message("receiver_profile_kept", {"name": content.get("title", "")})
        keep = partial(_with_workspace, keep_receiver_profile, content, author, former)
        self._errands.act(tr("Keeping the profile"), keep, lambda _: [said])

    def _remove(self, name: str) -> None:
        from gridmgmt_plugin.jobs.receivers.receiver_profiles import give_up_receiver_profile  # noqa: PLC0415  heavy

        author = self._errands.prepare(self.window, publishes=True)
        text = tr("Remove the receiver profile “{name}” from the workspace? Releases stay as they are.", name=name)
        if is_wanted("gridmgmt_remove_profile", text, tr("Remove"), self.window):
            said = Message("receiver_profile_removed", {"name": name})
            remove = partial(_with_workspace, give_up_receiver_profile, name, author)
            self._errands.act(tr("Removing the profile"), remove, lambda _: [said])

    def _load(self, _: str) -> None:
        from gridmgmt_plugin.jobs.receivers.receiver_profiles import load_receiver_profile  # noqa: PLC0415  heavy

        given, _ = QFileDialog.getOpenFileName(self.window, tr("Receiver profile"), "", _FILES)
        if given:
            self.window.begin(load_receiver_profile(Path(given)))

    def _save(self, _: str) -> None:
        from gridmgmt_plugin.jobs.receivers.receiver_profiles import save_receiver_profile  # noqa: PLC0415  heavy

        content = self.window.content()
        proposed = f"{content.get('title', '')}.json"
        given, _ = QFileDialog.getSaveFileName(self.window, tr("Receiver profile"), proposed, _FILES)
        if not given:
            return
        path = Path(given).with_suffix(".json")
        try:
            save_receiver_profile(content, path)
        except OSError as error:
            raise WorkspaceError("layer_not_written", path=str(path), reason=str(error.strerror)) from error
        self._shell.tell(Message("receiver_profile_written", {"path": path.name}))


def _with_workspace(deed: Any, *rest: Any) -> Any:
    """Do a deed whose workspace and progress come last, as acts give them."""
    *given, workspace, _ = rest
    return deed(workspace, *given)

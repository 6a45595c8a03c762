"""The menu and the toolbar, and the way from a click to the controller that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import CapabilityError, GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.gui.beside.channel import Channel
from gridmgmt_plugin.gui.frame.action_spec import ActionSpec, Need
from gridmgmt_plugin.gui.frame.actions import ACTIONS, EDITING, SUBMENUS
from gridmgmt_plugin.gui.frame.background_task import end_jobs
from gridmgmt_plugin.gui.frame.message_door import Button, MessageDoor, Said
from gridmgmt_plugin.gui.frame.pending_edits import EDITS_PENDING, settle_edits
from gridmgmt_plugin.gui.frame.qt import QAction, with_mnemonic
from gridmgmt_plugin.gui.frame.registry import (
    ALGORITHM_CONTROLLER,
    ALWAYS,
    CONTROLLERS,
    FOLLOWING,
    WITH_WORKSPACE,
    Controller,
    controller_class,
)
from gridmgmt_plugin.gui.opening.recent import RecentMenu
from gridmgmt_plugin.gui.opening.session import Session
from gridmgmt_plugin.project.i18n import tr

_Living = TypeVar("_Living", bound=Controller)


class Shell:
    """What the plugin adds to QGIS's window; everything that it adds, :meth:`take_down` removes.

    :param algorithms: names of the provider's algorithms; an action whose algorithm is not among them is not shown.
    :param always: controllers that :meth:`build` makes, whatever actions there are.
    :param with_workspace: controllers that the first workspace makes that is opened.
    """

    def __init__(
        self,
        iface: Any,
        algorithms: Sequence[str],
        specs: Sequence[ActionSpec] = ACTIONS,
        controllers: Mapping[str, str] = CONTROLLERS,
        always: Sequence[str] = ALWAYS,
        with_workspace: Sequence[str] = WITH_WORKSPACE,
    ) -> None:
        self.iface = iface
        self._door = MessageDoor(iface)
        self.session = Session(iface, self.tell)
        #: What colleagues who have the same workspace open tell, and are told.
        self.channel = Channel()
        self._always, self._with_workspace = tuple(always), tuple(with_workspace)
        self._answers = dict(controllers)
        for spec in specs:
            if spec.algorithm_key in algorithms:
                self._answers.setdefault(spec.key, ALGORITHM_CONTROLLER)
        self._specs = {spec.key: spec for spec in specs if spec.key in self._answers}
        self._actions: dict[str, QAction] = {}
        self._controllers: dict[str, Controller] = {}
        self._menu: Any = None
        self._submenus: dict[str, QMenu] = {}
        #: Told of every message too, with what belongs to it: windows that lie over the message bar.
        self.hearers: list[Callable[[Message, Qgis.MessageLevel, Sequence[Message]], None]] = []
        #: The plugin is being switched off: dialogs close, so what becomes of their jobs is told in the message bar.
        self.is_leaving = False
        self._said_of_workspace: Any = None
        self._recent: RecentMenu | None = None  # Qt's signals do not keep it alive
        self._toolbar: Any = None
        self._editing_toolbar: Any = None
        self._connected_to: tuple[Any, ...] = ()

    def build(self) -> None:
        """Put the menu before QGIS's last standard menus, and the toolbar beside QGIS's own, and begin to follow."""
        # Qt forgets which functions are connected to a thing when its Python half is thrown away as part of some
        # garbage, of anybody's: while it is held here, it is no garbage.
        self._connected_to = (QgsProject.instance(), QgsProject.instance().layerTreeRoot())
        bar = self.iface.mainWindow().menuBar()
        self._menu = QMenu(tr("Grid Management"), bar)
        self._menu.setObjectName("gridmgmt_menu")
        bar.insertMenu(self.iface.firstRightStandardMenu().menuAction(), self._menu)
        self._toolbar = self.iface.addToolBar(tr("Grid Management"))
        self._toolbar.setObjectName("gridmgmt_toolbar")
        group = None
        for spec in self._specs.values():
            if group not in (None, spec.group):
                if group not in SUBMENUS or spec.group not in SUBMENUS:
                    self._menu.addSeparator()
                if spec.on_toolbar and spec.group != EDITING:
                    self._toolbar.addSeparator()
            group = spec.group
            self._add(spec)
        if "open_workspace" in self._actions:
            after = self._actions.get("open_postgis", self._actions["open_workspace"])
            self._recent = RecentMenu(self._menu, after, self._open_recent)
        self.set_workspace_open(is_open=False)
        self.session.leaving.connect(self._note_said)
        self.session.changed.connect(self._workspace_changed)
        for name in self._always:  # before the session finds a workspace that is open already
            self._built(name)
        self.session.start()

    def _menu_of(self, group: str) -> Any:
        """Return the submenu of a group, made at the first call, or the menu itself."""
        if group not in SUBMENUS:
            return self._menu
        if group not in self._submenus:
            title, letter = SUBMENUS[group]
            self._submenus[group] = self._menu.addMenu(with_mnemonic(tr(title), letter))
            self._submenus[group].setObjectName(f"gridmgmt_{group}_menu")
            if group == EDITING:
                self._editing_toolbar = self.iface.addToolBar(tr(title))
                self._editing_toolbar.setObjectName("gridmgmt_editing_toolbar")
        return self._submenus[group]

    def take_down(self) -> None:
        """Close the controllers and remove menu, toolbar, actions and the message.

        Jobs that still run are stopped first, and what became of them stays in QGIS's message bar.
        """
        became = self._end_jobs()
        for controller in self._controllers.values():
            controller.close()
        self._controllers.clear()
        self.channel.follow(None)  # what the controllers said last is still told
        self._door.close()
        self._door.leave(became)
        for action in self._actions.values():
            action.triggered.disconnect()
            self.iface.unregisterMainWindowAction(action)
        self._actions.clear()
        if self._toolbar is not None:
            self.session.leaving.disconnect(self._note_said)
            self.session.changed.disconnect(self._workspace_changed)
            self.session.stop()
            for toolbar in (self._toolbar, self._editing_toolbar):
                if toolbar is not None:
                    self.iface.mainWindow().removeToolBar(toolbar)
                    toolbar.deleteLater()
            self.iface.mainWindow().menuBar().removeAction(self._menu.menuAction())
            self._menu.deleteLater()  # and with it the actions, its children
            self._submenus.clear()
            self._toolbar = self._menu = self._recent = self._editing_toolbar = None
            self._connected_to = ()

    def _end_jobs(self) -> list[Said]:
        """Stop the jobs that run; return what is to be said of them."""
        self.is_leaving = True
        became: list[Said] = []

        def hear(message: Message, level: Qgis.MessageLevel, also: Sequence[Message]) -> None:
            became.append((message, level, also))

        self.hearers.append(hear)
        running = end_jobs()
        self.hearers.remove(hear)  # others may have come meanwhile
        unknown = [Message("job_still_ending", {"title": title}) for title in running]
        return [*became, *((message, Qgis.MessageLevel.Warning, ()) for message in unknown)]

    def spec(self, key: str) -> ActionSpec:
        """Return the declaration of the shown action ``key``."""
        return self._specs[key]

    def has_action(self, key: str) -> bool:
        """Tell whether the action ``key`` is shown."""
        return key in self._actions

    def action(self, key: str) -> Any:
        """Return the QAction ``key``, e.g. to set a check mark that a dock changed."""
        return self._actions[key]

    def controller(self, key: str) -> Controller:
        """Return the controller that answers ``key``, built at the first call."""
        return self._built(self._answers[key])

    def always(self, kind: type[_Living]) -> _Living:
        """Return the controller of a class that lives with the window, whatever the menu offers.

        Who needs one asks for its class: an action that is hidden or renamed takes nothing away.
        """
        return cast("_Living", self._built(f"{kind.__module__}:{kind.__qualname__}"))

    def _built(self, name: str) -> Controller:
        if name not in self._controllers:
            self._controllers[name] = controller_class(name)(self)
        return self._controllers[name]

    def set_workspace_open(self, *, is_open: bool) -> None:
        """Make the actions that need a workspace usable, or grey with a tip that says why."""
        for key, action in self._actions.items():
            spec = self._specs[key]
            usable = is_open or Need.WORKSPACE not in spec.needs
            action.setEnabled(usable)
            action.setToolTip(_tip(spec) if usable else f"{_tip(spec)}<br><i>{tr('Open a workspace first.')}</i>")

    def attempt(self, deed: Callable[[], object], unasked: str = "") -> bool:
        """Do something that the user asked for; tell what stands in its way. Return whether it was done.

        Where unsaved edits stand in its way, the user may save them or give them up, and it is done then.

        :param unasked: of what follows something else, for which nobody has clicked just now: code of the sentence
            around what stands in its way. No question comes up then, in the middle of whatever the user is at.
        """
        try:
            deed()
        except GridError as error:
            if error.code == EDITS_PENDING and not unasked:
                return settle_edits(self.iface.mainWindow()) and self.attempt(deed)
            told = Message(unasked, {"reason": error.message}) if unasked else error.message
            self.tell(told, Qgis.MessageLevel.Warning)
            return False
        return True

    def tell(
        self,
        message: Message,
        level: Qgis.MessageLevel = Qgis.MessageLevel.Info,
        more: tuple[str, Callable[[], object]] | None = None,
        buttons: Sequence[Button] = (),
        also: Sequence[Message] = (),
    ) -> Any:
        """Show ``message`` in QGIS's message bar, in place of the one that we showed before.

        :param more: text of a button beside it, and what a click on it does.
        :param buttons: object name, text and deed of several buttons.
        :param also: what is read behind a button for details.
        :returns: what :meth:`withdraw` takes away again.
        """
        offered = [*([("gridmgmt_message_button", *more)] if more is not None else []), *buttons]
        told = self._door.tell(message, level, offered, also)
        for hear in self.hearers:
            hear(message, level, also)
        return told

    def stay(self, told: Any, message: Message, level: Qgis.MessageLevel, buttons: Sequence[Button] = ()) -> Any:
        """Show a message that stands beside all others until :meth:`withdraw`; return what takes it away again.

        :param told: what this returned before, whose words change, or ``None``.
        """
        return self._door.stay(told, message, level, buttons)

    def withdraw(self, told: Any) -> None:
        """Take a message away that is true no longer, if it still stands."""
        self._door.withdraw(told)

    def _add(self, spec: ActionSpec) -> None:
        text = with_mnemonic(spec.shown_text(), spec.mnemonic)
        action = QAction(QIcon(str(resource_path(spec.icon))), text, self._menu)
        action.setObjectName(f"gridmgmt_{spec.key}")
        tip = spec.shown_tip()
        action.setStatusTip(tip)
        action.setWhatsThis(tip)
        action.setCheckable(spec.checkable)
        action.triggered.connect(partial(self._clicked, spec.key))
        self.iface.registerMainWindowAction(action, spec.shortcut)
        self._menu_of(spec.group).addAction(action)
        if spec.on_toolbar:
            (self._editing_toolbar if spec.group == EDITING else self._toolbar).addAction(action)
        self._actions[spec.key] = action

    def _clicked(self, key: str, checked: bool = False) -> None:  # noqa: FBT001  a Qt signal calls this
        def answer() -> None:
            if Need.LIBRARIES in self._specs[key].needs:
                load_shapely()
                require_libraries()
            self.controller(key).trigger(key, checked)

        if not self.attempt(answer):
            self._actions[key].setChecked(False)

    def _open_recent(self, location: Any) -> None:
        self.attempt(lambda: self.session.open(location))

    def _note_said(self, _: object) -> None:
        self._said_of_workspace = self._door.standing()

    def _workspace_changed(self) -> None:
        is_open = self.session.location is not None
        # What was said of a workspace, and its buttons, lead nowhere once it is gone.
        self.withdraw(self._said_of_workspace)
        self._said_of_workspace = None
        self.channel.follow(self.session.location)
        for name in self._with_workspace if is_open else ():  # what is heard arrives later
            self._built(name)
        self.set_workspace_open(is_open=is_open)
        for key in FOLLOWING if is_open else ():
            self.wake(key)

    def wake(self, key: str) -> Any:
        """Have the part of the window built that answers an action: what is shown needs it without being asked for.

        Return it, ``None`` where the menu lacks the action or its libraries are not here.
        """
        return self.controller(key) if key in self._actions and self._has_libraries_for(key) else None

    def _has_libraries_for(self, key: str) -> bool:
        """Tell whether the libraries of an action are here, loaded as they must be; its button says what is missing.

        Its controller would import them as any program does, and shapely would be bound to QGIS's own GEOS for good.
        """
        if Need.LIBRARIES not in self._specs[key].needs:
            return True
        try:
            require_libraries()
        except CapabilityError:
            return False
        return True


def _tip(spec: ActionSpec) -> str:
    return f"<b>{spec.shown_title()}</b><br>{spec.shown_tip()}"

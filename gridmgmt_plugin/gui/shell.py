"""The menu and the toolbar, and the way from a click to the controller that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.actions import ACTIONS, ActionSpec, Need
from gridmgmt_plugin.gui.qt import QAction, is_alive
from gridmgmt_plugin.gui.registry import ALGORITHM_CONTROLLER, CONTROLLERS, Controller, controller_class
from gridmgmt_plugin.workspace.i18n import language, tr


class Shell:
    """What the plugin adds to QGIS's window; everything that it adds, :meth:`take_down` removes.

    :param algorithms: names of the provider's algorithms; an action whose algorithm is not among them is not shown.
    """

    def __init__(
        self,
        iface: Any,
        algorithms: Sequence[str],
        specs: Sequence[ActionSpec] = ACTIONS,
        controllers: Mapping[str, str] = CONTROLLERS,
    ) -> None:
        self.iface = iface
        self._answers = dict(controllers)
        for spec in specs:
            if spec.algorithm in algorithms:
                self._answers.setdefault(spec.key, ALGORITHM_CONTROLLER)
        self._specs = {spec.key: spec for spec in specs if spec.key in self._answers}
        self._actions: dict[str, QAction] = {}
        self._controllers: dict[str, Controller] = {}
        self._told: Any = None
        self._menu: Any = None
        self._toolbar: Any = None

    def build(self) -> None:
        """Put the menu before QGIS's last standard menus, and the toolbar beside QGIS's own."""
        bar = self.iface.mainWindow().menuBar()
        self._menu = QMenu(tr("Grid Management"), bar)
        self._menu.setObjectName("gridmgmt_menu")
        bar.insertMenu(self.iface.firstRightStandardMenu().menuAction(), self._menu)
        self._toolbar = self.iface.addToolBar(tr("Grid Management"))
        self._toolbar.setObjectName("gridmgmt_toolbar")
        group = None
        for spec in self._specs.values():
            if group not in (None, spec.group):
                self._menu.addSeparator()
                if spec.on_toolbar:
                    self._toolbar.addSeparator()
            group = spec.group
            self._add(spec)
        self.set_workspace_open(is_open=False)

    def take_down(self) -> None:
        """Close the controllers and remove menu, toolbar, actions and the message."""
        for controller in self._controllers.values():
            controller.close()
        self._controllers.clear()
        self._withdraw()
        for action in self._actions.values():
            action.triggered.disconnect()
            self.iface.unregisterMainWindowAction(action)
        self._actions.clear()
        if self._toolbar is not None:
            self.iface.mainWindow().removeToolBar(self._toolbar)
            self._toolbar.deleteLater()
            self.iface.mainWindow().menuBar().removeAction(self._menu.menuAction())
            self._menu.deleteLater()  # and with it the actions, its children
            self._toolbar = self._menu = None

    def spec(self, key: str) -> ActionSpec:
        """Return the declaration of the shown action ``key``."""
        return self._specs[key]

    def action(self, key: str) -> Any:
        """Return the QAction ``key``, e.g. to set a check mark that a dock changed."""
        return self._actions[key]

    def controller(self, key: str) -> Controller:
        """Return the controller that answers ``key``, built at the first call."""
        name = self._answers[key]
        if name not in self._controllers:
            self._controllers[name] = controller_class(name)(self)
        return self._controllers[name]

    def set_workspace_open(self, *, is_open: bool) -> None:
        """Make the actions that need a workspace usable, or grey."""
        for key, action in self._actions.items():
            action.setEnabled(is_open or Need.WORKSPACE not in self._specs[key].needs)

    def tell(self, message: Message, level: Qgis.MessageLevel = Qgis.MessageLevel.Info) -> None:
        """Show ``message`` in QGIS's message bar, in place of the one that we showed before."""
        self._withdraw()
        bar = self.iface.messageBar()
        self._told = bar.createMessage(tr("Grid Management"), message.text(language()))
        bar.pushWidget(self._told, level)

    def _withdraw(self) -> None:
        if is_alive(self._told):
            self.iface.messageBar().popWidget(self._told)
        self._told = None

    def _add(self, spec: ActionSpec) -> None:
        action = QAction(QIcon(str(resource_path(spec.icon))), tr(spec.text), self._menu)
        action.setObjectName(f"gridmgmt_{spec.key}")
        action.setToolTip(f"<b>{tr(spec.text).rstrip('…')}</b><br>{tr(spec.tip)}")
        action.setStatusTip(tr(spec.tip))
        action.setCheckable(spec.checkable)
        action.triggered.connect(partial(self._clicked, spec.key))
        self.iface.registerMainWindowAction(action, "")
        self._menu.addAction(action)
        if spec.on_toolbar:
            self._toolbar.addAction(action)
        self._actions[spec.key] = action

    def _clicked(self, key: str, checked: bool = False) -> None:  # noqa: FBT001  a Qt signal calls this
        try:
            if Need.LIBRARIES in self._specs[key].needs:
                require_libraries()
            self.controller(key).trigger(key, checked)
        except GridError as error:
            self._actions[key].setChecked(False)
            self.tell(error.message, Qgis.MessageLevel.Warning)

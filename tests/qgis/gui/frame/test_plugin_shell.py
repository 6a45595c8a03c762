"""The menu and the toolbar: what they show, what a click does, and that nothing of them stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar
from unittest.mock import Mock

import pytest
from qgis.core import QgsApplication, QgsProcessingAlgorithm
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QTimer
from qgis.PyQt.QtWidgets import QToolBar, QToolButton

from gridmgmt_plugin import classFactory
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.gui.frame import registry, shell
from gridmgmt_plugin.gui.frame.action_spec import ActionSpec, Need, algorithm_action
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.qt import QAction, with_mnemonic
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.processing import provider
from gridmgmt_plugin.processing.algorithms.validate import Validate
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import Login, keep_login, kept_login
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.qgis.fake_window import FakeIface, settle

ROOT = Path(__file__).resolve().parents[4]
SPECS = (
    ActionSpec("open_workspace", "workspace", "Open", "Open it"),
    ActionSpec("tree", "workspace", "Tree", "Show it", checkable=True),
    algorithm_action(Validate, "V"),
    ActionSpec("settings", "help", "Nobody answers this", ""),
    ActionSpec("about", "help", "About", "About it", on_toolbar=False),
)
HERE = "tests_recorder:Recorder"


class Recorder:
    """A controller that remembers what it was asked."""

    built: ClassVar[list] = []

    def __init__(self, built_with):
        self.shell, self.clicks, self.closed = built_with, [], False
        Recorder.built.append(self)

    def trigger(self, key, checked):
        if key == "about":
            raise InputError("file_missing", path="街巷.csv")
        self.clicks.append((key, checked))

    def close(self):
        self.closed = True


@pytest.fixture
def iface(qgis_app):
    return FakeIface()


@pytest.fixture
def built(iface, monkeypatch):
    """A shell whose actions are all answered by one recorder; ``settings`` by nobody."""
    Recorder.built.clear()
    monkeypatch.setattr(shell, "controller_class", lambda name: Recorder)
    made = Shell(iface, ["validate"], SPECS, dict.fromkeys(["open_workspace", "tree", "about"], HERE), ())
    made.build()
    yield made
    made.take_down()
    settle()


def test_the_menu_stands_before_the_help_menu(built, iface):
    assert iface.menu_titles() == ["Layer", "Grid Management", "Help"]


def test_an_action_that_nobody_answers_is_not_shown(built, iface):
    keys = [action.objectName() for action in iface.registered]
    assert keys == ["gridmgmt_open_workspace", "gridmgmt_tree", "gridmgmt_validate", "gridmgmt_about"]


def test_the_toolbar_can_be_found_again_by_its_name(built, iface):
    toolbar = iface.mainWindow().findChild(QToolBar, "gridmgmt_toolbar")
    named = [action.objectName() for action in toolbar.actions() if not action.isSeparator()]
    assert named == ["gridmgmt_open_workspace", "gridmgmt_tree", "gridmgmt_validate"]


def test_a_click_reaches_one_controller_with_the_new_state(built):
    built.action("open_workspace").trigger()
    built.action("tree").trigger()
    assert len(Recorder.built) == 1
    assert Recorder.built[0].clicks == [("open_workspace", False), ("tree", True)]


def test_no_controller_is_built_before_the_first_click(built):
    assert Recorder.built == []


def test_an_action_that_needs_a_workspace_is_grey_until_one_is_open(built):
    assert not built.action("validate").isEnabled()
    assert built.action("open_workspace").isEnabled()
    built.set_workspace_open(is_open=True)
    assert built.action("validate").isEnabled()


def test_an_error_that_a_controller_raises_is_told_in_the_message_bar(built, iface):
    built.action("about").trigger()
    assert "街巷.csv" in iface.messages()[0]


def test_a_new_message_replaces_the_one_before(built, iface):
    for number in range(3):
        built.tell(Message("file_missing", {"path": str(number)}))
    settle()
    assert len(iface.messageBar().items()) == 1 if hasattr(iface.messageBar(), "items") else True
    assert iface.messages() == [Message("file_missing", {"path": "2"}).text()]


def test_a_message_that_the_user_closed_is_no_obstacle(built, iface):
    built.tell(Message("cancelled"))
    iface.messageBar().clearWidgets()
    settle()
    built.tell(Message("cancelled"))
    assert len(iface.messages()) == 1


def test_missing_libraries_are_named_once_and_nothing_else_happens(built, iface, monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    built.set_workspace_open(is_open=True)
    for _ in range(3):
        built.action("validate").trigger()
    assert "shapely >= 2.0" in iface.messages()[0]
    assert Recorder.built == []


def test_what_needs_no_library_works_without_it(built, monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    built.action("tree").trigger()
    assert Recorder.built[0].clicks == [("tree", True)]


def test_a_check_mark_does_not_stay_when_the_action_failed(iface, monkeypatch):
    monkeypatch.setattr(shell, "controller_class", lambda name: Recorder)
    specs = (ActionSpec("about", "help", "About", "", checkable=True),)
    made = Shell(iface, [], specs, {"about": HERE}, ())
    made.build()
    made.action("about").trigger()
    assert not made.action("about").isChecked()
    made.take_down()


def test_an_action_that_qt_has_not_deleted_yet_does_nothing_any_more(built):
    action = built.action("tree")
    built.take_down()
    action.trigger()
    assert Recorder.built == []


def test_controllers_are_closed_when_the_shell_is_taken_down(built):
    built.action("tree").trigger()
    built.take_down()
    assert Recorder.built[0].closed


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.key)
def test_every_action_has_its_icon_and_says_what_it_does(spec):
    assert resource_path(spec.icon).is_file()
    assert spec.shown_text()
    assert spec.shown_tip()
    assert spec.shown_tip()[-1] not in ".。"


@pytest.mark.parametrize("spec", [spec for spec in ACTIONS if spec.algorithm], ids=lambda spec: spec.key)
def test_the_menu_says_of_an_algorithm_what_the_toolbox_says(spec):
    algorithm = spec.algorithm().create()
    assert spec.shown_text() == f"{algorithm.displayName()}…"
    assert spec.shown_tip() == algorithm.shortDescription().rstrip(".")
    assert resource_path(spec.icon) == Path(algorithm.svgIconPath())
    assert spec.group == algorithm.groupId()
    assert (Need.WORKSPACE in spec.needs) == (algorithm.parameterDefinition("WORKSPACE") is not None)


def test_every_algorithm_stands_in_the_menu_once():
    assert sorted(spec.algorithm_key for spec in ACTIONS if spec.algorithm) == sorted(
        algorithm.KEY for algorithm in provider.ALGORITHMS if not algorithm.WINDOW
    )
    windows = {algorithm.WINDOW for algorithm in provider.ALGORITHMS} - {""}
    assert windows <= {spec.key for spec in ACTIONS}


def test_action_keys_are_unique_and_groups_stand_together():
    assert len({spec.key for spec in ACTIONS}) == len(ACTIONS)
    groups = [spec.group for spec in ACTIONS]
    assert len({*groups}) == 1 + sum(a != b for a, b in zip(groups, groups[1:]))


@pytest.mark.parametrize(
    ("text", "letter", "shown"),
    [
        ("Find hot spots…", "H", "Find &hot spots…"),
        ("查责…", "W", "查责(&W)…"),
        ("打开示例", "S", "打开示例(&S)"),
        ("A", "", "A"),
    ],
)
def test_a_letter_is_underlined_in_the_text_or_stands_behind_it(text, letter, shown):
    assert with_mnemonic(text, letter) == shown


def test_what_must_always_live_is_built_with_the_window_though_there_is_no_action(iface, monkeypatch):
    Recorder.built.clear()
    monkeypatch.setattr(shell, "controller_class", lambda name: Recorder)
    made = Shell(iface, [], (), {}, [HERE])
    made.build()
    assert len(Recorder.built) == 1
    assert not Recorder.built[0].closed
    made.take_down()
    assert Recorder.built[0].closed


REGISTERED = {
    *registry.CONTROLLERS.values(),
    *registry.ALWAYS,
    *registry.WITH_WORKSPACE,
    registry.ALGORITHM_CONTROLLER,
}


@pytest.mark.parametrize("name", sorted(REGISTERED))
def test_every_registered_controller_can_be_imported(name):
    controller = registry.controller_class(name)
    assert callable(controller.trigger)
    assert callable(controller.close)


def test_every_registered_controller_answers_a_declared_action():
    assert set(registry.CONTROLLERS) <= {spec.key for spec in ACTIONS}


# The whole plugin.


def _left_behind(iface):
    return {
        **iface.census(),
        "providers": len(QgsApplication.processingRegistry().providers()),
        "texts": QCoreApplication.translate("gridmgmt", "Grid Management"),
    }


@pytest.mark.proof
def test_twenty_rounds_of_loading_and_unloading_leave_nothing_behind(iface):
    before = _left_behind(iface)
    for _ in range(20):
        plugin = classFactory(iface)
        plugin.initGui()
        assert "Grid Management" in iface.menu_titles()
        assert QgsApplication.processingRegistry().providerById("gridmgmt") is not None
        iface.mainWindow().findChild(QAction, "gridmgmt_about").trigger()
        plugin.unload()
        settle()
    assert _left_behind(iface) == before


def test_unloading_twice_or_before_loading_does_no_harm(iface):
    plugin = classFactory(iface)
    plugin.unload()
    plugin.initGui()
    plugin.unload()
    plugin.unload()


def test_unloading_forgets_what_was_typed_and_closes_connections_that_wait(iface, monkeypatch):
    connection = Mock(closed=0)
    monkeypatch.setattr(idle_connections, "_WAITING", {"somebody": [(time.monotonic(), connection)]})
    place = PostgresLocation(host="db.example", database="grids")
    keep_login(place, Login("planner", "secret"))
    plugin = classFactory(iface)
    plugin.initGui()
    plugin.unload()
    assert kept_login(place) is None
    connection.close.assert_called_once_with()
    assert idle_connections.take("somebody") is None


def test_only_when_qgis_ends_its_threads_are_waited_for(iface, monkeypatch):
    threads, plugin, loop = Mock(), classFactory(iface), QEventLoop()
    monkeypatch.setattr(sys.modules[type(plugin).__module__], "QThreadPool", threads)
    plugin.initGui()
    QTimer.singleShot(0, lambda: (plugin.unload(), loop.quit()))
    loop.exec()
    threads.globalInstance.assert_not_called()
    plugin.unload()  # no event loop runs any more
    threads.globalInstance.return_value.waitForDone.assert_called_once()


def test_without_a_window_only_the_algorithms_are_added(qgis_app):
    plugin = classFactory(None)
    plugin.initProcessing()
    found = QgsApplication.processingRegistry().providerById("gridmgmt")
    assert (found.name(), Path(found.svgIconPath()).is_file()) == ("Grid Management", True)
    assert not found.icon().isNull()
    plugin.unload()
    assert QgsApplication.processingRegistry().providerById("gridmgmt") is None


class Example(QgsProcessingAlgorithm):
    def name(self):
        return "validate"

    def displayName(self):
        return "Check"

    def createInstance(self):
        return Example()

    def initAlgorithm(self, configuration=None):
        pass

    def processAlgorithm(self, parameters, context, feedback):
        return {}


def test_an_algorithm_of_the_provider_brings_its_action_and_dialog(iface, processing, monkeypatch):
    import qgis.utils

    monkeypatch.setattr(qgis.utils, "iface", iface)
    monkeypatch.setattr(provider, "ALGORITHMS", (Example,))
    plugin = classFactory(iface)
    plugin.initGui()
    names = [action.objectName() for action in iface.registered]
    plugin.unload()
    assert "gridmgmt_validate" in names


LEAN = """
import sys
from qgis.core import QgsApplication
application = QgsApplication([], True)
application.initQgis()
from tests.qgis.fake_window import FakeIface
before = set(sys.modules)
from gridmgmt_plugin import classFactory
plugin = classFactory(FakeIface())
plugin.initGui()
heavy = {"numpy", "shapely", "pyproj", "openpyxl", "osgeo"} | {"gridmgmt_plugin.jobs", "gridmgmt_plugin.exchange"}
loaded = sorted(n for n in set(sys.modules) - before if n in heavy or n.startswith("gridmgmt_plugin.jobs."))
plugin.unload()
print("LOADED", loaded)
"""


def test_starting_imports_none_of_the_heavy_libraries_and_no_job(tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, "-c", LEAN], env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert "LOADED []" in result.stdout, result.stdout + result.stderr


@pytest.mark.proof
def test_loading_takes_no_longer_than_a_hundred_modules_of_pythons_own():
    # In processor time, the best of several: 3.2 to 3.4 times as long as 34 modules was measured.
    ask = (
        "from tests.bench import loading; ours, peer = loading.ours(1), loading.modules_of_python(1);"
        "print('RATIO', min(ours() for _ in range(7)) / min(peer() for _ in range(7)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, timeout=900, check=True, cwd=ROOT
    ).stdout
    assert float(told.split("RATIO")[1]) < 3.5


def test_what_belongs_to_what_became_of_a_job_can_be_read_when_the_plugin_is_gone(qgis_app, monkeypatch):
    iface = FakeIface()
    made = Shell(iface, [])
    more = Message("file_missing", {"path": "街巷.csv"})

    def end_jobs():
        made.tell(Message("author_missing"), also=[more])
        return []

    monkeypatch.setattr(shell, "end_jobs", end_jobs)
    made.take_down()
    (item,) = iface.messageBar().items()
    assert item.text() == Message("author_missing").text()
    assert item.findChildren(QToolButton), "QGIS's button for more"


def test_who_began_to_hear_while_jobs_ended_goes_on_hearing(qgis_app, monkeypatch):
    made = Shell(FakeIface(), [])
    later = Mock()
    monkeypatch.setattr(shell, "end_jobs", lambda: made.hearers.append(later) or [])
    made.take_down()
    assert made.hearers == [later]

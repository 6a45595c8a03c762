"""A mistake of the program that QGIS writes into its log holds no value of somebody's table, wherever it happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import qgis.utils
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtWidgets import QPushButton

from gridmgmt_plugin import classFactory
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.gui.frame import background_call
from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs.job_run import JobRun
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.fake_window import FakeIface, settle
from tests.qgis.workspace_window import wait_for

PHONE, IDENTITY = "13812345678", "110101199003071233"
POISON = f"could not convert '{PHONE}', 身份证{IDENTITY}"


def fail(*_: object) -> None:
    raise ValueError(POISON)


@pytest.fixture
def plugin(qgis_app, monkeypatch):
    """Return the plugin in a window whose mistakes go the way they go in QGIS."""
    # Without a window of QGIS the rest of its hook would open a dialog; what it logs is what counts.
    monkeypatch.setattr(qgis.utils, "open_stack_dialog", lambda *_: None)
    qgis.utils.installErrorHook()
    made = classFactory(FakeIface())
    made.initGui()
    yield made
    made.unload()
    settle()


@pytest.fixture
def log(qgis_app) -> Iterator[list[str]]:
    lines: list[str] = []

    def keep(text: str, *_: object) -> None:
        lines.append(text)

    QgsApplication.messageLog().messageReceived.connect(keep)
    yield lines
    QgsApplication.messageLog().messageReceived.disconnect(keep)


def assert_told_without_values(log: list[str]) -> None:
    told = "\n".join(line for line in log if "Traceback" in line)
    assert "ValueError" in told
    assert PHONE not in told
    assert IDENTITY not in told


def test_a_mistake_in_a_click_is_logged_without_values(plugin, log, monkeypatch):
    monkeypatch.setattr(plugin._shell, "attempt", fail)
    action = next(action for action in plugin._shell.iface.registered if action.objectName() == "gridmgmt_about")
    action.trigger()
    assert_told_without_values(log)


def test_a_mistake_in_a_button_of_a_message_is_logged_without_values(plugin, log):
    plugin._shell.tell(Message("cancelled"), buttons=[("gridmgmt_try", "Try", fail)])
    plugin._shell.iface.messageBar().currentItem().findChild(QPushButton, "gridmgmt_try").click()
    assert_told_without_values(log)


def test_a_mistake_in_a_job_in_the_background_is_logged_without_values(plugin, log):
    task = JobTask("示例任务", fail, lambda *_: None).start()
    wait_for(lambda: any("Traceback" in line for line in log))
    assert task is not None  # QGIS does not keep it alive
    assert_told_without_values(log)


def test_a_mistake_in_a_question_in_the_background_is_logged_without_values(plugin, log, tmp_path):
    call = BackgroundCall("问题", GeoPackageLocation(tmp_path / "a.gpkg"), fail, lambda *_: None)
    call.start()
    wait_for(lambda: any("Traceback" in line for line in log))
    assert_told_without_values(log)


def test_who_asked_in_the_background_hears_of_a_mistake_as_of_any_other_failure(plugin, log, tmp_path):
    answers = []
    place = GeoPackageLocation(tmp_path / "a.gpkg")
    BackgroundCall("问题", place, fail, lambda *got: answers.append(got)).start()
    wait_for(lambda: answers)
    ((found, error),) = answers
    assert found is None
    assert error.code == "went_wrong"
    assert "ValueError" in error.text("zh")
    assert PHONE not in error.text("zh")


def test_who_waits_for_a_job_hears_of_a_mistake_as_of_any_other_failure(plugin, log):
    answers = []
    task = JobTask("示例任务", fail, lambda *got: answers.append(got)).start()
    wait_for(lambda: answers and any("Traceback" in line for line in log))
    ((found, error),) = answers
    assert task is not None  # QGIS does not keep it alive
    assert (found, error.code) == (None, "went_wrong")
    assert_told_without_values(log)


def test_what_the_window_asks_by_itself_again_and_again_tells_a_mistake_once(plugin, log, tmp_path, monkeypatch):
    monkeypatch.setattr(background_call, "_TOLD_MISTAKES", set())
    answers = []
    for turn in range(3):
        place = GeoPackageLocation(tmp_path / "a.gpkg")
        BackgroundCall("问题", place, fail, lambda *got: answers.append(got), asks_login=False).start()
        wait_for(lambda turn=turn: len(answers) > turn)
    assert sum("Traceback" in line for line in log) == 1
    assert_told_without_values(log)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda algorithm: algorithm.KEY)
def test_an_algorithm_that_qgis_runs_ends_in_an_error_without_values(qgis_app, log, monkeypatch, algorithm):
    monkeypatch.setattr(algorithm, "execute", fail)
    monkeypatch.setattr(algorithm, "_in_one_state", fail)
    made = algorithm()
    made.initAlgorithm()
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    monkeypatch.setattr("gridmgmt_plugin.processing.call.Call.check_outputs", lambda *_: None)
    monkeypatch.setattr("gridmgmt_plugin.processing.call.Call.check_report", lambda *_: None)
    made._inputs, made._shown = {}, []
    with pytest.raises(ValueError, match="masked") as caught:
        made.processAlgorithm({}, context, feedback)
    assert PHONE not in str(caught.value) + feedback.textLog()
    assert IDENTITY not in str(caught.value) + feedback.textLog()


def test_a_job_of_a_dialog_tells_a_mistake_without_values(qgis_app, log, monkeypatch, capfd, tmp_path):
    algorithm = next(algorithm for algorithm in ALGORITHMS if algorithm.KEY == "validate")
    monkeypatch.setattr(algorithm, "_in_one_state", fail)
    told = []
    run = JobRun(algorithm(), {"WORKSPACE": str(tmp_path / "a.gpkg")}, told.append).start()
    wait_for(lambda: told)
    assert run is not None  # QGIS does not keep it alive
    (result,) = told
    assert "Something in the program went wrong: ValueError" in result.problem
    assert "Traceback" not in result.problem
    logged = capfd.readouterr().err  # QGIS writes its log there, also from the thread of the job
    assert "Traceback" in logged
    for text in (result.problem, logged, *log):
        assert PHONE not in text
        assert IDENTITY not in text


def test_the_hook_of_qgis_is_back_when_the_plugin_is_gone(qgis_app):
    before = sys.excepthook
    made = classFactory(FakeIface())
    made.initGui()
    assert sys.excepthook is not before
    made.unload()
    settle()
    assert sys.excepthook is before

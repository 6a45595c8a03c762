"""A task that QGIS lost from its queue: nobody waits for it, its work is done or told, QGIS can be closed."""

from __future__ import annotations

from threading import Event

import pytest
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointLocator, QgsProject, QgsTask, QgsVectorLayer

from gridmgmt_plugin.gui.frame.background_call import BackgroundCall
from gridmgmt_plugin.gui.frame.background_task import task_threads
from gridmgmt_plugin.gui.frame.task_watch import TaskWatch
from gridmgmt_plugin.gui.issues.job_task import JobTask
from gridmgmt_plugin.gui.jobs.job_run import JobRun
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from tests.qgis.workspace_window import tasks_done, wait_for


class _Blocking(QgsTask):
    """Holds a thread until it is told to let go."""

    def __init__(self, go_on):
        super().__init__("blocks")
        self.go_on = go_on

    def run(self):
        return self.go_on.wait(60)


def _active():
    return QgsApplication.taskManager().countActiveTasks()


@pytest.fixture
def watch(qgis_app):
    made = TaskWatch(None)
    made._timer.setInterval(100_000)  # the test looks
    yield made
    made.close()


@pytest.fixture
def lose(watch):
    """Return the function that begins something and loses it from the queue, as QGIS does by mistake."""

    def begin_and_lose(begin):
        go_on, pool = Event(), task_threads()
        blocking = [_Blocking(go_on) for _ in range(pool.maxThreadCount())]
        for task in blocking:
            QgsApplication.taskManager().addTask(task)
        wait_for(lambda: all(task.status() == QgsTask.TaskStatus.Running for task in blocking))
        begin()
        pool.clear()
        watch.look()
        watch.look()
        assert _active() == len(blocking) + 1  # it may still be waiting for a thread
        go_on.set()
        wait_for(lambda: _active() == 1 and pool.activeThreadCount() == 0)

    return begin_and_lose


def test_a_question_is_asked_again(lose, watch, tmp_path):
    answers = []
    call = BackgroundCall(
        "question", GeoPackageLocation(tmp_path / "a.gpkg"), lambda _: 7, lambda *got: answers.append(got)
    )
    lose(call.start)
    watch.look()
    assert not answers
    watch.look()
    wait_for(lambda: answers)
    assert answers == [(7, None)]


def test_a_job_tells_that_it_did_not_begin(lose, watch):
    told = []
    job = JobTask("job", lambda progress: 7, lambda *got: told.append(got))
    lose(job.start)
    watch.look()
    watch.look()
    assert told[0][0] is None
    assert told[0][1].code == "task_lost"
    assert tasks_done()


def test_a_job_of_a_dialog_tells_that_it_did_not_begin(lose, watch, processing, tmp_path):
    told = []
    algorithm = next(algorithm for algorithm in ALGORITHMS if algorithm.KEY == "validate")()
    run = JobRun(algorithm, {"WORKSPACE": str(tmp_path / "a.gpkg")}, told.append)
    lose(run.start)
    watch.look()
    watch.look()
    assert told[0].problem
    assert not told[0].is_cancelled
    assert tasks_done()


def test_an_index_for_snapping_is_ended_and_can_be_built_again(lose, watch):
    layer = QgsVectorLayer("Point", "points", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("POINT(1 2)"))
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    locator = QgsPointLocator(layer)
    lose(lambda: locator.init(-1, True))
    assert locator.isIndexing()
    watch.look()
    watch.look()
    assert not locator.isIndexing()
    assert tasks_done()
    assert locator.init(-1, True)
    wait_for(tasks_done)
    assert locator.cachedGeometryCount() == 1
    QgsProject.instance().clear()


@pytest.mark.parametrize("title", ["正在索引_____{}", "Indexing lane_{}"], ids=["zh", "en"])
def test_an_index_is_known_by_its_title_in_any_language_also_when_its_layer_is_gone(lose, watch, title):
    class Index(QgsTask):
        def run(self):
            return True

    task = Index(title.format("7a397551_12de_43ad_8654_ffccf479e64e"))
    lose(lambda: QgsApplication.taskManager().addTask(task))
    watch.look()
    watch.look()
    assert task.isCanceled()


def test_a_task_of_others_is_left_alone(lose, watch):
    class Foreign(QgsTask):
        def run(self):
            return True

    task = Foreign("of somebody else")
    lose(lambda: QgsApplication.taskManager().addTask(task))
    watch.look()
    watch.look()
    assert task.status() == QgsTask.TaskStatus.Queued
    task.cancel()
    wait_for(tasks_done)


def test_the_watch_looks_by_itself_while_there_are_tasks(watch):
    assert not watch._timer.isActive()
    job = JobTask("job", lambda progress: 7, lambda *got: None).start()
    assert job is not None
    assert watch._timer.isActive()
    wait_for(tasks_done)
    watch.look()
    assert not watch._timer.isActive()

"""Jobs in a database that others work in: they are named as long as they run, and may have a pause of everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.light.jobs import read_jobs_of_others
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis import connection, job_locks
from gridmgmt_plugin.workspace.postgis.connection import connected
from gridmgmt_plugin.workspace.postgis.connection_names import as_name
from gridmgmt_plugin.workspace.postgis.job_locks import jobs_at_work, named_with_jobs
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.workspace.conftest import EPSG_FRAME, made

JOB = "buildresponsibilitygrids"


@pytest.fixture
def workspace(database_location):
    return made(database_location, EPSG_FRAME)


def at_work(location: PostgresLocation) -> tuple[JobAtWork, ...]:
    with connected(location) as asking:
        return jobs_at_work(asking, location)


@contextmanager
def job_elsewhere(workspace: Workspace, seconds: float = 60.0) -> Iterator[None]:
    """Let a job have a pause for the length of the block, or for so long, in a thread that is not this one."""
    begun, ended = threading.Event(), threading.Event()

    def run() -> None:
        with workspace.announced("王工", JOB, with_pause=True):
            begun.set()
            ended.wait(seconds)

    job = threading.Thread(target=run)
    job.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        ended.set()
        job.join()


def write(workspace: Workspace, author: str = "李工") -> None:
    with workspace.transaction(author, "test") as transaction:
        transaction.set_info("note", author)


def test_a_job_is_named_to_everybody_until_it_ends(workspace, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 30, 17, 5, 59))
    with workspace.announced("王工", JOB):
        assert at_work(workspace.location) == (JobAtWork("王工", JOB, "17:05", is_ours=True),)
        assert at_work(replace(workspace.location, schema="another")) == ()
        assert read_jobs_of_others(workspace.location) == (), "it is one of this program"
        write(workspace)
    assert at_work(workspace.location) == ()


def test_it_is_named_though_it_takes_longer_than_a_reader_may_think(workspace, monkeypatch):
    monkeypatch.setattr(connection, "_READING_TIMEOUT_MS", 200)
    with workspace.announced("王工", JOB, with_pause=True):
        time.sleep(0.6)
        assert [job.has_a_pause for job in at_work(workspace.location)] == [True]


def test_a_telephone_number_beside_the_name_of_who_lets_it_run_is_masked(workspace):
    with workspace.announced("王工13800000000", JOB):
        (job,) = at_work(workspace.location)
    assert job.who.startswith("王工")
    assert "138" not in job.who


def test_it_says_what_runs_in_the_readers_language():
    message = JobAtWork("王工", JOB, "17:05").message()
    assert message.text("zh") == "王工（划分责任网格，17:05 开始）"
    assert message.text("en") == "王工 (Build responsibility grids, since 17:05)"


def test_nothing_is_told_of_a_job_whose_program_died(workspace, postgis):
    with workspace.announced("王工", JOB, with_pause=True):
        named = "application_name ~ '^gridjob '"
        assert postgis.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {named}")
        end = time.monotonic() + 10
        while at_work(workspace.location) and time.monotonic() < end:
            time.sleep(0.05)
        assert at_work(workspace.location) == ()
        write(workspace)


def test_who_saves_in_a_pause_is_told_whose_it_is(workspace):
    with job_elsewhere(workspace):
        assert [job.has_a_pause for job in at_work(workspace.location)] == [True]
        with pytest.raises(WorkspaceError) as refused:
            write(workspace)
    assert refused.value.code == "workspace_paused"
    assert "王工（划分责任网格" in refused.value.text("zh")
    write(workspace)


def test_who_saves_in_a_pause_waits_until_it_ends(workspace, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, pause_s=20.0))
    with job_elsewhere(workspace, 0.5):
        write(workspace)


def test_the_job_itself_writes_in_its_pause(workspace):
    with workspace.announced("王工", JOB, with_pause=True):
        write(workspace, "王工")


def test_a_pause_begins_when_those_who_write_have_ended(workspace):
    with workspace.transaction("李工", "test"):
        asked = workspace.announced("王工", JOB, with_pause=True)
        with pytest.raises(WorkspaceError) as refused, asked:
            pass
    assert refused.value.code == "pause_held"
    assert "李工" in refused.value.text("zh")
    with workspace.announced("王工", JOB, with_pause=True):
        pass


def test_a_job_waits_for_who_writes_as_long_as_others_wait_for_it(workspace, monkeypatch):
    monkeypatch.setattr(patience, "BEHIND", replace(patience.BEHIND, queue_s=0.1, pause_s=20.0))
    saves = workspace.transaction("李工", "test")
    saves.__enter__()
    done = threading.Timer(0.5, saves.__exit__, (None, None, None))
    done.start()
    with workspace.announced("王工", JOB, with_pause=True):
        done.join()


def test_who_comes_behind_a_job_that_waits_for_its_pause_is_told_whose_it_is(workspace, monkeypatch):
    with workspace.transaction("李工", "test"):
        patient = replace(patience.BEHIND, pause_s=20.0)
        job = threading.Thread(target=wait_for_a_pause, args=(workspace, monkeypatch, patient))
        job.start()
        end = time.monotonic() + 10
        while not any(one.has_a_pause for one in at_work(workspace.location)) and time.monotonic() < end:
            time.sleep(0.05)
        monkeypatch.undo()
        with pytest.raises(WorkspaceError) as refused:
            write(workspace, "赵工")
    job.join()
    assert refused.value.code == "workspace_paused"


def wait_for_a_pause(workspace, monkeypatch, patient) -> None:
    monkeypatch.setattr(patience, "BEHIND", patient)
    with workspace.announced("王工", JOB, with_pause=True):
        pass


def test_who_holds_a_whole_table_is_named_with_his_job(workspace):
    with workspace.announced("王工", JOB), workspace.transaction("王工", JOB) as job:
        job.hold("unit_grid")
        other = workspace.transaction("李工", "test")
        with pytest.raises(WorkspaceError) as refused, other as transaction:
            transaction.hold("unit_grid")
    assert refused.value.code == "workspace_table_held"
    assert "王工（划分责任网格" in refused.value.text("zh")


def test_a_long_name_is_cut_and_still_read(workspace):
    name = "欧阳示例市网格管理中心"
    with workspace.announced(name, JOB):
        (job,) = at_work(workspace.location)
    assert job.job == JOB
    assert name.startswith(job.who)
    assert len(job.who) >= 4
    others = f"{name}张工"
    assert named_with_jobs([name, others, job.who], (job,)).text("en").count("Build responsibility") == 3, "cut alike"
    other_job = JobAtWork("王工", JOB, "17:05")
    told = named_with_jobs(["王工程", "王工"], (other_job,)).text("zh")
    assert told == "王工程、王工（划分责任网格，17:05 开始）", "a name is not another one that it begins with"


def test_a_job_whose_key_is_too_long_for_a_name_is_told_all_the_same(workspace, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 30, 17, 5, 59))
    with workspace.announced("王工", "x" * 70):
        (job,) = at_work(workspace.location)
    assert (job.who, job.since, set(job.job)) == ("王工", "17:05", {"x"})
    assert len(as_name("gridjob ", "王工", "y" * 70)) == 63


def test_a_process_of_another_server_with_the_same_number_is_not_ours(workspace, monkeypatch):
    with workspace.announced("王工", JOB):
        (own,) = job_locks._OWN_BACKENDS
        number, began = own.split()
        monkeypatch.setattr(job_locks, "_OWN_BACKENDS", {f"{number} {float(began) - 60}"})
        assert [job.is_ours for job in at_work(workspace.location)] == [False]

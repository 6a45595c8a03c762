"""While a job runs Python seldom looks for dead circles; afterwards it does so as QGIS had set it."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from gridmgmt_plugin.core.collecting import SELDOM, collecting_seldom


@pytest.fixture(autouse=True)
def as_qgis_set_it():
    """Begin with what a process usually has, and leave what was there."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_a_job_is_disturbed_seldom_and_leaves_the_process_as_it_was():
    @collecting_seldom()
    def job(deep: bool) -> int:
        return job(False) if deep else gc.get_threshold()[0]

    assert job(True) == SELDOM
    assert gc.get_threshold() == (700, 10, 10)


def test_a_job_that_fails_leaves_the_process_as_it_was():
    with pytest.raises(ValueError, match="refused"), collecting_seldom():
        raise ValueError("refused")
    assert gc.get_threshold() == (700, 10, 10)


def test_of_two_jobs_at_once_the_last_to_end_leaves_the_process_as_it_was():
    first_runs, second_runs = Event(), Event()

    @collecting_seldom()
    def first() -> None:
        first_runs.set()
        assert second_runs.wait(10)

    @collecting_seldom()
    def second() -> int:
        second_runs.set()
        running.result(10)
        return gc.get_threshold()[0]

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(first)
        assert first_runs.wait(10)
        assert second() == SELDOM
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("usual", [0, 500_000])
def test_who_switched_it_off_or_made_it_rarer_still_is_not_overruled(usual):
    gc.set_threshold(usual, 5, 5)
    with collecting_seldom():
        assert gc.get_threshold() == (usual, 5, 5)
    assert gc.get_threshold() == (usual, 5, 5)

"""Packages in every day's tests of jobs hold no workbooks and are read by no second program, half of what a package
costs, unless a test asks for them.

So it is in the longest tests of QGIS, which take the fixture by its name.

    @pytest.mark.usefixtures("workbooks")
    def test_something_about_workbooks(...): ...

A workbook itself is proven in ``tests/exchange/package``. The long proofs have workbooks everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.tries import EVERY_DAY


@pytest.fixture(scope="module", autouse=True)
def _few_workbooks():
    if settings.get_current_profile_name() != EVERY_DAY:
        yield
        return
    with _workbooks(possible=False), _second_reader(None):
        yield


@pytest.fixture
def second_reader():
    """Have the packages of a test read by fiona, in a process of its own."""
    from gridmgmt_plugin.exchange.package.second_reader import python_with_fiona

    with _second_reader(python_with_fiona()):
        yield


@pytest.fixture
def workbooks():
    """Have the packages of a test hold workbooks."""
    with all_workbooks():
        yield


@contextmanager
def all_workbooks() -> Iterator[None]:
    """Have the packages made in the block hold workbooks."""
    with _workbooks(possible=True):
        yield


@contextmanager
def _second_reader(python: Path | None) -> Iterator[None]:
    from gridmgmt_plugin.jobs.handover import export_package

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(export_package, "python_with_fiona", lambda: python)
        yield


@contextmanager
def _workbooks(*, possible: bool) -> Iterator[None]:
    from gridmgmt_plugin.exchange.package import writing

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "workbooks_possible", lambda: possible)
        yield

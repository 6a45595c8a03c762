"""The tests of jobs need a division that holds, not the best one, few workbooks, and run in a database in turn."""

from pathlib import Path

from tests.back_ends import thin_out
from tests.few_workbooks import _few_workbooks, second_reader, workbooks  # noqa: F401  fixtures
from tests.short_search import _short_search  # noqa: F401  fixture


def pytest_collection_modifyitems(items):
    """Leave four fifths of what runs in a database to the long proofs."""
    thin_out(items, Path(__file__).parent)

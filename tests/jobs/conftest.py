"""The tests of jobs need a division that holds, not the best one."""

from tests.short_search import _short_search  # noqa: F401  fixture

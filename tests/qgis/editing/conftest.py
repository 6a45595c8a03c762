"""The tests of gestures and saves run in a database in turn."""

from pathlib import Path

from tests.back_ends import thin_out


def pytest_collection_modifyitems(items):
    """Leave four fifths of what runs in a database to the long proofs."""
    thin_out(items, Path(__file__).parent)

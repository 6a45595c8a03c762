"""A fresh bench per test, with the painting tool in hand."""

from __future__ import annotations

import pytest

from tests.qgis.fake_window import settle
from tests.qgis.gui.editing.conftest import bench, district
from tests.qgis.workspace_window import tasks_done, wait_for

__all__ = ["bench", "district"]


@pytest.fixture(autouse=True)
def _at_work(author):
    """Every test paints in somebody's name."""


class Studio:
    """The bench with the painting tool; grids by the last digits of their codes."""

    def __init__(self, bench):
        self.bench, self.hand = bench, bench.hand
        bench.hand.look_at(-50, -50, 1250, 250)
        self.tool = bench.choose("paint")
        wait_for(tasks_done)  # the figures are counted in the background
        settle()
        bench.hand.look_at(-50, -50, 1250, 250)  # the dock took room from the map

    @property
    def dock(self):
        return self.tool.easel.dock

    def grids(self):
        """Return code of the unit grid → of its grid, both by their last six digits."""
        column = {f["code"][-6:]: f["rg_cg"] for f in self.bench.layer.getFeatures()}
        return {unit: str(code)[-6:] if code else None for unit, code in sorted(column.items())}

    def press(self, name):
        from qgis.PyQt.QtWidgets import QAbstractButton

        self.dock.findChild(QAbstractButton, f"gridmgmt_paint_{name}").click()
        settle()

    def note(self):
        return self.tool.easel._note.text() if self.tool.easel._note.isVisible() else ""


@pytest.fixture
def studio(bench):
    return Studio(bench)

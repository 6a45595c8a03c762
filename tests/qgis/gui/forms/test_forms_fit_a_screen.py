"""Every page of every form is seen whole on a small screen: nothing in it needs a scroll bar."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QAbstractScrollArea, QTabWidget, QTreeWidget

from gridmgmt_plugin.project.forms.description import form_descriptions

#: A little less than 1366 × 768 leaves to a window below its title and above the bar of tasks.
_SIZE_PX = (1120, 620)


def _scrolling(dialog):
    """Yield what shows a scroll bar, and by how much it is too small across and down.

    A list of more rows than there is room for scrolls by itself, and never sideways.
    """
    for area in dialog.findChildren(QAbstractScrollArea):
        across, down = area.horizontalScrollBar(), area.verticalScrollBar()
        if area.isVisible() and (across.isVisible() or (down.isVisible() and not isinstance(area, QTreeWidget))):
            yield type(area).__name__, across.maximum(), down.maximum()


@pytest.mark.parametrize("bench", ["zh_CN", pytest.param("en_US", marks=pytest.mark.proof)], indirect=True)
def test_no_page_of_any_form_scrolls_on_a_small_screen(bench):
    scrolling = {}
    for table in form_descriptions():
        dialog = bench.form(table)
        dialog.resize(*_SIZE_PX)
        for at in range(dialog.findChild(QTabWidget).count()):
            bench.tab(dialog, at)
            if found := list(_scrolling(dialog)):
                scrolling[f"{table} {at}"] = found
        bench.close_forms()
    assert scrolling == {}

"""A template in QGIS's layout designer: shown with some pages, and taken out of the project at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.core.papers.kinds import filled_tables, kind_title
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.project.i18n import locale_tag, tr
from gridmgmt_plugin.project.papers.page_layers import PaperLayers
from gridmgmt_plugin.project.papers.printing import fit_layout
from gridmgmt_plugin.project.papers.template import read_layout, template_of
from gridmgmt_plugin.workspace.location import Location


@dataclass(frozen=True, eq=False)
class Draft:
    """What the designer shows: the ``template`` of a ``kind``, of which workspace; ``draw`` makes the layers of its
    pages, and ``fill`` puts into the layout what no layer says.
    """

    location: Location
    kind: str
    template: str
    draw: Callable[[], PaperLayers]
    fill: Callable[[QgsPrintLayout], None] | None = None


class Designer:
    """Shows one draft at a time; ``on_changed(draft, template)`` is called when it was changed and is closed."""

    def __init__(self, iface: Any, on_changed: Callable[[Draft, str], None]) -> None:
        self._iface, self._on_changed = iface, on_changed
        self._draft: Draft | None = None
        self._before = ""
        self._layout: Any = None
        self._layers: list[str] = []
        iface.layoutDesignerWillBeClosed.connect(self._closing)

    def show(self, draft: Draft) -> None:
        """Open the designer.

        :raises InputError: about the template.
        """
        self._take_away()
        project = QgsProject.instance()
        layers = draft.draw()
        title = tr("Template: {paper}").format(paper=kind_title(draft.kind, locale_tag()))
        layout = read_layout(project, draft.template, title)
        project.addMapLayers([layers.coverage, *layers.shown], False)
        self._layers = [layer.id() for layer in (layers.coverage, *layers.shown)]
        fit_layout(layout, layers)
        if draft.fill is not None:
            draft.fill(layout)
        project.layoutManager().addLayout(layout)
        self._layout, self._draft, self._before = layout, draft, self._template(layout, draft)
        designer = self._iface.openLayoutDesigner(layout)
        preview = getattr(designer, "setAtlasPreviewEnabled", None)
        if preview is not None:
            preview(True)

    def close(self) -> None:
        """Take what is shown out of QGIS and listen no longer."""
        self._iface.layoutDesignerWillBeClosed.disconnect(self._closing)
        self._take_away()

    def _closing(self, designer: Any) -> None:
        draft = self._draft
        if draft is None or not is_alive(self._layout) or designer.layout() is not self._layout:
            return
        after, before = self._template(self._layout, draft), self._before
        # The designer still holds the layout while it closes.
        QTimer.singleShot(0, lambda: self._closed(draft, before, after))

    def _closed(self, draft: Draft, before: str, after: str) -> None:
        self._take_away()
        if after != before:
            self._on_changed(draft, after)

    @staticmethod
    def _template(layout: Any, draft: Draft) -> str:
        return template_of(layout, filled_tables(draft.kind))

    def _take_away(self) -> None:
        project = QgsProject.instance()
        if self._layout is not None and is_alive(self._layout):
            project.layoutManager().removeLayout(self._layout)
        project.removeMapLayers([layer for layer in self._layers if project.mapLayer(layer) is not None])
        self._layout, self._draft, self._layers = None, None, []

"""Pages written as PDF: through a project of their own, so that it can be done in any thread while QGIS is used.

Everything that belongs to QGIS is made, used and thrown away in the thread that calls. A file appears complete or not
at all, and what is written in it can be searched and copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsFeedback,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutRenderContext,
    QgsPrintLayout,
    QgsProject,
)

from gridmgmt_plugin.core.errors import Cancelled, InputError, WorkspaceError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.papers.pages import Pages
from gridmgmt_plugin.core.papers.pdf_text import mend_pdf_text
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.project.papers.page_layers import PaperLayers, paper_layers, quicken_labels
from gridmgmt_plugin.project.papers.template import MAP_ID, copyable, maps_of, read_layout

_DPI = 200


def print_together(pages: Pages, frame: Frame, template: str, path: Path, language: str, progress: Progress) -> None:
    """Write all pages into one PDF.

    :raises InputError: ``template_unreadable``, ``template_without_map``.
    :raises WorkspaceError: ``layer_not_written``, ``file_held``. :raises Cancelled: with nothing written.
    """
    with laid_out(paper_layers(pages, frame, language), template) as layout:
        write_pdf(layout, path, progress)


def print_apart(
    pages: Pages, frame: Frame, template: str, paths: Sequence[Path], language: str, progress: Progress
) -> None:
    """Write every page into a PDF of its own; those that were written before a cancel stay.

    :raises: as :func:`print_together`.
    """
    with laid_out(paper_layers(pages, frame, language), template) as layout:
        atlas = layout.atlas()
        exporter = QgsLayoutExporter(layout)
        atlas.beginRender()
        try:
            for number, path in enumerate(paths):
                progress.report(number / len(paths))
                atlas.seekTo(number)
                _write(path, lambda target, _: (exporter.exportToPdf(str(target), _settings()), ""), Progress())
        finally:
            atlas.endRender()


def write_pdf(layout: QgsPrintLayout, path: Path, progress: Progress) -> None:
    """Write what a layout has for every row of its pages into one PDF.

    :raises WorkspaceError: ``layer_not_written``, ``file_held``. :raises Cancelled: with nothing written.
    """

    def write(target: Path, feedback: QgsFeedback) -> tuple[int, str]:
        return _result(QgsLayoutExporter.exportToPdf(layout.atlas(), str(target), _settings(), feedback))

    _write(path, write, progress)


@contextmanager
def laid_out(layers: PaperLayers, template: str) -> Iterator[QgsPrintLayout]:
    """Give the layout with its map and its pages, in a project that is thrown away with the layers.

    :raises InputError: ``template_unreadable``, ``template_without_map``.
    """
    project = QgsProject()
    try:
        project.setCrs(layers.coverage.crs())
        project.addMapLayers([layers.coverage, *layers.shown], False)
        quicken_labels(project)
        layout = read_layout(project, template, "papers")
        fit_layout(layout, layers)
        for item in layout.items():
            if isinstance(item, QgsLayoutItemLabel):
                item.setFont(copyable(item.font()))
        yield layout
    finally:
        project.clear()


def fit_layout(layout: QgsPrintLayout, layers: PaperLayers) -> None:
    """Say what the maps of a layout draw, and which layer its pages come from.

    :raises InputError: ``template_without_map``.
    """
    maps = maps_of(layout)
    if not maps:
        raise InputError("template_without_map", name=layout.name(), item=MAP_ID)
    for item in maps:
        item.setLayers(layers.shown)
        item.setCrs(layers.coverage.crs())
    atlas = layout.atlas()
    atlas.setCoverageLayer(layers.coverage)
    atlas.setEnabled(True)
    atlas.setHideCoverage(False)
    layout.renderContext().setFlag(QgsLayoutRenderContext.Flag.FlagUseAdvancedEffects, True)


def _settings() -> QgsLayoutExporter.PdfExportSettings:
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = _DPI
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    settings.exportMetadata = False  # it would name who made the project
    settings.appendGeoreference = False
    return settings


def _result(outcome: object) -> tuple[int, str]:
    code, reason = outcome if isinstance(outcome, tuple) else (outcome, "")
    return code, str(reason)


def _write(path: Path, write: Callable[[Path, QgsFeedback], tuple[int, str]], progress: Progress) -> None:
    unfinished = staging_path(path)
    feedback = _Feedback(progress)
    try:
        code, reason = write(unfinished, feedback)
        if feedback.isCanceled() or code == QgsLayoutExporter.ExportResult.Canceled:
            raise Cancelled
        if code != QgsLayoutExporter.ExportResult.Success or not unfinished.is_file():
            raise WorkspaceError("layer_not_written", path=str(path), reason=reason or "PDF")
        mend_pdf_text(unfinished)
        replace_file(unfinished, path)
    except OSError as error:
        raise WorkspaceError("layer_not_written", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        clear_away(unfinished)


class _Feedback(QgsFeedback):
    """Carries QGIS's progress to a job, and the job's cancel to QGIS."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self.progressChanged.connect(self._tell)

    def _tell(self, percent: float) -> None:
        try:
            self._progress.report(percent / 100.0)
        except Cancelled:
            self.cancel()

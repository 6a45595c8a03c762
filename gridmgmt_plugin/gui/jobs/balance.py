"""What is particular to the dialog of the balance: what it begins with, the best so far on the map, how it stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from gridmgmt_plugin.gui.jobs.dialog import JobDialog
from gridmgmt_plugin.gui.schemes.within import within_title
from gridmgmt_plugin.project.grid_locks import locked_grids
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.project.shown_workspace import shown_layer
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

BALANCE = "buildresponsibilitygrids"
_NAMED = 6


class Presets:
    """What the scheme that is chosen in a dialog says of itself; in the dialogs of other jobs nothing."""

    def __init__(self) -> None:
        self._scheme = ""

    def follow(self, lists: WorkspaceLists, dialog: JobDialog) -> None:
        """Fill it in once another scheme is chosen; the planner may change it."""
        scheme = str(dialog.parameters().get("SCHEME") or "")
        if dialog.algorithm.KEY == BALANCE and scheme != self._scheme:
            self._scheme = scheme
            dialog.show_values(_presets(lists, scheme))

    def told(self, lists: WorkspaceLists) -> list[str]:
        """Return in sentences what was filled in, and why."""
        return _told(lists, self._scheme) if self._scheme else []


def _presets(lists: WorkspaceLists, scheme: str) -> dict[str, Any]:
    """Return parameter → value; what the scheme's rules leave open is not among them."""
    found: dict[str, Any] = {"LOCKED": ",".join(locked_grids(QgsProject.instance(), scheme))}
    rules = lists.scheme_rules.get(scheme)
    if rules is not None:
        found["WITHIN"] = rules.within
        if rules.tolerance_percent > 0:
            found["TOLERANCE"] = rules.tolerance_percent
    return found


def _told(lists: WorkspaceLists, scheme: str) -> list[str]:
    """Return in sentences what the dialog was filled in with, and why."""
    told = []
    rules = lists.scheme_rules.get(scheme)
    if rules is not None:
        text = tr("By the rules of the scheme each grid keeps within {area}.").format(area=within_title(rules.within))
        if rules.tolerance_percent > 0:
            tolerance = f"{rules.tolerance_percent:g}"
            text += " " + tr("Grids may differ by {tolerance} %.").format(tolerance=tolerance)
        told.append(text)
    locked = list(locked_grids(QgsProject.instance(), scheme).values())
    if locked:
        names = tr(", ").join(locked[:_NAMED]) + ("…" if len(locked) > _NAMED else "")
        text = tr("Locked in painting, so they stay as they are: {grids} ({count}).")
        told.append(text.format(grids=names, count=len(locked)))
    return told


class DivisionPreview:
    """The best division so far over the map: areas that come and go with a run."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._rubber: Any = None

    def show(self, outlines: Sequence[Any]) -> None:
        """Draw the outlines (shapely polygons in the workspace's frame) in place of those drawn before."""
        import shapely  # noqa: PLC0415  heavy

        from gridmgmt_plugin.gui.editing.rubber import PART_COLOURS, Area, Rubber  # noqa: PLC0415  needs shapely

        layer = shown_layer(QgsProject.instance(), "unit_grid")
        if layer is None:
            return
        if self._rubber is None:
            self._rubber = Rubber(self._canvas)
        shares = [outlines[colour :: len(PART_COLOURS)] for colour in range(len(PART_COLOURS))]
        collected = [shapely.multipolygons(shapely.get_parts(share)) for share in shares]
        self._rubber.draw_areas([Area(shape, colour) for colour, shape in enumerate(collected)], layer)

    def clear(self) -> None:
        """Take the areas away."""
        if self._rubber is not None:
            self._rubber.clear()
            self._rubber = None


def ask_to_stop(keep: Callable[[], None], give_up: Callable[[], None], parent: QWidget) -> QMessageBox:
    """Ask once what becomes of the best division so far when the planner stops: keep it, throw it away, or go on.

    The search goes on until it is said; the question waits beside the run, nothing blocks.
    """
    text = tr("Stop here? The best division so far is drawn on the map.")
    question = QMessageBox(QMessageBox.Icon.Question, tr("Grid Management"), text, parent=parent)
    question.setObjectName("gridmgmt_stop_question")
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    deeds = {}
    for name, title, role, deed in (
        ("keep", tr("Keep the best so far"), QMessageBox.ButtonRole.AcceptRole, keep),
        ("give_up", tr("Throw it away"), QMessageBox.ButtonRole.DestructiveRole, give_up),
    ):
        button = question.addButton(title, role)
        button.setObjectName(f"gridmgmt_stop_{name}")
        deeds[button] = deed
    on = question.addButton(tr("Go on"), QMessageBox.ButtonRole.RejectRole)
    on.setObjectName("gridmgmt_stop_go_on")
    question.setEscapeButton(on)
    question.buttonClicked.connect(lambda button: deeds.get(button, lambda: None)())
    question.open()
    return question

"""Responsibility grids that the planner locked: kept in the project, per scheme, for painting and for balancing."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsExpression, QgsFeatureRequest, QgsProject

from gridmgmt_plugin.project.shown_workspace import shown_layer

_SCOPE, _ENTRY = "gridmgmt", "locks_"


def keep_locks(project: QgsProject, scheme: str, codes: Iterable[str]) -> None:
    """Note that these grids of a scheme are locked, and no others."""
    wanted = sorted(codes)
    if wanted == kept_locks(project, scheme):
        return
    if wanted:
        project.writeEntry(_SCOPE, _ENTRY + scheme, wanted)
    else:
        project.removeEntry(_SCOPE, _ENTRY + scheme)


def kept_locks(project: QgsProject, scheme: str) -> list[str]:
    """Return the codes of the grids of a scheme that were locked, whether they are still there or not."""
    codes, _ = project.readListEntry(_SCOPE, _ENTRY + scheme)
    return sorted(codes)


def locked_grids(project: QgsProject, scheme: str) -> dict[str, str]:
    """Return code → name of the locked grids of a scheme that are stored, in order of codes."""
    codes, layer = set(kept_locks(project, scheme)), shown_layer(project, "responsibility_grid")
    if not codes or layer is None:
        return {}
    request = QgsFeatureRequest().setFilterExpression(QgsExpression.createFieldEqualityExpression("scheme", scheme))
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found = {str(f["code"]): str(f["name"] or f["code"]) for f in layer.getFeatures(request)}
    return {code: found[code] for code in sorted(codes & set(found))}

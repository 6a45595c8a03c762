"""Which components the algorithms of the inventory are about: parameters, and what the jobs are given of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr


def which_components() -> Iterator[QgsProcessingParameterDefinition]:
    """Yield ``SCOPE``, ``CLASS_PREFIX``, ``STATE``, ``DEPARTMENT`` and ``OWNER_STATE``."""
    yield parameters.text("SCOPE", tr("Only in areas (codes; the whole district if empty)"))
    yield parameters.text("CLASS_PREFIX", tr("Class codes that begin with"))
    yield parameters.stored_values("STATE", tr("Only components in the state"), "component_state")
    yield parameters.text("DEPARTMENT", tr("Only components of a department"))
    yield parameters.stored_values("OWNER_STATE", tr("Only with the state of ownership"), "owner_state")


def asked_components(call: Call) -> dict[str, Any]:
    """Return what was given of :func:`which_components`, as the jobs take it."""
    return {
        "scope": call.text("SCOPE") or "",
        "class_prefix": call.text("CLASS_PREFIX") or "",
        "state": call.choice_if_given("STATE") or "",
        "department": call.text("DEPARTMENT") or "",
        "owner_state": call.choice_if_given("OWNER_STATE") or "",
    }

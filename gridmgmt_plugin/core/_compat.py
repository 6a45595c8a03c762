"""The only place that asks which libraries are here and what they can do."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from gridmgmt_plugin.core.errors import CapabilityError
from gridmgmt_plugin.core.shapely_loading import load_shapely, own_symbols_first


@dataclass(frozen=True)
class Missing:
    """A library that is absent or too old: its import name, what was found, what is needed."""

    library: str
    found: str
    needed: str


def missing_libraries() -> tuple[Missing, ...]:
    """Return what the geometry jobs need and this Python does not have; empty when all is there."""
    missing = []
    for name, needed in (("numpy", "1.20"), ("shapely", "2.0"), ("pyproj", "3.0")):
        try:
            with own_symbols_first():
                version = importlib.import_module(name).__version__
        except ImportError:
            missing.append(Missing(name, "–", needed))
            continue
        if _version_tuple(version) < _version_tuple(needed):
            missing.append(Missing(name, version, needed))
    return tuple(missing)


def require_libraries() -> None:
    """Raise one clear error when a library that the jobs need is missing.

    :raises CapabilityError: ``library_missing``, naming each library and the version needed, or
        ``shapely_mixed_up`` when shapely was loaded before and is bound to another GEOS.
    """
    load_shapely()
    missing = missing_libraries()
    if missing:
        names = ", ".join(f"{m.library} >= {m.needed} ({m.found})" for m in missing)
        raise CapabilityError("library_missing", names=names)


def has_coverage_validation() -> bool:
    """Tell whether shapely offers ``coverage_is_valid`` and ``coverage_invalid_edges`` (2.1, GEOS 3.12)."""
    import shapely  # noqa: PLC0415  a QGIS without shapely 2 must still be able to ask

    return hasattr(shapely, "coverage_is_valid") and tuple(shapely.geos_version[:2]) >= (3, 12)


def takes_objects_one_by_one() -> bool:
    """Tell whether ``numpy.fromiter`` makes arrays of objects (1.23): twice as quick as assigning a list of texts."""
    import numpy as np  # noqa: PLC0415  a QGIS without numpy must still be able to ask

    return _version_tuple(np.__version__) >= (1, 23)


def _version_tuple(version: str) -> tuple[int, ...]:
    parts = []
    for piece in version.split(".")[:2]:
        digits = "".join(c for c in piece if c.isdigit())
        parts.append(int(digits) if digits else 0)
    return tuple(parts)

"""How GDAL tells of failures, chosen for one block and, where GDAL can (3.7), for one thread.

QGIS and its other plugins share one GDAL in the process, whose ``UseExceptions`` would change it for all of them.
GDAL, OGR and OSR each keep a manner of their own, and newer ones warn whoever uses one without having chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from osgeo import gdal, ogr, osr

_MODULES = (gdal, ogr, osr)
_OF_THE_THREAD = all(hasattr(module, "ExceptionMgr") for module in _MODULES)


@contextmanager
def raising_gdal() -> Iterator[None]:
    """Let GDAL, OGR and OSR raise while the block runs; before GDAL 3.7 GDAL alone, in every thread."""
    if _OF_THE_THREAD:
        with _chosen(raises=True):
            yield
        return
    before = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        yield
    finally:
        if not before:
            gdal.DontUseExceptions()


@contextmanager
def silent_gdal() -> Iterator[None]:
    """Let GDAL, OGR and OSR return nothing and keep the error while the block runs.

    Before GDAL 3.7 nothing is switched, as other threads would feel it: whoever calls understands both manners.
    """
    if _OF_THE_THREAD:
        with _chosen(raises=False):
            yield
    else:
        yield


@contextmanager
def quiet_gdal() -> Iterator[None]:
    """Let GDAL write no warning of this thread to the terminal while the block runs."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()


@contextmanager
def _chosen(*, raises: bool) -> Iterator[None]:
    with ExitStack() as manners:
        for module in _MODULES:
            manners.enter_context(module.ExceptionMgr(useExceptions=raises))
        yield

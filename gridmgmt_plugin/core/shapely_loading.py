"""Shapely loaded so that it computes with the GEOS it brings, inside a program that runs on another GEOS.

On Linux, QGIS's programs hold their own GEOS in the global scope, and the C++ parts of a shapely from pip would be
bound to it: objects of one version handled by the code of another (met as "WKB output dimension must be 2 or 3").
``RTLD_DEEPBIND`` makes a library look among its own symbols first. It must be set before shapely is first imported.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gridmgmt_plugin.core.errors import CapabilityError


def load_shapely() -> None:
    """Import shapely with its own GEOS; one that is not installed is told by whoever needs it.

    :raises CapabilityError: ``shapely_mixed_up`` when another plugin imported it before, bound to QGIS's GEOS.
    """
    with own_symbols_first():
        try:
            shapely = importlib.import_module("shapely")
        except ImportError:
            return
    if int(shapely.__version__.split(".")[0]) < 2:
        return
    try:
        shapely.to_wkb(shapely.Point(0, 0))
    except shapely.errors.GEOSException as error:
        raise CapabilityError("shapely_mixed_up", version=shapely.__version__) from error


@contextmanager
def own_symbols_first() -> Iterator[None]:
    """Let libraries that are loaded in the block look for a symbol among their own before the program's."""
    flag = getattr(os, "RTLD_DEEPBIND", None)
    if flag is None:  # other systems bind each library to the one that it was built with
        yield
        return
    before = sys.getdlopenflags()
    sys.setdlopenflags(before | flag)
    try:
        yield
    finally:
        sys.setdlopenflags(before)

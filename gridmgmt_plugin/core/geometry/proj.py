"""The door to PROJ: reference systems and transformations that may be made in any thread.

pyproj 3.7.0 to 3.7.2 keep the address of what PROJ knows of a thread for as long as the thread lives, but free it
when Python forgets the thread. Threads of Qt live on after Python has forgotten them, and the next use there ends
QGIS (pyproj issues 1509, 1622). Here it is kept, once for each thread; other versions are not touched by that.
"""

from __future__ import annotations

import sys
import threading
from functools import lru_cache, partial
from typing import Any

from pyproj import CRS, Transformer

_kept: dict[int, Any] = {}
# A district asks for few systems and ways, and PROJ takes milliseconds to make one. What another thread made is given
# up before that thread ends, as PROJ forgets then what it belongs to.
_ASKED_BEFORE = 64
_system_again = lru_cache(_ASKED_BEFORE)(CRS.from_user_input)
_way_again = lru_cache(_ASKED_BEFORE)(partial(Transformer.from_crs, always_xy=True))


def crs_from(value: Any) -> CRS:
    """Return the reference system that a number of EPSG, a WKT, a PROJJSON or another name of PROJ's stands for.

    :raises pyproj.exceptions.CRSError: where PROJ knows none.
    """
    try:
        if _in_first_thread() and isinstance(value, (int, str)):
            return _system_again(value)
        return CRS.from_user_input(value)
    finally:
        _keep_what_proj_knows()


def way_between(source: Any, target: Any) -> Transformer:
    """Return the way from one reference system to another, x (or longitude) before y (or latitude) on both sides.

    :raises pyproj.exceptions.ProjError: where PROJ knows no way.
    """
    try:
        if _in_first_thread():
            return _way_again(source, target)
        return Transformer.from_crs(source, target, always_xy=True)
    finally:
        _keep_what_proj_knows()


def _in_first_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _keep_what_proj_knows() -> None:
    found = getattr(sys.modules.get("pyproj._context"), "get_context_manager", None)  # older ones have none
    manager = found() if found is not None else None
    if manager is not None:  # none: Python has met this thread before, and what was kept then is still in use
        _kept[threading.get_ident()] = manager

"""How often Python looks for circles of dead objects, which reference counts alone do not free.

It looks whenever seven hundred more objects have been made than were freed, and now and then at all there are: in
QGIS some hundred thousand, a twentieth of a second each time. Work on arrays of shapes makes many objects and no
circles; in it the looking takes up to an eighth of the time and finds nothing.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# New objects before Python looks: some ten megabytes of shapes.
SELDOM = 100_000


class _Collecting:
    """Who wants it seldom at the moment, and how it is usually: that is the process's, not one thread's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._usual = gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if self._under_way == 0:
                self._usual = gc.get_threshold()
                if 0 < self._usual[0] < SELDOM:
                    gc.set_threshold(SELDOM, *self._usual[1:])
            self._under_way += 1

    def end(self) -> None:
        with self._lock:
            self._under_way -= 1
            if self._under_way == 0:
                gc.set_threshold(*self._usual)


_COLLECTING = _Collecting()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have Python look seldom as long as this lasts; also a decorator. Several may, in several threads.

    What QGIS or another plugin had set comes back with the end of the last.
    """
    _COLLECTING.begin()
    try:
        yield
    finally:
        _COLLECTING.end()

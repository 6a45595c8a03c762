"""A plugin of mypy: ``ndarray.tolist`` gives ``Any``, whichever numpy is installed.

numpy 1 says so itself; numpy 2.2.4, which Debian 13 has, calls the result a ``str``, later ones a list only where
they know the number of dimensions. One answer makes the same code right with all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.plugin import MethodContext, Plugin
from mypy.types import AnyType, Type, TypeOfAny


class NumpyPlugin(Plugin):
    """Replaces what the installed numpy says about ``tolist``."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Return the answer for ``tolist`` of arrays, ``None`` for every other method."""
        return _any if fullname == "numpy.ndarray.tolist" else None


def _any(_context: MethodContext) -> Type:
    return AnyType(TypeOfAny.explicit)


def plugin(_version: str) -> type[Plugin]:
    """Return the plugin: mypy asks for it by this name."""
    return NumpyPlugin

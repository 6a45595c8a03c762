"""Import every module of the package with PyQt6 behind ``qgis.PyQt``, in a process of its own.

    python -m tests.architecture.qt6_loading

QGIS's own classes are stood in for by bare ones of Qt: what counts is that bases, metaclasses, signals and constants
of our modules come about on Qt 6. Writes one line per module that does not load; ends with 3 where PyQt6 does not.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2] / "gridmgmt_plugin"
NO_QT = 3
# Ours inherit from these, and so have to do with Qt's metaclass alone.
_BASES = ("QgsMapTool", "QgsMapToolAdvancedDigitizing", "QgsProcessingAlgorithm", "QgsProcessingProvider", "QgsTask")


def _stand_in(name: str, qt: Any) -> type:
    """Return a class of Qt named as one of QGIS; classes and values within it are stand-ins again."""
    widgets = qt.QtWidgets
    base = widgets.QDockWidget if "Dock" in name else widgets.QWidget if "Widget" in name else qt.QtCore.QObject
    kind = type(base)
    if name in _BASES:
        return kind(name, (base,), {})

    def within(cls: type, inner: str) -> Any:
        if inner.startswith("_"):
            raise AttributeError(inner)
        return _stand_in(inner, qt) if inner[0].isupper() else lambda *_, **__: None

    return type("Answering", (kind,), {"__getattr__": within, "__or__": lambda one, _: one})(name, (base,), {})


class _Module(types.ModuleType):
    def __init__(self, name: str, qt: Any) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._qt = qt

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(name, self._qt)
        setattr(self, name, made)
        return made


def _install(qt: Any) -> None:
    names = {f"qgis.{name}": _Module(f"qgis.{name}", qt) for name in ("analysis", "core", "gui", "utils")}
    for name in ("qgis", "qgis.PyQt"):
        names[name] = types.ModuleType(name)
        names[name].__path__ = []
    for name in ("QtCore", "QtGui", "QtNetwork", "QtWidgets", "QtXml", "sip"):
        names[f"qgis.PyQt.{name}"] = getattr(qt, name)
        setattr(names["qgis.PyQt"], name, getattr(qt, name))
    sys.modules.update(names)


def main() -> int:
    try:
        qt = types.SimpleNamespace(
            **{
                name: importlib.import_module(f"PyQt6.{name}")
                for name in ("QtCore", "QtGui", "QtNetwork", "QtWidgets", "QtXml", "sip")
            }
        )
    except ImportError as error:
        sys.stdout.write(f"{error}\n")
        return NO_QT
    _install(qt)
    failed = 0
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        try:
            importlib.import_module(name)
        except Exception as error:
            failed += 1
            sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
    return 1 if failed or "PyQt5" in sys.modules else 0


if __name__ == "__main__":
    sys.exit(main())

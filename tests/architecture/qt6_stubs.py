"""What PyQt6 offers, read from the type stubs in its wheel.

PyQt6 is never imported: two Qt libraries in one process end it, and reading needs no display either.
"""

from __future__ import annotations

import ast
import importlib.util
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_ENUMS = {"Enum": "enum", "Flag": "enum", "IntEnum": "int_enum", "IntFlag": "int_enum"}


@dataclass
class Scope:
    """A name of PyQt6. ``kind``: class, enum, int_enum (its members are numbers), member, function, value."""

    module: str
    name: str
    kind: str
    bases: tuple[str, ...] = ()
    returns: str = ""
    names: dict[str, Scope] = field(default_factory=dict)


class MissingNameError(LookupError):
    """A chain of names that PyQt6 does not have; the text is the chain up to the name that is missing."""


class Stubs:
    """The modules of PyQt6 in ``folder``, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: dict[str, dict[str, Scope]] = {}

    def has_module(self, module: str) -> bool:
        return (self._folder / f"{module}.pyi").is_file()

    def module(self, module: str) -> dict[str, Scope]:
        if module not in self._modules:
            text = (self._folder / f"{module}.pyi").read_text(encoding="utf-8")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # docstrings of PyQt6 hold invalid escapes
                tree = ast.parse(text)
            self._modules[module] = _names(module, tree.body, "module")
        return self._modules[module]

    def find(self, module: str, chain: list[str]) -> list[Scope]:
        """Return what each name of ``chain`` stands for; it ends early where instances begin.

        :raises MissingNameError: when PyQt6 has no such name there.
        """
        found: list[Scope] = []
        for position, name in enumerate(chain):
            if found and found[-1].kind not in ("class", "enum", "int_enum"):
                break
            scope = self.within(found[-1], name) if found else self.module(module).get(name)
            if scope is None:
                if found and found[-1].kind != "class" and name.startswith("__"):
                    break
                raise MissingNameError(".".join(chain[: position + 1]))
            found.append(scope)
        return found

    def within(self, scope: Scope, name: str) -> Scope | None:
        """Return the name as ``scope`` or one of its bases has it."""
        if name in scope.names:
            return scope.names[name]
        for base in scope.bases:
            parts = base.split(".")
            module = parts[-2] if len(parts) > 1 and self.has_module(parts[-2]) else scope.module
            parent = self.module(module).get(parts[-1])
            found = parent and self.within(parent, name)
            if found:
                return found
        return None

    def home(self, name: str) -> str | None:
        """Return the dotted place of the enum member ``name`` if exactly one enum of Qt has it, else ``None``."""
        return self._homes.get(name)

    @cached_property
    def _homes(self) -> dict[str, str | None]:
        homes: dict[str, str | None] = {}
        for path, scope in self._walk():
            if scope.kind in ("enum", "int_enum"):
                for name in scope.names:
                    homes[name] = None if name in homes else f"{path}.{name}"
        return homes

    @cached_property
    def attributes(self) -> set[str]:
        """Every name that an object of some class of Qt has."""
        return {name for _, scope in self._walk() if scope.kind == "class" for name in scope.names}

    @cached_property
    def returning_enums(self) -> set[str]:
        """Names of methods that give an enum without numbers, whichever class has them."""
        results: dict[str, set[bool]] = {}
        for _, scope in self._walk():
            for name, method in scope.names.items():
                if method.kind == "function":
                    results.setdefault(name, set()).add(self._is_enum(method))
        return {name for name, answers in results.items() if answers == {True}}

    def _is_enum(self, method: Scope) -> bool:
        parts = method.returns.strip("'").split(".")
        module = method.module
        if len(parts) > 1 and self.has_module(parts[0]):
            module, parts = parts[0], parts[1:]
        try:
            return bool(parts[0]) and self.find(module, parts)[-1].kind == "enum"
        except MissingNameError:
            return False

    def _walk(self) -> list[tuple[str, Scope]]:
        waiting = [(n, s) for m in ("QtCore", "QtGui", "QtWidgets") for n, s in self.module(m).items()]
        found = []
        while waiting:
            path, scope = waiting.pop()
            found.append((path, scope))
            waiting += [(f"{path}.{n}", s) for n, s in scope.names.items() if s.kind not in ("function", "member")]
        return found


def _names(module: str, body: list[ast.stmt], inside: str) -> dict[str, Scope]:
    names: dict[str, Scope] = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            bases = tuple(ast.unparse(base) for base in node.bases)
            kind = next((_ENUMS[b.split(".")[-1]] for b in bases if b.split(".")[-1] in _ENUMS), "class")
            names[node.name] = Scope(module, node.name, kind, bases, names=_names(module, node.body, kind))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            returns = "" if node.returns is None else ast.unparse(node.returns)
            names[node.name] = Scope(module, node.name, "function", returns=returns)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            kind = "member" if inside in ("enum", "int_enum") else "value"
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    names[target.id] = Scope(module, target.id, kind)
        elif isinstance(node, (ast.If, ast.Try)):
            names.update(_names(module, node.body, inside))
    return names


def installed_stubs() -> Stubs | None:
    """Return the stubs of the PyQt6 that is installed, ``None`` where there is none."""
    spec = importlib.util.find_spec("PyQt6")
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = next((Path(place) for place in places if (Path(place) / "QtCore.pyi").is_file()), None)
    return None if folder is None else Stubs(folder)

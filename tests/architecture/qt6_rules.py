"""What in a module of ours would not run on Qt 6, found in its syntax tree without running it.

Names through ``qgis.PyQt`` are looked up in PyQt6's stubs. Names of QGIS itself are looked up in the QGIS that is
here, which knows the scope of each of its enums, and which class of Qt a method comes from.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.architecture.qt6_stubs import MissingNameError, Scope, Stubs

_GUARD = "hasattr"
_FLAG_OPERATORS = (ast.BitOr, ast.BitAnd, ast.BitXor)
# Methods of QGIS that give an enum.
_ENUMS_OF_QGIS = {"geometryType", "wkbType", "fieldOrigin", "mapUnits", "transactionMode"}
_VARIANTS = ("QVariant", "NULL", "QMetaType")


@dataclass(frozen=True)
class Fault:
    """One thing in line ``line`` that Qt 6 does not take."""

    line: int
    text: str


@dataclass(frozen=True)
class Name:
    """What a name in a module stands for: a class or module of Qt, or an object of QGIS."""

    qt: tuple[str, tuple[str, ...]] | None = None
    qgis: Any = None
    instance: bool = False


def faults(tree: ast.Module, stubs: Stubs, *, knows_variants: bool = False) -> list[Fault]:
    """Return what is wrong in a module; ``knows_variants``: it is the one place for NULL and field types."""
    checker = _Checker(stubs, knows_variants=knows_variants)
    checker.visit(tree)
    return sorted(set(checker.faults), key=lambda fault: (fault.line, fault.text))


class _Checker(ast.NodeVisitor):
    """Walks a module once. ``_names``: what is known in each function around; ``_guarded``: what was asked for."""

    def __init__(self, stubs: Stubs, *, knows_variants: bool) -> None:
        self.faults: list[Fault] = []
        self._stubs = stubs
        self._knows_variants = knows_variants
        self._names: list[dict[str, Name]] = [{}]
        self._bases: list[tuple[list[Any], set[str]]] = []
        self._guarded: list[str] = []

    # -- what names stand for ------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.startswith("qgis.PyQt"):
                self._tell(node, f"import {alias.name}: import the names from it")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name in _VARIANTS and module.startswith("qgis") and not self._knows_variants:
                self._tell(node, f"{alias.name}: missing values and field types are known in project/attributes.py")
            if module == "qgis.PyQt":
                self._names[-1][name] = Name(qt=(alias.name, ()))
                if not self._stubs.has_module(alias.name):
                    self._tell(node, f"PyQt6 has no module {alias.name}")
            elif module.startswith("qgis.PyQt."):
                self._names[-1][name] = Name(qt=(module.split(".")[2], (alias.name,)))
                self._qt(node, self._names[-1][name], [])
            elif module == "gridmgmt_plugin.gui.frame.qt" and alias.name in self._stubs.module("QtGui"):
                self._names[-1][name] = Name(qt=("QtGui", (alias.name,)))
            elif module in ("qgis.core", "qgis.gui"):
                found = getattr(importlib.import_module(module), alias.name, None)
                if found is None and alias.name not in self._guarded:
                    self._tell(node, f"{module} has no {alias.name}")
                self._names[-1][name] = Name(qgis=found)

    def _named(self, name: str) -> Name | None:
        return next((names[name] for names in reversed(self._names) if name in names), None)

    def _meaning(self, node: ast.expr | None) -> Name | None:
        """Return what a chain stands for if it is a class, an enum or a module; ``X | None`` stands for X."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._meaning(node.left) or self._meaning(node.right)
        parts = _chain(node)
        start = self._named(parts[0]) if parts else None
        if start is None or start.instance:
            return None
        if start.qt is not None:
            return Name(qt=(start.qt[0], (*start.qt[1], *parts[1:])))
        found = _reached(start.qgis, parts[1:])
        return None if found is None else Name(qgis=found)

    # -- scopes --------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names = {}
        for argument in arguments:
            meaning = self._meaning(argument.annotation)
            names[argument.arg] = Name(meaning.qt, meaning.qgis, instance=True) if meaning else Name()
        self._names.append(names)
        for child in ast.iter_child_nodes(node):
            if child not in node.body:
                self.visit(child)
        self._statements(node.body)
        self._names.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = [meaning for meaning in map(self._meaning, node.bases) if meaning]
        own = {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
        own |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        own |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self._bases.append((bases, own))
        self.generic_visit(node)
        self._bases.pop()

    def visit_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name):
            called = isinstance(node.value, ast.Call)
            meaning = self._meaning(node.value.func if isinstance(node.value, ast.Call) else node.value)
            if meaning and called and not self._makes_instances(meaning):
                meaning = None
            self._names[-1][target.id] = Name(meaning.qt, meaning.qgis, called) if meaning else Name()
        self.generic_visit(node)

    def _makes_instances(self, meaning: Name) -> bool:
        if meaning.qt is None:
            return isinstance(meaning.qgis, type)
        try:
            return self._stubs.find(meaning.qt[0], list(meaning.qt[1]))[-1].kind == "class"
        except MissingNameError:
            return False

    # -- guards: hasattr(Qt, "Name") -----------------------------------------------------------------------------

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        with self._guard(_asked(node.test)):
            self.visit(node.body)
            self.visit(node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        with self._guard(_asked(node.test)):
            self._statements(node.body)
            self._statements(node.orelse)

    def _statements(self, body: list[ast.stmt]) -> None:
        """Visit statements; after an ``if hasattr(…): return`` the rest is its other branch."""
        for position, statement in enumerate(body):
            self.visit(statement)
            leaves = isinstance(statement, ast.If) and isinstance(statement.body[-1], (ast.Return, ast.Raise))
            if leaves and _asked(statement.test):
                with self._guard(_asked(statement.test)):
                    self._statements(body[position + 1 :])
                return

    @contextmanager
    def _guard(self, names: list[str]) -> Iterator[None]:
        self._guarded += names
        yield
        del self._guarded[len(self._guarded) - len(names) :]

    # -- uses ----------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> None:
        parts = _chain(node)
        name = self._named(parts[0]) if parts else None
        if node.attr == "exec_":
            self._tell(node, "exec_: exec")
        if parts[:1] == ["self"] and self._bases:
            self._inherited(node, parts[1])
        elif name is not None and name.instance:
            self._method(node, name, parts[1])
        elif name is not None and name.qt is not None:
            self._qt(node, name, parts[1:])
        elif name is not None and name.qgis is not None:
            self._qgis(node, name.qgis, parts)
        if not parts:
            self.generic_visit(node)

    def _qt(self, node: ast.AST, name: Name, rest: list[str]) -> Scope | None:
        assert name.qt is not None
        module, first = name.qt
        try:
            found = self._stubs.find(module, [*first, *rest])
        except MissingNameError as error:
            missing = str(error)
            if missing.rsplit(".", maxsplit=1)[-1] not in self._guarded:
                home = self._stubs.home(missing.rsplit(".", maxsplit=1)[-1])
                self._tell(node, f"PyQt6 has no {module}.{missing}" + (f"; there is {home}" if home else ""))
            return None
        return found[-1] if found else None

    def _qgis(self, node: ast.AST, start: Any, parts: list[str]) -> None:
        parent = start
        for part in parts[1:]:
            if not hasattr(parent, part):
                if not self._guarded:
                    self._tell(node, f"this QGIS has no {'.'.join(parts)}")
                return
            value = getattr(parent, part)
            if _is_member(value):
                if type(value) is not parent:
                    self._tell(node, f"{'.'.join(parts)} without its enum {type(value).__name__}")
                return
            if _is_flags(parent, part) and not self._guarded:
                self._tell(node, f"{'.'.join(parts)}: there are no types of flags, only {part[:-1]}")
            parent = value

    def _method(self, node: ast.AST, name: Name, attribute: str) -> None:
        """An attribute of an object whose class is known."""
        if name.qt is not None:
            try:
                scope = self._stubs.find(name.qt[0], list(name.qt[1]))[-1]
            except MissingNameError:
                return  # told where the class is named
            if scope.kind == "class" and self._stubs.within(scope, attribute) is None:
                self._tell(node, f"PyQt6's {scope.name} has no {attribute}")
        elif isinstance(name.qgis, type) and not self._still_there(name.qgis, attribute):
            self._tell(node, f"PyQt6's base of {name.qgis.__name__} has no {attribute}")

    def _inherited(self, node: ast.AST, attribute: str) -> None:
        bases, own = self._bases[-1]
        if attribute in own:
            return
        for base in bases:
            klass = base.qgis
            if base.qt is not None:
                klass = getattr(importlib.import_module(f"qgis.PyQt.{base.qt[0]}"), base.qt[1][0], None)
            if isinstance(klass, type) and not self._still_there(klass, attribute):
                self._tell(node, f"self.{attribute} is not in PyQt6's {klass.__name__}")

    def _still_there(self, klass: type, attribute: str) -> bool:
        """Tell whether what ``klass`` has from Qt here is in PyQt6 too; what is not from Qt counts as there."""
        owner = next((c for c in klass.__mro__ if attribute in vars(c)), None)
        module = "" if owner is None else owner.__module__
        if not module.startswith("PyQt"):
            return True
        home = self._stubs.module(module.split(".")[1]).get(owner.__name__)
        if home is None:
            return True
        return self._stubs.within(home, attribute) is not None

    # -- enums are no numbers ------------------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "int" and node.args and self._enum(node.args[0]):
            self._tell(node, f"int({ast.unparse(node.args[0])}): an enum is no number")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        sides = (node.left, node.right)
        enums, numbers = any(map(self._enum, sides)), any(map(_is_number, sides))
        if enums and (numbers or not isinstance(node.op, _FLAG_OPERATORS)):
            self._tell(node, f"{ast.unparse(node)}: an enum is no number")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        numbers = [side for side in sides if any(map(_is_number, _elements(side)))]
        enums = [side for side in sides if any(map(self._enum, _elements(side)))]
        ordered = any(isinstance(op, (ast.Lt, ast.Gt, ast.LtE, ast.GtE)) for op in node.ops)
        if enums and (numbers or ordered):
            self._tell(node, f"{ast.unparse(node)}: an enum is no number")
        self.generic_visit(node)

    def _enum(self, node: ast.expr) -> bool:
        """Tell whether an expression is surely an enum that Qt 6 does not take for a number."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return node.func.attr in _ENUMS_OF_QGIS or node.func.attr in self._stubs.returning_enums
        parts = _chain(node)
        name = self._named(parts[0]) if parts else None
        if name is None or name.instance:
            return False
        if name.qt is None:
            return _is_member(_reached(name.qgis, parts[1:]))
        chain = [*name.qt[1], *parts[1:]]
        try:
            found = self._stubs.find(name.qt[0], chain)
        except MissingNameError:
            return False
        return len(found) == len(chain) > 1 and found[-1].kind == "member" and found[-2].kind == "enum"

    def _tell(self, node: ast.AST, text: str) -> None:
        self.faults.append(Fault(getattr(node, "lineno", 0), text))


def _chain(node: ast.expr | None) -> list[str]:
    """Return ``["a", "b", "c"]`` of ``a.b.c``; empty where it does not begin with a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


def _asked(test: ast.expr) -> list[str]:
    """Return the names that a test asks ``hasattr`` for."""
    return [
        str(call.args[1].value)
        for call in ast.walk(test)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == _GUARD
        and isinstance(call.args[1], ast.Constant)
    ]


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]


def _reached(start: Any, parts: list[str]) -> Any:
    for part in parts:
        start = getattr(start, part, None)
    return start


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_enum(kind: Any) -> bool:
    """Tell whether ``kind`` is an enum of QGIS: one of sip's own on Qt 5, one of Python's on later versions."""
    return any(made_by.__name__ in ("enumtype", "EnumMeta", "EnumType") for made_by in type(kind).__mro__)


def _is_member(value: Any) -> bool:
    return _is_enum(type(value))


def _is_flags(parent: Any, name: str) -> bool:
    """Tell whether ``parent.name`` is a type of flags beside its enum, as Qt 5 has them."""
    return name.endswith("s") and _is_enum(getattr(parent, name[:-1], None))

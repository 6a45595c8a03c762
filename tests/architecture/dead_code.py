"""Which definitions of a package nothing in the product uses, read from the source without running it.

What is alive is followed from the entry points: code that is alive makes alive what it names. A function, class or
constant of a module is named by its name there, through an import, or as text in the form ``module:Name``. A method
is named by any attribute of its name, for nobody knows here which class an object has; ``self.name`` means a method
of that class, its bases and heirs. A method that a class outside of the package declares too is an override, called
from outside. A function under a decorator of the package is in that decorator's hands. Of fields
:func:`unread_fields` tells.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union

from tests.architecture.imports import every_node, walk

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAMED_IN_TEXT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_ASKED_BY_NAME = {"getattr", "hasattr", "setattr", "attrgetter", "methodcaller"}


def unused(modules: Mapping[str, ast.AST], entries: Iterable[str], users: Iterable[ast.AST] = ()) -> dict[str, int]:
    """Return ``module:name`` or ``module:Class.method`` → line of every definition that is not alive.

    :param entries: what is called from outside of the package, in the same form.
    :param users: code outside of the package that counts as its use, whole.
    """
    return unused_without_and_with((), modules, entries, users)[0]


def unused_without_and_with(
    waiting: Iterable[str], modules: Mapping[str, ast.AST], entries: Iterable[str], users: Iterable[ast.AST] = ()
) -> tuple[dict[str, int], dict[str, int]]:
    """Return what :func:`unused` does, and the same with what waits for its use called from outside as well."""
    search = _Search(modules)
    for tree in users:
        outside = _Module("", tree)
        outside.defined.clear()
        search.read(outside, tree)
    search.call(entries)
    without = search.dead()
    search.call(waiting)
    return without, search.dead()


def unread_fields(modules: Mapping[str, ast.AST], users: Iterable[ast.AST] = ()) -> dict[str, int]:
    """Return ``module:Class.field`` → line of the fields of dataclasses that nobody reads, by that name or a text.

    Nobody knows here which class an object has, so a field of the same name in another class counts. A class that
    goes through its own ``fields`` reads them all.
    """
    read: set[str] = set()
    found: dict[str, tuple[str, int]] = {}
    for name, tree in [*modules.items(), *(("", user) for user in users)]:
        for node in every_node(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                read.add(node.value)
            elif name and isinstance(node, ast.ClassDef) and _is_result(node):
                own = [one for one in node.body if isinstance(one, ast.AnnAssign)]
                found.update({f"{name}:{node.name}.{one.target.id}": (one.target.id, one.lineno) for one in own})
    return {label: line for label, (field_name, line) in found.items() if field_name not in read}


def _is_result(node: ast.ClassDef) -> bool:
    """Tell whether a class is a dataclass that does not go through its fields itself."""
    called = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    calls = (one.func for one in walk(node) if isinstance(one, ast.Call))
    return any((_dotted(one) or [""])[-1] == "dataclass" for one in called) and not any(
        _dotted(one) == ["fields"] for one in calls
    )


@dataclass(eq=False)
class _Definition:
    """A function, class, method or constant. ``body``: what is read once it is alive. ``owner``: a method's class.

    ``family``: of a class, one mark for all classes of the package that inherit from each other.
    """

    module: str
    name: str
    line: int
    body: list[ast.AST]
    owner: _Definition | None = None
    bases: list[ast.expr] = field(default_factory=list)
    methods: list[_Definition] = field(default_factory=list)
    family: list[_Definition] = field(default_factory=list)
    handed_over: bool = False
    alive: bool = False

    @property
    def label(self) -> str:
        return f"{self.module}:{self.owner.name + '.' if self.owner else ''}{self.name}"


class _Module:
    """The names of one module: what it defines, what it imports, and the statements that run on import."""

    def __init__(self, name: str, tree: ast.AST) -> None:
        self.name = name
        self.defined: dict[str, _Definition] = {}
        self.imports: dict[str, tuple[str, str | None]] = {}
        self.running: list[ast.AST] = []
        self.alive = False
        for node in every_node(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.imports.update({a.asname or a.name: (node.module, a.name) for a in node.names})
            elif isinstance(node, ast.Import):
                self.imports.update({a.asname or a.name.split(".")[0]: (a.name, None) for a in node.names})
        self._read(getattr(tree, "body", []))

    def _read(self, statements: Iterable[ast.stmt]) -> None:
        for node in statements:
            if isinstance(node, _FUNCTIONS):
                self._define(self._function(node))
            elif isinstance(node, ast.ClassDef):
                self._define(self._class(node))
            elif isinstance(node, (ast.If, ast.Try)):
                self.running += [node.test] if isinstance(node, ast.If) else []
                for part in (node, *getattr(node, "handlers", [])):
                    self._read([*part.body, *getattr(part, "orelse", []), *getattr(part, "finalbody", [])])
            elif names := [name for name in _assigned(node) if not name.startswith("__")]:
                for name in names:
                    self._define(_Definition(self.name, name, node.lineno, [node]))
            else:
                self.running.append(node)

    def _define(self, made: _Definition) -> None:
        known = self.defined.setdefault(made.name, made)
        if known is not made:  # defined once more, under another condition
            known.body += made.body

    def _function(self, node: _Function, owner: _Definition | None = None) -> _Definition:
        return _Definition(self.name, node.name, node.lineno, [node], owner, handed_over=self._handed_over(node))

    def _class(self, node: ast.ClassDef) -> _Definition:
        made = _Definition(
            self.name, node.name, node.lineno, [], bases=node.bases, handed_over=self._handed_over(node)
        )
        made.body += [*node.decorator_list, *node.bases, *node.keywords]
        for statement in node.body:
            if isinstance(statement, _FUNCTIONS):
                made.methods.append(self._function(statement, made))
            else:
                made.body.append(statement)
        return made

    def _handed_over(self, node: _Function | ast.ClassDef) -> bool:
        """Tell whether a decorator of the package holds the definition."""
        called = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
        names = [chain[0] for chain in map(_dotted, called) if chain]
        package = self.name.split(".")[0]
        return any(n in self.defined or self.imports.get(n, ("",))[0].split(".")[0] == package for n in names)


class _Search:
    """Follows what is alive from definition to definition until nothing is added."""

    def __init__(self, modules: Mapping[str, ast.AST]) -> None:
        self.modules = {name: _Module(name, tree) for name, tree in modules.items()}
        self._packages = {name.split(".")[0] for name in self.modules}
        self._attributes: set[str] = set()
        self._own: set[tuple[int, str]] = set()
        self._methods: dict[str, list[_Definition]] = defaultdict(list)
        self._waiting: list[tuple[_Module, ast.AST, _Definition | None]] = []
        for module in self.modules.values():
            for made in module.defined.values():
                self._join_families(module, made)

    def call(self, entries: Iterable[str]) -> None:
        """These are called from outside, ``module:name`` or ``module:Class.method``: follow what they reach."""
        for entry in entries:
            module, _, name = entry.partition(":")
            self.reach(module, name.partition(".")[0])
            self.use_attribute(name.partition(".")[2])
        while self._waiting:
            self._follow(*self._waiting.pop())

    def dead(self) -> dict[str, int]:
        """Return what is not alive, label → line."""
        made = [one for module in self.modules.values() for one in module.defined.values()]
        found = [one for one in made if not one.alive]
        found += [method for one in made if one.alive for method in one.methods if not method.alive]
        return {one.label: one.line for one in sorted(found, key=lambda one: (one.module, one.line))}

    def read(self, module: _Module, node: ast.AST, owner: _Definition | None = None) -> None:
        """Take note that this code runs."""
        self._waiting.append((module, node, owner))

    def reach(self, module: str, name: str) -> None:
        """A name of a module is used: it is defined there, or imported from elsewhere."""
        self._enter(f"{module}.{name}")
        home = self.modules.get(module)
        if home is not None:
            self._name(home, name)

    def use_attribute(self, name: str) -> None:
        """An attribute of this name is asked for, of whatever object."""
        self._attributes.add(name)
        self._revive_methods(name)

    def _use_own(self, owner: _Definition, name: str) -> None:
        self._own.add((id(owner.family), name))
        self._revive_methods(name)

    def _enter(self, name: str) -> None:
        """A module is imported, and the packages that it lies in: what stands at their top runs."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            module = self.modules.get(".".join(parts[:length]))
            if module is not None and not module.alive:
                module.alive = True
                for node in module.running:
                    self.read(module, node)
                for made in module.defined.values():
                    if made.handed_over:
                        self._revive(made)

    def _revive(self, made: _Definition) -> None:
        if made.alive:
            return
        made.alive = True
        for node in made.body:
            self.read(self.modules[made.module], node, made.owner)
        for method in made.methods:
            self._methods[method.name].append(method)
        for method in made.methods:
            special = method.name.startswith("__") and method.name.endswith("__")
            if special or method.handed_over or self._is_asked_for(method) or self._overrides(made, method.name):
                self._revive(method)

    def _revive_methods(self, name: str) -> None:
        for method in tuple(self._methods.get(name, ())):
            if not method.alive and self._is_asked_for(method):
                self._revive(method)

    def _is_asked_for(self, method: _Definition) -> bool:
        own = method.owner is not None and (id(method.owner.family), method.name) in self._own
        return own or method.name in self._attributes

    def _follow(self, module: _Module, root: ast.AST, owner: _Definition | None) -> None:
        for node in walk(root):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._enter(alias.name)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    self._enter(f"{node.module}.{alias.name}")
            elif isinstance(node, ast.Name):
                self._name(module, node.id)
            elif isinstance(node, ast.Attribute):
                self._attribute(module, node, owner)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self._text(module, node.value)
            elif isinstance(node, ast.Call) and (_dotted(node.func) or [""])[-1] in _ASKED_BY_NAME:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        self.use_attribute(argument.value)

    def _name(self, module: _Module, name: str) -> None:
        self._enter(module.name)
        if name in module.defined:
            self._revive(module.defined[name])
        elif name in module.imports:
            source, there = module.imports[name]
            if there is None:
                self._enter(source)
            elif (source, there) != (module.name, name):
                self.reach(source, there)

    def _attribute(self, module: _Module, node: ast.Attribute, owner: _Definition | None) -> None:
        chain = _dotted(node)
        if chain and chain[0] in module.imports:
            source, name = module.imports[chain[0]]
            path = source if name is None else f"{source}.{name}"
            if path.split(".")[0] not in self._packages:
                return  # of a library, which names nothing of ours
            for part in chain[1:]:
                if path in self.modules:
                    self.reach(path, part)
                path = f"{path}.{part}"
        if owner is not None and len(chain) == 2 and chain[0] in {"self", "cls"}:
            self._use_own(owner, node.attr)
        else:
            self.use_attribute(node.attr)

    def _text(self, module: _Module, text: str) -> None:
        if _NAMED_IN_TEXT.fullmatch(text):
            source, name = text.split(":")
            for place in (source, f"{module.name.rpartition('.')[0]}.{source}"):
                if place in self.modules:
                    self.reach(place, name)

    def _overrides(self, made: _Definition, name: str) -> bool:
        return any(hasattr(base, name) for base in self._foreign_bases(made))

    def _foreign_bases(self, made: _Definition) -> Iterator[type]:
        home = self.modules[made.module]
        for chain in _base_names(made):
            ours = self._class_of(home, chain)
            if ours is not None:
                yield from self._foreign_bases(ours)
            elif chain[0] in home.imports:
                module, name = home.imports[chain[0]]
                found = importlib.import_module(module)
                for part in ([] if name is None else [name]) + chain[1:]:
                    found = getattr(found, part)
                yield found

    def _join_families(self, home: _Module, made: _Definition) -> None:
        if not made.family:
            made.family.append(made)
        for chain in _base_names(made):
            base = self._class_of(home, chain)
            if base is not None:
                base.family += [] if base.family else [base]
                joined = base.family if base.family is made.family else base.family + made.family
                for one in joined:
                    one.family = joined

    def _class_of(self, home: _Module, chain: list[str]) -> _Definition | None:
        if len(chain) == 1 and chain[0] in home.defined:
            return home.defined[chain[0]]
        module, name = home.imports.get(chain[0], ("", None))
        if name is not None and module in self.modules and len(chain) == 1:
            return self._class_of(self.modules[module], [name])
        return None


def _assigned(node: ast.stmt) -> list[str]:
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    )
    parts = [part for one in targets for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _base_names(made: _Definition) -> Iterator[list[str]]:
    for base in made.bases:
        chain = _dotted(base.value if isinstance(base, ast.Subscript) else base)
        if chain:
            yield chain


def _dotted(node: ast.AST) -> list[str]:
    """Return ``a.b.c`` as its parts; empty when it begins with anything but a name."""
    if isinstance(node, ast.Name):
        return [node.id]
    before = _dotted(node.value) if isinstance(node, ast.Attribute) else []
    return [*before, node.attr] if before else []

"""What the modules of a package import, wherever the import stands, where that runs in circles, and what they say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tools import translations

_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)


@cache
def interface_texts() -> dict[str, list[str]]:
    """Return every interface text of the plugin and the files that show it; only read."""
    return translations.extract()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a module; only read. Half the tests of this folder go through all of them."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a module; only read."""
    return every_node(tree_of(path))


@cache
def every_node(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return what :func:`walk` finds in a module, kept for the other tests; only read."""
    return tuple(walk(tree))


def walk(root: ast.AST) -> list[ast.AST]:
    """Return a node and all beneath it, nearest first, as ``ast.walk`` in a third of its time.

    Left out are the nodes that say how a name is used and which operator stands there (``Load``, ``Add``).
    """
    found = [root]
    for node in found:
        for value in vars(node).values():
            if isinstance(value, list):
                found.extend([part for part in value if isinstance(part, ast.AST)])
            elif isinstance(value, ast.AST) and not isinstance(value, _SHARED):
                found.append(value)
    return found


def forget_trees() -> None:
    """Let go of the trees: the tests after these would carry them along."""
    nodes_of.cache_clear()
    every_node.cache_clear()
    tree_of.cache_clear()


def modules_of(package: Path) -> dict[str, ast.Module]:
    """Return every module of a package by its dotted name; a folder with an ``__init__`` goes by the folder's."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = tree_of(path)
    return found


def imported(tree: ast.AST, known: Iterable[str]) -> set[str]:
    """Return the modules among ``known`` that any statement of a module imports, wherever it stands."""
    names = set(known)
    return {name for node in every_node(tree) for name in _named(node) if name in names}


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph_of(modules: Mapping[str, ast.AST]) -> dict[str, set[str]]:
    """Return module → modules that it imports, itself left out."""
    return {name: imported(tree, modules) - {name} for name, tree in modules.items()}


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the modules that import each other in a circle, each such group sorted; none when all runs one way."""
    reach = {name: _reached(graph, name) for name in graph}
    groups = {tuple(sorted(b for b in reach[a] if a in reach[b])) for a in graph if a in reach[a]}
    return [list(group) for group in sorted(groups)]


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen

"""Which code layouts there are: those of the plugin, or those of a file that a city brings."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from gridmgmt_plugin.core.codes.layout_file import KINDS, LayoutCatalogue, catalogue_from_json
from gridmgmt_plugin.core.codes.parts import VALUE_MARK, CodeLayout, CodePart, ParsedCode
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import resource_path

__all__ = [
    "KINDS",
    "CodeLayout",
    "CodePart",
    "LayoutCatalogue",
    "ParsedCode",
    "default_layout",
    "layout",
    "layouts_of_kind",
    "load_layouts",
]


def load_layouts(path: Path | None = None) -> LayoutCatalogue:
    """Return the layouts of ``path``, or of ``layouts/codes.json`` (read once).

    :raises InputError: ``file_missing``, ``layout_file_not_json`` or ``layout_file_invalid``.
    """
    return _built_in() if path is None else _read(Path(path))


def layout(key: str, catalogue: LayoutCatalogue | None = None) -> CodeLayout:
    """Return one layout by its key; ``key:value`` is that of a workspace with an object class of its own.

    :raises InputError: ``layout_unknown``, listing the keys there are, or see :meth:`CodeLayout.with_value`.
    """
    layouts = (catalogue or load_layouts()).layouts
    name, mark, value = key.partition(VALUE_MARK)
    if name not in layouts:
        raise InputError("layout_unknown", key=key, known=", ".join(layouts))
    return layouts[name].with_value(value) if mark else layouts[name]


def layouts_of_kind(kind: str, catalogue: LayoutCatalogue | None = None) -> tuple[CodeLayout, ...]:
    """Return the layouts of ``kind`` in the order of the file.

    :raises ValueError: when there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of code {kind!r}")
    return tuple(item for item in (catalogue or load_layouts()).layouts.values() if item.kind == kind)


def default_layout(kind: str, catalogue: LayoutCatalogue | None = None) -> CodeLayout:
    """Return the layout that the file names as default of ``kind``.

    :raises ValueError: when there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of code {kind!r}")
    chosen = catalogue or load_layouts()
    return chosen.layouts[chosen.defaults[kind]]


@lru_cache(maxsize=1)
def _built_in() -> LayoutCatalogue:
    return _read(resource_path("layouts/codes.json"))


def _read(path: Path) -> LayoutCatalogue:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("file_missing", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("layout_file_not_utf8", path=path.name) from error
    except json.JSONDecodeError as error:
        raise InputError("layout_file_not_json", path=path.name, line=error.lineno, column=error.colno) from error
    return catalogue_from_json(content, path)

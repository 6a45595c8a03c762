"""The classes of components and events, in the catalogue that a workspace names; a city may bring its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json, resource_path

_FOLDER = "catalogues"


def class_catalogues() -> list[str]:
    """Return the names of the catalogues of classes there are, ours and those of cities."""
    folder = resource_path(_FOLDER)
    return list(_catalogues_in(folder, folder.stat().st_mtime_ns))


@lru_cache(maxsize=4)
def _catalogues_in(folder: Path, changed_ns: int) -> tuple[str, ...]:  # noqa: ARG001  a file more is looked at anew
    files = sorted(folder.glob("*.json"))
    return tuple(path.stem for path in files if {"kind", "classes"} <= set(load_json(f"{_FOLDER}/{path.name}")))


def classes_of(catalogue: str) -> Sequence[Mapping[str, Any]]:
    """Return the classes of a catalogue: ``code``, ``major``, ``zh``, ``en``, and of components ``sensitive``.

    :raises InputError: ``class_catalogue_unknown``, naming those there are.
    """
    classes: Sequence[Mapping[str, Any]] = _catalogue(catalogue)["classes"]
    return classes


def majors_of(catalogue: str) -> Sequence[Mapping[str, Any]]:
    """Return the major classes of a catalogue: ``code``, ``zh``, ``en``; none where a city's own has none.

    :raises InputError: ``class_catalogue_unknown``, naming those there are.
    """
    majors: Sequence[Mapping[str, Any]] = _catalogue(catalogue).get("majors", ())
    return majors


def _catalogue(name: str) -> Mapping[str, Any]:
    known = class_catalogues()
    if name not in known:
        raise InputError("class_catalogue_unknown", name=name, known=", ".join(known))
    catalogue: Mapping[str, Any] = load_json(f"{_FOLDER}/{name}.json")
    return catalogue

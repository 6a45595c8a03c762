"""The classes of components and events, in the catalogue that a workspace names; a city may bring its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.resources import load_json, resource_path

_FOLDER = "catalogues"


@dataclass(frozen=True)
class ClassGroup:
    """A major class (大类) of a ``kind`` with the classes (小类) that cases have of it: ``code`` of the major class
    and its ``names`` by language, both empty for classes that belong to none; ``classes``: their codes."""

    kind: str
    code: str
    names: Mapping[str, str]
    classes: tuple[str, ...]


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


def class_groups(catalogues: Mapping[str, str], classes: Iterable[tuple[str, str]]) -> tuple[ClassGroup, ...]:
    """Return classes (kind and code) by kind and major class, sorted by their codes; those of no major class last.

    ``catalogues``: the catalogue of each kind, by its name; one that is not there sorts nothing.
    """
    found: dict[tuple[str, bool, str], list[str]] = {}
    names: dict[tuple[str, str], Mapping[str, str]] = {}
    for kind, catalogue in catalogues.items():
        for major in majors_of(catalogue) if catalogue in class_catalogues() else ():
            names[kind, str(major["code"])] = {"zh": str(major["zh"]), "en": str(major["en"])}
    for kind, code in classes:
        fitting = [known for of_kind, known in names if of_kind == kind and code.startswith(known)]
        home = max(fitting, key=len, default="")
        found.setdefault((kind, not home, home), []).append(code)
    return tuple(
        ClassGroup(kind, home, names.get((kind, home), {}), tuple(sorted(codes)))
        for (kind, _, home), codes in sorted(found.items())
    )


def _catalogue(name: str) -> Mapping[str, Any]:
    known = class_catalogues()
    if name not in known:
        raise InputError("class_catalogue_unknown", name=name, known=", ".join(known))
    catalogue: Mapping[str, Any] = load_json(f"{_FOLDER}/{name}.json")
    return catalogue

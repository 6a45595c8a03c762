"""The classes that cases have, sorted into the major classes of the catalogues that a workspace names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core.class_catalogues import class_catalogues, majors_of
from gridmgmt_plugin.workspace.info import WorkspaceInfo


@dataclass(frozen=True)
class ClassGroup:
    """A major class (大类) of a ``kind`` with the classes (小类) that cases have of it: ``code`` of the major class
    and its ``names`` by language, both empty for classes that belong to none; ``classes``: their codes."""

    kind: str
    code: str
    names: Mapping[str, str]
    classes: tuple[str, ...]


def class_groups(info: WorkspaceInfo, classes: Iterable[tuple[str, str]]) -> tuple[ClassGroup, ...]:
    """Return classes (kind and code) by kind and major class, sorted by their codes; those of no major class last."""
    catalogues = {"component": info.component_catalogue, "event": info.event_catalogue}
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

"""Component classes that the catalogue marks as sensitive: nothing of theirs goes into a package or a briefing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.rows import Rows

EVENT, COMPONENT = "event", "component"


@dataclass(frozen=True)
class Sensitive:
    """What stays out: ``classes``: codes of the sensitive component classes; ``components``: codes of the objects;
    ``event_classes``: codes of events, whose numbers overlap with those of the components.
    """

    classes: tuple[str, ...]
    components: frozenset[str]
    event_classes: tuple[str, ...]

    def is_component_class(self, code: str | None) -> bool:
        """Tell whether a component's class code is, or lies under, a sensitive class."""
        return bool(code) and str(code).startswith(self.classes)

    def is_prefix(self, prefix: str | None, class_kind: str | None) -> bool:
        """Tell whether a class prefix speaks of sensitive components alone, and of no event either."""
        if class_kind == EVENT or not self.is_component_class(prefix):
            return False
        return class_kind == COMPONENT or not any(code.startswith(str(prefix)) for code in self.event_classes)

    def prefixes(self, prefixes: np.ndarray, class_kinds: np.ndarray) -> np.ndarray:
        """Return :meth:`is_prefix` for two columns, as a mask."""
        return np.array([self.is_prefix(*pair) for pair in zip(prefixes, class_kinds)], dtype=bool)

    def cases(self, kind: np.ndarray, class_code: np.ndarray, component_code: np.ndarray) -> np.ndarray:
        """Return the mask of cases about sensitive components, by three columns: by their class, where they are not
        known to be of an event, or by the component that they name.
        """
        known = {code: self.is_component_class(code) for code in set(class_code.tolist())}
        classes = np.fromiter(map(known.__getitem__, class_code.tolist()), dtype=bool, count=len(class_code))
        return np.asarray((np.asarray(kind != EVENT, dtype=bool) & classes) | self.objects(component_code))

    def objects(self, column: np.ndarray) -> np.ndarray:
        """Return the mask of codes that belong to sensitive components."""
        return np.fromiter(map(self.components.__contains__, column.tolist()), dtype=bool, count=len(column))


def sensitive_of(component_catalogue: str, event_catalogue: str, tables: Mapping[str, Rows]) -> Sensitive:
    """Return what is sensitive by the workspace's catalogues and its ``component`` table.

    :raises InputError: ``class_catalogue_unknown``.
    """
    marked = tuple(entry["code"] for entry in classes_of(component_catalogue) if entry.get("sensitive", False))
    events = tuple(entry["code"] for entry in classes_of(event_catalogue))
    components = tables.get("component", Rows())
    found: set[str] = set()
    if marked and "class_code" in components:
        classes = components["class_code"]
        held = {code for code in set(classes) if code and str(code).startswith(marked)}
        found = {code for code, of_class in zip(components["code"], classes) if of_class in held and code}
    return Sensitive(marked, frozenset(found), events)

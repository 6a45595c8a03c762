"""Classes of components and events: found by code, name or both, in the catalogues that the workspace names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_words import comparable
from gridmgmt_plugin.workspace.info import WorkspaceInfo

EVENT, COMPONENT = "event", "component"


class ClassBook:
    """The classes of one catalogue by every way to write them."""

    def __init__(self, catalogue: str) -> None:
        self._codes: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for entry in classes_of(catalogue):
            code = entry["code"]
            self.names[code] = entry["zh"]
            # A spreadsheet that takes 0504 for a number keeps 504; within one catalogue that is still the same class.
            for word in (code, code.lstrip("0"), entry["zh"], entry["en"]):
                self._codes.setdefault(comparable(word), code)

    def code(self, value: object) -> str | None:
        """Return the class code that a cell means (0504, 504, 店外经营, 0504 店外经营), ``None`` for another."""
        text = comparable(value)
        if text in self._codes:
            return self._codes[text]
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        return self._codes.get(digits) if digits and not text.isdigit() else None


class ClassCatalogues:
    """The class books of a workspace: of events and of components, which are numbered apart."""

    def __init__(self, info: WorkspaceInfo) -> None:
        self.books: Mapping[str, ClassBook] = {
            EVENT: ClassBook(info.event_catalogue),
            COMPONENT: ClassBook(info.component_catalogue),
        }

    def resolve(self, values: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the class codes and the int64 rows whose class is in no catalogue; such a class is kept as written.

        :param kinds: object array, ``event`` or ``component`` per row.
        """
        lookup: dict[tuple[object, object], tuple[str | None, bool]] = {}
        for value, kind in set(zip(values.tolist(), kinds.tolist())):
            text = clean_text(value)
            found = None if text is None else self.books[kind].code(value)
            lookup[value, kind] = (found or text, text is not None and found is None)
        pairs = [lookup[pair] for pair in zip(values.tolist(), kinds.tolist())]
        unknown = np.fromiter((pair[1] for pair in pairs), dtype=bool, count=len(pairs))
        return as_column(pair[0] for pair in pairs), np.flatnonzero(unknown)

    def kinds(self, values: np.ndarray, given: np.ndarray, has_component: np.ndarray) -> np.ndarray:
        """Return ``event`` or ``component`` per row: as given, else by the class.

        A case that names a component, or a class that only components have, is about a component. The same number
        means an event and a component class: without anything else it is taken for the event.
        """
        by_class = {value: self._kind(value) for value in set(values.tolist())}
        return as_column(
            kind or (COMPONENT if component else by_class[value])
            for value, kind, component in zip(values.tolist(), given.tolist(), has_component.tolist())
        )

    def _kind(self, value: object) -> str:
        only = self.books[EVENT].code(value) is None and self.books[COMPONENT].code(value) is not None
        return COMPONENT if only else EVENT

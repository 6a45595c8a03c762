"""Tables and columns, of the workspace and of results, by the names that planners know them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core.messages import Message, listing_in, tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_label

#: Kinds of results and lists with columns of their own.
LAYERS, ISSUES, REJECTED_ROWS, INVENTORY = "layers", "issues", "rejected_rows", "inventory"


def column_titles(of: str, language: str) -> Mapping[str, str]:
    """Return name → title of the columns of one kind of result, in their order; the names are for scripts."""
    tongue = tongue_of(language)
    return {name: titles[tongue] for name, titles in load_json("catalogues/result_columns.json")[of].items()}


@dataclass(frozen=True)
class Title(Message):
    """The title of a table (``code`` = ``unit_grid``) or column (``unit_grid.area_code``) for use in a sentence.

    A table may be one that is worked out for packages alone (``responsibility``).
    """

    def text(self, language: str = "en") -> str:
        """Return the title in ``language``, the bare name for a column that a city added itself."""
        table, _, column = self.code.partition(".")
        entry = load_json("schema/tables.json")["tables"].get(table, {})
        titles = entry.get("title") or load_json("catalogues/package_fields.json")["tables"].get(table, {})
        if column:
            titles = next((item for item in entry.get("columns", ()) if item["name"] == column), {})
        return str(titles.get(tongue_of(language), column or table))


@dataclass(frozen=True)
class JobTitle(Message):
    """The title of a job (``code``: the key of its algorithm) for use in a sentence."""

    def text(self, language: str = "en") -> str:
        """Return the title in ``language``, the key for a job of a newer program."""
        lists = load_json("forms/lists.json")
        gestures = {gesture.replace("_", ""): titles for gesture, titles in lists["gestures"].items()}
        titles = gestures.get(self.code) or lists["jobs"].get(self.code, {})
        return str(titles.get(tongue_of(language), self.code))


@dataclass(frozen=True)
class ValueTitle(Message):
    """The label of a stored value (``code`` = ``role.grid_leader``: value list, dot, value) for use in a sentence."""

    def text(self, language: str = "en") -> str:
        """Return the label in ``language``, – for no value, the value itself when the list does not have it."""
        name, _, value = self.code.partition(".")
        return value_label(name, value, language) if value else "–"


@dataclass(frozen=True)
class ListedTitles(Message):
    """Several tables or columns (``details``: ``titles``, as :class:`Title` names them), for use in a sentence."""

    def text(self, language: str = "en") -> str:
        """Return the titles in ``language``, one after the other."""
        return listing_in((Title(name).text(language) for name in self.details["titles"]), language)


@dataclass(frozen=True)
class CountedTitles(Message):
    """How many rows of each table (``details``: table → count) are meant, for use in a sentence."""

    def text(self, language: str = "en") -> str:
        """Return the titles in ``language``, each with its count."""
        return listing_in(
            (f"{Title(table).text(language)} {count}" for table, count in self.details.items()), language
        )

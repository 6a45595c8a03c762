"""One layer or table of a package, and how a sentence says of which it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.source import Source


@dataclass(frozen=True, eq=False)
class Part:
    """``name``: of the layer or table in a package. ``fields``: our column → heading in the source, ``None`` where
    headings have yet to be understood.
    """

    name: str
    source: Source
    fields: Mapping[str, str] | None = None

    @property
    def table(self) -> str:
        """Return the table of the workspace that it fills, "" for a table that is worked out."""
        return package_specs()[self.name].table


def title_of(name: str) -> Title:
    """Return what a person calls a layer or table of a package, for use in a sentence."""
    return Title(package_specs()[name].table or name)


def told_of(name: str, notes: Iterable[Message]) -> list[Message]:
    """Return sentences about one layer or table with its title before them."""
    return [Message("package_back_of", {"layer": title_of(name), "text": note}) for note in notes]

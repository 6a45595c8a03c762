"""The references between tables, as the schema names them and as a project registers them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gridmgmt_plugin.core.resources import load_json


@dataclass(frozen=True)
class Relation:
    """One reference between tables: ``child.column`` holds a value of ``parent.parent_column``."""

    child: str
    column: str
    parent: str
    parent_column: str

    @property
    def identifier(self) -> str:
        """Return the id in a project; those of the schema keep the id that projects have had from the beginning."""
        if self in _of_the_schema():
            return f"gridmgmt_{self.child}_{self.column}"
        return f"gridmgmt_{self.child}_{self.column}_{self.parent}_{self.parent_column}"


@lru_cache(maxsize=1)
def relations() -> tuple[Relation, ...]:
    """Return every reference of the schema."""
    return tuple(Relation(**entry) for entry in load_json("schema/relations.json"))


@lru_cache(maxsize=1)
def _of_the_schema() -> frozenset[Relation]:
    return frozenset(relations())

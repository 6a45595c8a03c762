"""What a package holds, as data: its layers, tables and fields (``resources/catalogues/package_fields.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.validation.catalogue import quality_classes
from gridmgmt_plugin.core.value_lists import value_list

CATALOGUE = "catalogues/package_fields.json"
# Between the codes in a list of members.
MEMBER_SEPARATOR = ","
TEXT, REAL, INTEGER, DATE = "text", "real", "integer", "date"


@dataclass(frozen=True)
class FieldSpec:
    """One field: ``name`` as delivered, ``column`` as the workspace calls it, ``width`` the least width in bytes.

    ``type``: text, real, integer or date. ``values`` names a code list. ``free``: text in which people may have
    written phones or identity numbers. ``decimals``: of a real number in a shapefile. ``is_coordinate``: the value
    is one of the coordinates of the file that it stands in; ``unit`` is that of the workspace's frame. ``received``:
    the receiver's values, in Chinese and English, where it has its own.
    """

    name: str
    zh: str
    en: str
    column: str
    type: str = TEXT
    width: int = 1
    unit: str = ""
    values: str | None = None
    free: bool = False
    decimals: int = 6
    is_coordinate: bool = False
    received: tuple[tuple[str, str, str], ...] = ()

    def label(self, language: str) -> str:
        """Return the heading that a person reads."""
        return self.zh if is_chinese(language) else self.en


@dataclass(frozen=True)
class LayerSpec:
    """One layer: the workspace table behind it, its key columns, its geometry type, its fields in order."""

    name: str
    zh: str
    en: str
    table: str
    key: tuple[str, ...]
    geometry: str
    optional: bool
    fields: tuple[FieldSpec, ...]

    def label(self, language: str) -> str:
        """Return what a person calls it."""
        return self.zh if is_chinese(language) else self.en


@dataclass(frozen=True)
class TableSpec:
    """One CSV table; ``key`` is empty for a table outside the content hash, ``workbook``: it comes as xlsx too."""

    name: str
    zh: str
    en: str
    table: str
    key: tuple[str, ...]
    workbook: bool
    fields: tuple[FieldSpec, ...]

    def label(self, language: str) -> str:
        """Return what a person calls it."""
        return self.zh if is_chinese(language) else self.en


@lru_cache(maxsize=1)
def layer_specs() -> Mapping[str, LayerSpec]:
    """Return the layers by name."""
    return {
        name: LayerSpec(
            name,
            entry["zh"],
            entry["en"],
            entry["table"],
            tuple(entry["key"]),
            entry["geometry"],
            entry.get("optional", False),
            tuple(FieldSpec(**field) for field in entry["fields"]),
        )
        for name, entry in load_json(CATALOGUE)["layers"].items()
    }


@lru_cache(maxsize=1)
def table_specs() -> Mapping[str, TableSpec]:
    """Return the tables by name."""
    return {
        name: TableSpec(
            name,
            entry["zh"],
            entry["en"],
            entry["table"],
            tuple(entry.get("key", ())),
            entry.get("workbook", False),
            tuple(FieldSpec(column=field["name"], **field) for field in entry["columns"]),
        )
        for name, entry in load_json(CATALOGUE)["tables"].items()
    }


def setting(name: str) -> Any:
    """Return an entry of the catalogue that is neither a layer nor a table, such as ``load_order``."""
    return load_json(CATALOGUE)[name]


def code_list(name: str | None) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return a code list as (delivered value, labels by language); nothing for ``None``."""
    if name is None:
        return ()
    if name == "quality_class":
        return tuple(quality_classes().items())
    own = setting("values").get(name)
    if own is not None:
        return tuple((entry["key"], {"zh": entry["zh"], "en": entry["en"]}) for entry in own)
    return value_list(name)

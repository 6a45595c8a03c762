"""Thresholds of the rules as a city sets them for its workspace: JSON text or a file, every value checked.

``{"min_edge_m": 0.02, "area_ranges_m2": {"街区": [3000, 20000]}}`` changes these two and leaves the rest as the
catalogue has it; of a table of values (``area_ranges_m2``, ``required_columns``) only the keys named change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.validation.catalogue import default_parameters

# Where such a file has this key, the thresholds stand under it, as in the catalogue of rules.
_UNDER = "parameters"
_TEXT = "rules"


def read_thresholds(given: str | Path | None) -> Mapping[str, Any]:
    """Return the thresholds that ``given`` sets otherwise than the catalogue, checked; nothing for nothing.

    :param given: JSON text (it begins with a brace), or the path of a JSON file in UTF-8.
    :raises InputError: ``file_missing``, ``rules_not_json``, ``rules_parameter_unknown``, ``rules_parameter_wrong``.
    """
    if given is None or not str(given).strip():
        return MappingProxyType({})
    text, name = str(given).strip().lstrip("\ufeff"), _TEXT
    if isinstance(given, Path) or not text.startswith("{"):
        text, name = _content(Path(given)), Path(given).name
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError("rules_not_json", path=name, line=error.lineno, column=error.colno) from error
    values = content.get(_UNDER, content) if isinstance(content, dict) else content
    if not isinstance(values, dict):
        raise InputError("rules_parameter_wrong", name=_UNDER, value=_shown(values), problem=_problem("object"))
    return check_thresholds(values)


def check_thresholds(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return thresholds that are all known and of the right form.

    :raises InputError: ``rules_parameter_unknown``, ``rules_parameter_wrong``.
    """
    defaults = default_parameters()
    for name, value in values.items():
        if name not in defaults:
            raise InputError("rules_parameter_unknown", name=name, known=", ".join(defaults))
        _check(name, value, defaults[name])
    return MappingProxyType(dict(values))


def effective_parameters(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return all thresholds: those of the catalogue, with a workspace's own over them."""
    merged = dict(default_parameters())
    for name, value in own.items():
        merged[name] = {**merged[name], **value} if isinstance(merged[name], dict) else value
    return MappingProxyType(merged)


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError("file_missing", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("rules_not_json", path=path.name, line=1, column=1) from error


def _check(name: str, value: Any, default: Any) -> None:
    if name == "area_ranges_m2":
        _check_ranges(name, value)
    elif name == "required_columns":
        _check_columns(name, value)
    elif isinstance(default, list):
        if not _is_texts(value):
            _wrong(name, value, "texts")
    elif isinstance(default, int) and not (_is_number(value) and float(value).is_integer() and value >= 1):
        _wrong(name, value, "whole")
    elif not _is_number(value) or value < 0:
        _wrong(name, value, "number")


def _check_ranges(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        _wrong(name, value, "object")
    for kind, limits in value.items():
        pair = isinstance(limits, list) and len(limits) == 2 and all(map(_is_number, limits))
        if not pair or not 0 <= limits[0] < limits[1]:
            _wrong(f"{name}.{kind}", limits, "range")


def _check_columns(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        _wrong(name, value, "object")
    schema = load_json("schema/tables.json")["tables"]
    for table, columns in value.items():
        known = {column["name"] for column in schema.get(table, {}).get("columns", ())}
        if not known:
            _wrong(name, table, "table")
        if not _is_texts(columns) or not set(columns) <= known:
            _wrong(f"{name}.{table}", columns, "columns")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _wrong(name: str, value: Any, needed: str) -> NoReturn:
    raise InputError("rules_parameter_wrong", name=name, value=_shown(value), problem=_problem(needed))


def _problem(needed: str) -> Message:
    return Message(f"rules_needs_{needed}")


def _shown(value: Any) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), 80)

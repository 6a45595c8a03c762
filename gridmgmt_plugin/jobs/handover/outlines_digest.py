"""One text for all that the rules about outlines look at: where it is the same, so is what they find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from gridmgmt_plugin.core.columns import days, table, texts
from gridmgmt_plugin.core.release.frozen import FrozenLayer
from gridmgmt_plugin.core.resources import load_json, plugin_version
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.validation.catalogue import RULES
from gridmgmt_plugin.core.validation.context import ValidationSettings
from gridmgmt_plugin.core.validation.thresholds import effective_parameters
from gridmgmt_plugin.workspace.schema import scheme_column

# What lies on the ground and how far it has to be covered; whole tables, for a rule may come to look at any column.
_TABLES = ("area", "unit_grid", "responsibility_grid", "duty_zone", "lane", "covered_extent")
# A hand-over itself writes these, and no rule about outlines asks for them.
_WRITTEN_BY_A_HAND_OVER = {"unit_grid": ("state",), "responsibility_grid": ("state",)}


def outlines_digest(tables: Mapping[str, Rows], settings: ValidationSettings, scheme: Mapping[str, Any]) -> str:
    """Return a SHA-256 over the tables on the ground, what of them is in force on the day of the settings, the
    thresholds, what the scheme asks of its grids, the catalogue of rules and the version of the program.

    :param tables: as they are checked. :param scheme: the row of the scheme.
    """
    rules = settings.schemes.get(str(scheme["key"]))
    told = {
        "program": plugin_version(),
        "catalogue": load_json(RULES),
        "precision_m": settings.precision_m,
        "parameters": dict(effective_parameters(settings.thresholds)),
        "scheme": [scheme["key"], scheme.get("base"), None if rules is None else asdict(rules)],
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8"))
    for name in _TABLES:
        for line in sorted(_lines(name, table(tables, name), settings, str(scheme["key"]))):
            digest.update(f"{name}\x1f{line}\x1e".encode())
    return digest.hexdigest()


def _lines(name: str, rows: Rows, settings: ValidationSettings, scheme: str) -> list[str]:
    """Return a text per row: values, outline, and whether it has begun and has ended on the day."""
    if name == "responsibility_grid":
        rows = rows.take(texts(rows, "scheme") == scheme)
    day = np.datetime64(settings.today, "D")
    left_out = {"row_version", *_WRITTEN_BY_A_HAND_OVER.get(name, ())}
    left_out |= {column for column in rows.columns if column.startswith("rg_")} - {scheme_column(scheme)}
    kept = {column: values for column, values in rows.columns.items() if column not in left_out}
    kept["begun"] = as_column((~(days(rows, "valid_from") > day)).tolist())
    kept["ended"] = as_column((days(rows, "valid_to") < day).tolist())
    layer = FrozenLayer(("",) * len(rows), Rows(kept, rows.geometry))
    return [f"{content}\x1f{shape}" for content, shape in zip(layer.content, layer.digests(settings.precision_m))]

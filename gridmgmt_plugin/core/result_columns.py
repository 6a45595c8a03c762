"""What the columns of results and of lists are called for a reader; their own names are for scripts."""

from __future__ import annotations

from collections.abc import Mapping

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

LAYERS, ISSUES, REJECTED_ROWS = "layers", "issues", "rejected_rows"


def column_titles(of: str, language: str) -> Mapping[str, str]:
    """Return name → title of the columns of one kind of result, in their order."""
    tongue = tongue_of(language)
    return {name: titles[tongue] for name, titles in load_json("catalogues/result_columns.json")[of].items()}

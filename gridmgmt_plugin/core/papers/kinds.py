"""The kinds of paper about street-lanes, and what their pages hold: ``resources/catalogues/papers.json``."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

LETTER, SIGN, SIGN_A4, WEEKLY, INSPECTION = "task_letter", "sign", "sign_a4", "weekly", "inspection"
KINDS = (LETTER, SIGN, SIGN_A4, WEEKLY, INSPECTION)


def paper_data() -> Any:
    """Return the catalogue."""
    return load_json("catalogues/papers.json")


def kind_title(kind: str, language: str) -> str:
    """Return what a kind of paper is called; files bear this name."""
    return str(paper_data()["kinds"][kind][tongue_of(language)])


def paper_word(key: str, language: str, **values: Any) -> str:
    """Return a word that stands in columns, such as for nobody."""
    return str(paper_data()["words"][tongue_of(language)][key]).format(**values)

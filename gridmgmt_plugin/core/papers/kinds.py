"""The kinds of paper that have templates, and what pages of lanes hold: ``resources/catalogues/papers.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

LETTER, SIGN, SIGN_A4, WEEKLY, INSPECTION = "task_letter", "sign", "sign_a4", "weekly", "inspection"
BRIEFING = "briefing"
#: Papers with pages for street-lanes and their officers.
LANE_KINDS = (LETTER, SIGN, SIGN_A4, WEEKLY, INSPECTION)
KINDS = (*LANE_KINDS, BRIEFING)


def paper_data() -> Any:
    """Return the catalogue."""
    return load_json("catalogues/papers.json")


def kind_title(kind: str, language: str) -> str:
    """Return what a kind of paper is called; files bear this name."""
    return str(paper_data()["kinds"][kind][tongue_of(language)])


def filled_tables(kind: str) -> Mapping[str, str]:
    """Return the tables that are filled in templates of a kind: name of the frame → key; others are the city's."""
    keys = load_json("catalogues/briefing.json")["paper_rows"] if kind == BRIEFING else ()
    return {f"table_{key}": key for key in keys}


def paper_word(key: str, language: str, **values: Any) -> str:
    """Return a word that stands in columns, such as for nobody."""
    return str(paper_data()["words"][tongue_of(language)][key]).format(**values)

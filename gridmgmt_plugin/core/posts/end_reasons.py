"""Why posts end, as the catalogue names it; people may write other words."""

from __future__ import annotations

from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.posts.lane_staff import CATALOGUE
from gridmgmt_plugin.core.resources import load_json


def end_reasons(language: str) -> dict[str, str]:
    """Return the reasons as they are stored → as a reader of ``language`` knows them."""
    entries = load_json(CATALOGUE)["end_reasons"]
    return {entry["key"]: entry["key"] if is_chinese(language) else entry["en"] for entry in entries}

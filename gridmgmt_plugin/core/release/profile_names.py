"""By which names receiver profiles are called: those that a workspace keeps and those that come along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json

#: Of the entries of ``workspace_info`` that hold a profile; its name follows.
ENTRY = "receiver_profile:"
#: Where those are that come along.
SHIPPED = "catalogues/receiver_profiles.json"


def kept_names(entries: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the profiles that a workspace keeps, of the entries of its ``workspace_info``."""
    return tuple(sorted(key[len(ENTRY) :] for key, value in entries.items() if key.startswith(ENTRY) and value))


def shipped_titles(language: str) -> dict[str, str]:
    """Return key → title of the profiles that come along."""
    return {key: entry[tongue_of(language)] for key, entry in load_json(SHIPPED)["profiles"].items()}


def means_file(given: str) -> bool:
    """Tell whether a profile is given by its file rather than by its name, in which dots may stand."""
    path = Path(given)
    return path.suffix.lower() == ".json" or path.is_file()

"""Receiver profiles: those that come along, and those of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.exchange.package.profile_reading import profile_content, read_profile


def shipped_profiles(language: str) -> dict[str, dict[str, Any]]:
    """Return key → content of the profiles that come along, each with its title in a language."""
    tongue = tongue_of(language)
    entries = load_json("catalogues/receiver_profiles.json")["profiles"]
    return {key: {"title": entry[tongue], **entry["profile"]} for key, entry in entries.items()}


def chosen_profile(given: str | Mapping[str, Any] | None, language: str) -> Mapping[str, Any]:
    """Return the content of the profile that is meant: one that comes along by key or title, a JSON
    file, or the content itself; nothing is the empty one.

    :raises InputError: ``receiver_profile_unknown``; what :func:`.profile_content` raises of a file.
    """
    if given is None or isinstance(given, Mapping):
        return given or {}
    shipped = shipped_profiles(language)
    by_title = {content["title"]: content for content in shipped.values()}
    for known in (shipped, by_title):
        if given in known:
            return dict(known[given])
    path = Path(given)
    if path.suffix or path.is_file():
        return _of_file(path)
    raise InputError("receiver_profile_unknown", name=given, known=listing(shipped))


def _of_file(path: Path) -> dict[str, Any]:
    content = profile_content(path)
    read_profile(content)  # tells what is wrong with it
    return dict(content)

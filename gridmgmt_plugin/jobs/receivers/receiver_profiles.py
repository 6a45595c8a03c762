"""Receiver profiles: those that come along, those that a workspace keeps, and how one is kept or given up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import clear_away, replace_file, staging_path
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.release.profile_names import SHIPPED, means_file, shipped_titles
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.exchange.package.profile_reading import profile_content, profile_text, read_profile
from gridmgmt_plugin.workspace.handover.receiver_profiles import keep_profile, kept_profiles
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "keep_receiver_profile"


def shipped_profiles(language: str) -> dict[str, dict[str, Any]]:
    """Return key → content of the profiles that come along, each with its title in a language."""
    entries = load_json(SHIPPED)["profiles"]
    return {key: {"title": title, **entries[key]["profile"]} for key, title in shipped_titles(language).items()}


def chosen_profile(workspace: Workspace, given: str | Mapping[str, Any] | None, language: str) -> Mapping[str, Any]:
    """Return the content of the profile that is meant: one kept by name, one that comes along by key or title, a JSON
    file, or the content itself; nothing is the empty one.

    :raises InputError: ``receiver_profile_unknown``; what :func:`.profile_content` raises of a file.
    """
    if given is None or isinstance(given, Mapping):
        return given or {}
    kept, shipped = kept_profiles(workspace), shipped_profiles(language)
    by_title = {content["title"]: content for content in shipped.values()}
    for known in (kept, shipped, by_title):
        if given in known:
            return dict(known[given])
    if means_file(given):
        return _of_file(Path(given))
    raise InputError("receiver_profile_unknown", name=given, known=listing([*kept, *shipped]))


def keep_receiver_profile(workspace: Workspace, content: Mapping[str, Any], author: str, former: str = "") -> Report:
    """Let the workspace keep a profile under its title, in place of one of that name, or of the ``former`` name.

    :raises InputError: ``receiver_profile_without_name``, ``profile_invalid``.
    """
    name = read_profile(content).title
    if not name:
        raise InputError("receiver_profile_without_name")
    with workspace.transaction(author, GESTURE) as transaction:
        keep_profile(transaction, name, dict(content))
        if former not in ("", name):
            keep_profile(transaction, former, None)
    return Report(GESTURE, accepted=1)


def give_up_receiver_profile(workspace: Workspace, name: str, author: str) -> Report:
    """Let the workspace keep a profile no longer; releases that followed it stay what they are."""
    with workspace.transaction(author, GESTURE) as transaction:
        keep_profile(transaction, name, None)
    return Report(GESTURE, accepted=1)


def load_receiver_profile(path: Path) -> dict[str, Any]:
    """Return a profile of a file, checked; one without a title is called as its file, none has blanks around its own.

    :raises InputError: as :func:`.read_profile` does.
    """
    read_profile(path)
    content = _of_file(path)
    return {**content, "title": str(content.get("title") or "").strip() or path.stem}


def save_receiver_profile(content: Mapping[str, Any], path: Path) -> None:
    """Write a profile as a file; it appears complete or not at all.

    :raises OSError: when it cannot be written.
    """
    unfinished = staging_path(path)
    try:
        unfinished.write_bytes(profile_text(content).encode("utf-8"))
        replace_file(unfinished, path)
    finally:
        clear_away(unfinished)


def _of_file(path: Path) -> dict[str, Any]:
    content = profile_content(path)
    read_profile(content)  # tells what is wrong with it
    return dict(content)

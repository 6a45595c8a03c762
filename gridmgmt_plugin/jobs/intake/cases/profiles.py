"""Files of a named source are read as the one before them was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.intake.source_profiles import SourceProfile, known_profiles
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_words import stored_value
from gridmgmt_plugin.workspace.workspace import Workspace

_USUAL = "crs"


@dataclass(frozen=True)
class FollowedProfile:
    """``profile``: what holds for this file. ``entries``: what the workspace has to keep of it, key and value;
    ``notes`` say so.
    """

    profile: SourceProfile
    entries: tuple[tuple[str, str], ...] = ()
    notes: tuple[Message, ...] = ()


def followed_profile(
    workspace: Workspace, name: str | None, given: SourceProfile, headings: Iterable[str]
) -> FollowedProfile:
    """Return how a file with these headings is read: as is given, else as the workspace keeps it under the name.

    A heading that this file does not have is looked for as in any other file. A name that is a source itself (12345,
    监督员, 视频 …) says where the cases come from until somebody says otherwise.
    """
    called = redact(clean_text(name) or "")
    if not called:
        return FollowedProfile(given.completed(SourceProfile(coordinates=_USUAL)))
    kept = known_profiles(workspace.info.more).get(called)
    usual = SourceProfile(coordinates=_USUAL, source=stored_value("case_source", called) or "")
    whole = given.completed(kept or SourceProfile()).completed(usual)
    left = SourceProfile() if kept is None else kept
    there = given.completed(left.within(frozenset(headings))).completed(usual)
    notes = [] if kept is None else [Message("source_profile_followed", {"name": called})]
    lacking = sorted(whole.headings - there.headings)
    if lacking:  # what is given itself and not there is refused where it is read
        notes.append(Message("source_profile_lacks", {"name": called, "headings": listing(lacking)}))
    lasting = _without_people(whole)
    if lasting == kept:
        return FollowedProfile(there, (), tuple(notes))
    notes.append(Message("source_profile_kept", {"name": called}))
    return FollowedProfile(there, (lasting.entry(called),), tuple(notes))


def _without_people(profile: SourceProfile) -> SourceProfile:
    """Return what of a profile may be kept: no heading and no source that names anybody."""
    columns = {name: heading for name, heading in profile.columns.items() if redact(heading or "") == (heading or "")}
    return replace(profile, columns=columns, source=redact(profile.source))

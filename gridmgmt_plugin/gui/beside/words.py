"""What is said of a colleague who edits: on the map, in the state panel and in the message bar."""

from __future__ import annotations

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.project.i18n import language, locale_tag, tr
from gridmgmt_plugin.workspace.presence.presence import Presence, Whereabouts
from gridmgmt_plugin.workspace.schema import tables

_NAMED = 3


def name_of(presence: Presence) -> str:
    """Return what to call a colleague, also one who has not given a name."""
    return redact(presence.who, language()) or tr("Somebody")


def on_the_map(presence: Presence) -> str:
    """Return what stands beside what a colleague edits."""
    return tr("{who}: editing here since {since}", who=name_of(presence), since=presence.since)


def in_short(presence: Presence, where: Whereabouts) -> str:
    """Return who edits in which communities since when."""
    if not where.communities:
        return tr("{who}: editing since {since}", who=name_of(presence), since=presence.since)
    places = listing(where.communities, _NAMED)
    return tr("{who}: editing in {places} since {since}", who=name_of(presence), places=places, since=presence.since)


def in_full(presence: Presence, where: Whereabouts) -> str:
    """Return who edits in which communities since when, and how many rows of what."""
    titles = [f"{tables()[one.table].label(locale_tag())} {one.count:,}" for one in presence.edits]
    return tr("{who_and_where} ({what})", who_and_where=in_short(presence, where), what=tr(", ").join(titles))


def warning(presence: Presence) -> Message:
    """Return what a planner reads who begins a gesture where a colleague edits."""
    return Message("colleague_edits_here", {"who": name_of(presence), "since": presence.since})

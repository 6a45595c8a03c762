"""The releases of a workspace as somebody looks through them: how each stands, what was done with it, what may be."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.release.life import acts_now, standings
from gridmgmt_plugin.workspace.workspace import Workspace

_TOLD = (
    "number", "scheme", "receiver", "state", "base_number", "replaces", "author", "document_no", "effective_from",
    "delivered_at", "receipt_at", "receipt_note",
)  # fmt: skip
_LOGGED = ("release_number", "handed_at", "act", "handed_by", "means", "document_no", "classification", "note")

_REPLACED = "replaced"


@dataclass(frozen=True)
class ListedAct:
    """One line of the log of hand-overs as texts, "" for nothing. ``act``: see the value list ``release_act``."""

    handed_at: str
    act: str
    handed_by: str
    means: str
    document_no: str
    classification: str
    note: str


@dataclass(frozen=True)
class ListedRelease:
    """A release as texts, "" for nothing. ``scheme_title``: what its scheme is called; ``acts``: what can be done
    now; ``history``: what was done with it, the oldest first, that a later release replaces it too.
    """

    number: str
    scheme: str
    receiver: str
    state: str
    base_number: str
    replaces: str
    author: str
    document_no: str
    effective_from: str
    delivered_at: str
    receipt_at: str
    receipt_note: str
    scheme_title: str
    acts: tuple[str, ...]
    history: tuple[ListedAct, ...]


def read_releases(workspace: Workspace) -> tuple[ListedRelease, ...]:
    """Return the releases, the newest first."""
    with workspace.reading() as state:
        releases = state.read("release", geometry=False)
        log = state.read("handover_log", geometry=False)
        schemes = state.read("scheme", ["key", "title"], geometry=False)
    titles = dict(zip(texts(schemes, "key").tolist(), texts(schemes, "title").tolist()))
    history: dict[str, list[ListedAct]] = {}
    for number, *told in zip(*(texts(log, name).tolist() for name in _LOGGED)):
        history.setdefault(number, []).append(ListedAct(*told))
    every = ("replaces", "number", "delivered_at", "author")
    for number, later, day, author in zip(*(texts(releases, name).tolist() for name in every)):
        if number and day:
            history.setdefault(number, []).append(ListedAct(day, _REPLACED, author, "", "", "", later))
    known = standings(releases)
    columns = [texts(releases, name).tolist() for name in _TOLD]
    listed = [
        ListedRelease(
            **dict(zip(_TOLD, row)),
            scheme_title=titles.get(row[1]) or row[1],
            acts=acts_now(row[0], known),
            history=tuple(sorted(history.get(row[0], ()), key=lambda act: act.handed_at)),
        )
        for row in zip(*columns)
    ]
    return tuple(sorted(listed, key=lambda one: one.number, reverse=True))

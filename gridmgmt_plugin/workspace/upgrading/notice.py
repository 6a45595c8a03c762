"""What the programs of a team tell each other before one of them upgrades the workspace of all."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.workspace.job_at_work import JobAtWork


@dataclass(frozen=True)
class UpgradeNotice:
    """``who`` is going to upgrade the workspace; ``seconds_left``: how long others can save, by the clock of the
    server; 0 or less: it has begun.
    """

    who: str
    seconds_left: float


@dataclass(frozen=True)
class Seen:
    """What a program that has a workspace open sees of its upgrade: the ``notice`` of somebody else, ``None`` where
    nobody has given one, and the ``version`` that the workspace has, ``None`` where that is not known.
    """

    notice: UpgradeNotice | None = None
    version: int | None = None


@dataclass(frozen=True)
class OpenElsewhere:
    """Somebody has the workspace open: ``who``, ``since`` what time of the day (``HH:MM``, by his clock), and whether
    he ``has_edits`` that are not saved.
    """

    who: str
    since: str
    has_edits: bool


@dataclass(frozen=True)
class Answers:
    """What a notice is answered with: ``people`` who have the workspace open, the earliest first, ``jobs`` that write
    to it and still run, and the ``seconds_left``.
    """

    people: tuple[OpenElsewhere, ...]
    jobs: tuple[JobAtWork, ...]
    seconds_left: float

    @property
    def all_saved(self) -> bool:
        """Tell whether nobody who has answered would lose anything, nor has to wait."""
        return not self.jobs and not any(one.has_edits for one in self.people)

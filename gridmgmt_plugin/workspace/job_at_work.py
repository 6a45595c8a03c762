"""What a job tells of itself to everybody who works in the same workspace."""

from __future__ import annotations

from dataclasses import dataclass

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.titles import JobTitle


@dataclass(frozen=True)
class JobAtWork:
    """``who`` lets which ``job`` (the key of its algorithm) run, ``since`` what time of the day (``HH:MM``, by his
    clock). ``has_a_pause``: nobody else saves until it has ended. ``is_ours``: it runs in this program.
    """

    who: str
    job: str
    since: str
    has_a_pause: bool = False
    is_ours: bool = False

    def message(self) -> Message:
        """Return who lets what run since when, for use in a sentence."""
        return Message("job_at_work", {"who": self.who, "job": JobTitle(self.job), "since": self.since})

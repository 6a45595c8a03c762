"""Duty: which department answers for what and where, and who is on duty there."""

from gridmgmt_plugin.core.duty.answers import Answers, Points, who_answers
from gridmgmt_plugin.core.duty.roster import Roster, read_roster

__all__ = ["Answers", "Points", "Roster", "read_roster", "who_answers"]

"""The scores that panels, monthly checks and votes give places, from a table of any city's form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.areas.named_places import NOWHERE, SEVERAL, named_places
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.evaluation.scores import PanelScore
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.text import clean_texts, to_numbers
from gridmgmt_plugin.exchange.column_roles import FieldGuess, find_field, is_named_for, require_field, uncertain
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.analysis.score_sheet import (
    DAY,
    FULL,
    FULL_MARKS,
    INDICATOR,
    LISTED,
    PLACE,
    SCORE,
    WEIGHT,
    read_sheet,
)
from gridmgmt_plugin.jobs.intake.rejections import Rejections

_MONTH = re.compile(r"(?P<year>20\d\d)(?:年|[-/.])?(?P<month>\d{1,2})月?(?:份)?")
_MONTHS = 12


@dataclass(frozen=True, eq=False)
class PanelScores:
    """``scores``: s scores of known places; ``day``: datetime64[D] (s,), when each was given, not-a-time where the
    table does not say; ``rejected``: rows that were not taken; ``reasons``: how many by reason; ``notes``."""

    scores: tuple[PanelScore, ...]
    day: np.ndarray
    rejected: tuple[RejectedRow, ...]
    reasons: dict[str, int]
    notes: tuple[Message, ...]

    def within(self, first: np.datetime64, after: np.datetime64) -> tuple[PanelScore, ...]:
        """Return the scores given from ``first`` up to, not including, ``after``, and those without a day."""
        inside = np.isnat(self.day) | ((self.day >= first) & (self.day < after))
        return tuple(score for score, kept in zip(self.scores, inside.tolist()) if kept)

    @property
    def is_dated(self) -> bool:
        """Tell whether every score says when it was given."""
        return bool(len(self.day)) and not np.isnat(self.day).any()


def read_panel_scores(source: Source, places: Rows) -> PanelScores:
    """Return the scores of a table with a row per place and indicator, or with a column per indicator.

    A place is found by its code, else by its whole name where one place alone bears it. Without a column of full
    marks they are 100. Without one of weights the marks add up, as on a sheet of 40 points: an indicator weighs as
    much as it has full marks. A month counts as its first day. A row without a place or a score, or with more than
    full marks, is rejected and told.

    :param places: with ``code`` and ``name``.
    :raises InputError: ``field_not_found`` without columns of places and scores.
    """
    notes = list(source.notes)
    at = require_field(source.rows, PLACE).field
    sheet = read_sheet(source, at, named_places(clean_texts(source.rows[at]), places) >= 0)
    if sheet is None:
        guesses = _guesses(source.rows)
    else:
        source = sheet.source
        notes += sheet.notes
        guesses = {PLACE: FieldGuess(at, 1.0), **{role: FieldGuess(name, 1.0) for role, name in LISTED.items()}}
        day_guess = _day_field(source.rows, [at, *LISTED.values()])
        guesses.update({} if day_guess is None else {DAY: day_guess})

    def texts(role: str) -> np.ndarray:
        return clean_texts(source.rows[guesses[role].field])

    def numbers(role: str, otherwise: float) -> np.ndarray:
        if role not in guesses:
            return np.full(len(source), otherwise)
        found = to_numbers(source.rows[guesses[role].field])
        return np.where(np.isnan(found), otherwise, found)

    rejections = Rejections(source)
    named = texts(PLACE)
    place = named_places(named, places)
    score, full = numbers(SCORE, np.nan), numbers(FULL, FULL_MARKS)
    weight = numbers(WEIGHT, 1.0) if WEIGHT in guesses else full
    day = np.full(len(source), "NaT", dtype="datetime64[D]")
    faults = [
        (place == NOWHERE, "score_place_unknown", PLACE),
        (place == SEVERAL, "score_place_several", PLACE),
        (np.isnan(score) | (score < 0), "score_unreadable", SCORE),
        ((full <= 0) | (score > full), "score_above_full", SCORE),
        (weight < 0, "score_weight_negative", SCORE),
    ]
    if DAY in guesses:
        day, unreadable = _days(source.rows[guesses[DAY].field])
        faults.append((unreadable, "score_day_unreadable", DAY))
    for role, reason in ((FULL, "score_full_unreadable"), (WEIGHT, "score_weight_unreadable")):
        if role in guesses:
            faults.insert(0, (_unreadable(texts(role)), reason, role))
    for bad, reason, role in faults:
        rejections.add(bad, reason, texts(role)[bad])
    title = columns.as_texts(texts(INDICATOR)) if INDICATOR in guesses else np.full(len(source), "", dtype=object)
    kept = rejections.kept
    scores = tuple(
        PanelScore(int(place[row]), title[row], score[row], full[row], weight[row]) for row in kept.tolist()
    )
    notes += [note for role, guess in guesses.items() if (note := uncertain(role, guess)) is not None]
    return PanelScores(scores, day[kept], rejections.listed(named), rejections.counts(), tuple(notes))


def _unreadable(shown: np.ndarray) -> np.ndarray:
    """Tell where something is written that is no number; nothing at all is not unreadable."""
    return np.asarray(np.isnan(to_numbers(shown)) & ~is_null(shown))


def _days(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the day of each score (datetime64[D]; of a month its first day), and which cannot be read (a mask)."""
    parsed = parse_dates(column)
    day = columns.days_of(parsed)
    unreadable = ~is_null(parsed.reasons)
    for row in np.flatnonzero(unreadable).tolist():
        month = _MONTH.fullmatch(folded(str(column[row])))
        if month and 1 <= int(month["month"]) <= _MONTHS:
            day[row] = np.datetime64(f"{month['year']}-{int(month['month']):02d}-01", "D")
            unreadable[row] = False
    return day, unreadable


def _guesses(rows: Rows) -> dict[str, FieldGuess]:
    """Return the column of each role that there is one for; those of places and scores must be there."""
    found: dict[str, FieldGuess] = {}
    for role in (PLACE, SCORE, FULL, WEIGHT, DAY, INDICATOR):
        taken = [guess.field for guess in found.values()]
        if role == DAY:
            guess = _day_field(rows, taken)
        else:
            find = require_field if role in (PLACE, SCORE) else find_field
            guess = find(rows, role, taken=taken)
        if guess is not None:
            found[role] = guess
    return found


def _day_field(rows: Rows, taken: Sequence[str]) -> FieldGuess | None:
    """Return the column of days, also one that is named for them and says months alone."""
    guess = find_field(rows, DAY, taken=taken)
    if guess is not None:
        return guess
    named = [field for field in rows.columns if field not in taken and is_named_for(field, DAY)]
    return next((FieldGuess(field, 1.0) for field in named if not np.isnat(_days(rows[field])[0]).all()), None)

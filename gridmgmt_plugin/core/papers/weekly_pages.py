"""The pages of weekly sheets: one for each officer, with his lanes and what the week has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gridmgmt_plugin.core.columns import days, table, texts
from gridmgmt_plugin.core.inspection.checklists import Checklist, ChecklistItem
from gridmgmt_plugin.core.inspection.rounds import FULL, rounds_of
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.papers.kinds import paper_data, paper_word
from gridmgmt_plugin.core.papers.lane_facts import LaneFacts
from gridmgmt_plugin.core.papers.lane_pages import PageTexts
from gridmgmt_plugin.core.papers.officers import Officer, Staff, of_roles
from gridmgmt_plugin.core.papers.pages import listed_codes
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.rows import Rows

_LONGEST_TITLE = 40


def week_of(day: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """Return Monday and Sunday of the week of a day; 1970-01-01 was a Thursday."""
    monday = day - np.timedelta64((int(day.astype("datetime64[D]").astype(np.int64)) + 3) % 7, "D")
    return monday, monday + np.timedelta64(6, "D")


def weekly_page_texts(
    wanted: Sequence[int],
    facts: LaneFacts,
    staff: Staff,
    records: Mapping[str, Rows],
    known: Mapping[str, Checklist],
    day: np.datetime64,
    language: str,
) -> PageTexts:
    """Return the sheets of everybody who is to have one and answers for one of the lanes, with all lanes of his.

    :param wanted: positions of lanes. :param records: ``patrol``, ``cases`` and ``lane_inspection`` of these lanes.
    :param known: the checklists, by key.
    """
    position = {code: at for at, code in enumerate(facts.codes.tolist())}
    of_person: dict[str, list[Officer]] = {}
    for lane, officers in staff.of_lane.items():
        for officer in of_roles(officers, paper_data()["weekly_roles"]):
            if officer.person_id and lane in position:
                of_person.setdefault(officer.person_id, []).append(officer)
    asked = {facts.codes[at] for at in wanted}
    chosen = [posts for _, posts in sorted(of_person.items()) if any(post.lane in asked for post in posts)]
    week = _Week(records, known, day, language)
    pages: list[dict[str, str]] = []
    at: list[list[int]] = []
    for posts in chosen:
        first = posts[0]
        lanes = [position[code] for code in sorted({post.lane for post in posts})]
        codes = [facts.codes[lane] for lane in lanes]
        about = [facts.of(lane, day) for lane in lanes]
        pages.append(
            {
                **{name: about[0][name] for name in ("district", "street_office", "communities")},
                "officer": first.name,
                "officer_role": first.role_title,
                "officer_title": first.title,
                "officer_phone": first.phone,
                "period": " – ".join(map(str, week_of(day))),
                "lanes": _lines(
                    [f"{lane['lane_name']}　{lane['length']}　{lane['from_to']}" for lane in about], language
                ),
                "patrols": week.patrols(first.person_id, {c: a["lane_name"] for c, a in zip(codes, about)}),
                "open_cases": week.open_cases({c: a["lane_name"] for c, a in zip(codes, about)}),
                "inspections": week.inspections({c: a["lane_name"] for c, a in zip(codes, about)}),
                "lane_codes": listed_codes(codes),
                "near_codes": listed_codes(codes),
            }
        )
        at.append(lanes)
    notes = [] if pages else [Message("papers_no_officers")]
    names = [f"{posts[0].name}_{posts[0].person_id}" for posts in chosen]
    return PageTexts(pages, at, names, notes)


def _lines(lines: Sequence[str], language: str, most: int = 0) -> str:
    """Return lines as one text, no more than have room."""
    most = most or int(paper_data()["most_lines"])
    if not lines:
        return paper_word("none", language)
    if len(lines) <= most:
        return "\n".join(lines)
    return "\n".join([*lines[: most - 1], paper_word("more", language, count=len(lines) - most + 1)])


class _Week:
    """What a week has for lanes, as lines."""

    def __init__(
        self, records: Mapping[str, Rows], known: Mapping[str, Checklist], day: np.datetime64, language: str
    ) -> None:
        self._known, self._language = known, language
        self._first, self._last = week_of(day)
        patrols, cases = table(records, "patrol"), table(records, "cases")
        # Of the whole table once: an officer asks for a few of a hundred thousand rows.
        self._planned, self._made = days(patrols, "planned_on"), days(patrols, "patrolled_at")
        self._targets = texts(patrols, "target_code")
        self._case = {name: texts(cases, name) for name in ("id", "case_no", "title", "lane_code", "due_at")}
        self._inspections = table(records, "lane_inspection")
        self._at = {
            name: _rows_of(texts(table(records, name), column))
            for name, column in (("patrol", "person_id"), ("cases", "lane_code"), ("lane_inspection", "lane_code"))
        }

    def patrols(self, person: str, lanes: Mapping[str, str]) -> str:
        """Return the patrols of a person in the week, with the day and whether they were made."""
        planned, made, codes = self._planned, self._made, self._targets
        found = []
        for at in self._at["patrol"].get(person, ()):
            day = made[at] if np.isnat(planned[at]) else planned[at]
            if codes[at] in lanes and self._first <= day <= self._last:
                word = "planned" if np.isnat(made[at]) else "walked"
                found.append(f"{day}　{lanes[codes[at]]}　{paper_word(word, self._language)}")
        return _lines(sorted(found), self._language)

    def open_cases(self, lanes: Mapping[str, str]) -> str:
        """Return the cases on lanes that are not closed, the most urgent first."""
        ids, numbers, titles, codes, due = self._case.values()
        found = []
        for at in (at for lane in lanes for at in self._at["cases"].get(lane, ())):
            limit = paper_word("due", self._language, day=due[at][:16].replace("T", " ")) if due[at] else ""
            title = shortened(redact(titles[at], self._language), _LONGEST_TITLE)
            line = "　".join(filter(None, (numbers[at] or ids[at], lanes[codes[at]], title, limit)))
            found.append((due[at] or "9999", line))
        return _lines([line for _, line in sorted(found)], self._language)

    def inspections(self, lanes: Mapping[str, str]) -> str:
        """Return the last inspection of each lane up to the end of the week: its score, and what it found wanting."""
        found = []
        for lane, name in lanes.items():
            rows = self._inspections.take(self._at["lane_inspection"].get(lane, []))
            made = [one for one in _rounds(rows, self._known) if one[0] <= self._last]
            if not made:
                continue
            day, score, failed = max(made, key=lambda one: one[0])
            named = [item.title(self._language) for item in failed]
            said = paper_word("failed" if named else "all_passed", self._language, items=self._joined(named))
            points = "" if np.isnan(score) else paper_word("points", self._language, score=f"{score:g}")
            found.append("　".join(filter(None, (name, str(day), points, said if named or score >= FULL else ""))))
        return _lines(found, self._language)

    def _joined(self, words: Sequence[str]) -> str:
        return ("、" if self._language.startswith("zh") else ", ").join(dict.fromkeys(words))


def _rows_of(keys: np.ndarray) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, key in enumerate(keys.tolist()):
        found.setdefault(key, []).append(at)
    return found


def _rounds(
    rows: Rows, known: Mapping[str, Checklist]
) -> list[tuple[np.datetime64, float, tuple[ChecklistItem, ...]]]:
    """Return day, score and failed items of the rounds of a lane."""
    found = []
    for key in sorted(set(texts(rows, "checklist").tolist())):
        items = known[key].items if key in known else ()
        rounds = rounds_of(rows, known, key)
        for at in np.flatnonzero(rounds.checklists == key).tolist():
            failed = tuple(item for item, is_short in zip(items, rounds.failed[at].tolist()) if is_short)
            found.append((rounds.days[at], float(rounds.scores[at]), failed))
    return found

"""The pages of a publicity sign (one for each lane) and of task letters (one for each officer who signs)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.papers.kinds import INSPECTION, LETTER, paper_data, paper_word
from gridmgmt_plugin.core.papers.lane_facts import LaneFacts
from gridmgmt_plugin.core.papers.officers import Officer, Staff, of_roles
from gridmgmt_plugin.core.papers.pages import listed_codes


@dataclass(frozen=True)
class PageTexts:
    """``records``: columns of the pages. ``at``: positions of the lanes that each page is about. ``names``: of the
    pages, for files.
    """

    records: Sequence[Mapping[str, str]]
    at: Sequence[Sequence[int]]
    names: Sequence[str]
    notes: Sequence[Message] = ()


def lane_page_texts(
    kind: str, wanted: Sequence[int], facts: LaneFacts, staff: Staff, day: np.datetime64, language: str
) -> PageTexts:
    """Return the pages of lanes.

    A lane that nobody signs for has a letter all the same, with room for a name.

    :param kind: ``sign``, ``task_letter`` or ``inspection``. :param wanted: positions of lanes.
    """
    data = paper_data()
    records: list[dict[str, str]] = []
    at: list[list[int]] = []
    names: list[str] = []
    nobody = crowded = 0
    for lane in wanted:
        officers = staff.of_lane.get(facts.codes[lane], ())
        signers: Sequence[Officer | None] = of_roles(officers, data["signing_roles"]) or (None,)
        nobody += signers[0] is None
        named = of_roles(officers, data["sign_roles"])
        crowded += len(named) > data["most_officers"]
        about = {
            **facts.of(lane, day),
            "officers": _officers(named, language),
            "lane_codes": listed_codes([facts.codes[lane]]),
            "near_codes": facts.near_codes(lane),
        }
        for signer in signers if kind == LETTER else signers[:1]:
            records.append({**about, **_signer(signer, language), "duties": _duties(signer, language)})
            at.append([lane])
            parts = (facts.codes[lane], about["lane_name"], signer.name if signer and kind == LETTER else "")
            names.append("_".join(filter(None, parts)))
    notes = []
    if nobody and kind != INSPECTION:
        notes.append(Message("papers_without_officer", {"count": nobody}))
    if crowded:
        notes.append(Message("papers_officers_left_out", {"count": crowded, "most": data["most_officers"]}))
    return PageTexts(records, at, names, notes)


def _officers(officers: Sequence[Officer], language: str) -> str:
    most = paper_data()["most_officers"]
    lines = [officer.line(language) for officer in officers[:most]]
    if len(officers) > most:
        lines.append(paper_word("more", language, count=len(officers) - most))
    return "\n".join(lines) or paper_word("nobody", language)


def _signer(officer: Officer | None, language: str) -> dict[str, str]:
    blank = "＿" * 6 if language.startswith("zh") else "_" * 14
    if officer is None:
        whole = {"section": paper_word("whole", language)}
        return {**dict.fromkeys(_OF_SIGNER, blank), "letter_no": "", "signed_on": "", **whole}
    found: dict[str, Any] = {
        "officer": officer.name,
        "officer_role": officer.role_title,
        "officer_title": officer.title or blank,
        "officer_phone": officer.phone or blank,
        "section": officer.section or paper_word("whole", language),
        "letter_no": officer.letter_no,
        "signed_on": officer.signed_on or blank,
    }
    return found


_OF_SIGNER = ("officer", "officer_role", "officer_title", "officer_phone")


def _duties(officer: Officer | None, language: str) -> str:
    """Return the duties: those of the post where it names its own, else those of the catalogue."""
    own = [text for text in (officer.duty, officer.standard) if text] if officer else []
    if own:
        return "\n".join(own)
    return "\n".join(f"{at}. {line}" for at, line in enumerate(paper_data()["duties"][tongue_of(language)], 1))

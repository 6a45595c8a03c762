"""How much the redactor finds and how often it is wrong, as docs/privacy.md tells it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.resources import resource_path
from tests.core.redaction.measures import false_alarms, recall, seconds_for

TEXTS = 20_000
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def told():
    """Return the shares that the document tells, by kind."""
    text = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    return {kind.strip(): float(share) / 100 for kind, share in re.findall(r"^\| (.+?) \| ([\d.]+) % \|", text, re.M)}


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", [1, 20250307])
def test_of_every_kind_as_much_is_found_as_the_document_says(told, seed):
    measured = recall(TEXTS, seed)
    assert measured.share >= told["all texts with something of a person"], measured.wrong[:20]
    assert {kind: share for kind, share in measured.by_kind.items() if share < told[kind]} == {}


@pytest.mark.daily(1)
@pytest.mark.parametrize("seed", [1, 20250307])
@pytest.mark.proof
def test_no_more_texts_of_the_daily_work_are_changed_than_the_document_says(told, seed):
    measured = false_alarms(TEXTS, seed)
    assert measured.share <= told["all texts of the daily work"], measured.wrong[:20]
    assert {kind: share for kind, share in measured.by_kind.items() if share > told[kind]} == {}


@pytest.mark.proof
def test_the_cases_and_components_of_the_sample_lose_nothing():
    for name, encoding in (("cases_2025h1.csv", "utf-8-sig"), ("components.csv", "gb18030")):
        with resource_path(f"sample/{name}").open(encoding=encoding, newline="") as stream:
            texts = [value for row in csv.DictReader(stream) for value in row.values()]
        assert redact_column(texts).rows.tolist() == []


def test_texts_without_numbers_are_passed_over_quickly():
    # A million addresses take a quarter of a second on an idle machine.
    assert seconds_for("地址", 50_000) < 0.2

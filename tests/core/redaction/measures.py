"""How many of the texts that hold something of a person lose it, and how many of the others are changed."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridmgmt_plugin.core.redaction.columns import redact_column
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.resources import resource_path
from tests.core.redaction.corpus import Sample, with_people, without_people


@dataclass(frozen=True)
class Measured:
    """``share``: of all texts, 0 … 1; ``by_kind``: the same for each kind; ``wrong``: texts that came out wrongly."""

    count: int
    share: float
    by_kind: Mapping[str, float]
    wrong: Sequence[str]


def recall(count: int, seed: int) -> Measured:
    """Measure the share of texts in which the secret is no longer readable, not even half of it."""
    samples = list(with_people(count, seed))
    lost = [_is_gone(sample) for sample in samples]
    return _measured(samples, lost, [sample.text for sample, gone in zip(samples, lost) if not gone])


def false_alarms(count: int, seed: int) -> Measured:
    """Measure the share of texts without anybody's data that were changed all the same."""
    samples = list(without_people(count, seed))
    changed = [redact(sample.text) != sample.text for sample in samples]
    return _measured(samples, changed, [sample.text for sample, wrong in zip(samples, changed) if wrong])


def seconds_for(column: str, count: int) -> float:
    """Return the processor time for ``count`` values of a column of the sample's cases."""
    with resource_path("sample/cases_2025h1.csv").open(encoding="utf-8-sig", newline="") as stream:
        values = [row[column] for row in csv.DictReader(stream)]
    values = (values * (count // len(values) + 1))[:count]
    began = time.process_time()
    redact_column(values)
    return time.process_time() - began


def _is_gone(sample: Sample) -> bool:
    left = redact(sample.text)
    half = (len(sample.secret) + 1) // 2
    parts = {sample.secret[at : at + half] for at in range(len(sample.secret) - half + 1)}
    # What stands elsewhere in the text as well tells nothing.
    return not any(part in left for part in parts if sample.text.count(part) == 1)


def _measured(samples: Sequence[Sample], hits: Sequence[bool], wrong: Sequence[str]) -> Measured:
    every = Counter(sample.kind for sample in samples)
    found = Counter(sample.kind for sample, hit in zip(samples, hits) if hit)
    return Measured(
        len(samples), sum(hits) / len(samples), {kind: found[kind] / every[kind] for kind in every}, wrong
    )

"""Thousands of files broken at random: each is read or refused with a sentence, in a minute and two gigabytes."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.broken_files import MOST_BYTES

FILES, TIMES = 500, 10
SECONDS = 60
LONGEST_SENTENCE = 3000
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(FILES * SECONDS)
@pytest.mark.parametrize("part", range(TIMES))
def test_a_broken_file_is_read_or_refused_with_a_sentence(tmp_path, part, capsys):
    seed = secrets.randbits(48)
    with capsys.disabled():
        sys.stdout.write(f"part {part}: python -m tests.proof.broken_files FOLDER {seed} {FILES}\n")
    command = [sys.executable, "-W", "ignore", "-m", "tests.proof.broken_files", str(tmp_path), str(seed), str(FILES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=FILES * SECONDS, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"seed {seed}: ended at {told[-1:]} with {done.stderr[-2000:]}"
    outcomes = [line for line in told if "outcome" in line]
    assert len(outcomes) == FILES
    faults = [line for line in outcomes if line["outcome"] == "fault"]
    assert not faults, f"seed {seed}: {faults[:3]}"
    slow = [line for line in outcomes if line["seconds"] > SECONDS]
    assert not slow, f"seed {seed}: {slow[:3]}"
    long = [line for line in outcomes if line["longest"] > LONGEST_SENTENCE]
    assert not long, f"seed {seed}: {long[:3]}"
    assert told[-1]["peak"] <= MOST_BYTES
    assert {line["outcome"] for line in outcomes} == {"read", "refused"}

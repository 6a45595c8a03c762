"""Programs of ours go on on a console that does not know every letter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_letter_that_code_page_936_does_not_know_ends_no_program():
    code = "from tools.console import survive_any_console as s; s(); print('网格 \u2013 \U0001f600 m\u00b2')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "cp936:strict", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "网格".encode("gbk") in done.stdout

"""A colleague: a program of its own that writes to a workspace when it is told to.

``python -m tests.colleague LOCATION AUTHOR`` reads lines of JSON: a table, a column that finds rows, its value, and
the values they get; each is one transaction with a line of the change log, and answered with the moment of its end.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Colleague:
    """Runs until :meth:`leave`."""

    def __init__(self, location: object, author: str = "李工") -> None:
        command = [sys.executable, "-m", "tests.colleague", str(location), author]
        self._program = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._program.stdout.readline() == "there\n"

    def save(self, table: str, key: str, value: str, **values: object) -> float:
        """Have rows written; return when, by ``time.time``."""
        self._program.stdin.write(json.dumps([table, key, value, values]) + "\n")
        self._program.stdin.flush()
        return float(self._program.stdout.readline())

    def leave(self) -> None:
        """End the program."""
        self._program.kill()
        self._program.communicate()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _serve(location: str, author: str) -> None:
    from gridmgmt_plugin.core.rows import Rows, as_column
    from gridmgmt_plugin.workspace.workspace import Workspace

    workspace = Workspace.open(location)
    _say("there")
    for line in sys.stdin:
        table, key, value, values = json.loads(line)
        rows = workspace.read(table, None, {key: value}, geometry=False)
        columns = {name: as_column([one] * len(rows)) for name, one in values.items()}
        columns |= {"row_version": rows["row_version"]} if "row_version" in rows else {}
        before = json.dumps({name: rows[name].tolist() for name in values}, ensure_ascii=False)
        with workspace.transaction(author, "edit") as transaction:
            transaction.update(table, Rows(columns, None, rows.fid))
            transaction.log(table, value, before, json.dumps(values, ensure_ascii=False))
        _say(str(time.time()))


if __name__ == "__main__":
    _serve(*sys.argv[1:])

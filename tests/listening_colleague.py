"""A colleague who listens: a program of its own that says what it is told to, and tells what it hears.

``python -m tests.listening_colleague LOCATION AUTHOR`` reads lines of JSON, a kind of news and its content each, says
them, and prints a line of JSON for each piece of news that it hears.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class ListeningColleague:
    """Runs until :meth:`leave`. ``heard``: kind, sender's name and content of all news so far."""

    def __init__(self, location: object, author: str = "李工") -> None:
        command = [sys.executable, "-m", "tests.listening_colleague", str(location), author]
        self._program = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.heard: list[tuple[str, str, dict[str, Any]]] = []
        assert self._program.stdout.readline() == "there\n"
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def say(self, kind: str, content: dict[str, Any]) -> None:
        """Tell everybody else."""
        self._program.stdin.write(json.dumps([kind, content]) + "\n")
        self._program.stdin.flush()

    def last(self, kind: str) -> dict[str, Any] | None:
        """Return what was heard last of a kind."""
        return next((content for one, _, content in reversed(self.heard) if one == kind), None)

    def leave(self) -> None:
        """Die without a word."""
        self._program.kill()
        self._program.wait()
        self._listening.join()
        for pipe in (self._program.stdin, self._program.stdout):
            pipe.close()

    def _listen(self) -> None:
        for line in self._program.stdout:
            self.heard.append(tuple(json.loads(line)))


def _serve(location: str, author: str) -> None:
    from gridmgmt_plugin.workspace.location import parse_location
    from gridmgmt_plugin.workspace.news.news import OWN_MARK, News
    from gridmgmt_plugin.workspace.postgis.listening import opened_ear

    ear = opened_ear(parse_location(location))

    def say() -> None:
        for line in sys.stdin:
            kind, content = json.loads(line)
            mouth.say(News(kind, content, OWN_MARK, author))

    mouth = opened_ear(parse_location(location))
    threading.Thread(target=say, daemon=True).start()
    sys.stdout.write("there\n")
    sys.stdout.flush()
    while True:
        for news in ear.heard():
            sys.stdout.write(json.dumps([news.kind, news.who, dict(news.content)]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _serve(*sys.argv[1:])

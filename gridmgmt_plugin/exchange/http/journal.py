"""What was answered so far, kept beside the package: after a break only what is missing is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import replace_file, staging_path
from gridmgmt_plugin.core.listing import listing, shortened
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.release.http_answer import Answer
from gridmgmt_plugin.core.release.life import REJECTED
from gridmgmt_plugin.exchange.http.outgoing import Outgoing
from gridmgmt_plugin.exchange.http.sending import content_of, label, telling
from gridmgmt_plugin.exchange.package.grid_requests import GRID

# Under which name an answer lists what became of single rows, as receipts do.
_ROWS, _RESULT = ("rows", "items", "data", "results"), "result"
_KEPT_LETTERS = 2000
# What WeCom's interface answers about a grid: its number there, and the users that it does not know.
_NUMBER, _UNKNOWN = "grid_id", "invalid_userids"


@dataclass
class Journal:
    """``path``: of the file; ``head``: which package it is of and where it went; ``taken``: by key, what was
    answered; ``rows``: by key, what the other side said of single rows. ``numbers``: our code of a grid → the number
    that a grid API gave it; ``unknown``: our code of a grid → those of its people whom that does not know; ``begun``:
    key of a request that adds a grid and whose answer nobody knows.
    """

    path: Path
    head: Mapping[str, Any]
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    begun: str = ""

    @classmethod
    def of(cls, package: Path, manifest: Mapping[str, Any], address: str) -> Journal:
        """Return the journal of a package for an address, with what it holds since the last time.

        One of another package, or that cannot be read, begins anew: what was taken is then sent again, with the same
        keys.

        :raises WorkspaceError: ``http_journal_not_written`` where nothing can be kept; nothing has been sent then.
        """
        place = label(address)
        mark = sha256(telling(address).encode()).hexdigest()[:8]
        head = {name: manifest[name] for name in ("package", "release", "content_hash")}
        made = cls(package.with_name(f"{manifest['package']}.{mark}.delivery.json"), {**head, "address": place})
        made._read()
        made.write()
        return made

    def begin(self, request: Outgoing) -> None:
        """Note that a request is sent now which may be taken although no answer comes.

        :raises WorkspaceError: ``http_journal_not_written``.
        """
        self.begun = request.key
        self.write()

    def end(self) -> None:
        """Note that what was begun is known not to be taken.

        :raises WorkspaceError: ``http_journal_not_written``.
        """
        self.begun = ""
        self.write()

    def keep(self, request: Outgoing, answer: Answer, at: str) -> None:
        """Keep that a request was taken.

        :raises WorkspaceError: ``http_journal_not_written``.
        """
        key, content = request.key, content_of(answer)
        self.begun = ""
        if request.grid:
            self._keep_of_grid(request, content)
        listed: list[Any] = next((content[name] for name in _ROWS if isinstance(content.get(name), list)), [])
        rows = [row for row in listed if isinstance(row, dict) and _RESULT in row]
        if rows:
            self.rows[key] = [_masked(row) for row in rows]
        said = shortened(redact(answer.text), _KEPT_LETTERS)
        self.taken[key] = {"status": answer.status, "at": at, **({} if rows else {"answer": said})}
        self.write()

    def _keep_of_grid(self, request: Outgoing, content: Mapping[str, Any]) -> None:
        grid, unknown = request.grid, content.get(_UNKNOWN)
        number = content.get(_NUMBER, json.loads(request.body).get(_NUMBER))
        if isinstance(number, (str, int)) and str(number) and redact(str(number)) == str(number):
            self.numbers[grid] = str(number)
        if isinstance(unknown, list) and unknown:
            self.unknown[grid] = [redact(str(user)) for user in unknown]

    def receipt(self) -> Path | None:
        """Write what the other side said of single rows as a receipt that can be read in; ``None`` without any.

        A grid some of whose people the other side does not know is a refused row.

        :raises WorkspaceError: ``http_journal_not_written``.
        """
        rows = [row for listed in self.rows.values() for row in listed]
        rows += [
            {"layer": GRID, "code": grid, _RESULT: REJECTED, "reason": f"{_UNKNOWN}: {listing(users)}"}
            for grid, users in self.unknown.items()
        ]
        if not rows:
            return None
        path = self.path.with_name(self.path.name.replace(".delivery.json", ".receipt.json"))
        _write(path, {"release": self.head["release"], "rows": rows})
        return path

    def write(self) -> None:
        """Write the file anew, whole or not at all."""
        grids = {"numbers": self.numbers, "unknown": self.unknown, "begun": self.begun}
        _write(self.path, {**self.head, "taken": self.taken, "rows": self.rows, **grids})

    def _read(self) -> None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            known = {name: kept[name] for name in self.head} == dict(self.head)
            taken, rows = dict(kept["taken"]), dict(kept["rows"])
            numbers, unknown, begun = dict(kept["numbers"]), dict(kept["unknown"]), str(kept["begun"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        if known:
            self.taken, self.rows, self.numbers, self.unknown, self.begun = taken, rows, numbers, unknown, begun


def _masked(value: Any) -> Any:
    """Return what a program said without numbers of persons, however deep they stand, as texts or as numbers."""
    if isinstance(value, Mapping):
        return {redact(str(name)): _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and redact(str(value)) != str(value):
        return redact(str(value))
    return value


def _write(path: Path, content: Mapping[str, Any]) -> None:
    beside = staging_path(path)
    try:
        beside.write_bytes((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
        replace_file(beside, path)
    except OSError as error:
        raise WorkspaceError("http_journal_not_written", name=path.name, reason=str(error.strerror)) from error

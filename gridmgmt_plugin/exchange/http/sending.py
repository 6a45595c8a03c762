"""One request until it is answered: what passes is tried again with the same key, what does not is told at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.core.release.http_answer import Answer, Transport
from gridmgmt_plugin.exchange.http.outgoing import Outgoing

#: The name under which a request carries its key (IETF draft-ietf-httpapi-idempotency-key-header).
KEY_HEADER = "Idempotency-Key"
#: Answers after which the same request may well succeed: timed out, at work on this very key, too early, too many.
_PASSING = frozenset((408, 409, 425, 429))
#: Those of them that say that nothing was taken.
_NOT_TAKEN = frozenset((425, 429))
_SERVER_AT_FAULT, _DONE = 500, range(200, 300)
# What WeCom's interface says in an answer with status 200: 0 is done, −1 is busy.
_CODE, _OK, _BUSY = "errcode", 0, -1
_LOOK_S, _TOLD_LETTERS = 0.1, 200
# What lets in and is another one each time.
_KEYS = ("access_token", "token", "key", "sig", "sign", "signature", "timestamp", "nonce")
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Patience:
    """``tries`` of one request; seconds before the second one, which double each time up to the longest. An asked
    wait is kept up to ``longest_asked_s``.
    """

    tries: int = 6
    first_s: float = 1.0
    longest_s: float = 30.0
    longest_asked_s: float = 300.0

    def pause_s(self, failed: int, asked_s: float | None) -> float:
        """Return how long to wait after so many failed tries."""
        own = min(self.first_s * 2.0 ** (failed - 1), self.longest_s)
        return own if asked_s is None else min(max(own, asked_s), self.longest_asked_s)


def send(
    request: Outgoing,
    address: str,
    transport: Transport,
    patience: Patience,
    look: Callable[[], None],
) -> Answer:
    """Send a request until it is taken; return the answer that took it.

    :param look: asked while it waits; what it raises ends the sending.
    :raises WorkspaceError: ``http_refused`` when the other side does not take it; ``http_given_up`` when it did not
        answer however often it was tried. Their detail ``lost`` counts the tries that may have been taken all the
        same.
    """
    url = joined(address, request.path)
    headers = {KEY_HEADER: request.key, "Content-Type": "application/json; charset=utf-8"}
    answer, lost = Answer(None), 0
    for failed in range(1, patience.tries + 1):
        answer = transport(url, headers, request.body, look)
        verdict = _verdict(answer)
        if verdict is True:
            return answer
        if verdict is False:
            told = {"place": label(address), "part": request.key, "reason": _told(answer), "lost": lost}
            raise WorkspaceError("http_refused", **told)
        lost += answer.status not in _NOT_TAKEN
        if failed < patience.tries:
            _wait(patience.pause_s(failed, answer.retry_after_s), look)
    raise WorkspaceError(
        "http_given_up",
        place=label(address),
        part=request.key,
        tries=patience.tries,
        reason=_told(answer),
        lost=lost,
    )


def joined(address: str, path: str) -> str:
    """Return the address with a path below it; what it asks behind “?” stays behind."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path)) if path else address


def label(address: str) -> str:
    """Return an address as it may be shown and kept: without user, password and what stands behind “?”."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def telling(address: str) -> str:
    """Return what tells one place from another: what it asks too, but for what only lets in, as that is renewed."""
    asked = [pair for pair in parse_qsl(urlsplit(address).query, keep_blank_values=True) if pair[0] not in _KEYS]
    return f"{label(address)}?{urlencode(asked)}" if asked else label(address)


def is_open_to_readers(address: str) -> bool:
    """Tell whether what is sent to an address can be read on its way."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in _HERE


def _verdict(answer: Answer) -> bool | None:
    """Return whether a request was taken; ``None`` where it should be tried again."""
    if answer.status is None or answer.problem or answer.status in _PASSING or answer.status >= _SERVER_AT_FAULT:
        return None
    if answer.status not in _DONE:
        return False
    code = content_of(answer).get(_CODE, _OK)
    return None if code == _BUSY else code == _OK


def content_of(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that an answer is; empty when it is none."""
    try:
        content = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _told(answer: Answer) -> str:
    """Return what there is to say of an answer, without numbers of persons that it may repeat."""
    said = shortened(redact(" ".join(answer.text.split())), _TOLD_LETTERS)
    return " · ".join(part for part in (str(answer.status or ""), answer.problem, said) if part) or "–"


def _wait(seconds: float, look: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        look()
        time.sleep(min(left, _LOOK_S))
    look()

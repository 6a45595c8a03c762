"""What the other side answers to one request, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """``status``: of HTTP, ``None`` where none came; ``text``: the body; ``retry_after_s``: how long the other side
    asks to wait; ``problem``: why there is no whole answer.
    """

    status: int | None
    text: str = ""
    retry_after_s: float | None = None
    problem: str = ""


#: Sends a body with headers to an address and waits for the answer, or until it is told to stop.
Transport = Callable[[str, Mapping[str, str], bytes, Callable[[], None]], Answer]

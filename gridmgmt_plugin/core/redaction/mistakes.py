"""Mistakes in the program, made fit for logs: the text of an exception may hold a cell of somebody's table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import TracebackType

_PACKAGE = __name__.partition(".")[0]
Hook = Callable[[type[BaseException], BaseException, "TracebackType | None"], object]


def harmless(mistake: BaseException, language: str = "zh") -> BaseException:
    """Return an exception, with those that led to it, whose texts hold nothing that belongs to people.

    It is the exception itself, its values masked where that shows; where the text comes from elsewhere, another one
    with the same traceback that tells type and masked text.
    """
    seen: dict[int, BaseException] = {}
    return _masked(mistake, language, seen)


class MistakeWatch:
    """Stands before ``sys.excepthook`` (QGIS's, which writes to its log) and masks what went through our code."""

    def __init__(self, language: Callable[[], str]) -> None:
        self._language = language
        self._next: Hook = sys.excepthook
        self._hook: Hook = self._pass_on
        self._watches = False

    def install(self) -> None:
        """Mask from now on."""
        self._next = sys.excepthook
        sys.excepthook = self._hook
        self._watches = True

    def remove(self) -> None:
        """Take the hook away; where another plugin has put its own before it, ours passes everything on as it is."""
        self._watches = False
        if sys.excepthook is self._hook:
            sys.excepthook = self._next

    def _pass_on(self, kind: type[BaseException], mistake: BaseException, trace: TracebackType | None) -> None:
        if self._watches and (_is_ours(trace) or any(_is_ours(one.__traceback__) for one in _chain(mistake))):
            mistake = harmless(mistake, self._language())
            kind = type(mistake)
        self._next(kind, mistake, trace)


def _masked(mistake: BaseException, language: str, seen: dict[int, BaseException]) -> BaseException:
    if id(mistake) in seen:
        return seen[id(mistake)]
    # Only a mistake needs the patterns: QGIS starts without them.
    from gridmgmt_plugin.core.redaction.texts import redact  # noqa: PLC0415

    text = _text(mistake)
    clean = mistake
    if redact(text, language) != text:
        mistake.args = tuple(_harmless_value(value, language) for value in mistake.args)
        left = _text(mistake)
        if redact(left, language) != left:
            clean = RuntimeError(f"{type(mistake).__name__}: {redact(left, language)}")
            clean.__traceback__ = mistake.__traceback__
            clean.__suppress_context__ = mistake.__suppress_context__
    seen[id(mistake)] = clean
    suppressed = mistake.__suppress_context__
    if mistake.__context__ is not None:
        clean.__context__ = _masked(mistake.__context__, language, seen)
    if mistake.__cause__ is not None:
        clean.__cause__ = _masked(mistake.__cause__, language, seen)
    clean.__suppress_context__ = suppressed  # to name a cause hides the context
    return clean


def _harmless_value(value: object, language: str) -> object:
    from gridmgmt_plugin.core.redaction.texts import redact  # noqa: PLC0415

    text = value if isinstance(value, str) else repr(value)
    masked = redact(text, language)
    return value if masked == text else masked


def _chain(mistake: BaseException) -> Iterator[BaseException]:
    waiting, seen = [mistake], set()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [other for other in (one.__cause__, one.__context__) if other is not None]


def _is_ours(trace: TracebackType | None) -> bool:
    """Tell whether a traceback goes through our code."""
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == _PACKAGE:
            return True
        trace = trace.tb_next
    return False


def _text(mistake: BaseException) -> str:
    try:
        return str(mistake)
    except Exception:  # the text of an exception is made by whoever wrote its class
        return ""

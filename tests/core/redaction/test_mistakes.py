"""A mistake in the program that reaches a log tells where it happened, and no value that belongs to people."""

from __future__ import annotations

import sqlite3
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.redaction.mistakes import MistakeWatch, harmless
from gridmgmt_plugin.core.text import to_numbers
from tests.tries import tries

PHONE, IDENTITY = "13812345678", "110101199003071233"


class Stubborn(Exception):  # noqa: N818
    """Says what it likes, whatever its arguments are."""

    def __str__(self):
        return f"cell {PHONE}"


def raised(mistake: BaseException) -> BaseException:
    try:
        raise mistake
    except BaseException as caught:
        return caught


def printed(mistake: BaseException) -> str:
    return "".join(traceback.format_exception(type(mistake), mistake, mistake.__traceback__))


@pytest.mark.parametrize(
    "mistake",
    [
        ValueError(f"could not convert string to float: '{PHONE}'"),
        KeyError(PHONE),
        KeyError(int(PHONE)),
        KeyError(("cases", IDENTITY)),
        sqlite3.IntegrityError(f"UNIQUE constraint failed: {IDENTITY}"),
        FileNotFoundError(2, "No such file", f"/data/{PHONE}.csv"),
        RuntimeError({"row": [f"电话{PHONE}", "投诉人：张三"]}),
        Stubborn(),
    ],
    ids=lambda mistake: type(mistake).__name__,
)
def test_the_text_of_a_mistake_holds_no_number(mistake):
    clean = harmless(raised(mistake))
    assert not any(secret in printed(clean) for secret in (PHONE, IDENTITY, "张三"))
    assert type(mistake).__name__ in printed(clean)
    assert "in raised" in printed(clean)  # where it happened is still told


def test_neither_do_the_texts_of_what_led_to_it():
    def failing():
        try:
            try:
                raise KeyError(PHONE)
            except KeyError as first:
                raise Stubborn from first
        except Stubborn:
            raise ValueError(f"电话{IDENTITY}")  # noqa: B904  a context, no cause

    with pytest.raises(ValueError) as caught:
        failing()
    told = printed(harmless(caught.value))
    assert not any(secret in told for secret in (PHONE, IDENTITY))
    assert told.count("in failing") == 3


def test_a_mistake_without_values_stays_as_it_is():
    mistake = raised(ZeroDivisionError("division by zero"))
    assert harmless(mistake) is mistake
    assert mistake.args == ("division by zero",)


@given(st.lists(st.sampled_from([PHONE, IDENTITY, "街巷", 7, None]), min_size=1, max_size=4))
@tries(60)
def test_whatever_the_arguments_are(arguments):
    told = printed(harmless(raised(RuntimeError(*arguments))))
    assert PHONE not in told
    assert IDENTITY not in told


@pytest.fixture
def logged(monkeypatch):
    """Return what reaches the hook that stood there before ours, which is QGIS's."""
    lines = []
    monkeypatch.setattr(
        sys, "excepthook", lambda *mistake: lines.append("".join(traceback.format_exception(*mistake)))
    )
    return lines


def fail_in_our_code():
    class Cell:
        def __float__(self):
            raise RuntimeError(f"cell {PHONE}")

    to_numbers([Cell()])


def test_what_went_through_our_code_reaches_the_log_masked_and_what_did_not_as_it_is(logged):
    watch = MistakeWatch(lambda: "zh")
    watch.install()
    try:
        fail_in_our_code()
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    try:
        raise ValueError(f"of another plugin: {PHONE}")
    except ValueError:
        sys.excepthook(*sys.exc_info())
    watch.remove()
    ours, other = logged
    assert PHONE not in ours
    assert "〔电话已隐去〕" in ours
    assert PHONE in other


def test_removed_from_behind_another_hook_it_only_passes_on(logged):
    before = sys.excepthook
    watch = MistakeWatch(lambda: "zh")
    watch.install()
    ours = sys.excepthook

    def another(*mistake):
        ours(*mistake)

    sys.excepthook = another
    watch.remove()
    assert sys.excepthook is another
    assert another is not before
    try:
        fail_in_our_code()
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    assert len(logged) == 1


def test_removed_it_leaves_what_stood_there_before(logged):
    before = sys.excepthook
    watch = MistakeWatch(lambda: "zh")
    watch.install()
    assert sys.excepthook is not before
    watch.remove()
    assert sys.excepthook is before
    assert logged == []

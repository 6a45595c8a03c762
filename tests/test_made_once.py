"""What is made once for a run is made by one process, and anew when that one failed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.made_once import made_once


@pytest.fixture
def process(tmp_path, monkeypatch):
    """Return a function that asks as another process of the same run would."""
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    made = []

    def asks(name: str, error: Exception | None = None) -> Path:
        def make(folder):
            (folder / f"by {name}").touch()
            if error is not None:
                raise error
            made.append(name)

        own = tmp_path / name
        own.mkdir(exist_ok=True)
        return made_once(SimpleNamespace(getbasetemp=lambda: own), "town", make)

    asks.made = made
    return asks


def test_the_second_process_gets_what_the_first_has_made(process):
    assert process("gw0") == process("gw1")
    assert process.made == ["gw0"]
    assert [path.name for path in process("gw2").iterdir()] == ["by gw0"]


def test_nothing_half_made_is_used(process):
    with pytest.raises(OSError, match="full"):
        process("gw0", OSError("full"))
    assert [path.name for path in process("gw1").iterdir()] == ["by gw1"]

"""What our programs print, on consoles that do not know every letter (code page 936 of Chinese Windows)."""

from __future__ import annotations

import io
import sys


def survive_any_console() -> None:
    """Have letters that the console cannot show written as escapes, where printing would end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

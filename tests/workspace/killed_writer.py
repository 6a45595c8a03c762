"""A program that is killed while it writes to a workspace file, with the pages in it and the change not complete."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path


def kill_while_writing(path: Path, journal_mode: str = "delete", table: str = "department") -> None:
    """Change every row in a process that dies when the pages are in the file and the change is not complete."""
    script = textwrap.dedent(f"""
        import os, signal, sqlite3
        connection = sqlite3.connect({str(path)!r}, isolation_level=None)
        connection.execute("PRAGMA journal_mode = {journal_mode}")
        connection.execute("PRAGMA cache_size = 2")
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(name, 1, lambda blob: 0)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE {table} SET name = name || '（改）' || hex(randomblob(200))")
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    ends = [end for end in ("-journal", "-wal") if path.with_name(path.name + end).exists()]
    assert ends, "the crash left a journal"

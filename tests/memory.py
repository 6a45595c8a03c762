"""How much memory this process has had at most."""

from __future__ import annotations

import re
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """Return the most memory that this program has held, in bytes.

    ``ru_maxrss`` of a child counts what its parent held when it was started, so a small program begun by a large one
    seems large.

    :raises FileNotFoundError: on a system that does not keep this per program.
    """
    found = re.search(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise FileNotFoundError(f"{_STATUS} has no VmHWM")
    return int(found[1]) * 1024

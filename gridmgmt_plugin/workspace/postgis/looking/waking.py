"""What ends the waiting of another thread, also where that waits for a server."""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Waking:
    """A wire with two ends. Who wakes does not wait, whatever the other thread does."""

    def __init__(self) -> None:
        self._waking, self.wire = socket.socketpair()
        self._waking.setblocking(False)

    def wake(self) -> None:
        """End the waiting, or the next one where nobody waits."""
        with suppress(OSError):  # it is closed already, or full of wakings
            self._waking.send(b"x")

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; tell whether somebody has ended it."""
        ready, _, _ = select.select([self.wire], [], [], seconds)
        if ready:
            self.take()
        return bool(ready)

    def take(self) -> None:
        """Take note that the waiting was ended."""
        self.wire.recv(4096)

    def close(self) -> None:
        """Wait no longer."""
        self._waking.close()
        self.wire.close()

"""A network between the program and its server that can slow down, stand still, lose the connection or swallow what
is sent.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any


class NetworkProxy:
    """Listens on the loopback address and passes everything on to a port; a context manager.

    ``delay_s``: seconds that every piece takes in each direction. After :meth:`hold` nothing arrives until
    :meth:`let_go`; after :meth:`swallow` everything is taken and nothing arrives; after :meth:`break_off` the
    connections that there are have ended. ``hold_at``: a piece to the server with these bytes is held, and all that
    follows. ``carried``: the bytes that came from either side so far.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.delay_s = 0.0
        self.hold_at = b""
        self.carried = 0
        self._swallows = False
        self._open = threading.Event()
        self._open.set()
        self._ends: list[socket.socket] = []

    def __enter__(self) -> NetworkProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._listening.close()
        self.let_go()
        self.break_off()

    @property
    def is_holding(self) -> bool:
        """Tell whether nothing is let through now."""
        return not self._open.is_set()

    def hold(self) -> None:
        """Let nothing through from now on."""
        self._open.clear()

    def let_go(self) -> None:
        """Let everything through, what was held too."""
        self.hold_at = b""
        self._open.set()

    def swallow(self) -> None:
        """Take everything from now on, of old and new connections, and bring nothing to the other side."""
        self._swallows = True

    def break_off(self) -> None:
        """End every connection."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self) -> None:
        with suppress(OSError):  # the listening end is closed
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._ends += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # one of the two has gone
            while piece := source.recv(65536):
                self.carried += len(piece)
                time.sleep(self.delay_s)
                if self.hold_at and self.hold_at in piece:
                    self.hold()
                self._open.wait()
                if not self._swallows:
                    target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

"""A network between the program and its server that is slow, stands still, loses connections or swallows what is
sent, and that counts how often the program waited for an answer.
"""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any


class NetworkProxy:
    """Listens on the loopback address and passes everything on to a port; a context manager.

    ``delay_s``: seconds that every piece is under way in each direction. After :meth:`hold` nothing arrives until
    :meth:`let_go`; after :meth:`swallow` everything is taken and nothing arrives; after :meth:`break_off` the
    connections that there are have ended; after :meth:`half_close` the server is told that the program says no more,
    and the program is told nothing.

    ``hold_at``: a piece to the server with these bytes is held, and all that follows. ``strike_at``: the next piece
    to the server with this text strikes its connection, and no other: "break" ends it, "half" tells the server that
    the program says no more, "swallow" brings nothing more to either side (``strike_how``), before the piece arrives
    or after, when the answer comes (``strikes_answer``); at a "COMMIT" those of QGIS itself are left alone.
    ``struck``: how many were. ``carried``: the bytes that
    came from either side so far. ``messages``: how often the program began to say something after the server had
    spoken, or first: each costs twice ``delay_s``.
    """

    def __init__(self, port: int, delay_s: float = 0.0) -> None:
        self._server_port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.delay_s = delay_s
        self.hold_at = b""
        self.strike_at, self.strike_how, self.strikes_answer = "", "break", False
        self.struck = 0
        self.carried = 0
        self.messages = 0
        self._swallows = False
        self._open = threading.Event()
        self._open.set()
        self._counting = threading.Lock()
        self._ends: list[tuple[socket.socket, socket.socket]] = []

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

    def lead_to(self, port: int) -> None:
        """Pass new connections on to another port, and end those that there are."""
        self._server_port = port
        self.break_off()

    def give_up(self) -> None:
        """End every connection, and let new ones through again."""
        self._swallows = False
        self.break_off()

    def break_off(self) -> None:
        """End every connection."""
        for ends in self._ends:
            for end in ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._ends.clear()

    def half_close(self) -> None:
        """End the way to the server of every connection, not the way back."""
        for _, server in self._ends:
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)

    def _accept(self) -> None:
        with suppress(OSError):  # the listening end is closed
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._server_port))
                except ConnectionRefusedError:
                    client.close()
                    continue
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends.append((client, server))
                turn = _Turn()
                for source, target in ((client, server), (server, client)):
                    under_way: queue.SimpleQueue = queue.SimpleQueue()
                    taking = (source, under_way, turn, source is client)
                    threading.Thread(target=self._take, args=taking, daemon=True).start()
                    bringing = (source, target, under_way, turn, source is client)
                    threading.Thread(target=self._bring, args=bringing, daemon=True).start()

    def _take(self, source: socket.socket, under_way: queue.SimpleQueue, turn: _Turn, asks: bool) -> None:
        with suppress(OSError):  # it has gone
            while piece := source.recv(65536):
                with self._counting:
                    self.carried += len(piece)
                    self.messages += asks and not turn.is_asking
                    turn.is_asking = asks
                under_way.put((time.monotonic() + self.delay_s, piece))
        under_way.put((time.monotonic() + self.delay_s, b""))

    def _bring(
        self, source: socket.socket, target: socket.socket, under_way: queue.SimpleQueue, turn: _Turn, asks: bool
    ) -> None:
        with suppress(OSError):  # one of the two has gone
            while True:
                due, piece = under_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    break
                if self.hold_at and self.hold_at in piece:
                    self.hold()
                self._open.wait()
                if self._strikes(piece, turn, asks=asks) and turn.strike == "break":
                    break
                if turn.strike == "half" and asks:
                    target.shutdown(socket.SHUT_WR)
                    turn.strike = ""
                elif not self._swallows and turn.strike != "swallow":
                    target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _strikes(self, piece: bytes, turn: _Turn, *, asks: bool) -> bool:
        """Tell whether a connection is struck by now."""
        turn.writes |= asks and b"txid_current" in piece
        if asks and self.strike_at and self.strike_at.encode() in piece:
            if "COMMIT" not in self.strike_at or turn.writes:
                self.strike_at = ""
                self.struck += 1
                turn.strike, turn.waits_for_answer = self.strike_how, self.strikes_answer
                if turn.waits_for_answer:
                    turn.later, turn.strike = turn.strike, ""
        elif not asks and turn.waits_for_answer:
            turn.strike, turn.waits_for_answer = turn.later, False
        return bool(turn.strike)


class _Turn:
    """Who spoke last on a connection, whether it writes, and what strikes it, now or with the next answer."""

    is_asking = False
    writes = waits_for_answer = False
    strike = later = ""


class NetworkApart:
    """A :class:`NetworkProxy` in a process of its own; a context manager.

    What is measured then shares no lock of Python with what passes the pieces on.
    """

    def __init__(self, port: int, delay_s: float = 0.0) -> None:
        command = [sys.executable, "-m", "tests.network_proxy", str(port), str(delay_s)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port: int = self.ask("port")

    def __enter__(self) -> NetworkApart:
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.communicate()

    def ask(self, name: str) -> Any:
        """Return what an attribute of the proxy is, or what a method of it without arguments returns."""
        return self._say(name)

    def set(self, name: str, value: Any) -> None:
        """Give an attribute of the proxy a value."""
        self._say(name, value)

    def _say(self, *words: Any) -> Any:
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _serve(port: int, delay_s: float) -> None:
    with NetworkProxy(port, delay_s) as proxy:
        for line in sys.stdin:
            name, *values = json.loads(line)
            if values:
                setattr(proxy, name, values[0])
            found = getattr(proxy, name)
            sys.stdout.write(json.dumps(found() if callable(found) else found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))

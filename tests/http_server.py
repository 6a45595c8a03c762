"""A server on this machine that takes requests by their keys and fails in every way that is listed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gridmgmt_plugin.exchange.http.sending import KEY_HEADER


class Server(ThreadingHTTPServer):
    """Does what is listed, one word per request, and takes every request after that."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.does, self.asked, self.taken, self.over = [], [], {}, threading.Event()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/grids"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        self.server.asked.append(("GET", self.path, "", ""))
        self._say(200, b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers[KEY_HEADER]
        self.server.asked.append(("POST", self.path, key, self.headers.get("Authorization", "")))
        word = self.server.does.pop(0) if self.server.does else "takes"
        if word == "hangs":
            self.server.over.wait(30)
            return
        if word in ("takes", "takes and breaks off"):
            self.server.taken.setdefault(key, body)
        if word == "takes and breaks off":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"ro')
            self.close_connection = True
        elif word == "elsewhere":
            self._say(302, b"", ("Location", "/login"))
        elif word == "takes":
            self._say(200, '{"rows": [], "说": "好"}'.encode())
        elif word == "nothing":
            self.server.taken.setdefault(key, body)
            self.send_response(204)
            self.end_headers()
        else:
            self._say(word, b"", ("Retry-After", "0"))

    def _say(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()

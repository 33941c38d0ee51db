"""AWS's JSON 1.1 protocol over HTTP on loopback."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from outwarden.testing.cloudwatch_rules import Refused


class Answer(Protocol):
    """Does one operation: the body of the answer, None for no answer at all, or raises Refused."""

    def __call__(self, operation: str, asked: dict[str, Any], *, signed: bool) -> dict[str, Any] | None: ...


class JsonServer(ThreadingHTTPServer):
    """Bound at once, so that the port stays ours; listening only while it serves."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, answer: Answer) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.answer = answer
        self._thread: threading.Thread | None = None
        self._open: set[socket.socket] = set()
        self.server_bind()
        self.port: int = self.server_address[1]

    def serve(self) -> None:
        if self._thread is None:
            self.server_activate()
            self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
            self._thread.start()

    def end(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it went by itself

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed in the middle is what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True
    server: JsonServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        signed = "Credential=" in self.headers.get("Authorization", "")
        try:
            answer = self.server.answer(operation, json.loads(body), signed=signed)
        except Refused as refused:
            self._send(refused.status, {"__type": refused.code, "message": refused.message})
            return
        if answer is None:
            self.close_connection = True
        else:
            self._send(200, answer)

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """The test reads `calls`."""

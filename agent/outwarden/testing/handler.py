"""One connection of the local API: TLS, HTTP/1.1 with keep-alive, and the faults that happen on the wire."""

from __future__ import annotations

import logging
import os
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final

from outwarden.testing import refusals
from outwarden.testing.answers import Answer, Call, refusal
from outwarden.testing.faults import (
    BrokenChunks,
    Fault,
    Hang,
    Latency,
    Redirect,
    Refusal,
    Reset,
    SlowBody,
    Truncated,
)

if TYPE_CHECKING:
    from outwarden.testing.listener import Listener

logger = logging.getLogger(__name__)

LARGEST_REQUEST_BODY: Final = 1 << 20


class Handler(BaseHTTPRequestHandler):
    """Reads calls, lets the API answer, and writes."""

    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave together

    def setup(self) -> None:
        """Shake hands here, in the connection's own thread: a client that is slow to do so blocks nobody."""
        self.request.do_handshake()
        super().setup()

    def version_string(self) -> str:
        """Say what the API's front says."""
        return "cloudflare"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
        """Write nothing to stderr; `SectorsApi.seen` is the log."""

    def _do(self) -> None:
        self._drain()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = self.server.faults.take(path)
        try:
            answer = self.server.answer(Call(self.command, path, query, headers, self.server.url), fault)
        except Exception:
            logger.exception("The local Sectors API has a fault of its own.", extra={"path": path})
            answer = Answer(500, b'{"error": "Internal server error."}')
        self._misbehave(fault, answer)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Give the one answer to all methods; the base class looks for `do_GET` and the like."""
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def _drain(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_REQUEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows cannot be told from a next request
        else:
            self.rfile.read(length)

    def _misbehave(self, fault: Fault | None, answer: Answer) -> None:
        body = b"" if self.command == "HEAD" else answer.body
        match fault:
            case Hang(seconds):
                self.server.pause(seconds)
                self.close_connection = True
            case Reset():
                self._reset()
            case BrokenChunks():
                self._head(answer, ("Transfer-Encoding", "chunked"))
                half = body[: len(body) // 2]
                self.wfile.write(b"%x\r\n%s\r\nnonsense\r\n" % (len(half), half))
                self.close_connection = True
            case Truncated():
                self._head(answer, ("Content-Length", str(len(body))))
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            case SlowBody(seconds, pieces):
                self._head(answer, ("Content-Length", str(len(body))))
                step = max(1, -(-len(body) // pieces))
                for start in range(0, len(body), step):
                    self.wfile.flush()
                    self.server.pause(seconds / pieces)
                    self.wfile.write(body[start : start + step])
            case _:
                if isinstance(fault, Latency):
                    self.server.pause(fault.seconds)
                self._head(answer, ("Content-Length", str(len(answer.body))))
                self.wfile.write(body)

    def _head(self, answer: Answer, framing: tuple[str, str]) -> None:
        self.send_response(answer.status)
        for name, value in (*answer.headers.items(), framing):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _reset(self) -> None:
        self.close_connection = True
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.request.detach())


def faulty_answer(fault: Fault | None) -> Answer | None:
    """Give the answer that a fault puts in place of the API's own; None when there is none."""
    match fault:
        case Redirect(location, status):
            return Answer(status, b"", {"Location": location})
        case Refusal(status, code):
            return refusal(refusals.by_middleware(status, code))
        case _:
            return None

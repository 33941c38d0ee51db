"""The listening socket and its open connections."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from outwarden.errors import UsageError
from outwarden.testing.answers import Answer, Call
from outwarden.testing.faults import Fault, Faults
from outwarden.testing.handler import Handler
from outwarden.testing.ports import HOST

logger = logging.getLogger(__name__)


class Listener(ThreadingMixIn, TCPServer):
    """Listens on loopback from its creation until `close`; a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        *,
        context: Callable[[], ssl.SSLContext],
        answer: Callable[[Call, Fault | None], Answer],
        faults: Faults,
    ) -> None:
        """Listen.

        Args:
            port: where, or 0 for a free port.
            context: asked at each new connection, so that certificates can change.
            answer: the API.
            faults: what is to go wrong.

        Raises:
            UsageError: the port cannot be had.
        """
        self._context = context
        self.answer = answer
        self.faults = faults
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        try:
            super().__init__((HOST, port), Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"{HOST}:{port}: cannot listen: {reason}. Choose another port, or 0 for a free one"
            ) from None
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="sectors-api", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that was given or found."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where clients find the server."""
        return f"https://{HOST}:{self.port}"

    def close(self) -> None:
        """Stop listening, drop all connections and wait for their threads."""
        self._stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.drop_connections()
        with self._changed:
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def drop_connections(self) -> None:
        """Close all connections under the clients' feet, as a restarting server does."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    # The plain socket's method: the handler's thread may be inside the TLS object.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives."""
        self._stopping.wait(seconds)

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; the handshake is left to its thread."""
        plain, address = self.socket.accept()
        secure = self._context().wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with self._changed:
            self._open.add(secure)
        return secure, address

    def close_request(self, request: Any) -> None:
        """Close a connection for good."""
        super().close_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, *_: Any) -> None:
        """Stay silent about clients that went away or did not like the certificate: that is what tests are about."""
        error = sys.exception()
        if not isinstance(error, OSError):  # ssl.SSLError is one too
            logger.error("A connection of the local Sectors API failed.", exc_info=error)

"""Listener: answers GET on a local port, to whoever asks politely.

A handful of threads, each with one connection at a time, a limit for the size of a request and one for its time: slow
and many clients cost this and no more. A browser that was lured here by another site's name is sent away by its Host.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from outwarden.errors import UsageError
from outwarden.polite import shielded, swallow

REQUEST_S: Final = 2.0
ANSWER_S: Final = 5.0
MOST_BYTES: Final = 8192
THREADS: Final = 4
_LOOK_S: Final = 0.25


class Answer(NamedTuple):
    """What is sent back."""

    body: str
    type_: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK


class Listener:
    """Serves until it is closed."""

    def __init__(self, address: str, pages: Mapping[str, Callable[[], Answer]], *, names: Collection[str] = ()) -> None:
        """Take the port; nothing is answered before `start`.

        Args:
            address: such as `127.0.0.1:4390` or `[::1]:4390`.
            pages: path -> what is answered.
            names: host names by which it may be asked, besides localhost and addresses.

        Raises:
            UsageError: the port is taken, or the address is not one of this machine.
        """
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        self._pages = pages
        self._names = frozenset({"localhost", host.lower(), *(name.lower() for name in names)})
        self._closing = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, int(port)))
            self._socket.listen(16)
        except (OSError, OverflowError) as error:
            self._socket.close()
            why = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"sidecar.listen: {address} cannot be used ({why}). Free the port, or set another address or `none`."
            ) from None
        self._socket.settimeout(_LOOK_S)
        self._threads = [
            threading.Thread(target=self._serve, name=f"outwarden-listen-{number}", daemon=True)
            for number in range(THREADS)
        ]

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address that a person on this machine can open."""
        host = self._socket.getsockname()[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Answer no more, and give the port back."""
        self._closing.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_LOOK_S * 2)
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                self._closing.wait(_LOOK_S)  # no descriptors left, or closed
                continue
            with connection, shielded("sidecar.listen"):
                try:
                    self._answer(connection)
                except OSError:
                    pass  # the client went away, or was too slow

    def _answer(self, connection: socket.socket) -> None:
        head = _head(connection)
        if head is None:
            return
        method, answer = self._decide(head)
        body = answer.body.encode()
        lines = (
            f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
            f"Content-Type: {answer.type_}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
        )
        connection.settimeout(ANSWER_S)
        connection.sendall("\r\n".join((*lines, "", "")).encode() + (b"" if method == "HEAD" else body))

    def _decide(self, head: str) -> tuple[str, Answer]:
        first, *lines = head.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return "GET", Answer("This is no HTTP request.\n", status=HTTPStatus.BAD_REQUEST)
        method, target, _ = words
        hosts = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")]
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            text = "This host name is not known here: ask by address or as localhost, or add it to sidecar.names.\n"
            return method, Answer(text, status=HTTPStatus.MISDIRECTED_REQUEST)
        if method not in {"GET", "HEAD"}:
            return method, Answer("Only GET is answered.\n", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page = self._pages.get(target.partition("?")[0])
        if page is None:
            known = ", ".join(sorted(self._pages))
            return method, Answer(f"There is: {known}\n", status=HTTPStatus.NOT_FOUND)
        try:
            return method, page()
        except Exception as error:
            swallow("sidecar.page", error)
            return method, Answer("This failed here; see the sidecar's log.\n", status=HTTPStatus.INTERNAL_SERVER_ERROR)

    def _is_ours(self, host: str) -> bool:
        """Say whether a Host header names us: an address, for which no foreign site can stand, or a known name."""
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name.lower().rstrip(".") in self._names
        return True


def _head(connection: socket.socket) -> str | None:
    """Read up to the empty line; None: nothing came, too much, or too slowly."""
    deadline = time.monotonic() + REQUEST_S
    data = b""
    while b"\r\n\r\n" not in data:
        left = deadline - time.monotonic()
        if left <= 0 or len(data) > MOST_BYTES:
            return None
        connection.settimeout(left)
        more = connection.recv(MOST_BYTES)
        if not more:
            return None
        data += more
    return data.partition(b"\r\n\r\n")[0].decode("latin-1")

"""SectorsApi: a Sectors Financial API on this machine, for tests, demonstrations and work without a key."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from outwarden.errors import UsageError
from outwarden.testing import ports
from outwarden.testing.answers import Answer, Answers, Call
from outwarden.testing.certificate import Authority, Certificate
from outwarden.testing.faults import Fault, Faults, Hang, Reset
from outwarden.testing.handler import faulty_answer
from outwarden.testing.limits import Limits, RateLimit
from outwarden.testing.listener import Listener
from outwarden.testing.ports import HOST


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that arrived, in the order of arrival."""

    method: str
    path: str
    status: int | None
    """The status that was sent, or None when a fault left the request without any."""
    credits: int
    query: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    """Request headers by name in lower case, the key among them."""


class SectorsApi:
    """A faithful local Sectors API over real TLS.

    Use it as a context manager, or call `start` and `close`. It listens on loopback only.

    Attributes:
        key: the one key that is accepted.
        ca_file: the file to verify the server's certificate against (`verify=` of requests, `REQUESTS_CA_BUNDLE`).
        faults: plan what goes wrong.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        key: str | None = None,
        rate: RateLimit | None = RateLimit(),  # noqa: B008 - immutable
        credits_left: int | None = None,
        log_file: str | os.PathLike[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the server; nothing listens yet.

        Args:
            port: the port to listen on, or 0 for a free one, which then stays the same over restarts.
            key: the key to accept; by default a new one in the API's own shape.
            rate: the rate limit, or None for none.
            credits_left: the credits of the month, or None for no quota.
            log_file: where to append one JSON line for each request: method, path, status and credits.
            clock: the rate window's clock.

        Raises:
            MissingExtra: trustme is not installed.
        """
        self.key = key or secrets.token_hex(32)
        self.faults = Faults()
        self._port = port
        self._settings = (rate, credits_left, clock)
        self._log_file = Path(log_file) if log_file is not None else None
        self._seen: list[Seen] = []
        self._answers = Answers(self.key, Limits(*self._settings))
        self._lock = threading.Lock()
        self._authority = Authority()
        self._certificate: Certificate = "valid"
        self._listener: Listener | None = None
        self.ca_file = str(self._authority.ca_file)

    def reset(self) -> None:
        """Become as new, but for the port, the key and the authority: no log, no faults, full limits."""
        self.faults.clear()
        with self._lock:
            self._answers.limits = Limits(*self._settings)
            self._seen.clear()
        if self._certificate != "valid":
            self.certificate = "valid"

    def start(self) -> Self:
        """Listen; nothing happens when it does already.

        Raises:
            UsageError: the port is taken.
        """
        if self._listener is not None:
            return self
        self._listener = Listener(
            self._port or ports.free(),
            context=lambda: self._authority.context(self._certificate),
            answer=self._answer,
            faults=self.faults,
        )
        self._port = self._listener.port
        return self

    def stop(self) -> None:
        """Stop listening and drop all connections; `start` comes back on the same port."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def restart(self) -> None:
        """Stop and start on the same port."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop for good and remove the certificate's file."""
        self.stop()
        self._authority.close()

    @property
    def port(self) -> int:
        """The port, known once the server has started.

        Raises:
            UsageError: it has not.
        """
        if not self._port:
            raise UsageError("testing: the server has no port yet. Start it first: with SectorsApi() as api: ...")
        return self._port

    @property
    def netloc(self) -> str:
        """`127.0.0.1:port`, as in the config's `apis.sectors.hosts`."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return f"https://{self.netloc}"

    @property
    def limits(self) -> Limits:
        """The rate window and the credits; may be changed at any time."""
        return self._answers.limits

    @property
    def seen(self) -> list[Seen]:
        """All requests that arrived since the start or the last `reset`."""
        with self._lock:
            return list(self._seen)

    @property
    def certificate(self) -> Certificate:
        """What the server shows to new connections. Setting it drops the old ones."""
        return self._certificate

    @certificate.setter
    def certificate(self, certificate: Certificate) -> None:
        self._authority.context(certificate)
        self._certificate = certificate
        self.drop_connections()

    def drop_connections(self) -> None:
        """Close all open connections, those that are idle too."""
        if self._listener is not None:
            self._listener.drop_connections()

    def _answer(self, call: Call, fault: Fault | None) -> Answer:
        with self._lock:
            answer = faulty_answer(fault) or self._answers.answer(call)
            status = None if isinstance(fault, Hang | Reset) else answer.status
            seen = Seen(call.method, call.path, status, answer.credits, call.query, dict(call.headers))
            self._seen.append(seen)
            if self._log_file is not None:
                line = {name: value for name, value in asdict(seen).items() if name not in {"query", "headers"}}
                with self._log_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
            return answer

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

"""Ways in which a server can misbehave, and when it is to do so."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Answer well, but late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Take the request and never answer; the connection is dropped after `seconds`."""

    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Reset:
    """Take the request and reset the connection."""


@dataclass(frozen=True, slots=True)
class BrokenChunks:
    """Begin a chunked body and send nonsense where a chunk's size belongs."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Promise the whole body by Content-Length, send half of it and close."""


@dataclass(frozen=True, slots=True)
class SlowBody:
    """Send the head at once and the body in pieces, spread over `seconds`."""

    seconds: float
    pieces: int = 10


@dataclass(frozen=True, slots=True)
class Redirect:
    """Point to another place: a path, or a whole URL."""

    location: str
    status: int = 302


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refuse with this status and with a `code` of the API's middleware, such as `service_unavailable`."""

    status: int = 503
    code: str = "service_unavailable"


Fault = Latency | Hang | Reset | BrokenChunks | Truncated | SlowBody | Redirect | Refusal


@dataclass(slots=True)
class _Planned:
    fault: Fault
    path: str
    left: int | None


class Faults:
    """The faults that are planned. The newest one that fits a path is the one that happens."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, *, path: str = "/", times: int | None = 1) -> None:
        """Plan a fault for the next `times` requests (None: for all) whose path begins with `path`."""
        with self._lock:
            self._planned.append(_Planned(fault, path, times))

    def take(self, path: str) -> Fault | None:
        """Give the fault that happens to a request for this path now, and count it."""
        with self._lock:
            for planned in reversed(self._planned):
                if path.startswith(planned.path):
                    if planned.left is not None:
                        planned.left -= 1
                        if planned.left <= 0:
                            self._planned.remove(planned)
                    return planned.fault
        return None

    def clear(self) -> None:
        """Behave well from now on."""
        with self._lock:
            self._planned.clear()

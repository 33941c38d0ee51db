"""Ports for servers that are started a moment later, or come back where they were."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"

_LOWEST: Final = 10_000
"""Below it are the well-known ones."""
_FIRST_GIVEN: Final = 49_152
"""Where the ports begin that a system gives to who asks for any, by RFC 6335; so it is on macOS."""
_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""Where Linux says it."""
_TRIES: Final = 100


def free() -> int:
    """Give a port on loopback that nobody listens on, and that the system gives to nobody by itself.

    One that the system chose may be given away again as soon as it is let go: to a connection, or to another program
    that asks for any port. It is chosen by chance, so that programs which ask at the same time get different ones.
    """
    span = _first_given() - _LOWEST
    for _ in range(_TRIES if span > 0 else 0):
        port = _LOWEST + secrets.randbelow(span)
        if _can_be_had(port):
            return port
    with socket.socket() as probe:  # no port is left to us: then one of the system's
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _first_given() -> int:
    try:
        return int(_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _FIRST_GIVEN


def _can_be_had(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True

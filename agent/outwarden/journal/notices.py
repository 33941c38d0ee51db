"""Notices: what the journal has to say about itself, as lines between the events."""

from __future__ import annotations

import socket
import time
from typing import Literal

from outwarden.event import SCHEMA, Notice, encode, ids, timestamp


def notice(name: Literal["lost", "slow"], *, service: str, env: str, pid: int, reason: str, count: int) -> bytes:
    """Make the line of a notice."""
    told = Notice(
        ts=timestamp(time.time()),
        event_id=ids.new(),
        name=name,
        service=service,
        env=env,
        pid=pid,
        schema=SCHEMA,
        host_name=socket.gethostname(),
        reason=reason,
        count=count,
    )
    return encode(told) + b"\n"

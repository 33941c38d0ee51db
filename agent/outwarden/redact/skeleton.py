"""The skeleton: what remains of an event when its redaction failed or the last gate found something."""

from __future__ import annotations

import os
from typing import Final

from outwarden.event import SCHEMA, CallEvent, Notice, Outcome, decode, encode, ids, timestamp
from outwarden.rawcall import RawCall
from outwarden.redact.marks import MASK
from outwarden.redact.needles import Needles

METHODS: Final = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY"))
"""Any other method is shown as OTHER: it is free text."""

_IDS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_")


def outcome(raw: RawCall) -> Outcome:
    """Say how a call ended."""
    if raw.failure is not None:
        return raw.failure
    status = raw.status
    if status is None:
        return "aborted" if raw.error is None else "network"
    if status < 400:
        return "ok"
    return "client_error" if status < 500 else "server_error"


def method(raw: RawCall) -> str:
    """Give the method if it is one."""
    name = str(raw.method).upper()
    return name if name in METHODS else "OTHER"


def of_call(raw: RawCall, rule: str, *, service: str, env: str) -> CallEvent:
    """Build the skeleton of a call from parts that cannot hold text."""
    return CallEvent(
        ts=timestamp(raw.started_s),
        event_id=ids.new(),
        call_id=raw.call_id if _is_id(raw.call_id) else "",
        attempt=raw.attempt,
        api="unknown",
        method=method(raw),
        host="",
        outcome=outcome(raw),
        status=raw.status,
        service=service,
        env=env,
        pid=os.getpid(),
        schema=SCHEMA,
        redactions={rule: 1},
    )


def of_line(line: bytes, needles: Needles) -> bytes:
    """Build the skeleton of an encoded event in which the last gate found a secret."""
    event = decode(line)
    if isinstance(event, Notice):
        bare: CallEvent | Notice = Notice(
            ts=event.ts,
            event_id=event.event_id,
            name=event.name,
            service=event.service,
            env=event.env,
            pid=event.pid,
            schema=event.schema,
            count=event.count,
        )
    else:
        bare = CallEvent(
            ts=event.ts,
            event_id=event.event_id,
            call_id=event.call_id,
            attempt=event.attempt,
            will_retry=event.will_retry,
            api=event.api,
            method=event.method if event.method in METHODS else "OTHER",
            host="",
            outcome=event.outcome,
            status=event.status,
            duration_ms=event.duration_ms,
            service=event.service,
            env=event.env,
            pid=event.pid,
            schema=event.schema,
            redactions={"last_gate": 1},
        )
    small = encode(bare)
    if needles.hits(small):
        small = encode(_renamed(bare))
    return b"" if needles.hits(small) else small


def _renamed(bare: CallEvent | Notice) -> CallEvent | Notice:
    """The secret is in the names that the configuration gave: give those up as well."""
    import msgspec  # noqa: PLC0415 - once in a blue moon

    return msgspec.structs.replace(bare, service=MASK, env=MASK)


def _is_id(text: str) -> bool:
    return len(text) <= 64 and _IDS.issuperset(text)

"""An event as the line that log readers know, safe for a terminal."""

from __future__ import annotations

from typing import Final

from outwarden.event import CallEvent, Event

_LEVELS: Final = {"ok": "INFO", "client_error": "WARNING"}


def line(event: Event) -> str:
    """Render one event, in UTC: `[2026-11-23 14:23:45] INFO: GET /v2/subsectors/ - Status: 200 - 84 ms`."""
    when = f"[{event.ts[:10]} {event.ts[11:19]}]"
    if not isinstance(event, CallEvent):
        parts = [f"{when} WARNING: outwarden: {event.name}"]
        parts += [f"{event.count} {plural('event', event.count)}"] if event.count is not None else []
        parts += [f"Reason: {event.reason}"] if event.reason else []
        return plain(" - ".join(parts), 1000)
    place = event.route or event.path or "/"
    place = place if event.api != "generic" else f"{event.host}{place}"
    parts = [f"{when} {_LEVELS.get(event.outcome, 'ERROR')}: {event.method} {place}"]
    parts.append(f"Status: {event.status}" if event.status is not None else event.outcome)
    if event.duration_ms is not None:
        parts.append(f"{event.duration_ms:.0f} ms")
    if event.attempt > 1:
        parts.append(f"Attempt: {event.attempt}")
    if event.user:
        parts.append(f"User ID: {event.user}")
    if event.client_country:
        parts.append(f"Country: {event.client_country}")
    if event.call_name:
        parts.append(f"Call: {event.call_name}")
    if event.redactions.get("url.key"):
        parts.append("Key in URL")
    if event.redactions.get("trace.sent"):
        parts.append("Tracing headers sent")
    if event.error_type:
        parts.append(f"{event.error_type}: {event.error}" if event.error else event.error_type)
    return plain(" - ".join(parts), 1000)


def plain(text: str, longest: int) -> str:
    """Make text harmless for a terminal: no control characters, one line, bounded."""
    shown = text if text.isprintable() else "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


def plural(word: str, n: int) -> str:
    """Write a noun as it stands behind a number."""
    return word if n == 1 else f"{word}es" if word.endswith("s") else f"{word}s"

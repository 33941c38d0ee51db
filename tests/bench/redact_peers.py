"""What other tools make of an event; each only where it is installed.

    pip install logfire sentry-sdk opentelemetry-util-http detect-secrets

into an environment outside the project. They are given every chance: Sentry's scrubber and OpenTelemetry's helpers walk
the whole event, which they do not do in a program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Clean = Callable[[Any], Any]

MARK = "[REDACTED]"
NAIVE = [
    re.compile(pattern)
    for pattern in (
        r"(?i)bearer\s+[a-z0-9._~+/-]+=*",
        r"(?i)basic\s+[a-z0-9+/]+=*",
        r"(?i)(?:api[_-]?key|token|secret|password|passwd|pwd)[\"']?\s*[:=]\s*[\"']?[^\s\"'&,;]+",
        r"eyJ[\w-]+\.[\w-]+\.[\w-]+",
        r"A(?:KIA|SIA)[0-9A-Z]{16}",
        r"gh[pousr]_\w{36}",
        r"-----BEGIN[\s\S]+?-----END[^-]+-----",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"\b(?:\d[ -]?){13,16}\b",
        r"://[^/\s:]+:[^@\s]+@",
    )
]
HEADERS = [".*authorization.*", ".*cookie.*", ".*api.?key.*", ".*token", ".*secret.*", ".*passw.*"]
"""Patterns for OpenTelemetry's sanitiser, whose own list is empty."""


def walk(event: Any, clean: Callable[[str, str], str], name: str = "") -> Any:
    """Apply `clean(name, text)` to every text of an event."""
    if isinstance(event, dict):
        return {key: walk(value, clean, str(key)) for key, value in event.items()}
    if isinstance(event, list | tuple):
        return [walk(value, clean, name) for value in event]
    if isinstance(event, bytes):
        event = event.decode("latin-1")
    return clean(name, event) if isinstance(event, str) else event


def naive() -> Clean:
    """Ten expressions over every text."""

    def clean(_: str, text: str) -> str:
        for pattern in NAIVE:
            text = pattern.sub(MARK, text)
        return text

    return lambda event: walk(event, clean)


def logfire() -> Clean:
    """Logfire's default scrubber."""
    from logfire._internal.scrubbing import Scrubber

    scrubber = Scrubber(None)
    return lambda event: scrubber.scrub_value(("attributes",), event)[0]


def sentry() -> Clean:
    """Sentry's scrubber with its own lists, told to go deep."""
    from sentry_sdk.scrubber import EventScrubber

    scrubber = EventScrubber(recursive=True)

    def clean(event: Any) -> Any:
        scrubber.scrub_dict(event)
        return walk(event, lambda _, text: text)  # its marks become what is shown of them

    return clean


def opentelemetry() -> Clean:
    """The helpers of OpenTelemetry's instrumentations: URLs, and headers by name."""
    from opentelemetry.util.http import SanitizeValue, redact_url

    headers = SanitizeValue(HEADERS)

    def clean(name: str, text: str) -> str:
        text = headers.sanitize_header_value(name, text)
        return redact_url(text) if "://" in text else text

    return lambda event: walk(event, clean)


def detect_secrets() -> Clean:
    """Every finding of detect-secrets with its default plugins is masked, text by text."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    def text(_: str, text: str) -> str:
        for secret in scan_line(text):
            if secret.secret_value:
                text = text.replace(secret.secret_value, MARK)
        return text

    def clean(event: Any) -> Any:
        with default_settings():
            return walk(event, text)

    return clean


PEERS: dict[str, Callable[[], Clean]] = {
    "logfire": logfire,
    "Sentry EventScrubber": sentry,
    "OpenTelemetry helpers": opentelemetry,
    "detect-secrets": detect_secrets,
    "ten usual expressions": naive,
}


def installed() -> tuple[dict[str, Clean], list[str]]:
    """Give the peers that are there, and the names of those that are not."""
    there: dict[str, Clean] = {}
    missing = []
    for name, make in PEERS.items():
        try:
            there[name] = make()
        except ImportError:
            missing.append(name)
    return there, missing

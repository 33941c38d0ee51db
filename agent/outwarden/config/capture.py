"""`capture`: what is seen inside the program."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section

Client = Literal["requests", "httpx", "aiohttp", "urllib3", "urllib"]


class Capture(Section, frozen=True, kw_only=True):
    """What is seen inside the program."""

    clients: Annotated[tuple[Client, ...], Meta(description="HTTP clients to watch.")] = (
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "urllib",
    )
    traces: Annotated[
        Literal["auto", "always", "never"],
        Meta(description="OpenTelemetry spans: where the program traces (auto), always, or never."),
    ] = "auto"
    strip_trace_headers: Annotated[
        bool,
        Meta(
            description="Take the program's own tracing headers off requests to third parties; else they are reported."
        ),
    ] = False
    own_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Hosts of your own, `*.example.com`: they are no third parties. Private addresses are none anyway."
        ),
    ] = ()

"""`capture`: what is seen inside the program."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section

Client = Literal["requests", "httpx", "aiohttp"]


class Capture(Section, frozen=True, kw_only=True):
    """What is seen inside the program."""

    clients: Annotated[tuple[Client, ...], Meta(description="HTTP clients to watch.")] = (
        "requests",
        "httpx",
        "aiohttp",
    )
    traces: Annotated[
        Literal["auto", "always", "never"],
        Meta(description="OpenTelemetry spans: where the program traces (auto), always, or never."),
    ] = "auto"

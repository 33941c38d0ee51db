"""`apis`: which APIs the program talks to."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section


class SectorsApi(Section, frozen=True, kw_only=True):
    """The Sectors Financial API."""

    key: Annotated[
        str | None,
        Meta(
            description="Where the API key is found, such as env:SECTORS_API_KEY; its value is registered with the redactor and never stored."
        ),
    ] = "env:SECTORS_API_KEY"
    hosts: Annotated[
        tuple[str, ...],
        Meta(description="More hosts that speak this API (a proxy, a test server), as name or name:port."),
    ] = ()


class Apis(Section, frozen=True, kw_only=True):
    """Which APIs the program talks to."""

    sectors: Annotated[SectorsApi, Meta(description="The built-in profile of the Sectors Financial API.")] = (
        SectorsApi()
    )
    anything_else: Annotated[
        Literal["record", "ignore"],
        Meta(description="Calls to hosts without a profile: record them with less knowledge, or ignore them."),
    ] = "record"

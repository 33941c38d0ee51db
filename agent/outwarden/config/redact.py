"""`redact`: what may be kept."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.section import Section


class Redact(Section, frozen=True, kw_only=True):
    """What may be kept."""

    query_allow: Annotated[
        tuple[str, ...],
        Meta(description="More query parameters whose values may be kept, besides those that the API's profile lists."),
    ] = ()
    secrets: Annotated[
        tuple[str, ...],
        Meta(description="More secrets to recognise everywhere, as references such as env:DATABASE_PASSWORD."),
    ] = ()
    pseudonym_key: Annotated[
        str | None,
        Meta(
            description="Reference to the key of all pseudonyms, the same on every host of an environment; default: a random file in the state directory."
        ),
    ] = None

"""`redact`: what may be kept."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.section import Section


class ExtraRule(Section, frozen=True, kw_only=True):
    """One expression that is masked wherever it stands."""

    name: Annotated[
        str,
        Meta(description="Name of the rule; events count it as `extra.<name>`.", pattern="^[a-z][a-z0-9_.-]{0,39}$"),
    ]
    pattern: Annotated[
        str,
        Meta(
            description="Regular expression of Python's re; with a group named `secret` only that group is masked. One that may take too long is refused."
        ),
    ]


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
    extra_names: Annotated[
        tuple[str, ...],
        Meta(
            description="More names whose values are secrets: of fields, headers, parameters, and before values in a text."
        ),
    ] = ()
    extra_rules: Annotated[
        tuple[ExtraRule, ...], Meta(description="More expressions to mask wherever they stand.")
    ] = ()
    logging: Annotated[
        bool,
        Meta(
            description="Clean the program's own log as well: every record of the standard logging module, before any handler sees it."
        ),
    ] = False
    pseudonym_key: Annotated[
        str | None,
        Meta(
            description="Reference to the key of all pseudonyms, the same on every host of an environment; default: a random file in the state directory."
        ),
    ] = None
    unsafe_switch_off: Annotated[
        tuple[str, ...],
        Meta(
            description="Built-in rules that are not to be used; what they would find goes out. Each is logged at every start."
        ),
    ] = ()

"""Resource: one thing in AWS, wanted or found."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import msgspec

Kind = Literal["log group", "log stream", "topic", "subscription", "alarm"]

OWNER_TAG: Final = "outwarden:owner"
"""The tag that says whose a thing is; its value is `<service>/<env>`."""


class Account(NamedTuple):
    """Where things are."""

    partition: str
    region: str
    id: str

    def arn(self, service: str, rest: str) -> str:
        """Give the full name of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{rest}"


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in AWS, as it should be or as it is."""

    kind: Kind
    name: str
    within: str = ""
    """The log group of a stream, the topic of a subscription."""
    owner: str | None = None
    """What OWNER_TAG says; None: it does not carry the tag."""
    fields: dict[str, Any] = {}
    """What is compared, in AWS's own names."""

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What makes it the same thing, wanted or found."""
        return self.kind, self.within, self.name

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"{self.within}/{self.name}" if self.within else self.name

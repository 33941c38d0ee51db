"""Every error that outwarden raises on purpose.

OutwardenError
├── UsageError            something that a person must mend; commands print it as one line and exit with status 2
│   ├── ConfigError       a config file, an environment override or a profile that cannot be used
│   ├── JournalError      a journal or history directory that cannot be used
│   ├── CloudError        AWS said no: region, credentials, permissions, a resource with a foreign owner
│   └── MissingExtra      an optional dependency is not installed
└── SinkError             what a sink says of a batch that it did not store
    ├── Retry             keep the batch and come back later
    ├── Rejected          these items can never be stored; the others were
    └── Unauthorized      keep the batch; credentials or permissions must be mended first

Messages say what, where, and what to do; they never hold a secret's value.
"""

from __future__ import annotations

from collections.abc import Sequence


class OutwardenError(Exception):
    """The root of the tree."""


class UsageError(OutwardenError):
    """Something that a person must mend."""


class ConfigError(UsageError):
    """A config file, an environment override or an API profile that cannot be used."""


class JournalError(UsageError):
    """A journal or history directory that cannot be used."""


class CloudError(UsageError):
    """AWS refused: region, credentials, permissions, or a resource that somebody else owns."""


class MissingExtra(UsageError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional part. Install it with: pip install 'outwarden[{extra}]'")


class SinkError(OutwardenError):
    """What a sink says of a batch that it did not store."""


class Retry(SinkError):
    """Keep the batch and come back later.

    Attributes:
        after_s: how long the destination asked us to wait, in seconds, or None to let the back-off decide.
    """

    def __init__(self, reason: str, *, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class Rejected(SinkError):
    """These items can never be stored; all the others of the batch were.

    Attributes:
        items: indexes into the batch, each with the reason.
    """

    def __init__(self, items: Sequence[tuple[int, str]]) -> None:
        super().__init__(f"{len(items)} item(s) rejected")
        self.items = tuple(items)


class Unauthorized(SinkError):
    """Keep the batch; credentials or permissions must be mended first."""

"""`testing`: stand-ins for other people's services, for our tests and for those of our users.

with SectorsApi() as api:
    requests.get(api.url + "/v2/subsectors/", headers={"Authorization": api.key}, verify=api.ca_file)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outwarden.testing.certificate import Certificate
from outwarden.testing.faults import (
    BrokenChunks,
    Fault,
    Hang,
    Latency,
    Redirect,
    Refusal,
    Reset,
    SlowBody,
    Truncated,
)
from outwarden.testing.limits import RateLimit
from outwarden.testing.serve import serve
from outwarden.testing.server import SectorsApi, Seen

if TYPE_CHECKING:
    from outwarden.testing.ministack import LocalAws

__all__ = [
    "BrokenChunks",
    "Certificate",
    "Fault",
    "Hang",
    "Latency",
    "LocalAws",
    "RateLimit",
    "Redirect",
    "Refusal",
    "Reset",
    "SectorsApi",
    "Seen",
    "SlowBody",
    "Truncated",
    "serve",
]


def __getattr__(name: str) -> Any:
    """Load what not everybody needs when it is asked for."""
    if name == "LocalAws":
        from outwarden.testing.ministack import LocalAws  # noqa: PLC0415 - that is what loading late means

        return LocalAws
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

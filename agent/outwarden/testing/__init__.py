"""`testing`: stand-ins for other people's services, for our tests and for those of our users.

with SectorsApi() as api:
    requests.get(api.url + "/v2/subsectors/", headers={"Authorization": api.key}, verify=api.ca_file)
"""

from __future__ import annotations

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

__all__ = [
    "BrokenChunks",
    "Certificate",
    "Fault",
    "Hang",
    "Latency",
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

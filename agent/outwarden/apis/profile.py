"""Profile: what we know of one API."""

from __future__ import annotations

import msgspec


class Route(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One documented route."""

    path: str
    """Template such as `/v2/company/report/{symbol}/`; a last segment `{...}` stands for any rest."""
    query: tuple[str, ...] = ()
    """Names of the documented query parameters."""
    market: str | None = None
    callable: bool = True
    """False for routes that are documented, or were, but always answer with an error."""
    deprecated: bool = False
    replacement: str | None = None
    """What to call instead."""
    source: str
    """Where this is documented: a name of the profile's `sources`."""

    @property
    def version(self) -> str | None:
        """The API version that the path begins with, such as `v2`."""
        first = self.path.split("/", 2)[1]
        return first if first[:1] == "v" and first[1:].isdigit() else None


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What we know of one API. A profile is data: YAML in this package, JSON when it is handed to a program."""

    name: str
    title: str = ""
    hosts: tuple[str, ...]
    """Host names, or `name:port`."""
    auth_header: str = "authorization"
    """The request header that carries the credential, in lower case."""
    query_allow: tuple[str, ...] = ()
    """Query parameters whose values may be kept. Free text such as a question in plain words is not among them."""
    sources: dict[str, str] = {}
    """Documents behind the routes, by a short name."""
    routes: tuple[Route, ...] = ()

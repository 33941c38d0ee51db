"""Catalogue: all profiles together; finds the API of a host and the route of a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from outwarden.apis import routes
from outwarden.apis.profile import Profile
from outwarden.apis.shapes import is_plain
from outwarden.errors import ConfigError

GENERIC: Final = "generic"
"""The API's name in events of hosts without a profile."""

MASK: Final = "[REDACTED]"

_CACHED = 2048
_LONGEST_PATH = 2048
_MOST_SEGMENTS = 32


class Match(msgspec.Struct, frozen=True):
    """What became of a path."""

    template: str | None
    """The route, or None where the profile knows no such route."""
    path: str
    """The path with every segment masked that is neither a documented word nor of a safe shape."""
    masked: int
    """How many segments that were."""


class Catalogue:
    """All profiles together.

    Args:
        profiles: what is known.
        extra_hosts: more hosts that speak a profile's API, by the profile's name, each as `name` or `name:port`.
        anything_else: what to do with calls to hosts without a profile.

    Raises:
        ConfigError: extra_hosts names a profile that does not exist.
    """

    def __init__(
        self,
        profiles: Iterable[Profile] = (),
        *,
        extra_hosts: Mapping[str, Sequence[str]] | None = None,
        anything_else: Literal["record", "ignore"] = "record",
    ) -> None:
        self.profiles = {profile.name: profile for profile in profiles}
        self.anything_else: Final = anything_else
        self._hosts = {host.lower(): profile for profile in self.profiles.values() for host in profile.hosts}
        for name, hosts in (extra_hosts or {}).items():
            if name not in self.profiles:
                raise ConfigError(f"apis.{name}: there is no API profile of this name.")
            self._hosts.update({host.lower(): self.profiles[name] for host in hosts})
        self._trees: dict[str, routes.Node] = {}
        self._matches: dict[tuple[str, str], Match] = {}

    def find(self, host: str, port: int | None) -> Profile | None:
        """Give the profile of a host (in lower case), or None."""
        if port is not None:
            profile = self._hosts.get(f"{host}:{port}")
            if profile is not None:
                return profile
        return self._hosts.get(host)

    def match(self, profile: Profile | None, path: str) -> Match:
        """Give the route and the masked form of a path without its query; without a profile ids are folded."""
        key = (profile.name if profile is not None else "", path)
        match = self._matches.get(key)
        if match is None:
            match = self._match(profile, path)
            if len(self._matches) >= _CACHED:
                self._matches = {}  # swapped whole: other threads may be reading
            self._matches[key] = match
        return match

    def _match(self, profile: Profile | None, path: str) -> Match:
        if len(path) > _LONGEST_PATH:
            return Match(None, f"/{MASK}", 1)
        parts = routes.segments(path)
        if len(parts) > _MOST_SEGMENTS:
            return Match(None, f"/{MASK}", 1)
        if profile is None:
            template: str | None = routes.fold(parts) + ("/" if parts and path.endswith("/") else "")
            documented: tuple[bool, ...] = ()
        else:
            template = routes.find(self._tree(profile), parts)
            documented = routes.literals(template) if template else ()
        known = len(documented)
        shown = [part if (at < known and documented[at]) or is_plain(part) else MASK for at, part in enumerate(parts)]
        return Match(template, "/" + "/".join(shown) + ("/" if parts and path.endswith("/") else ""), shown.count(MASK))

    def _tree(self, profile: Profile) -> routes.Node:
        """Build the tree of an API with its first call: most programs know one API, and some none of ours."""
        tree = self._trees.get(profile.name)
        if tree is None:
            tree = self._trees[profile.name] = routes.tree(route.path for route in profile.routes)
        return tree

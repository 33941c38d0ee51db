"""Targets: the part of a URL that may be kept, worked out once per URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote, unquote_plus

import msgspec

from outwarden.apis import GENERIC, Catalogue, Profile
from outwarden.apis.shapes import is_plain
from outwarden.redact import urls
from outwarden.redact.marks import MASK, QUERY_MASK
from outwarden.redact.names import Judge, is_credential_parameter, kind
from outwarden.redact.registry import Registry

_CACHED = 1024
_LONGEST_CACHED = 1024
_LONGEST_QUERY = 4096
_LONGEST_VALUE = 512
_MOST_PARAMETERS = 64
_LONGEST_PARAMETER = 64
_PAGING: Final = frozenset(
    ("page", "per_page", "page_size", "limit", "offset", "size", "count", "sort", "order", "order_by", "format", "lang")
)
"""Parameters of any API whose values are harmless as long as they look it."""
_RUN: Final = r"[A-Za-z0-9]{20,}"

Counts = dict[str, int]
Parameter = tuple[str, str | None]
"""How a parameter is shown, and the rule that masked it."""


class Target(msgspec.Struct, frozen=True):
    """Where a call went."""

    recorded: bool
    api: str
    auth_header: str | None
    """The header that carries the credential; None: look for any that is known as one."""
    scheme: str | None
    host: str
    port: int | None
    route: str | None
    path: str
    redactions: Counts
    profile: Profile | None


class Targets:
    """Turns URLs into targets and rendered queries, with a bounded cache that forgets when the known secrets change."""

    def __init__(
        self,
        catalogue: Catalogue,
        registry: Registry,
        query_allow: Iterable[str],
        clean: Callable[[str], str],
        judge: Judge = kind,
    ) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._clean = clean
        self._judge = judge
        self._allowed = {
            name: _PAGING.union(profile.query_allow, query_allow) for name, profile in catalogue.profiles.items()
        }
        self._allowed[GENERIC] = _PAGING.union(query_allow)
        self._generation = -1
        self._targets: dict[str, Target] = {}
        self._queries: dict[tuple[str, str], tuple[str, Counts]] = {}
        self._parameters: dict[tuple[str, str, str], Parameter] = {}

    def target(self, head: str) -> Target:
        """Give the target of a URL whose query and fragment were cut off."""
        if self._generation != self._registry.needles.generation:
            self._forget()
        target = self._targets.get(head)
        if target is None:
            target = self._target(head)
            if len(head) <= _LONGEST_CACHED:
                if len(self._targets) >= _CACHED:
                    self._targets = {}  # swapped whole: other threads may be reading
                self._targets[head] = target
        return target

    def query(self, api: str, query: str) -> tuple[str, Counts]:
        """Render a query: allow-listed values as they are, all others masked; with the rules that fired."""
        if self._generation != self._registry.needles.generation:
            self._forget()
        rendered = self._queries.get((api, query))
        if rendered is None:
            rendered = self._query(api, query)
            if len(query) <= _LONGEST_CACHED and "url.key" not in rendered[1]:
                if len(self._queries) >= _CACHED:
                    self._queries = {}
                self._queries[api, query] = rendered
        return rendered

    def fragment(self, fragment: str) -> Counts:
        """A fragment is never kept; say only whether a key was in it."""
        keys = sum(
            self._is_key(name, value) for name, value in urls.pairs(fragment[:_LONGEST_QUERY])[:_MOST_PARAMETERS]
        )
        return {"url.key": keys} if keys else {}

    def _forget(self) -> None:
        self._targets = {}
        self._queries = {}
        self._parameters = {}
        self._generation = self._registry.needles.generation

    def _target(self, head: str) -> Target:
        url = urls.split(head)
        scheme, host, port = url.scheme, url.host, url.port
        redactions: Counts = {}
        if url.userinfo:
            redactions["url.userinfo"] = 1
            self._registry.observe(unquote(url.userinfo.partition(":")[2] or url.userinfo))
        effective = port if port is not None else {"https": 443, "http": 80}.get(scheme or "")
        profile = self._catalogue.find(host, effective)
        match = self._catalogue.match(profile, url.path)
        route, shown = match.template, match.path
        if match.masked:
            redactions["url.path"] = match.masked
        needles = self._registry.needles
        plain = unquote(head)
        if needles.found(head) or (plain != head and needles.found(plain)):
            redactions["url.key"] = 1
            shown = needles.scrub(shown)
            if needles.found(host):
                host = MASK
            if profile is None:
                route = f"/{MASK}"
        return Target(
            recorded=profile is not None or self._catalogue.anything_else == "record",
            api=profile.name if profile is not None else GENERIC,
            auth_header=profile.auth_header if profile is not None else None,
            scheme=scheme,
            host=host,
            port=port,
            route=route,
            path=shown,
            redactions=redactions,
            profile=profile,
        )

    def _query(self, api: str, query: str) -> tuple[str, Counts]:
        counts: Counts = {}
        shown = []
        for name, value in urls.pairs(query[:_LONGEST_QUERY])[:_MOST_PARAMETERS]:
            text, rule = self._parameters.get((api, name, value)) or self._parameter(api, name, value)
            shown.append(text)
            if rule is not None:
                counts[rule] = counts.get(rule, 0) + 1
        return "&".join(shown), counts

    def _parameter(self, api: str, name: str, value: str) -> Parameter:
        """Render one parameter, and remember it unless it is a key: most come again, in one query or another."""
        is_key = self._is_key(name, value)  # first: what it learns of the value counts for the name as well
        shown = self._name(name) if name else ""
        if not is_key and (not value or (name in self._allowed[api] and self._is_tame(value))):
            rendered: Parameter = f"{shown}={value}", None
        else:
            rendered = (f"{shown}={QUERY_MASK}" if name else QUERY_MASK), "url.key" if is_key else "url.query"
        if not is_key and len(name) + len(value) <= _LONGEST_PARAMETER:
            if len(self._parameters) >= _CACHED:
                self._parameters = {}  # swapped whole, as above
            self._parameters[api, name, value] = rendered
        return rendered

    def _is_key(self, name: str, value: str) -> bool:
        """Say whether a parameter is, or holds, a credential; remember it, for it will turn up in error texts."""
        if not value:
            return False
        plain = unquote_plus(value)
        found = self._registry.needles.found
        if found(value) or (plain != value and found(plain)):
            return True
        if name and is_credential_parameter(unquote_plus(name), self._judge):
            if not is_plain(plain):
                self._registry.observe(plain)
            return True
        again = unquote(plain)
        return (again != plain and found(again)) or found(name)

    def _is_tame(self, value: str) -> bool:
        """Say whether the value of an allow-listed parameter looks like what the parameter is for."""
        if len(value) > _LONGEST_VALUE or not value.isascii():
            return False
        plain = unquote_plus(value)
        if is_plain(plain):
            return True
        if any(not run.isalpha() and not run.isdigit() for run in re.findall(_RUN, plain)):
            return False
        return plain.isprintable() and self._clean(plain) == plain

    def _name(self, name: str) -> str:
        return name if is_plain(name) and not self._registry.needles.found(name) else QUERY_MASK

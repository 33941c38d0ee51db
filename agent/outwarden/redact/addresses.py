"""Addresses: what may be said about a URL, remembered, with the templates of the calls to all URLs of its route."""

from __future__ import annotations

from typing import Final

import msgspec

from outwarden.redact.needles import Needles
from outwarden.redact.registry import Registry
from outwarden.redact.targets import Target, Targets
from outwarden.redact.template import Template

_MOST: Final = 512
_MOST_ROUTES: Final = 128
_LONGEST: Final = 1024

Kind = tuple[object, ...]
Counts = dict[str, int]


class Address(msgspec.Struct, frozen=True):
    """What is remembered of a URL."""

    target: Target
    query: str | None
    redactions: Counts
    needles: Needles
    """The known secrets when this was worked out."""
    shown: str | None
    """Path and query as they stand in a line, looked at as the last gate looks at lines; None: a known secret is in them."""
    templates: dict[Kind, Template | None]
    """By `RawCall.kind`, of the calls to URLs that differ in path and query only; None where only one was seen, or none can be made."""


class Addresses:
    """All that were called lately, but those with a key in them.

    Args:
        targets: say what may be kept of a URL.
        registry: the known secrets.
    """

    def __init__(self, targets: Targets, registry: Registry) -> None:
        self._targets = targets
        self._registry = registry
        self.known: dict[str, Address] = {}
        """By URL; swapped whole, since other threads may be reading."""
        self._templates: dict[Kind, dict[Kind, Template | None]] = {}

    def forget(self) -> None:
        """Begin anew."""
        self.known = {}
        self._templates = {}

    def look(self, url: str) -> Address:
        """Work out where a URL leads, and remember it unless a key is in it."""
        needles = self._registry.needles
        head, _, fragment = url.partition("#")
        head, _, query = head.partition("?")
        target = self._targets.target(head)
        redactions, rendered = target.redactions, None
        if query and target.recorded:
            rendered, fired = self._targets.query(target.api, query)
            if fired:
                redactions = added(redactions, fired)
        if fragment and target.recorded:
            redactions = added(redactions, self._targets.fragment(fragment))
        shown = _inner(target.path) if rendered is None else f'{_inner(target.path)}","query":"{_inner(rendered)}'
        address = Address(
            target,
            rendered,
            redactions,
            needles,
            shown if not needles.found(shown) else None,
            self._templates_of(target, redactions, needles),
        )
        if len(url) <= _LONGEST and "url.key" not in redactions:
            if len(self.known) >= _MOST:
                self.known = {}
            self.known[url] = address
        return address

    def _templates_of(self, target: Target, redactions: Counts, needles: Needles) -> dict[Kind, Template | None]:
        """Give the templates of all URLs whose events differ from this one's in path and query only."""
        place = (needles.generation, target.host, target.scheme, target.route, target.api, *redactions.items())
        templates = self._templates.get(place)
        if templates is None:
            if len(self._templates) >= _MOST_ROUTES:
                self._templates = {}
            templates = self._templates[place] = {}
        return templates


def added(one: Counts, other: Counts) -> Counts:
    """Add up two counts."""
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in (*one, *other)}


def _inner(text: str) -> str:
    """Write a text as JSON does, without the quotes around it."""
    return msgspec.json.encode(text).decode()[1:-1]

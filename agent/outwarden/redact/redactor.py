"""Redactor: the one door from what was seen to what may be kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from outwarden import tally
from outwarden.apis import GENERIC, Catalogue
from outwarden.event import CallEvent
from outwarden.polite import is_the_programs
from outwarden.rawcall import RawCall
from outwarden.redact import checks, urls
from outwarden.redact.call_names import CallNames
from outwarden.redact.calls import Calls, Texts
from outwarden.redact.last_gate import LastGate
from outwarden.redact.marks import MASK
from outwarden.redact.mentions import shorten
from outwarden.redact.names import judge_with
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.registry import Registry
from outwarden.redact.targets import Targets

if TYPE_CHECKING:
    from outwarden.redact.engine import Engine

LONGEST_TEXT = 16_384
"""So much of a text is looked at."""

_building = threading.RLock()
"""Held while modules are imported late. A fork waits for it: a child would find Python's import locks taken for ever."""
os.register_at_fork(before=_building.acquire, after_in_parent=_building.release, after_in_child=_building.release)


class Place(msgspec.Struct, frozen=True):
    """Where a URL leads, redacted."""

    url: str
    route: str | None
    api: str
    host: str
    port: int | None


class Redactor:
    """Turn calls, texts and foreign events into what may be kept.

    `Redactor(secrets=[...])` is enough for texts and events of other programs; a watched program gives its catalogue and
    its registry as well.

    Args:
        catalogue: the API profiles; without it every API is `generic`. With it, URLs in texts are cut down to what the
            profiles allow.
        registry: the known secrets; without it an own one.
        secrets: values to register.
        service: name of the watched service.
        env: its environment.
        query_allow: more query parameters whose values may be kept.
        pseudonym_key: key of all pseudonyms; without it a random one, so that they hold for this object only.
        extra_names: more names whose values are secrets: of fields, headers, parameters, and before values in a text.
        extra_rules: more expressions by the name of their rule; what they match is masked, of those with a group named
            `secret` only that group.
        unsafe_switch_off: names of built-in rules that are not to be used; each is logged.
        fast: use the accelerator if it is installed; the results are the same.

    Raises:
        ConfigError: an expression may take too long, or a rule to be switched off is none.
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        registry: Registry | None = None,
        *,
        secrets: Iterable[str] = (),
        service: str = "",
        env: str = "dev",
        query_allow: Iterable[str] = (),
        pseudonym_key: bytes = b"",
        extra_names: Iterable[str] = (),
        extra_rules: Mapping[str, str] | None = None,
        unsafe_switch_off: Iterable[str] = (),
        fast: bool = True,
    ) -> None:
        self.registry = registry if registry is not None else Registry()
        for secret in secrets:
            self.registry.register(secret)
        self._names = checks.names(extra_names)
        self._patterns = checks.patterns(extra_rules or {})
        self._off = checks.switched_off(unsafe_switch_off)
        self.pseudonyms = Pseudonyms(pseudonym_key)
        self.gate = LastGate(self.registry)
        """Looks once more at the final bytes of an event."""
        self._fast = fast
        self._shortens = catalogue is not None
        self._call_names = CallNames(self.text, self.registry)
        self._lazy_engine: Engine | None = None
        self._targets = Targets(
            catalogue if catalogue is not None else Catalogue(),
            self.registry,
            query_allow,
            self._scanned,
            judge_with(self._names),
        )
        self.calls = Calls(
            self._targets,
            self.registry,
            self.pseudonyms,
            Texts(self.text, self.url, self._call_names),
            self.gate,
            service=service,
            env=env,
        )
        """What was seen of calls -> events, and lines of the journal."""

    def call(self, raw: RawCall) -> CallEvent | None:
        """Build the event of a call from its allow-listed parts; None when its host is to be ignored. Never fails."""
        return self.calls.event(raw)

    def foreign(self, seen: Mapping[str, Any]) -> CallEvent | None:
        """Build the event of a call that other instrumentation saw, from the attributes of its span."""
        from outwarden.redact.foreign import raw_call  # noqa: PLC0415 - no watched program needs it

        try:
            raw = raw_call(seen)
        except Exception:
            tally.count("redaction_failed")
            return self.calls.skeleton(RawCall(method="OTHER", url="", started_s=0.0, call_id="", attempt=1))
        return self.calls.event(raw)

    def event(self, event: Mapping[Any, Any]) -> dict[Any, Any]:
        """Give a clean copy of an event of any shape: its structure stays, what is secret in it goes.

        Never raises: where anything goes wrong, or the event is larger than any event may be, only a mark is left.
        """
        try:
            return (self._lazy_engine or self._engine()).event(event)[0]
        except Exception as error:
            tally.count("redaction_failed")
            return {"redaction_error": type(error).__name__}

    def text(self, text: str) -> str:
        """Clean a piece of free text; what lies behind its first 16,384 characters is dropped."""
        try:
            return self._clean(text)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return MASK

    def url(self, url: str) -> str:
        """Give `scheme://host/path?query` with everything masked that is not known to be harmless."""
        try:
            return self._url(url)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return MASK

    def place(self, url: str) -> Place:
        """Say of a URL what may be known of it by itself.

        Raises nothing but what a signal handler of the program raised: where anything goes wrong, all is masked.
        """
        try:
            target = self._targets.target(urls.cut(url)[0])
            return Place(self._url(url), target.route, target.api, target.host, target.port)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return Place(MASK, None, GENERIC, MASK, None)

    def call_name(self, name: str) -> str:
        """Make the name of a logical call safe and short; there are not many different ones."""
        return self._call_names.safe(name)

    def _url(self, url: str) -> str:
        head, query = urls.cut(url)
        target = self._targets.target(head)
        shown = self._targets.query(target.api, query)[0] if query else ""
        scheme = f"{target.scheme}://" if target.scheme else ""
        port = f":{target.port}" if target.port is not None else ""
        return f"{scheme}{target.host}{port}{target.path}" + (f"?{shown}" if shown else "")

    def _clean(self, text: str) -> str:
        if self._shortens:
            text = shorten(text[:LONGEST_TEXT], self._url)
        return self._scanned(text)

    def _scanned(self, text: str) -> str:
        return self._engine().text(text) if text else text

    def _engine(self) -> Engine:
        """Build the engine when the first text comes: most programs that are watched never fail."""
        engine = self._lazy_engine
        if engine is None:
            with _building:
                from outwarden.redact import additions  # noqa: PLC0415 - 25 ms of building tables
                from outwarden.redact.engine import Engine  # noqa: PLC0415 - as above

                added = additions.build(self._names, self._patterns, self._off)
                self._lazy_engine = engine = Engine(self.registry, self.pseudonyms, added, fast=self._fast)
        return engine

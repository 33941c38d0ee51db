"""Redactor: the one door from what was seen to what may be kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from outwarden import tally
from outwarden.apis import GENERIC, Catalogue
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.polite import is_the_programs
from outwarden.rawcall import NO_HEADERS, RawCall
from outwarden.redact import checks, credentials, responses, skeleton, urls
from outwarden.redact.call_names import CallNames
from outwarden.redact.marks import MASK
from outwarden.redact.mentions import shorten
from outwarden.redact.names import judge_with
from outwarden.redact.needles import Needles
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.registry import Registry
from outwarden.redact.targets import Target, Targets

if TYPE_CHECKING:
    from outwarden.redact.engine import Engine

LONGEST_TEXT = 16_384
"""So much of a text is looked at."""

LONGEST_ERROR = 500
"""The error text of an event is cut here, after it was cleaned."""

_MOST_KEY_IDS = 64
_NONE: Final[dict[str | None, Any]] = {}
_MOST_URLS = 512
_LONGEST_URL = 1024

_building = threading.RLock()
"""Held while modules are imported late. A fork waits for it: a child would find Python's import locks taken for ever."""
os.register_at_fork(before=_building.acquire, after_in_parent=_building.release, after_in_child=_building.release)


class Place(NamedTuple):
    """Where a URL leads, redacted."""

    url: str
    route: str | None
    api: str
    host: str
    port: int | None


class Seen(NamedTuple):
    """What is remembered of a URL."""

    target: Target
    query: str | None
    redactions: dict[str, int]
    needles: Needles
    """The known secrets when this was worked out."""


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
        self._service = service
        self._env = env
        self._fast = fast
        self._shortens = catalogue is not None
        self._key_ids: dict[str, str] = {}
        self._known: dict[str, Seen] = {}
        self._call_names = CallNames(self.text, self.registry)
        self._host_name = os.uname().nodename
        self._lazy_engine: Engine | None = None
        self._targets = Targets(
            catalogue if catalogue is not None else Catalogue(),
            self.registry,
            query_allow,
            self._scanned,
            judge_with(self._names),
        )

    def call(self, raw: RawCall) -> CallEvent | None:
        """Build the event of a call from its allow-listed parts; None when its host is to be ignored.

        Where anything goes wrong, a skeleton that cannot hold a secret is given, and counted; nothing is raised but
        what a signal handler of the program raised meanwhile.
        """
        try:
            return self._call(raw)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return skeleton.of_call(raw, "failed", service=self._service, env=self._env)

    def foreign(self, seen: Mapping[str, Any]) -> CallEvent | None:
        """Build the event of a call that other instrumentation saw, from the attributes of its span."""
        from outwarden.redact.foreign import raw_call  # noqa: PLC0415 - no watched program needs it

        try:
            raw = raw_call(seen)
        except Exception:
            tally.count("redaction_failed")
            raw = RawCall(method="OTHER", url="", started_s=0.0, call_id="", attempt=1)
            return skeleton.of_call(raw, "failed", service=self._service, env=self._env)
        return self.call(raw)

    def event(self, event: Mapping[Any, Any]) -> dict[Any, Any]:
        """Give a clean copy of an event of any shape: its structure stays, what is secret in it goes.

        Never raises: where anything goes wrong, or the event is larger than any event may be, only a mark is left.
        """
        try:
            return self._engine().event(event)[0]
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

    def gate(self, line: bytes) -> bytes:
        """Look at the final bytes of an event: where a known secret is in them, only the skeleton goes on."""
        needles = self.registry.needles
        if needles.many:
            return line if not needles.hits(line) else self._bare(line, needles)
        low = line.decode("utf-8", "replace").lower()  # `needles.hits`, without its frames: each call passes here
        for needle in needles.sentries:
            if needle in low:
                break
        else:
            return line
        return self._bare(line, needles)

    def _bare(self, line: bytes, needles: Needles) -> bytes:
        tally.count("last_gate")
        try:
            return skeleton.of_line(line, needles)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return b""

    def _call(self, raw: RawCall) -> CallEvent | None:
        # Each call of the program runs through this with cold caches: one long function and positional fields.
        known = self._known.get(raw.url)
        if known is None or known.needles is not self.registry.needles:
            known = self._look(raw.url)
        target = known.target
        if not target.recorded:
            return None
        key_id = self._key_id(raw, target.auth_header) if raw.request_headers is not NO_HEADERS else None
        if known.needles is not self.registry.needles:  # a key that was not known may be in the URL as well
            known = self._look(raw.url)
            target = known.target
        redactions = known.redactions
        if raw.traces_sent or raw.traces_kept:
            seen = {"trace.sent": raw.traces_sent, "trace.stripped": raw.traces_kept}
            redactions = _added(redactions, {rule: count for rule, count in seen.items() if count})
        error, status, size = raw.error, raw.status, raw.response_bytes
        headers = raw.response_headers
        if headers is NO_HEADERS or (
            size is not None and responses.TOLD.isdisjoint(getattr(headers, "_store", responses.TOLD))
        ):
            said = responses.NOTHING  # nearly always, and seen without a call
        else:
            said = responses.read(headers, sized=size is not None)
        duration_s, headers_s = raw.duration_s, raw.headers_s
        return CallEvent(
            timestamp(raw.started_s),
            ids.new(),
            raw.call_id,
            raw.attempt,
            target.api,
            raw.method if raw.method in skeleton.METHODS else skeleton.method(raw),
            target.host,
            "ok" if raw.failure is None and status is not None and status < 400 else skeleton.outcome(raw),
            status,
            self._service,
            self._env,
            os.getpid(),
            SCHEMA,
            raw.will_retry,
            target.route,
            target.scheme,
            target.path,
            known.query,
            None,  # reason
            round(duration_s * 1000, 3) if duration_s is not None else None,
            round(headers_s * 1000, 3) if headers_s is not None else None,
            raw.request_bytes,
            size if size is not None else said.content_length,
            said.retry_after_s,
            said.rate_limit,
            said.rate_remaining,
            said.rate_reset_s,
            said.credits,
            "header" if said.credits is not None else None,
            said.deprecation,
            said.sunset,
            self.url(said.successor)[:LONGEST_ERROR] if said.successor is not None else None,
            raw.tls_version,
            raw.cert_sha256,
            raw.user,
            raw.client_country,
            self._call_names.safe(raw.call_name) if raw.call_name else None,
            key_id,
            type(error).__name__ if error is not None else None,
            self._error(error) if error is not None else None,
            self._host_name,
            raw.trace_id,
            raw.span_id,
            redactions,
        )

    def _look(self, url: str) -> Seen:
        """Work out where a URL leads, and remember it unless a key is in it."""
        needles = self.registry.needles
        head, _, fragment = url.partition("#")
        head, _, query = head.partition("?")
        target = self._targets.target(head)
        redactions, shown = target.redactions, None
        if query and target.recorded:
            shown, fired = self._targets.query(target.api, query)
            if fired:
                redactions = _added(redactions, fired)
        if fragment and target.recorded:
            redactions = _added(redactions, self._targets.fragment(fragment))
        known = Seen(target, shown, redactions, needles)
        if len(url) <= _LONGEST_URL and "url.key" not in redactions:
            if len(self._known) >= _MOST_URLS:
                self._known = {}  # swapped whole: other threads may be reading
            self._known[url] = known
        return known

    def _key_id(self, raw: RawCall, auth_header: str | None) -> str | None:
        """Name the credential that the call used, and know it from now on."""
        headers: Any = raw.request_headers
        held = getattr(headers, "_store", _NONE).get(auth_header)  # quicker where it works, see `header_value`
        value = held[1] if held is not None else credentials.header_value(headers, auth_header)
        if not value:
            return None
        cached = self._key_ids.get(value) if isinstance(value, str) else None
        if cached is not None:
            return cached
        found = [part for part in credentials.parts(value) if part]
        for part in found:
            self.registry.observe(part)
        if not found:
            return None
        named = self.pseudonyms.credential(found[0])
        if isinstance(value, str):
            if len(self._key_ids) >= _MOST_KEY_IDS:
                self._key_ids = {}  # swapped whole: other threads may be reading
            self._key_ids[value] = named
        return named

    def _error(self, error: BaseException) -> str:
        try:
            text = str(error)
        except Exception:  # a broken __str__ of the program is no reason to lose the event
            return MASK
        cleaned = self.text(text)
        return cleaned if len(cleaned) <= LONGEST_ERROR else cleaned[: LONGEST_ERROR - 1] + "…"

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


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in (*one, *other)}

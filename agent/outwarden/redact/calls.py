"""Calls: RawCall -> CallEvent, from allow-listed parts only."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from weakref import ref

import msgspec

from outwarden import tally
from outwarden.event import SCHEMA, CallEvent, encode, ids, second, timestamp
from outwarden.polite import is_the_programs
from outwarden.process import process
from outwarden.rawcall import NO_HEADERS, RawCall
from outwarden.redact import credentials, responses, skeleton
from outwarden.redact.addresses import Address, Addresses, added
from outwarden.redact.call_names import CallNames
from outwarden.redact.last_gate import LastGate
from outwarden.redact.marks import MASK
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.registry import Registry
from outwarden.redact.targets import Targets
from outwarden.redact.template import BEGIN, END, labels_of, numbers_of, template

LONGEST_ERROR = 500
"""The error text of an event is cut here, after it was cleaned."""

_MOST_KEY_IDS = 64
_MOST_TEMPLATES: Final = 32
"""For one route: methods, keys, statuses."""
_tells_nothing: Final = responses.TOLD.isdisjoint
_NOTHING: Final = (None, None)
_have_no_key: Final = credentials.HEADERS.isdisjoint
_THREE_DIGITS: Final = tuple(f"{number:03}" for number in range(1000))
"""Of thousandths: each call needs four, and to look them up costs less than to make them."""
_is_same: Final = process.is_same
_NONE: Final[dict[str | None, Any]] = {}


class Texts(msgspec.Struct, frozen=True):
    """How what is no part of a URL or a header is cleaned."""

    text: Callable[[str], str]
    url: Callable[[str], str]
    name: CallNames


class Calls:
    """Turn what was seen of calls into events, and into lines of the journal.

    Args:
        targets: say what may be kept of a URL.
        registry: the known secrets.
        pseudonyms: name keys.
        texts: clean the rest.
        gate: looks at the final bytes.
        service: name of the watched service.
        env: its environment.
    """

    def __init__(
        self,
        targets: Targets,
        registry: Registry,
        pseudonyms: Pseudonyms,
        texts: Texts,
        gate: LastGate,
        *,
        service: str,
        env: str,
    ) -> None:
        self._registry = registry
        self._pseudonyms = pseudonyms
        self._texts = texts
        self._gate = gate
        self._service = service
        self._env = env
        self._host_name = os.uname().nodename
        self._key_ids: dict[str, str] = {}
        self._addresses = Addresses(targets, registry)
        self._second = (float("-inf"), "")
        """The second in which the last call began: in Unix seconds, and as lines of it begin."""
        process.each(partial(_forget, ref(self)))

    def event(self, raw: RawCall) -> CallEvent | None:
        """Build the event of a call; None when its host is to be ignored.

        Where anything goes wrong, a skeleton that cannot hold a secret is given, and counted; nothing is raised but
        what a signal handler of the program raised meanwhile.
        """
        try:
            return self._event(raw)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("redaction_failed")
            return self.skeleton(raw)

    def skeleton(self, raw: RawCall) -> CallEvent:
        """Build the event of a call from parts that cannot hold text."""
        return skeleton.of_call(raw, "failed", service=self._service, env=self._env)

    def line(self, raw: RawCall) -> bytes | None:
        """Give the line of a call that differs from an earlier one in numbers and ids only, after the last gate; else None.

        It is the line that `whole_line` would give, at a third of the cost. No lock is taken but for a new key. Faults are raised: that of a
        program's signal handler must be, and `whole_line` is there for what remains.
        """
        # Each call of the program runs through this with cold caches: hence one long function.
        known = self._addresses.known.get(raw.url) or self._looked(raw)
        headers: Any = raw.response_headers
        status = raw.status
        if (
            known is None
            or known.needles is not self._registry.needles
            or known.shown is None
            or status is None
            or raw.error is not None
            or raw.failure is not None
            or raw.call_name is not None
            or raw.traces_sent
            or raw.traces_kept
            or raw.duration_s is None
        ):
            return None
        key_id = None
        if raw.request_headers is not NO_HEADERS:
            name = known.target.auth_header
            stored = getattr(raw.request_headers, "_store", None)
            value = (
                stored.get(name, _NOTHING)[1]  # as below, without its frame
                if stored is not None and (name is not None or _have_no_key(stored))
                else credentials.header_value(raw.request_headers, name)
            )
            if value:
                key_id = self._key_ids.get(value)
                if key_id is None:
                    return None
        kind: tuple[object, ...] = (raw.method, status, key_id, raw.will_retry, raw.tls_version, raw.cert_sha256)
        headers_s, asked_bytes, answer_bytes = raw.headers_s, raw.request_bytes, raw.response_bytes
        numbers = None
        if (
            asked_bytes is None
            or answer_bytes is None
            or not _tells_nothing(getattr(headers, "_store", None) or responses.names(headers))
        ):
            numbers = numbers_of(raw)
            if numbers is None:
                return None
            kind = (*kind, *[number is None for number in numbers])
        elif headers_s is None:  # an answer without the wire
            kind = (*kind, None)
        pieces = known.templates.get(kind)
        if pieces is None:
            raw.kind = kind
            return None
        since_s, begin = self._second  # swapped whole: other threads may be reading
        second_s = raw.started_s - since_s
        if not 0 <= second_s < 1:
            since_s = raw.started_s // 1
            begin = f"{BEGIN}{second(int(since_s))}."
            self._second = (since_s, begin)
            second_s = raw.started_s - since_s
            ids.now()
        elif raw.duration_s > 1:  # it ends in another second
            ids.now()
        if not _is_same[0]:  # a child that was forked behind Python's back
            process.now()
            return None
        end = pieces[-1]
        if not (raw.user is None and raw.client_country is None and raw.trace_id is None and raw.span_id is None):
            end = f"{end.removesuffix(END)}{labels_of(raw)}{END}"
        micros, took = int(second_s * 1_000_000), int(raw.duration_s * 1_000_000 + 0.5)
        if numbers is not None:  # a part of the template is not there, or there is one more
            gaps = zip(pieces[5:], numbers, strict=False)
            shown = "".join([f"{piece}{number}" for piece, number in gaps if number is not None])
            return (
                f"{begin}{_THREE_DIGITS[micros // 1000]}{_THREE_DIGITS[micros % 1000]}Z{pieces[0]}{ids.beginning}"
                f"{next(ids.counter)}{pieces[1]}{raw.call_id}{pieces[2]}{raw.attempt}"
                f"{pieces[3]}{known.shown}{pieces[4]}{took // 1000}.{_THREE_DIGITS[took % 1000]}{shown}{end}"
            ).encode()
        at_id, at_call, at_attempt, at_path, at_duration, at_headers, at_request, at_response, _, _, _, _, _ = pieces
        if headers_s is None:
            return (
                f"{begin}{_THREE_DIGITS[micros // 1000]}{_THREE_DIGITS[micros % 1000]}Z{at_id}{ids.beginning}"
                f"{next(ids.counter)}{at_call}{raw.call_id}{at_attempt}{raw.attempt}"
                f"{at_path}{known.shown}{at_duration}{took // 1000}.{_THREE_DIGITS[took % 1000]}"
                f"{at_request}{asked_bytes}{at_response}{answer_bytes}{end}"
            ).encode()
        headers_took = int(headers_s * 1_000_000 + 0.5)
        return (
            f"{begin}{_THREE_DIGITS[micros // 1000]}{_THREE_DIGITS[micros % 1000]}Z{at_id}{ids.beginning}"
            f"{next(ids.counter)}{at_call}{raw.call_id}{at_attempt}{raw.attempt}"
            f"{at_path}{known.shown}{at_duration}{took // 1000}.{_THREE_DIGITS[took % 1000]}"
            f"{at_headers}{headers_took // 1000}.{_THREE_DIGITS[headers_took % 1000]}"
            f"{at_request}{asked_bytes}{at_response}{answer_bytes}{end}"
        ).encode()

    def whole_line(self, raw: RawCall) -> bytes | None:
        """Give the line of any call, after the last gate; None when its host is to be ignored. Raises as `event` does.

        The second of a kind leaves its template for those that follow.
        """
        line: bytes | None = getattr(raw, "line", None)
        if line is not None:
            return line
        event = self.event(raw)
        if event is None:
            return None
        known = self._addresses.known.get(raw.url)
        if raw.kind is not None and known is not None and known.needles is self._registry.needles:
            if raw.kind in known.templates:
                known.templates[raw.kind] = template(event, self._gate)
            elif len(known.templates) < _MOST_TEMPLATES:
                known.templates[raw.kind] = None
        raw.line = line = self._gate(encode(event)) + b"\n"
        return line

    def _event(self, raw: RawCall) -> CallEvent | None:
        known = self._addresses.known.get(raw.url) or getattr(raw, "address", None)
        if known is None or known.needles is not self._registry.needles:
            known = self._addresses.look(raw.url)
        target = known.target
        if not target.recorded:
            return None
        key_id = self._key_id(raw, target.auth_header) if raw.request_headers is not NO_HEADERS else None
        if known.needles is not self._registry.needles:  # a key that was not known may be in the URL as well
            known = self._addresses.look(raw.url)
            target = known.target
        redactions = known.redactions
        if raw.traces_sent or raw.traces_kept:
            seen = {"trace.sent": raw.traces_sent, "trace.stripped": raw.traces_kept}
            redactions = added(redactions, {rule: count for rule, count in seen.items() if count})
        error, status, size = raw.error, raw.status, raw.response_bytes
        headers = raw.response_headers
        if headers is NO_HEADERS or (size is not None and _tells_nothing(getattr(headers, "_store", responses.TOLD))):
            said = responses.NOTHING  # nearly always, and seen without a call
        else:
            said = responses.read(headers, sized=size is not None)
        duration_s, headers_s = raw.duration_s, raw.headers_s
        pid = process.now()  # first, as above
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
            pid,
            SCHEMA,
            raw.will_retry,
            target.route,
            target.scheme,
            target.path,
            known.query,
            None,  # reason
            int(duration_s * 1_000_000 + 0.5) / 1000 if duration_s is not None else None,
            int(headers_s * 1_000_000 + 0.5) / 1000 if headers_s is not None else None,
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
            self._texts.url(said.successor)[:LONGEST_ERROR] if said.successor is not None else None,
            raw.tls_version,
            raw.cert_sha256,
            raw.user,
            raw.client_country,
            self._texts.name.safe(raw.call_name) if raw.call_name else None,
            key_id,
            type(error).__name__ if error is not None else None,
            self._error(error) if error is not None else None,
            self._host_name,
            raw.trace_id,
            raw.span_id,
            redactions,
        )

    def _looked(self, raw: RawCall) -> Address | None:
        """Look at a URL that is new, or not remembered for the key in it; None where that fails: `event` says so."""
        try:
            raw.address = address = self._addresses.look(raw.url)
        except Exception as error:
            if is_the_programs(error):
                raise
            return None
        return address

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
            self._registry.observe(part)
        if not found:
            return None
        named = self._pseudonyms.credential(found[0])
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
        cleaned = self._texts.text(text)
        return cleaned if len(cleaned) <= LONGEST_ERROR else cleaned[: LONGEST_ERROR - 1] + "…"


def _forget(calls: ref[Calls]) -> None:
    """Make templates anew: those at hand name another process."""
    if (mine := calls()) is not None:
        mine._addresses.forget()  # noqa: SLF001 - the same module

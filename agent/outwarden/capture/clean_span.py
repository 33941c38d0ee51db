"""CleanSpan: a span of ours, on which nothing can be written that was not cleaned."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import trace
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY, Context

from outwarden.capture.around import SPAN_KEY, enter, get_current, leave
from outwarden.capture.otel import Cleaner
from outwarden.polite import swallow

if TYPE_CHECKING:
    from types import TracebackType

PLACE: Final = "capture.clean_span"

URLS: Final = frozenset(("url.full", "http.url"))
SAFE: Final = frozenset(
    (
        *("enduser.pseudo.id", "error.type", "http.flavor", "http.method", "http.request.method"),
        *("http.request.resend_count", "http.response.status_code", "http.scheme", "http.status_code"),
        *("network.peer.address", "network.peer.port", "network.protocol.version"),
        *("outwarden.api", "outwarden.call_id", "outwarden.call_name", "server.address", "server.port", "url.template"),
    )
)
HEADERS: Final = ("http.request.header.", "http.response.header.")
_SAFE_HEADERS: Final = frozenset(("accept", "content_length", "content_type", "date", "retry_after", "server"))
_MASK: Final = "[REDACTED]"
_SAMPLED: Final = trace.TraceFlags(trace.TraceFlags.SAMPLED)
_UNSET: Final = trace.StatusCode.UNSET


class Cleaned(dict[str, Any]):
    """Attributes that are clean already."""


_KEEPS: Final = (
    BoundedAttributes
    if {"_dict", "_lock", "_immutable", "maxlen", "max_value_len"} <= vars(BoundedAttributes(1)).keys()
    else None
)
"""What a span of the SDK keeps its attributes in, if we know how."""
_PLAIN: Final = frozenset((bool, float, int, str))


class Around:
    """What `trace.use_span` does with a span, at half its price: it is current inside, and ends with the block."""

    suppressing = False
    """Instrumentors below make no spans of HTTP calls, as if they were asked so right afterwards."""

    def __enter__(self) -> Any:
        inside = {**get_current(), SPAN_KEY: self}
        if self.suppressing:
            inside[_SUPPRESS_HTTP_INSTRUMENTATION_KEY] = True
        self._token = enter(Context(inside))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        leave(self._token)
        try:
            span: Any = self
            if isinstance(error, Exception) and span.is_recording():
                span.record_exception(error)
                span.set_status(trace.Status(trace.StatusCode.ERROR, f"{type(error).__name__}: {error}"))
            span.end()
        except Exception as fault:  # an error whose text cannot be had, a processor of the program's
            swallow(PLACE, fault)


class CleanSpan(Around, trace.Span):
    """A span of the SDK; whatever is told to it is cleaned first.

    Attributes are gathered here and handed over at once: at the end, or when somebody looks at the span before. The SDK
    takes two locks for each that comes alone.
    """

    gathers = True
    told_call = ""
    """The call that it knows already."""

    def __init__(self, span: trace.Span, cleaner: Cleaner, scope: str) -> None:
        self._span = span
        self._cleaner = cleaner
        self._context = context = span.get_span_context()
        self.recording = span.is_recording()
        """It has not ended, and somebody wants it."""
        self.gathered: dict[str, Any] = {}
        """What is clean, and yet to be handed over."""
        self.scope = scope
        """Which instrumentor made it."""
        trace_id, span_id = context.trace_id, context.span_id
        self.ids = (f"{trace_id:032x}", f"{span_id:016x}") if trace_id and span_id else None
        """As they are written; None: there are none."""

    def __getattr__(self, name: str) -> Any:
        self._hand_over()
        return getattr(self._span, name)

    def end(self, end_time: int | None = None) -> None:
        self.recording = False
        gathered, self.gathered = self.gathered, {}
        span: Any = self._span
        if gathered:
            try:
                if not _put(span, gathered):
                    span.set_attributes(gathered)
            except Exception as fault:
                swallow(PLACE, fault)
        span.end(end_time)

    def get_span_context(self) -> trace.SpanContext:
        return self._context

    def is_recording(self) -> bool:
        return self.recording

    def update_name(self, name: str) -> None:
        self._span.update_name(name)

    def set_attribute(self, key: str, value: Any) -> None:
        if not self.recording:
            return
        try:
            self.gathered[key] = value if key in SAFE else clean_attribute(key, value, self._cleaner)
        except Exception as fault:
            swallow(PLACE, fault)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        if not self.recording or not attributes:
            return
        try:
            self.gathered.update(clean_attributes(attributes, self._cleaner))
        except Exception as fault:
            swallow(PLACE, fault)

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Take down what is clean already."""
        if self.recording:
            self.gathered.update(facts)

    def _hand_over(self) -> None:
        """Tell the span of the SDK what was gathered."""
        gathered, self.gathered = self.gathered, {}
        if gathered:
            try:
                self._span.set_attributes(dict(gathered))  # a copy: another thread may be telling us more
            except Exception as fault:
                swallow(PLACE, fault)

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        try:
            self._span.add_event(self._cleaner.text(name), clean_attributes(attributes or {}, self._cleaner), timestamp)
        except Exception as fault:
            swallow(PLACE, fault)

    def set_status(self, status: Any, description: str | None = None) -> None:
        try:
            if isinstance(status, trace.Status):
                status, description = status.status_code, status.description
            if status is _UNSET:
                return  # nothing is said by this, and most calls go well
            self._span.set_status(status, self._cleaner.text(description) if description else None)
        except Exception as fault:
            swallow(PLACE, fault)

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        try:
            event = exception_event(exception, self._cleaner)
            event["exception.escaped"] = str(escaped)
            self._span.add_event("exception", event | clean_attributes(attributes or {}, self._cleaner), timestamp)
            self.tell({"error.type": type(exception).__qualname__})  # urllib3's leaves it out
        except Exception as fault:
            swallow(PLACE, fault)


class BorrowedSpan(CleanSpan):
    """The span of an instrumentor of the program's own, which completes it and ends it: a second one is not made."""

    gathers = False

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Pass on at once what is clean already: whose span it is may end it any time."""
        self._span.set_attributes(facts)

    def set_attribute(self, key: str, value: Any) -> None: ...
    def set_attributes(self, attributes: Mapping[str, Any]) -> None: ...
    def end(self, end_time: int | None = None) -> None: ...
    def set_status(self, status: Any, description: str | None = None) -> None: ...
    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None: ...


class TransparentSpan(Around, trace.NonRecordingSpan):
    """No span: what is below goes on as if the instrumentor were not there."""


class UnseenSpan(Around, trace.NonRecordingSpan):
    """A span where the program exports none: its ids are for our events, and are all that anybody will know of it."""

    told_call = ""
    """As of a `CleanSpan`."""

    def __init__(self, around: trace.SpanContext, scope: str) -> None:
        drawn = os.urandom(24)  # whoever seeds `random` wants the same numbers from it with us and without
        span_id = int.from_bytes(drawn[16:]) or 1
        if around.is_valid:
            trace_id, flags, state = around.trace_id, around.trace_flags, around.trace_state
        else:
            trace_id, flags, state = int.from_bytes(drawn[:16]) or 1, _SAMPLED, None
        super().__init__(trace.SpanContext(trace_id, span_id, is_remote=False, trace_flags=flags, trace_state=state))
        self.scope = scope
        self.ids = (f"{trace_id:032x}", f"{span_id:016x}")

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Nobody would see them."""


OURS: Final = frozenset((CleanSpan, BorrowedSpan, TransparentSpan, UnseenSpan))
"""Asked for by type: `isinstance` takes half a microsecond for each class that OpenTelemetry has made abstract."""


def _put(span: Any, attributes: Mapping[str, Any]) -> bool:
    """Put plain attributes into a span that has room for them, as the SDK does it; False: it has to do it itself.

    It takes ten frames and two locks for what is one step where nothing must be cut off or left out.
    """
    kept = getattr(span, "_attributes", None)
    if (
        type(kept) is not _KEEPS
        or kept.max_value_len is not None
        or not _PLAIN.issuperset(map(type, attributes.values()))
    ):
        return False
    with kept._lock:  # noqa: SLF001 - its own one, see `_KEEPS`
        held = kept._dict  # noqa: SLF001 - as above
        if kept._immutable or (kept.maxlen is not None and len(held) + len(attributes) > kept.maxlen):  # noqa: SLF001 - as above
            return False
        held.update(attributes)
    return True


def exception_event(exception: BaseException, cleaner: Cleaner) -> dict[str, Any]:
    """Describe an exception by its class, its cleaned text and its frames.

    The frames of this one only: the texts of those that it wraps would be rendered with them.
    """
    kind = type(exception)
    message = cleaner.text(str(exception))
    frames = [cleaner.text(line) for line in "".join(traceback.format_tb(exception.__traceback__)).split("\n")]
    return {
        "exception.type": f"{kind.__module__}.{kind.__qualname__}",
        "exception.message": message,
        "exception.stacktrace": "\n".join([*frames, f"{kind.__qualname__}: {message}"]),
    }


def is_address(host: str) -> bool:
    """Say whether this is an IP address and no name."""
    return ":" in host or host.rpartition(".")[2].isdigit()


def clean_attributes(attributes: Mapping[str, Any], cleaner: Cleaner) -> dict[str, Any]:
    """Clean the attributes of a span or of one of its events."""
    return {key: value if key in SAFE else clean_attribute(key, value, cleaner) for key, value in attributes.items()}


def clean_attribute(key: str, value: Any, cleaner: Cleaner) -> Any:
    """Clean one attribute: addresses by their parts, headers by an allow-list, other texts as free text."""
    if key in SAFE:
        return value
    if key in URLS:
        return cleaner.describe(str(value)).url
    if key.startswith(HEADERS) and key.rsplit(".", 1)[1] not in _SAFE_HEADERS:
        return _MASK if isinstance(value, str) else [_MASK]
    if isinstance(value, str):
        return cleaner.text(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [cleaner.text(item) if isinstance(item, str) else item for item in value]
    return value

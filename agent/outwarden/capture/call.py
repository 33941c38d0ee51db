"""Call: one logical call of a client, with its attempts on the wire. It knows no client by itself.

What stands here runs in every call of the program, with cold caches: each function costs about a microsecond there, and
so does each object. Hence slots, to which the interpreter writes at a fifth of the cost of a struct's fields, and few, long
functions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Final

from outwarden.capture import outcome
from outwarden.capture.body import Body
from outwarden.event import ids
from outwarden.labels import LogicalCall, call_layer, user_layer
from outwarden.process import process
from outwarden.rawcall import RawCall

if TYPE_CHECKING:
    from outwarden.capture.otel import Tracing

Read = Callable[[Any], RawCall]
"""Reads method, address, headers and size off a request of some client."""

SizeOf = Callable[[Any], int | None]
"""Reads the size of the body off a response of some client."""


class Ignored:
    """Stands where a call would: of what happens below, nothing is noted."""

    __slots__ = ()

    owner: Final = None
    over: Final = False


current: Final[ContextVar[Call | Ignored | None]] = ContextVar("outwarden_call", default=None)
"""The call of a client that is under way, or one that is over: to put back what was before costs a plain call as much again
as to say that it begins, so it leaves itself there with `over` set, and nothing of the program's in it."""

IGNORED: Final = Ignored()
"""A call that is not the program's own."""


class Call:
    """What the program asked for once, and the attempts that this took.

    Redirects, an authentication that asks again and whatever tries again are further attempts of the same call. An
    attempt is pending until the next one begins or the call returns.
    """

    __slots__ = (
        *("record", "owner", "request", "handed", "tracing", "over", "judged", "seen", "pending", "answer", "size_of"),
        *("attempts", "hops", "call_id", "layer", "pid", "began", "beside"),
    )

    beside: list[Call]
    """Itself and all others to which attempts of the same call belong, made at once; mostly not set."""

    def __init__(self, record: Callable[[RawCall], None], owner: object, request: Any = None) -> None:
        """Begin a call.

        Args:
            record: gets its attempts: what a recorder does.
            owner: what began it, and may go on with it: a session, an opener; None for the wire by itself.
            request: where its address is found, if another client may carry it.
        """
        self.record = record
        self.owner = owner
        self.request = request
        self.handed: Any = None
        """What of the request the client below is handed as it is: by that it knows the call again."""
        self.tracing: Tracing | None = None
        """What has to be done about its spans where a client below makes its attempts."""
        self.over = False
        """It has returned. A task that was begun within it may still think that it is under way."""
        self.judged = False
        """The client itself decides whether it tries again, so that its last attempt is known to be the last one."""
        self.seen = False
        """The hop at hand has an attempt."""
        self.pending: RawCall | None = None
        self.answer: Any = None
        self.size_of: SizeOf | None = None
        self.attempts = 0
        self.hops = 0
        self.call_id = ""
        """Of its first attempt, and all further ones."""
        self.layer: Any = call_layer()
        self.pid = process.pid
        """Of the process that has begun it: in a child that was forked meanwhile it is not under way."""
        self.began = perf_counter()
        """When the attempt at hand began, or the call (monotonic)."""

    @property
    def logical(self) -> LogicalCall | None:
        """What the program has put around it."""
        layer = self.layer
        return None if layer is None else layer.label

    def follow(self, request: Any = None) -> None:
        """Begin the next hop: the client's entry within itself."""
        if request is not None:
            self.request, self.handed = request, request.headers
        self.hops += 1
        self.seen = False

    def attempt(self, raw: RawCall) -> None:
        """Begin an attempt on the wire."""
        if self.pending is not None:
            self.finish(will_retry=True)
        self.seen = True
        if self.layer is None and user_layer() is None:  # as `_label` does it, without its frame
            if not self.call_id:
                self.call_id = f"{ids.beginning}{next(ids.counter)}"  # as `ids.new` makes it, but it need not sort
            raw.attempt = self.attempts = self.attempts + 1
            raw.call_id = self.call_id
        else:
            logical = self.logical
            raw.attempt = self.attempts = self.attempts + 1 if logical is None else logical.next_attempt()
            self._label(raw)
        self.pending = raw
        self.began = perf_counter()

    def answered(self, status: int, headers: Any, answer: Any = None, size_of: SizeOf | None = None) -> None:
        """Note the answer of the wire; its body may still be on the way."""
        raw = self.pending
        if raw is not None:
            raw.headers_s = perf_counter() - self.began
            raw.status = status
            raw.response_headers = headers
            self.answer = answer
            self.size_of = size_of

    def sized(self, answer: Any, size_of: SizeOf) -> None:
        """Say how the size of the answer's body is read off it."""
        self.answer = answer
        self.size_of = size_of

    def unanswered(self, error: BaseException) -> None:
        """Note that the attempt failed; somebody above may try again."""
        raw = self.pending
        if raw is not None:
            raw.duration_s = perf_counter() - self.began
            _fail(raw, error)
            if outcome.never_left(error):
                raw.attempt = 0

    def returned(self, read: Read, request: Any, status: int | None, headers: Any) -> bool:
        """End a hop, or all but the body of the call: True when that is what remains to be done."""
        if not self.seen:
            self.elsewhere(read(request), status, headers)
        if self.hops:
            self.hops -= 1
            return False  # whether another attempt follows will be known at the next hop
        self.over = True
        self.owner = self.request = self.handed = None
        return self.pending is not None

    def raised(self, read: Read, request: Any, error: BaseException) -> None:
        """End a hop or the call with what the program will see raised."""
        if not self.seen:
            self.elsewhere(read(request), None, None, error)
        if self.hops:
            self.hops -= 1
            return
        self.over = True
        self.owner = self.request = self.handed = None
        raw = self.pending
        if raw is not None:
            if raw.error is None:
                _fail(raw, error)
            self.finish()

    def elsewhere(
        self,
        raw: RawCall,
        status: int | None,
        headers: Any,
        error: BaseException | None = None,
        *,
        will_retry: bool | None = None,
    ) -> None:
        """Record an answer or a failure that did not come from the wire."""
        if self.pending is not None:
            self.finish(will_retry=True)
            self.began = perf_counter()
        self.seen = True
        if self.layer is None and user_layer() is None and not self.call_id:  # as `attempt` does it
            raw.call_id = self.call_id = f"{ids.beginning}{next(ids.counter)}"
        else:
            self._label(raw)
        raw.duration_s = perf_counter() - self.began
        raw.started_s = time() - raw.duration_s
        self.pending = raw
        if error is not None:
            _fail(raw, error)
        elif status is not None:
            raw.status = status
            raw.response_headers = headers
        self.finish(will_retry=will_retry)

    def body(self) -> Body | None:
        """Leave the rest of the attempt to its body."""
        raw = self.pending
        if raw is None:
            return None
        self.pending = self.answer = None
        if self.judged and self.logical is None:
            raw.will_retry = False
        return Body(raw, began=self.began, pid=self.pid, record=self.record)

    def finish(self, *, will_retry: bool | None = None) -> None:
        """Record the attempt at hand."""
        raw, answer = self.pending, self.answer
        self.pending = self.answer = None
        if raw is None or self.pid != process.pid:
            return
        if raw.duration_s is None:  # of an answer that is not the last one, the pause before the next is no part
            raw.duration_s = raw.headers_s if will_retry and raw.headers_s is not None else perf_counter() - self.began
        if will_retry:
            raw.will_retry = True
        elif self.judged and self.logical is None:
            raw.will_retry = False  # else only the program knows
        if answer is not None and self.size_of is not None:
            raw.response_bytes = self.size_of(answer)
        self.record(raw)

    def _label(self, raw: RawCall) -> None:
        """Say to which call an attempt belongs, and on whose behalf it is made."""
        logical = self.logical
        if not self.call_id:
            self.call_id = ids.new() if logical is None else logical.call_id
        raw.call_id = self.call_id
        if logical is not None:
            raw.call_name = logical.name
        layer = user_layer()
        if layer is not None and layer.label is not None:
            raw.user, raw.client_country = layer.label.read()


def _fail(raw: RawCall, error: BaseException) -> None:
    raw.error = error
    raw.failure = outcome.failure(error)
    if raw.status is None and (status := outcome.status(error)) is not None:
        raw.status = status
        raw.failure = None


def on_the_wire(call: Call) -> bool:
    """Say whether an attempt of this call waits for its end just now, so that what begins meanwhile is something else."""
    raw = call.pending
    return raw is not None and raw.status is None and raw.error is None


def under_way(call: Call | Ignored | None) -> Call | Ignored | None:
    """Give the call that the context knows, unless it has returned since."""
    return call if call is None or not call.over else None

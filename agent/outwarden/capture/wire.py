"""Wire: each entry into a pool of urllib3 is an attempt, of a call of requests or of one of urllib3's own.

The hooks of both want the pools watched, which are wrapped once. `urlopen` of a pool calls itself for each retry; how an
attempt ended that another follows is what `Retry.increment` is told.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextvars import Token
from copy import copy
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Final

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.util import Retry

from outwarden.capture import tls
from outwarden.capture.asked import Asked, address, is_policy, read, request_bytes
from outwarden.capture.call import Call, Ignored, current, on_the_wire, under_way
from outwarden.capture.hook import carries, leave
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch, takes_the_same
from outwarden.capture.trace_headers import tracers
from outwarden.capture.urllib3_ends import answered, noted, returned, unanswered
from outwarden.event import ids
from outwarden.labels import user_layer
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

if TYPE_CHECKING:
    from outwarden.capture.hook import Hook
    from outwarden.capture.urllib3 import Urllib3Hook

PLACE: Final = "capture.wire"

_OWNERS: Final = (PoolManager, HTTPConnectionPool)
_modules: Final = sys.modules


class Switch:
    """Says whether wrappers do anything: one that another tool has wrapped since stays, and others may have come above it."""

    __slots__ = ("on",)

    def __init__(self) -> None:
        self.on = True


class Wire:
    """Watches the pools for as long as a hook wants it."""

    def __init__(self) -> None:
        self.own: Urllib3Hook | None = None
        """Begins the calls that are urllib3's own."""
        self._hooks: list[Hook] = []
        self._switch = Switch()
        self._patches: list[Patch] = []

    def _made(self) -> list[Patch]:
        return [
            Patch(HTTPConnectionPool, "urlopen", self._wrap_pool),
            Patch(Retry, "increment", self._wrap_increment),
        ]

    def watch(self, hook: Hook) -> None:
        """Watch from now on, for this hook too."""
        if not self._hooks:
            self._switch = Switch()
            self._patches = self._made()
        if hook not in self._hooks:
            self._hooks.append(hook)
        try:
            for patch in self._patches:
                patch.apply()
        except Exception:  # a version of urllib3 that we do not know
            self.forget(hook)
            raise

    def forget(self, hook: Hook) -> None:
        """Watch no longer for this hook; after the last one, put everything back."""
        if hook in self._hooks:
            self._hooks.remove(hook)
        if not self._hooks:
            self._switch.on = False
            for patch in self._patches:
                patch.remove()

    def enter(self, owner: object, url: str) -> tuple[Call | Ignored | None, bool]:
        """Give the call that an entry into urllib3 belongs to, and whether it begins there; None where nobody watches."""
        outer = under_way(current.get())
        if isinstance(outer, Ignored):
            return None, False
        if outer is not None:
            within = isinstance(outer.owner, _OWNERS)
            if not (on_the_wire(outer) or interrupts(outer)) if within else carries(outer, url):
                return outer, False
        own = self.own
        return (None, False) if own is None else (own.new(owner), True)

    def _begin(  # noqa: PLR0917 - as pools are asked
        self,
        pool: HTTPConnectionPool,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        retries: Any = None,
        *_args: Any,
        **_options: Any,
    ) -> tuple[Asked, Call | Ignored | None, bool]:
        """Begin an attempt, and the call where there is none."""
        asked = Asked(pool, method, url, body, headers)
        call, begins = current.get(), False
        if not (isinstance(call, Call) and call.handed is headers is not None) or call.over:  # else it is quickly known
            call, begins = self.enter(pool, address(asked))
        if isinstance(call, Call):
            call.judged = is_policy(retries, pool)
            raw = read(asked)
            call.attempt(raw)
            if call.tracing is not None:
                call.tracing.at_wire(raw)
            elif self.own is not None:
                self.own.at_wire(raw)
        return asked, call, begins

    # What follows runs in the middle of the program's calls, see requests.py.

    def _wrap_pool(self, original: Callable[..., Any]) -> Callable[..., Any]:
        by_position = self._wrap_pool_by_position(original)
        if takes_the_same(by_position, original):
            return by_position
        wire, switch, begin = self, self._switch, self._begin

        @functools.wraps(original, updated=())
        def urlopen(self: HTTPConnectionPool, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            if not switch.on:
                return original(self, method, url, *args, **kwargs)
            own = wire.own
            if own is not None and own.begins_anew():
                return HTTPConnectionPool.urlopen(self, method, url, *args, **kwargs)
            call: Call | Ignored | None = None
            begins = False
            asked: Any = None
            try:
                if own is not None and own.strips:
                    args, kwargs = _with_own_headers(self, args, kwargs)
                asked, call, begins = begin(self, method, url, *args, **kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, method, url, *args, **kwargs)
            token = current.set(call)
            try:
                response = original(self, method, url, *args, **kwargs)
            except BaseException as error:
                _left_raising(token, call, asked, error, begins=begins)
                raise
            _left(token, call, asked, response, begins=begins, whole=kwargs.get("preload_content", True))
            return response

        return urlopen

    def _wrap_pool_by_position(self, original: Callable[..., Any]) -> Callable[..., Any]:  # noqa: PLR0915 - see call.py
        """Make the same wrapper for urllib3's own `urlopen`: to take a dozen arguments by name, and pass them on, costs 4 µs."""
        wire, switch, begin = self, self._switch, self._begin

        @functools.wraps(original, updated=())
        def urlopen(  # noqa: PLR0915, PLR0917 - as pools are asked, in one frame
            self: HTTPConnectionPool,
            method: str,
            url: str,
            body: Any,
            headers: Any,
            retries: Any,
            redirect: Any,
            assert_same_host: Any,
            timeout: Any,
            pool_timeout: Any,
            release_conn: Any,
            chunked: Any,
            body_pos: Any,
            preload_content: Any,
            decode_content: Any,
            **response_kw: Any,
        ) -> Any:
            call = current.get()
            if (
                type(call) is Call
                and call.handed is headers is not None
                and switch.on
                and not (call.over or response_kw)
            ):
                raw: RawCall | None = None
                try:
                    request: Any = call.request
                    length = 0 if body is None else request_bytes(body, headers)
                    if call.call_id or call.layer is not None or user_layer() is not None:
                        raw = RawCall(request.method or "", request.url or "", time(), "", 0, headers, length)
                        call.attempt(raw)
                    else:  # the first attempt of a call without labels: as `attempt` does it, without its frame
                        call_id = f"{ids.beginning}{next(ids.counter)}"
                        raw = RawCall(request.method or "", request.url or "", time(), call_id, 1, headers, length)
                        call.call_id, call.attempts, call.seen, call.pending = call_id, 1, True, raw
                        call.began = perf_counter()
                    if type(retries) is not Retry or retries.total or retries.status_forcelist or retries.history:
                        call.judged = is_policy(retries, self)
                    if call.tracing is not None and len(_modules) != tracers.untraced and tracers.loaded():
                        call.tracing.at_wire(raw)
                except Exception as fault:
                    swallow(PLACE, fault)
                try:
                    response = original(
                        self, method, url, body, headers, retries, redirect, assert_same_host, timeout,
                        pool_timeout, release_conn, chunked, body_pos, preload_content, decode_content,
                    )  # fmt: skip
                except BaseException as error:
                    _left_raising(None, call, None, error, begins=False)
                    raise
                try:
                    if preload_content or raw is not call.pending or raw is None or raw.status is not None:
                        answered(call, response, whole=preload_content)
                    else:  # as `answered` does it, without its frames
                        raw.headers_s = perf_counter() - call.began
                        raw.status = response.status
                        raw.response_headers = response.headers
                        call.answer = response
                        if raw.url[:6] == "https:":
                            tls.note(raw, getattr(getattr(response, "_connection", None), "sock", None))
                except Exception as fault:
                    swallow(PLACE, fault)
                return response
            options = (
                *(retries, redirect, assert_same_host, timeout, pool_timeout),
                *(release_conn, chunked, body_pos, preload_content, decode_content),
            )
            if not switch.on:
                return original(self, method, url, body, headers, *options, **response_kw)
            own = wire.own
            if own is not None and own.begins_anew():
                return HTTPConnectionPool.urlopen(self, method, url, body, headers, *options, **response_kw)
            call = None
            begins = False
            asked: Any = None
            try:
                if own is not None and own.strips:
                    headers = _own(self, headers)
                asked, call, begins = begin(self, method, url, body, headers, retries)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, method, url, body, headers, *options, **response_kw)
            token = current.set(call)
            try:
                response = original(self, method, url, body, headers, *options, **response_kw)
            except BaseException as error:
                _left_raising(token, call, asked, error, begins=begins)
                raise
            _left(token, call, asked, response, begins=begins, whole=preload_content)
            return response

        return urlopen

    def _wrap_increment(self, original: Callable[..., Retry]) -> Callable[..., Retry]:
        switch = self._switch

        @functools.wraps(original, updated=())
        def increment(self: Retry, *args: Any, **kwargs: Any) -> Retry:
            try:
                if switch.on:
                    noted(current.get(), **kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            return original(self, *args, **kwargs)

        return increment


wire: Final = Wire()
"""The one of this process."""


def _with_own_headers(pool: Any, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Give the arguments of `urlopen` with a copy of the headers: what is taken off must not be taken from the program."""
    own = _own(pool, args[1] if len(args) > 1 else options.get("headers"))
    if len(args) > 1:
        return (args[0], own, *args[2:]), options
    return args, {**options, "headers": own}


def _own(pool: Any, headers: Any) -> Any:
    return copy(headers if headers is not None else pool.headers)


def _left(token: Token[Any], call: Call | Ignored, asked: Asked, response: Any, *, begins: bool, whole: bool) -> None:
    """End what an entry into a pool began. Never raises."""
    try:
        leave(token)
        if isinstance(call, Call):
            answered(call, response, whole=whole)
            if begins:
                returned(call, asked, response)
    except Exception as fault:
        swallow(PLACE, fault)


def _left_raising(
    token: Token[Any] | None, call: Call | Ignored, asked: Asked | None, error: BaseException, *, begins: bool
) -> None:
    """End what an entry into a pool began that raised. Never raises by itself."""
    try:
        if token is not None:
            leave(token)
        if isinstance(call, Call):
            unanswered(call, error, error.__traceback__)
            if begins:
                call.raised(read, asked, error)
    except Exception as fault:
        swallow(PLACE, fault)

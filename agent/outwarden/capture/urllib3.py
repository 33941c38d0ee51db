"""urllib3, by itself or below others: one event for each attempt on the wire.

`urlopen` of a pool manager or of a pool is the logical call. It calls itself for each retry and redirect, so that each
entry into a pool's `urlopen` is an attempt; how one ended that another follows is what `Retry.increment` is told. Below
requests and the like, whose hooks have noted the first attempt already, only further attempts are added.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from copy import copy
from types import TracebackType
from typing import Any, Final

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from outwarden.capture import reading, tls
from outwarden.capture.asked import Asked, address, is_policy, read
from outwarden.capture.call import IGNORED, Call, Ignored, current, under_way
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch
from outwarden.polite import swallow

PLACE: Final = "capture.urllib3"


class Urllib3Hook(Hook):
    """Sees every call that goes through urllib3."""

    def _made(self) -> list[Patch]:
        return [
            Patch(PoolManager, "urlopen", self._wrap_manager),
            Patch(HTTPConnectionPool, "urlopen", self._wrap_pool),
            Patch(Retry, "increment", self._wrap_increment),
        ]

    def _enter(self, owner: object, url: str) -> tuple[Call | Ignored, bool]:
        """Give the call that an entry into urllib3 belongs to, and whether it begins there."""
        outer = under_way(current.get())
        if isinstance(outer, Call):
            within = outer.on_wire is not None or isinstance(outer.owner, _OWNERS)
            if not interrupts(outer) if within else carries(outer, url):
                return outer, False
        if not self._watches():
            return IGNORED, True
        if self._tracing is not None:
            self._tracing.engage()
        return Call(self._record, owner), True

    def _leave(self, call: Call, asked: Asked, retries: Any) -> None:
        """Begin an attempt, unless the client above has begun it."""
        if call.on_wire == "begun":
            call.on_wire = "entered"
            return
        call.judged = is_policy(retries, asked.pool)
        raw = read(asked)
        call.attempt(raw)
        if self._tracing is not None:
            self._tracing.at_wire(raw)

    def _anew(self) -> bool:
        """Say whether spans begin just now, so that `urlopen` is another one from here on."""
        tracing = self._tracing
        undecided = tracing is not None and not tracing.settled and current.get() is None
        return undecided and self._watches() and tracing.engage()  # type: ignore[union-attr]  # there is one

    # What follows runs in the middle of the program's calls, see requests.py.

    def _wrap_manager(self, original: Callable[..., Any]) -> Callable[..., Any]:
        enter = self._enter

        @functools.wraps(original, updated=())
        def urlopen(self: PoolManager, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            call = current.get()
            if call is not None and call.on_wire == "alone" and _rides_on(call):
                return original(self, method, url, *args, **kwargs)
            call, begins = None, False
            try:
                call, begins = enter(self, url)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None or not begins:
                return original(self, method, url, *args, **kwargs)
            token = current.set(call)
            asked = Asked(None, method, url, kwargs.get("body"), kwargs.get("headers"))
            try:
                response = original(self, method, url, *args, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    if isinstance(call, Call):
                        call.raised(read, asked, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                leave(token)
                if isinstance(call, Call):
                    _returned(call, asked, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return urlopen

    def _wrap_pool(self, original: Callable[..., Any]) -> Callable[..., Any]:
        begin, begins_anew, tracing = self._begin_in_pool, self._anew, self._tracing

        @functools.wraps(original, updated=())
        def urlopen(self: HTTPConnectionPool, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            call = current.get()
            if (
                call is not None
                and call.on_wire == "alone"
                and (call.handed is kwargs.get("headers") or _rides_on(call))  # the first look is cheaper
            ):
                return original(self, method, url, *args, **kwargs)
            call, begins, anew = None, False, False
            asked: Any = None
            try:
                anew = begins_anew()
            except Exception as fault:
                swallow(PLACE, fault)
            if anew:
                return HTTPConnectionPool.urlopen(self, method, url, *args, **kwargs)
            try:
                if tracing is not None and tracing.strips:
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
                try:
                    leave(token)
                    if isinstance(call, Call):
                        _failed(call, asked, error, begins=begins)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                leave(token)
                if isinstance(call, Call):
                    _answered(call, response, whole=kwargs.get("preload_content", True))
                    if begins:
                        _returned(call, asked, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return urlopen

    def _begin_in_pool(  # noqa: PLR0917 - as pools are asked
        self,
        pool: HTTPConnectionPool,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        retries: Any = None,
        *_args: Any,
        **_options: Any,
    ) -> tuple[Asked, Call | Ignored, bool]:
        """Begin an attempt, and the call where there is none."""
        asked = Asked(pool, method, url, body, headers)
        call, begins = self._enter(pool, address(asked))
        if isinstance(call, Call):
            self._leave(call, asked, retries)
        return asked, call, begins

    def _wrap_increment(self, original: Callable[..., Retry]) -> Callable[..., Retry]:
        @functools.wraps(original, updated=())
        def increment(self: Retry, *args: Any, **kwargs: Any) -> Retry:
            try:
                _noted(current.get(), **kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            return original(self, *args, **kwargs)

        return increment


_OWNERS: Final = (PoolManager, HTTPConnectionPool)


def _rides_on(call: Call | Ignored) -> bool:
    """Say whether an entry is the one attempt of a call that has noted it already. Never raises."""
    try:
        return not isinstance(call, Call) or not interrupts(call)
    except Exception as fault:
        swallow(PLACE, fault)
        return True


def _with_own_headers(pool: Any, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Give the arguments of `urlopen` with a copy of the headers: what is taken off must not be taken from the program."""
    headers = args[1] if len(args) > 1 else options.get("headers")
    own = copy(headers if headers is not None else pool.headers)
    if len(args) > 1:
        return (args[0], own, *args[2:]), options
    return args, {**options, "headers": own}


def _noted(
    call: Call | Ignored | None,
    response: Any = None,
    error: BaseException | None = None,
    _stacktrace: TracebackType | None = None,
    **_: Any,
) -> None:
    """Note how an attempt ended that urllib3 may follow with another."""
    if not isinstance(call, Call):
        return
    if error is not None:
        _unanswered(call, error, _stacktrace)
    elif response is not None:
        _answered(call, response, whole=False)


def _answered(call: Call, response: Any, *, whole: bool) -> None:
    """Note an answer, once; `whole`: its body has come with it, and nobody can tell when the headers came."""
    raw = call.pending
    if raw is not None and raw.status is None and raw.error is None:
        call.answered(response.status, response.headers)
        tls.note(raw, getattr(getattr(response, "_connection", None), "sock", None))
        if whole:
            raw.duration_s, raw.headers_s = raw.headers_s, None


def _unanswered(call: Call, error: BaseException, trace: TracebackType | None) -> None:
    """Note a failure, once. Where the body was to come with the answer, the head had come, and only the frames know it."""
    raw = call.pending
    if raw is None or raw.status is not None or raw.error is not None:
        return
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "getresponse":
            head = trace.tb_frame.f_locals.get("httplib_response")
            if head is not None:
                call.answered(head.status, head.headers)
        trace = trace.tb_next
    call.unanswered(error)


def _failed(call: Call, asked: Asked, error: BaseException, *, begins: bool) -> None:
    _unanswered(call, error, error.__traceback__)
    if begins:
        call.raised(read, asked, error)


def _returned(call: Call, asked: Asked, response: Any) -> None:
    """End the call. A body that the program wants to read by itself ends it later."""
    if not call.returned(read, asked, response.status, response.headers):
        return
    if isinstance(response, HTTPResponse):
        if not response.isclosed() and response.length_remaining != 0:
            reading.hand_over(call, response)
            return
        call.sized(response, size)
    call.finish()


def size(response: HTTPResponse) -> int | None:
    """Give the bytes of the body that came over the wire; None where urllib3 does not say."""
    return response.tell() if not response.chunked else None

"""urllib3, by itself or below others: one event for each attempt on the wire.

`urlopen` of a pool manager or of a pool is the logical call. It calls itself for each retry and redirect, so that each
entry into a pool's `urlopen` is an attempt; how one ended that another follows is what `Retry.increment` is told. Below
requests and the like, whose hooks have noted the first attempt already, only further attempts are added.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import Token
from copy import copy
from typing import Any, Final

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.util import Retry

from outwarden.capture.asked import Asked, address, is_policy, read
from outwarden.capture.call import IGNORED, Call, Ignored, current, under_way
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch, takes_the_same
from outwarden.capture.urllib3_ends import answered, noted, returned, unanswered
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
        """Say whether spans begin just now, so that `urlopen` is another one from here on. Never raises."""
        tracing, outer = self._tracing, current.get()
        if tracing is None or tracing.settled or not (outer is None or outer.over):
            return False
        try:
            return self._watches() and tracing.engage()
        except Exception as fault:
            swallow(PLACE, fault)
            return False

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
                    returned(call, asked, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return urlopen

    def _wrap_pool(self, original: Callable[..., Any]) -> Callable[..., Any]:
        by_position = self._wrap_pool_by_position(original)
        if takes_the_same(by_position, original):
            return by_position
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
            if begins_anew():
                return HTTPConnectionPool.urlopen(self, method, url, *args, **kwargs)
            call, begins = None, False
            asked: Any = None
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
                _left_raising(token, call, asked, error, begins=begins)
                raise
            _left(token, call, asked, response, begins=begins, whole=kwargs.get("preload_content", True))
            return response

        return urlopen

    def _wrap_pool_by_position(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Make the same wrapper for urllib3's own `urlopen`: to take a dozen arguments by name, and pass them on, costs 4 µs."""
        begin, begins_anew, tracing = self._begin_in_pool, self._anew, self._tracing

        @functools.wraps(original, updated=())
        def urlopen(  # noqa: PLR0917 - as pools are asked
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
            rides = call is not None and call.on_wire == "alone" and (call.handed is headers or _rides_on(call))
            if rides and not response_kw:
                return original(
                    self, method, url, body, headers, retries, redirect, assert_same_host, timeout,
                    pool_timeout, release_conn, chunked, body_pos, preload_content, decode_content,
                )  # fmt: skip
            options = (
                *(retries, redirect, assert_same_host, timeout, pool_timeout),
                *(release_conn, chunked, body_pos, preload_content, decode_content),
            )
            if rides:
                return original(self, method, url, body, headers, *options, **response_kw)
            if begins_anew():
                return HTTPConnectionPool.urlopen(self, method, url, body, headers, *options, **response_kw)
            call, begins = None, False
            asked: Any = None
            try:
                if tracing is not None and tracing.strips:
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
                noted(current.get(), **kwargs)
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


def _left_raising(token: Token[Any], call: Call | Ignored, asked: Asked, error: BaseException, *, begins: bool) -> None:
    """End what an entry into a pool began that raised. Never raises by itself."""
    try:
        leave(token)
        if isinstance(call, Call):
            unanswered(call, error, error.__traceback__)
            if begins:
                call.raised(read, asked, error)
    except Exception as fault:
        swallow(PLACE, fault)

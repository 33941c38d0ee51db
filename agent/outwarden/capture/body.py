"""A streamed body: its call ends when the body ends, is closed or is collected. We never read it ourselves."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from functools import cache
from time import perf_counter
from typing import Any, Final

from urllib3.response import HTTPResponse

from outwarden.capture import outcome
from outwarden.capture.recorder import process
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.body"

_MARK: Final = "_outwarden_body"


class Body:
    """The call behind an unread body. It never refers to the response, so it does not keep it alive."""

    __slots__ = ("_began", "_finalizer", "_generation", "_raws", "_record", "reading")

    def __init__(self, raw: RawCall, *, began: float, generation: int, record: Callable[[RawCall], None]) -> None:
        self._raws = [raw]
        self._began = began
        self._generation = generation
        self._record = record
        self._finalizer: Any = None
        self.reading = False
        """A read is under way, and says itself how it went."""

    def attach(self, response: object) -> bool:
        """Watch this response; False when it is of a kind that cannot be watched, or has no body left to read."""
        if not isinstance(response, HTTPResponse) or response.isclosed() or response.length_remaining == 0:
            return False
        try:
            response.__class__ = _watched(type(response))
        except TypeError:
            return False
        response.__dict__[_MARK] = self
        self._finalizer = weakref.finalize(response, _collected, self)  # also at the interpreter's exit
        return True

    def end(self, size: int | None = None, error: BaseException | None = None) -> None:
        """Record the call, the first time, in the process that made it."""
        try:
            raw = self._raws.pop()  # atomic: two threads may get here at once
        except IndexError:
            return
        if self._generation != process.generation:
            return
        if self._finalizer is not None:
            self._finalizer.detach()
        raw.duration_s = perf_counter() - self._began
        raw.response_bytes = size
        if error is not None:
            raw.error = error
            raw.failure = outcome.failure(error)
        self._record(raw)


def _ended(response: Any, error: BaseException | None = None) -> None:
    """End a body, if that has not happened yet, and give the response its own class back. Never raises."""
    try:
        body = response.__dict__.pop(_MARK, None)
        if body is not None:
            response.__class__ = response.__class__.__bases__[0]
            body.end(None if response.chunked else response.tell(), error)
    except Exception as fault:
        swallow(PLACE, fault)


def _collected(body: Body) -> None:
    """End the body of a response that nobody kept. Never raises: Python would write it to standard error."""
    try:
        body.end()
    except Exception as fault:
        swallow(PLACE, fault)


@cache
def _watched(kind: type[HTTPResponse]) -> type[HTTPResponse]:
    """Make the class that a watched response has for as long as its body is open.

    A class rather than attributes of the instance: a bound method must keep its response alive, or
    `requests.get(url, stream=True).raw.read()` would read from a response that is gone.
    """

    def step(response: HTTPResponse, read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        body: Body | None = response.__dict__.get(_MARK)
        if body is None:
            return read(*args, **kwargs)
        body.reading = True  # urllib3 closes a broken response before it raises: the exception is what counts
        try:
            data = read(*args, **kwargs)
        except StopIteration:
            body.reading = False
            raise
        except BaseException as error:
            _ended(response, error)
            raise
        body.reading = False
        if response.isclosed():
            _ended(response)
        return data

    def reading(name: str) -> Callable[..., Any]:
        original = getattr(kind, name)

        def read(self: HTTPResponse, *args: Any, **kwargs: Any) -> Any:
            return step(self, original, self, *args, **kwargs)

        return read

    def read_chunked(self: HTTPResponse, *args: Any, **kwargs: Any) -> Iterator[bytes]:
        chunks = kind.read_chunked(self, *args, **kwargs)
        try:
            while True:
                try:
                    chunk = step(self, next, chunks)
                except StopIteration:
                    return
                yield chunk
        finally:
            chunks.close()
            if self.isclosed():
                _ended(self)

    def close(self: HTTPResponse) -> None:
        try:
            kind.close(self)
        finally:
            body: Body | None = self.__dict__.get(_MARK)
            if body is not None and not body.reading:
                _ended(self)

    methods = {name: reading(name) for name in ("read", "read1") if hasattr(kind, name)}
    watched = type(
        kind.__name__,
        (kind,),
        {**methods, "read_chunked": read_chunked, "close": close, "__module__": kind.__module__},
    )
    watched.__qualname__ = kind.__qualname__
    return watched

"""Watch a body that is read like a file: urllib3's responses and those of the standard library."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from outwarden.capture.body import MARK, PLACE, Body, collected
from outwarden.capture.call import Call
from outwarden.polite import swallow


def hand_over(call: Call, response: Any) -> None:
    """Leave what remains of a call to the body of its response."""
    body = call.body()
    if body is not None and not attach(response, body):
        body.end()


def attach(response: Any, body: Body) -> bool:
    """Watch this response; False when it is of a kind that cannot be watched."""
    try:
        kind: Any = type(response)
        response.__class__ = _watched(kind)
        response.__dict__[MARK] = body
    except (AttributeError, TypeError):
        return False
    body.whole = getattr(response, "length", None)  # of http.client's: what is left to read
    weakref.finalize(response, collected, body).atexit = False
    return True


def _size(response: Any, body: Body) -> int | None:
    """Give the bytes that came; None where the client does not say."""
    if response.chunked:
        return None
    if hasattr(response, "tell") and hasattr(response, "length_remaining"):
        size: int = response.tell()
        return size
    return body.whole - (response.length or 0) if body.whole is not None else None


def ended(response: Any, error: BaseException | None = None) -> None:
    """End a body, if that has not happened yet, and give the response its own class back. Never raises."""
    try:
        body = response.__dict__.pop(MARK, None)
        if body is not None:
            response.__class__ = response.__class__.__bases__[0]
            body.end(_size(response, body), error)
    except Exception as fault:
        swallow(PLACE, fault)


@cache
def _watched(kind: Any) -> type:
    """Make the class that a watched response has for as long as its body is open.

    A class rather than attributes of the instance: a bound method must keep its response alive, or
    `requests.get(url, stream=True).raw.read()` would read from a response that is gone.
    """

    def step(response: Any, read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        body: Body | None = response.__dict__.get(MARK)
        if body is None or body.reading:
            return read(*args, **kwargs)
        body.reading = True  # a broken response is closed before the exception is raised: that is what counts
        try:
            data = read(*args, **kwargs)
        except StopIteration:
            body.reading = False
            raise
        except BaseException as error:
            ended(response, error)
            raise
        body.reading = False
        if response.isclosed():
            ended(response)
        return data

    def reading(name: str) -> Callable[..., Any]:
        original = getattr(kind, name)

        def read(self: Any, *args: Any, **kwargs: Any) -> Any:
            return step(self, original, self, *args, **kwargs)

        return read

    def read_chunked(self: Any, *args: Any, **kwargs: Any) -> Iterator[bytes]:
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
                ended(self)

    def close(self: Any) -> None:
        try:
            kind.close(self)
        finally:
            body: Body | None = self.__dict__.get(MARK)
            if body is not None and not body.reading:
                ended(self)

    methods: dict[str, Any] = {
        name: reading(name) for name in ("read", "read1", "readinto", "readline", "peek") if hasattr(kind, name)
    }
    if hasattr(kind, "read_chunked"):
        methods["read_chunked"] = read_chunked
    watched = type(kind.__name__, (kind,), {**methods, "close": close, "__module__": kind.__module__})
    watched.__qualname__ = kind.__qualname__
    return watched

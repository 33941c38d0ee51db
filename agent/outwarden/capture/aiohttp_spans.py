"""Spans of aiohttp: the handlers of the official trace configuration, called around each call of a session.

aiohttp itself would ask a trace configuration about each connection, header and piece of a body, of which the official
one knows nothing: that would cost an eighth of the span.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from opentelemetry.util.http import (
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS,
    get_custom_headers,
)

from outwarden.capture.call import current
from outwarden.capture.hook import carries
from outwarden.polite import swallow

PLACE: Final = "capture.aiohttp_spans"

Handler = Callable[[Any, Any, Any], Awaitable[None]]


class _Asked(NamedTuple):
    """What the handlers look at when a call begins."""

    method: str
    url: Any
    headers: Any


class _Answer(NamedTuple):
    status: int
    headers: Any


class _Answered(NamedTuple):
    """What they look at when it has an answer."""

    response: _Answer


class _Failed(NamedTuple):
    """What they look at when it has failed."""

    exception: BaseException


class AiohttpSpans:
    """Makes spans of the calls of all sessions but those that the program has instrumented.

    Args:
        module: the official instrumentor's.
        options: for its trace configuration: providers, conventions.
    """

    def __init__(self, module: Any, **options: Any) -> None:
        requested = get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST)
        answered = get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE)
        config = module.create_trace_config(
            captured_request_headers=requested,
            captured_response_headers=answered,
            sensitive_headers=get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS),
            **options,
        )
        self._context_of: Callable[..., SimpleNamespace] = config.trace_config_ctx
        self._start: Handler = config.on_request_start[0]
        self._end: Handler = config.on_request_end[0]
        self._fail: Handler = config.on_request_exception[0]
        self._requested = bool(requested)
        self._answered = bool(answered)
        self._scope = module.__name__
        self._no_headers: Callable[[], Any] = sys.modules["multidict"].CIMultiDict

    def wrap(self, original: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """Make what stands in the place of `ClientSession._request`."""
        begin = self._begin

        @functools.wraps(original, updated=())
        async def _request(self: Any, method: Any, str_or_url: Any, **kwargs: Any) -> Any:
            span = None
            try:
                span = await begin(self, method, str_or_url, kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            if span is None:
                return await original(self, method, str_or_url, **kwargs)
            try:
                response = await original(self, method, str_or_url, **kwargs)
            except BaseException as error:
                try:
                    await fail(self, span, _Failed(error))
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                headers = response.headers if captured else no_headers()
                await end(self, span, _Answered(_Answer(response.status, headers)))
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        end, fail, captured, no_headers = self._end, self._fail, self._answered, self._no_headers
        return _request

    async def _begin(self, session: Any, method: Any, url: Any, options: Mapping[str, Any]) -> SimpleNamespace | None:
        """Begin a span; None where this is no call, or another's span is there."""
        outer = current.get()
        if outer is not None and not outer.over and carries(outer, str(url)):
            return None  # the client above is the one whose spans are wanted
        configs = session._trace_configs  # noqa: SLF001 - newer versions only have it in public
        if configs and any(self._is_official(config) for config in configs):
            return None
        try:
            method = method.upper()
            url = session._build_url(url)  # noqa: SLF001 - it knows the base of relative ones
            params = options.get("params")
            if params:
                url = url.update_query(params)
        except (AttributeError, TypeError, ValueError):
            return None  # the session refuses it as well
        headers = session._prepare_headers(options.get("headers")) if self._requested else self._no_headers()  # noqa: SLF001 - as above
        span = self._context_of(trace_request_ctx=None)
        await self._start(session, span, _Asked(method, url, headers))
        return span

    def _is_official(self, config: Any) -> bool:
        """Say whether this makes spans already: the program has instrumented all sessions, or this one."""
        return any(getattr(handler, "__module__", None) == self._scope for handler in config.on_request_start)

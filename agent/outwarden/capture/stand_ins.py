"""Stand-ins: what the official instrumentors do several times in each call, done once or in less time.

Each does what the function does whose place it takes, for the program's own use of the instrumentor as well. Where one
meets something that it does not know, the original does it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import ParseResult

from opentelemetry import context
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY, _SUPPRESS_INSTRUMENTATION_KEY

from outwarden.capture.around import SPAN_KEY, current_span, get_current
from outwarden.capture.clean_span import OURS, TransparentSpan
from outwarden.capture.conventions import CONVENTIONS, METHODS

if TYPE_CHECKING:
    from types import TracebackType

_REMEMBERED: Final = 64
_PLAIN_KEY: Final = "suppress_instrumentation"
_nothing: Final[Callable[[], Any]] = partial(memoryview, b"")  # type: ignore[arg-type]  # it is generic
"""Make a block that does nothing, as `nullcontext` does, without its two frames."""
_modules: Final = sys.modules


def _remembered(original: Callable[..., Any]) -> Callable[..., Any]:
    return lru_cache(maxsize=_REMEMBERED)(original)


# Of all instrumentors.


def _is_enabled(_original: Callable[[], bool]) -> Callable[[], bool]:
    """One look at the context instead of three."""

    def is_http_instrumentation_enabled() -> bool:
        current = get_current()
        return not current or not (
            current.get(_SUPPRESS_INSTRUMENTATION_KEY)
            or current.get(_PLAIN_KEY)
            or current.get(_SUPPRESS_HTTP_INSTRUMENTATION_KEY)
        )

    return is_http_instrumentation_enabled


def _sanitize_method(original: Callable[[str], str]) -> Callable[[str], str]:
    """A well-known method is what it is, whatever the environment says of others."""

    def sanitize_method(method: str) -> str:
        return method if method in METHODS else original(method)

    return sanitize_method


def _captured_headers(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_custom_header_attributes(headers: Any, captured_headers: Any, *rest: Any) -> Any:
        return original(headers, captured_headers, *rest) if captured_headers else {}

    return get_custom_header_attributes


class _Parsed(ParseResult):
    """An address that works its host and port out once."""

    @cached_property
    def hostname(self) -> str | None:
        return super().hostname

    @cached_property
    def port(self) -> int | None:
        return super().port


def _urlparse(original: Callable[..., Any]) -> Callable[..., Any]:
    @_remembered
    def urlparse(url: Any, *rest: Any, **more: Any) -> Any:
        parsed = original(url, *rest, **more)
        return _Parsed(*parsed) if type(parsed) is ParseResult else parsed

    return urlparse


class _Suppressed:
    """`suppress_http_instrumentation`, without the two generators that it is made of."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = context.attach(context.set_value(_SUPPRESS_HTTP_INSTRUMENTATION_KEY, True))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        context.detach(self._token)


def _suppress(_original: Callable[[], Any]) -> Callable[[], Any]:
    def suppress_http_instrumentation() -> Any:
        current = get_current()
        if current.get(_SUPPRESS_HTTP_INSTRUMENTATION_KEY) or type(current.get(SPAN_KEY)) is TransparentSpan:
            return _nothing()
        return _Suppressed()

    return suppress_http_instrumentation


def _ip_of_others(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Only a span that is not ours gets the attribute of the old conventions that this is about."""

    def set_ip_on_next_http_connection(span: Any) -> Any:
        return _nothing() if type(span) in OURS else original(span)

    return set_ip_on_next_http_connection


# Of that for httpx. What its functions get beside the first argument is another thing in each version.


def _parameters(original: Callable[..., Any]) -> Callable[..., Any]:
    """The address is parsed already, and never changes."""

    def _extract_parameters(args: Any, *rest: Any) -> Any:
        request: Any = args[0] if args else None
        httpx: Any = _modules.get("httpx")
        if httpx is not None and type(request) is httpx.Request:
            return request.method.encode(), request.url, request.headers, request.stream, request.extensions
        return original(args, *rest)

    return _extract_parameters


def _inject_headers(original: Callable[..., None]) -> Callable[..., None]:
    """Where nothing is put into headers there is no need for a copy of them."""

    def _inject_propagation_headers(headers: Any, *rest: Any) -> None:
        if type(current_span()) not in OURS:
            original(headers, *rest)

    return _inject_propagation_headers


class _Normalized(Mapping[str, Any]):
    """Headers as the instrumentor has them, once it looks at them: that is when some are to be captured."""

    __slots__ = ("_asked", "_headers", "_made", "_original")

    def __init__(self, original: Callable[..., Any], headers: Any, asked: tuple[Any, ...]) -> None:
        self._original, self._headers, self._asked = original, headers, asked
        self._made: Mapping[str, Any] | None = None

    def _all(self) -> Mapping[str, Any]:
        made = self._made
        if made is None:
            made = self._made = self._original(self._headers, *self._asked)
        return made

    def __bool__(self) -> bool:
        return bool(self._headers)

    def __getitem__(self, key: str) -> Any:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _normalized(original: Callable[..., Any]) -> Callable[..., Any]:
    def _normalize_headers(headers: Any, *rest: Any) -> Any:
        return _Normalized(original, headers, rest)

    return _normalize_headers


STAND_INS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **CONVENTIONS,
    "is_http_instrumentation_enabled": _is_enabled,
    "redact_url": _remembered,
    "detect_synthetic_user_agent": _remembered,
    "get_custom_header_attributes": _captured_headers,
    "sanitize_method": _sanitize_method,
    "urlparse": _urlparse,
    "suppress_http_instrumentation": _suppress,
    "set_ip_on_next_http_connection": _ip_of_others,
    "_extract_parameters": _parameters,
    "_inject_propagation_headers": _inject_headers,
    "_normalize_headers": _normalized,
}
"""By the names of the functions whose places they take: what makes each of them from the original."""

"""Conventions: the setters of the official instrumentors, in one step under the stable names of HTTP attributes.

Theirs ask for each attribute which names are wanted, old or new, and most are set twice: for the span and for metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.instrumentation._semconv import _StabilityMode

from outwarden.capture.clean_span import CleanSpan

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"))
"""Those that are what they are, whatever the environment says of others."""

_STABLE: Final = _StabilityMode.HTTP
_STATUS: Final = "http.response.status_code"
_IN_STABLE: Final = (_STABLE,)
_WELL: Final = range(100, 400)
"""Answers that say nothing but their status."""


def _text(key: str) -> Callable[[Any], Any]:
    """Make the setter of a text under one name."""

    def made(original: Callable[..., None]) -> Callable[..., None]:
        def set_text(result: Any, value: Any, sem_conv_opt_in_mode: Any) -> None:
            if sem_conv_opt_in_mode is not _STABLE:
                original(result, value, sem_conv_opt_in_mode)
            elif value:
                result[key] = value

        return set_text

    return made


def _method(original: Callable[..., None]) -> Callable[..., None]:
    def _set_http_method(result: Any, asked: Any, normalized: Any, sem_conv_opt_in_mode: Any) -> None:
        if sem_conv_opt_in_mode is _STABLE and asked == normalized and asked in METHODS:
            result["http.request.method"] = normalized
        else:
            original(result, asked, normalized, sem_conv_opt_in_mode)

    return _set_http_method


def _status(original: Callable[..., None]) -> Callable[..., None]:
    """What went well is no status of a span of ours, which is one attribute then."""

    def _set_status(span: Any, attributes: Any, code: Any, text: Any, *rest: Any, **more: Any) -> None:
        if (
            type(span) is CleanSpan
            and more.get("sem_conv_opt_in_mode") is _STABLE
            and type(code) is int
            and code in _WELL
        ):
            attributes[_STATUS] = code
            if span.recording:
                span.gathered[_STATUS] = code
        else:
            original(span, attributes, code, text, *rest, **more)

    return _set_status


def _status_of_answer(original: Callable[..., None]) -> Callable[..., None]:
    """As `_set_status`, which the official one comes to in the end."""

    def _set_http_status_code_attribute(span: Any, code: Any, attributes: Any = None, *rest: Any, **more: Any) -> None:
        if type(span) is CleanSpan and rest == _IN_STABLE and not more and type(code) is int and code in _WELL:
            if attributes is not None:
                attributes[_STATUS] = code
            if span.recording:
                span.gathered[_STATUS] = code
        else:
            original(span, code, attributes, *rest, **more)

    return _set_http_status_code_attribute


CONVENTIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "_set_http_url": _text("url.full"),
    "_set_http_scheme": _text("url.scheme"),
    "_set_http_host_client": _text("server.address"),
    "_set_http_net_peer_name_client": _text("server.address"),
    "_set_http_network_protocol_version": _text("network.protocol.version"),
    "_set_http_method": _method,
    "_set_status": _status,
    "_set_http_status_code_attribute": _status_of_answer,
}
"""By the names of the functions whose places they take: what makes each of them from the original."""

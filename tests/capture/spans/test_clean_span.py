"""What a span of ours hands over at its end is what the SDK would have kept of it."""

from __future__ import annotations

import pytest
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import SpanLimits, TracerProvider

from outwarden.capture import clean_span
from outwarden.capture.clean_span import CleanSpan
from outwarden.capture.otel import Cleaner

LIMITS = {
    "none": {},
    "room for two": {"max_span_attributes": 2},
    "room for none": {"max_span_attributes": 0},
    "short": {"max_span_attribute_length": 3},
}
ATTRIBUTES = {
    "plain": {"error.type": "Timeout", "http.response.status_code": 404},
    "known already": {"http.request.method": "POST"},
    "too many": {f"a{number}": "long enough" for number in range(3)},
    "a list": {"http.response.header.server": ["one", "two"]},
    "no text": {"error.type": ValueError},
}


@pytest.fixture(params=LIMITS.values(), ids=LIMITS.keys())
def start(request):
    tracer = TracerProvider(shutdown_on_exit=False, span_limits=SpanLimits(**request.param)).get_tracer("test")
    return lambda: tracer.start_span("GET", attributes={"http.request.method": "GET"})


@pytest.mark.parametrize("attributes", ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
def test_what_is_kept(attributes, start):
    expected, real = start(), start()
    span = CleanSpan(real, Cleaner(None, str, str, object), "test")
    span.set_attributes(attributes)
    span.end()
    expected.set_attributes(attributes)
    expected.end()

    assert dict(real.attributes) == dict(expected.attributes)
    assert real.dropped_attributes == expected.dropped_attributes


def test_what_is_told_too_late(start):
    real = start()
    span = CleanSpan(real, Cleaner(None, str, str, object), "test")
    real.end()
    before = dict(real.attributes)
    span.set_attribute("error.type", "Timeout")
    span.end()

    assert dict(real.attributes) == before


def test_how_the_sdk_keeps_them_is_known():
    """A version that keeps them in another way would cost us the short one without anybody noticing."""
    assert clean_span._KEEPS is BoundedAttributes

"""An event as one line of text."""

from __future__ import annotations

import pytest

from outwarden.cli.lines import line
from outwarden.event import SCHEMA, CallEvent, Notice


@pytest.fixture
def call():
    """One call, with some fields as wanted."""

    def _call(**fields):
        usual = {
            "ts": "2026-11-23T14:23:45.123456Z",
            "event_id": "1",
            "call_id": "1",
            "attempt": 1,
            "api": "sectors",
            "method": "GET",
            "host": "api.sectors.app",
            "outcome": "ok",
            "status": 200,
            "service": "app",
            "env": "dev",
            "pid": 1,
            "schema": SCHEMA,
            "route": "/v2/company/report/{symbol}/",
            "duration_ms": 84.2,
        }
        return CallEvent(**usual | fields)

    return _call


def test_the_line_that_log_readers_know(call):
    """As in docs/events.md."""
    assert line(call()) == "[2026-11-23 14:23:45] INFO: GET /v2/company/report/{symbol}/ - Status: 200 - 84 ms"


def test_levels_follow_the_outcome(call):
    """4XX warns, 5XX and failures are errors; a failure without an answer names itself."""
    assert "WARNING: GET" in line(call(outcome="client_error", status=404))
    assert "ERROR: GET" in line(call(outcome="server_error", status=503))
    failed = line(call(outcome="timeout", status=None, error_type="ReadTimeout", error="read timed out"))
    assert failed.endswith("- timeout - 84 ms - ReadTimeout: read timed out")


def test_a_generic_call_names_its_host_and_control_characters_are_escaped(call):
    """Nothing in an event can steer a terminal."""
    text = line(call(api="generic", host="example.org", route=None, path="/a\x1b[2J"))

    assert "GET example.org/a\\x1b[2J" in text


def test_a_notice(call):
    """What outwarden says about itself."""
    notice = Notice(
        ts="2026-11-23T14:23:45.000000Z",
        event_id="2",
        name="lost",
        service="app",
        env="dev",
        pid=1,
        schema=SCHEMA,
        count=3,
        reason="disk_full",
    )

    assert line(notice) == "[2026-11-23 14:23:45] WARNING: outwarden: lost - 3 events - Reason: disk_full"

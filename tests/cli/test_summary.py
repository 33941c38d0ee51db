"""The text at the end of a run."""

from __future__ import annotations

import pytest

from outwarden.cli.summary import Report, render
from outwarden.meter.summary import Route, Slow, Summary

NOTHING = Summary(calls=0, outcomes={}, routes=(), more_routes=0, slowest=(), keys_in_urls=0)


@pytest.fixture
def report():
    """A report on nothing much, with some fields as wanted."""

    def _report(**fields):
        usual = {
            "status": 0,
            "elapsed_s": 1.25,
            "processes": 1,
            "still_running": 0,
            "calls": NOTHING,
            "complete": True,
            "history": "/state/history",
            "not_shipped": {},
            "shipped_to": (),
            "counted": {},
            "alarms": (),
            "notes": (),
        }
        return Report(**usual | fields)

    return _report


def test_a_program_without_calls(report):
    """Two lines: none, and where they would be."""
    assert render(report()).splitlines() == [
        "outwarden: 0 calls in 1.2 s",
        "  history: /state/history (see it with: outwarden tail)",
    ]


def test_events_on_standard_output_are_not_counted(report):
    """It does not claim that there were none."""
    assert render(report(events_to="stdout", history=None)).splitlines() == [
        "outwarden: watched for 1.2 s: its events went to standard output and are not counted here"
    ]


def test_a_program_that_was_not_watched(report):
    """It says why, and claims nothing else."""
    (line,) = render(report(processes=0)).splitlines()

    assert line.startswith("outwarden: was not watched: the program's Python cannot import outwarden")
    assert "-I, -S or -E" in line


def test_a_fault_of_ours_is_not_blamed_on_the_program(report):
    """Where we cannot tell what was seen, we say nothing about it."""
    assert render(report(processes=None, status=3, history=None, notes=("a fault",))).splitlines() == [
        "outwarden: the program ended with status 3",
        "  a fault",
    ]


def test_everything_there_is_to_say(report):
    """Outcomes, routes, the slowest, keys, alarms, losses, what waits, who lives on."""
    calls = Summary(
        calls=1201,
        outcomes={"ok": 1199, "client_error": 1, "network": 1},
        routes=(Route(name="GET /v2/subsectors/", calls=1200, errors=2, p50_ms=84.4, p95_ms=None),),
        more_routes=1,
        slowest=(Slow(name="GET /v2/subsectors/", duration_ms=2103.2, status=200, outcome="ok"),),
        keys_in_urls=1,
        traces_sent=2,
    )
    text = render(
        report(
            calls=calls,
            alarms=("High4XXErrors: 12 is greater than 10",),
            counted={"disk_full": 3, "journal_slow": 2},
            not_shipped={"cloudwatch": 4},
            shipped_to=("cloudwatch",),
            still_running=2,
            notes=("the bridge is out",),
        )
    )

    assert text.isascii()
    assert text.splitlines() == [
        "outwarden: 1201 calls in 1.2 s: 1199 ok, 1 client error, 1 network error",
        "    calls  errors    p50 ms    p95 ms  route",
        "     1200       2        84         -  GET /v2/subsectors/",
        "  ... and 1 other route",
        "  slowest: 2103 ms, GET /v2/subsectors/, status 200",
        "  keys in URLs: 1 call had a key in the URL (masked here, but not in the logs of others). Send it as a header.",
        "  tracing headers: 2 calls took them to third parties. capture.strip_trace_headers takes them off.",
        "  alarm: High4XXErrors: 12 is greater than 10",
        "  not recorded: 3 events (disk_full 3)",
        "  survived: journal_slow 2",
        "  the bridge is out",
        "  not yet handled by cloudwatch: 4 events; the next run or sidecar goes on there",
        "  still running: 2 watched processes",
        "  history: /state/history (see it with: outwarden tail)",
    ]


def test_what_was_shipped_is_said_only_when_all_of_it_was(report):
    """`shipped to` is a promise."""
    calls = Summary(calls=1, outcomes={"ok": 1}, routes=(), more_routes=0, slowest=(), keys_in_urls=0)

    assert "  shipped to: file" in render(report(calls=calls, shipped_to=("file",))).splitlines()
    assert "shipped to" not in render(report(calls=calls, shipped_to=("file",), not_shipped={"file": 1}))


def test_a_hostile_route_cannot_steer_the_terminal(report):
    """Control characters come out as text."""
    route = Route(name="GET /\x1b]0;x\x07\n", calls=1, errors=0, p50_ms=None, p95_ms=None)
    calls = Summary(calls=1, outcomes={"ok": 1}, routes=(route,), more_routes=0, slowest=(), keys_in_urls=0)

    text = render(report(calls=calls))

    assert "\x1b" not in text
    assert "GET /\\x1b]0;x\\x07\\x0a" in text

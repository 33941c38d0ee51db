"""What `outwarden run` says on standard error when its program has ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import click
import msgspec

from outwarden import tally
from outwarden.cli.lines import plain, plural
from outwarden.meter.summary import Summary, summarise

WORDS: Final = {
    "ok": "ok",
    "client_error": "client error",
    "server_error": "server error",
    "timeout": "timeout",
    "network": "network error",
    "tls": "TLS error",
    "blocked": "blocked",
    "aborted": "aborted",
}
"""Outcomes as a person says them."""

NOT_WATCHED: Final = (
    "was not watched: the program's Python cannot import outwarden (or was started with -I, -S or -E, "
    "or no Python was started)"
)

NOTHING: Final = summarise(())
"""No calls."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that there is to say about one run."""

    status: int
    """Exit status of the program."""
    elapsed_s: float
    processes: int | None = None
    """How many processes were watched; 0: the program was not; None: we cannot tell."""
    still_running: int = 0
    """How many of them live on: the program has left them behind."""
    events_to: Literal["files", "stdout"] = "files"
    """Where events went; those on standard output are not counted."""
    calls: Summary = NOTHING
    complete: bool = True
    """Whether all events were read; a very long history is cut off."""
    history: str | None = None
    """Directory of the history."""
    not_shipped: dict[str, int] = {}
    """Events that wait, by who has still to handle them."""
    shipped_to: tuple[str, ...] = ()
    """Sinks that are set."""
    counted: dict[tally.Reason, int] = {}
    """Losses and survived faults."""
    alarms: tuple[str, ...] = ()
    """Alarms that went off, each in one sentence."""
    notes: tuple[str, ...] = ()
    """What stood in our way."""


def render(report: Report, *, colour: bool = False) -> str:
    """Write it as text: plain ASCII unless the events themselves hold something else."""
    return "\n".join(_lines(report, colour=colour))


def write(report: Report, path: Path) -> str | None:
    """Write it as JSON; says what is wrong where that cannot be done."""
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    except OSError as error:
        return f"--json-summary: the file cannot be written ({error.strerror}). Name another one."
    return None


def _lines(report: Report, *, colour: bool) -> Iterator[str]:
    calls = report.calls
    yield _heading(report, colour=colour)
    if calls.routes:
        yield "    calls  errors    p50 ms    p95 ms  route"
        for route in calls.routes:
            line = f"  {route.calls:7}{route.errors:8}{_ms(route.p50_ms)}{_ms(route.p95_ms)}  {plain(route.name, 100)}"
            yield click.style(line, fg="red") if colour and route.errors else line
        if calls.more_routes:
            yield f"  ... and {calls.more_routes} other {plural('route', calls.more_routes)}"
    if calls.slowest:
        slow = calls.slowest[0]
        how = f"status {slow.status}" if slow.status is not None else WORDS[slow.outcome]
        yield f"  slowest: {slow.duration_ms:.0f} ms, {plain(slow.name, 100)}, {how}"
    if calls.keys_in_urls:
        text = f"{calls.keys_in_urls} {plural('call', calls.keys_in_urls)} had a key in the URL"
        yield _warn(
            f"  keys in URLs: {text} (masked here, but not in the logs of others). Send it as a header.", colour
        )
    if calls.traces_sent:
        text = f"{calls.traces_sent} {plural('call', calls.traces_sent)}"
        yield _warn(
            f"  tracing headers: {text} took them to third parties. capture.strip_trace_headers takes them off.", colour
        )
    for alarm in report.alarms:
        yield _warn(f"  alarm: {plain(alarm, 400)}", colour)
    yield from (_warn(line, colour) for line in _losses(report))
    yield from _whereabouts(report)


def _heading(report: Report, *, colour: bool) -> str:
    text = f"outwarden: {_outcomes(report)}" if report.processes else f"outwarden: {NOT_WATCHED}"
    if report.processes is None:
        text = f"outwarden: the program ended with status {report.status}"
    return click.style(text, bold=True) if colour else text


def _outcomes(report: Report) -> str:
    calls = report.calls
    if report.events_to == "stdout":
        return f"watched for {report.elapsed_s:.1f} s: its events went to standard output and are not counted here"
    outcomes = ", ".join(
        f"{count} {WORDS[outcome] if count == 1 or not WORDS[outcome].endswith('error') else WORDS[outcome] + 's'}"
        for outcome, count in calls.outcomes.items()
    )
    text = f"{calls.calls} {plural('call', calls.calls)} in {report.elapsed_s:.1f} s"
    if outcomes:
        text += f": {outcomes}"
    if not report.complete:
        text += " (not all were read: there are too many)"
    return text


def _losses(report: Report) -> Iterator[str]:
    lost = {reason: n for reason, n in report.counted.items() if n and reason in tally.LOSSES}
    if lost:
        yield f"  not recorded: {sum(lost.values())} {plural('event', sum(lost.values()))} ({_reasons(lost)})"
    survived = {reason: n for reason, n in report.counted.items() if n and reason not in tally.LOSSES}
    if survived:
        yield f"  survived: {_reasons(survived)}"
    for note in report.notes:
        yield f"  {plain(note, 600)}"


def _whereabouts(report: Report) -> Iterator[str]:
    if report.shipped_to and not report.not_shipped and report.calls.calls:
        yield f"  shipped to: {', '.join(report.shipped_to)}"
    for who, events in report.not_shipped.items():
        yield f"  not yet handled by {who}: {events} {plural('event', events)}; the next run or sidecar goes on there"
    if report.still_running:
        yield f"  still running: {report.still_running} watched {plural('process', report.still_running)}"
    if report.history is not None and report.processes:
        yield f"  history: {plain(report.history, 400)} (see it with: outwarden tail)"


def _reasons(counted: dict[tally.Reason, int]) -> str:
    return ", ".join(f"{reason} {n}" for reason, n in counted.items())


def _warn(line: str, colour: bool) -> str:
    return click.style(line, fg="yellow") if colour else line


def _ms(value: float | None) -> str:
    return f"{value:10.0f}" if value is not None else f"{'-':>10}"

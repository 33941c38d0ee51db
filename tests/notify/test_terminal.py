"""Alerts on standard error."""

from __future__ import annotations

import io

import pytest

from outwarden.errors import Rejected
from outwarden.notify.terminal import TerminalChannel


def test_the_terminal_gets_what_happened_why_and_what_to_do(message):
    """A few plain lines."""
    stream = io.StringIO()
    TerminalChannel(stream).deliver(
        message(links={"trace": "https://t.example/{trace_id}", "gone": "https://x/{metric}"})
    )

    assert stream.getvalue() == (
        "outwarden: ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; the alarm is for more than 10\n"
        "  since: 2026-11-24 02:59:00 UTC\n"
        "  severity: page\n"
        "  routes: /v2/daily/{symbol}/ (12)\n"
        "  reasons: unknown_symbol (11), bad_key (3)\n"
        "  trace: 4bf92f3577b34da6a3ce929d0e0e4736\n"
        "  to do: Look at the routes.\n"
        "  trace: https://t.example/4bf92f3577b34da6a3ce929d0e0e4736\n"
        "  gone: https://x/4XXError\n"
    )


def test_no_name_steers_the_terminal(message, alert):
    """Control characters become visible, and what the terminal's encoding lacks is spelled out."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    TerminalChannel(stream).deliver(message(alert(state="OK", service="caf\u00e9\x1b[2J")))

    assert written.getvalue().startswith(b"outwarden: OK: High4XXErrors in caf\\xe9\\ufffd[2J (prod): ")


def test_a_closed_terminal_is_no_disaster(message):
    """The alert is refused, not the sidecar ended."""
    stream = io.StringIO()
    stream.close()

    with pytest.raises(Rejected):
        TerminalChannel(stream).deliver(message())

"""What every channel tells."""

from __future__ import annotations

from outwarden.notify import report
from outwarden.notify.report import bounded


def test_a_group_says_first_what_it_is_about(message, alert):
    """How many went off, how many are over, and then each."""
    told = message(alert(name="High5XX"), alert(name="Throttled"), alert(name="High5XX", state="OK"), was_quiet=True)

    assert told.title == "ALARM: High5XX, Throttled in portfolio (prod): 2 went off and 1 over in the quiet hours"
    assert told.text.count("\n\n") == 3
    assert told.text.startswith(told.title)


def test_a_composite_names_the_alarms_below_it(alert):
    """So that whoever is paged sees what is wrong."""
    told = report(alert(kind="composite", because=("High5XX", "NetworkErrors")))

    assert ("alarms", "High5XX, NetworkErrors") in told.facts


def test_services_are_named_where_they_are_several(alert):
    """And are no fact where there is only the one of the headline."""
    assert ("services", "billing, portfolio") in report(alert(services=("billing", "portfolio"))).facts
    assert "services" not in dict(report(alert()).facts)


def test_links_are_filled_in_and_left_out_where_nothing_is_known(alert):
    """Values are percent-encoded: a name cannot change where a link leads."""
    links = {"logs": "https://l.example/?q={service}/{alarm}", "trace": "https://t.example/{trace_id}"}
    told = report(alert(service="a&b/c", trace_id=None), links)

    assert told.links == (("logs", "https://l.example/?q=a%26b%2Fc/High4XXErrors"),)


def test_what_is_over_needs_no_doing(alert):
    """Only that, where and since when."""
    told = report(alert(state="OK", previous="ALARM"))

    assert (told.facts, told.todo) == ((("since", "2026-11-24 02:59:00 UTC"),), None)


def test_a_text_is_one_line_that_ends():
    """Line breaks and control characters of others do not reach a header or a terminal."""
    assert bounded("a\r\nBcc: x@example.com\x1b[2J") == "a Bcc: x@example.com\ufffd[2J"
    assert bounded("x" * 600) == "x" * 499 + "…"


def test_many_routes_are_counted_not_listed(alert):
    """Five of them, and how many more."""
    told = report(alert(top_routes=tuple((f"/{n}", n) for n in range(8))))

    assert dict(told.facts)["routes"] == "/0 (0), /1 (1), /2 (2), /3 (3), /4 (4) and 3 more"

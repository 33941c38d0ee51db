"""SlackChannel: messages by an incoming webhook.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and .../reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

import msgspec

from outwarden.notify.address import Address
from outwarden.notify.report import Message, Report, bounded

MOST_BLOCKS: Final = 50
MOST_REPORTS: Final = 15
LONGEST_SECTION: Final = 3000
LONGEST_HEADER: Final = 150

_MARKS: Final = {
    "ALARM": "\N{LARGE RED CIRCLE}",
    "INSUFFICIENT_DATA": "\N{MEDIUM WHITE CIRCLE}",
    "OK": "\N{LARGE GREEN CIRCLE}",
}
"""The worst state of a message decides."""


class SlackChannel:
    """Writes blocks, and plain text for notifications and screen readers."""

    groups: ClassVar[bool] = True

    def __init__(self, url: str, *, timeout_s: float = 5.0) -> None:
        """Check the address; nothing is sent yet.

        Raises:
            ConfigError: it cannot be used.
        """
        self._address = Address(url, "Slack", timeout_s=timeout_s, encrypted=True)

    def deliver(self, message: Message) -> None:
        """Post it; see `Channel.deliver`."""
        self._address.post(msgspec.json.encode(content(message)))


def content(message: Message) -> dict[str, Any]:
    """Give text and blocks."""
    states = {report.alert.state for report in message.reports}
    mark = next(mark for state, mark in _MARKS.items() if state in states)
    first = message.reports[0].alert
    head = (
        f"{first.state}: {first.name} in {first.service} ({first.env})" if len(message.reports) == 1 else message.title
    )
    blocks: list[dict[str, Any]] = [
        # A header is plain text: nothing in it is interpreted.
        {"type": "header", "text": {"type": "plain_text", "text": bounded(f"{mark} {head}", LONGEST_HEADER)}}
    ]
    for report in message.reports[:MOST_REPORTS]:
        blocks += _blocks(report, single=len(message.reports) == 1)
    more = len(message.reports) - MOST_REPORTS
    if more > 0:
        blocks.append(_section(f"… and {more} more"))
    return {"text": escaped(message.title), "blocks": blocks[:MOST_BLOCKS]}


def escaped(text: str) -> str:
    """Keep a text from being read as a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(report: Report, *, single: bool) -> Iterator[dict[str, Any]]:
    parts = [escaped(report.alert.reason if single else report.headline)]
    parts += [f"• {name}: {escaped(text)}" for name, text in report.facts]
    yield _section("\n".join(parts))
    if report.todo:
        yield _section(f"To do: {escaped(report.todo)}")
    if report.links:
        # What would end the link within it is percent-encoded.
        links = (f"<{escaped(link).replace('|', '%7C')}|{name}>" for name, link in report.links)
        yield {"type": "context", "elements": [{"type": "mrkdwn", "text": " · ".join(links)[:LONGEST_SECTION]}]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST_SECTION], "verbatim": True}}

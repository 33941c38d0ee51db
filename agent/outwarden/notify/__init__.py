"""Alerts -> people."""

from outwarden.notify.channel import Channel
from outwarden.notify.outbox import Outbox, Reached
from outwarden.notify.report import Message, Report, report

__all__ = ["Channel", "Message", "Outbox", "Reached", "Report", "report"]

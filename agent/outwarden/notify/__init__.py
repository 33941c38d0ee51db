"""Alerts -> people."""

from outwarden.notify.channel import Channel
from outwarden.notify.outbox import Outbox
from outwarden.notify.terminal import TerminalChannel
from outwarden.notify.webhook import WebhookChannel

__all__ = ["Channel", "Outbox", "TerminalChannel", "WebhookChannel"]

"""What the keys of `notify` and `links` cannot say one by one."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Final

from outwarden.config.notify import (
    Channel,
    EmailChannel,
    Manners,
    PagerDutyChannel,
    SlackChannel,
    WebhookChannel,
)
from outwarden.errors import ConfigError

PLACES: Final = ("alarm", "service", "env", "trace_id", "metric")
"""What a link may hold between braces."""

_SENDABLE: Final = re.compile(r"[!-~]+")
_MAIL: Final = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")


def check(notify: Mapping[str, Channel], links: Mapping[str, str], source: str) -> None:
    """Refuse what cannot work, without repeating what may be secret.

    Raises:
        ConfigError: the first rule that is broken.
    """
    for name, channel in notify.items():
        path = f"{source}: notify.{name}"
        if isinstance(channel, Manners) and channel.quiet is not None:
            _check_zone(channel.quiet.timezone, f"{path}.quiet.timezone")
        if isinstance(channel, SlackChannel) and not channel.url.startswith("env:"):
            raise ConfigError(
                f"{path}.url must be a reference such as env:SLACK_WEBHOOK_URL: whoever knows such an address can "
                "write there. Put it into an environment variable and name that here."
            )
        if isinstance(channel, WebhookChannel | PagerDutyChannel) and not channel.url.startswith("env:"):
            problem = http_problem(channel.url, encrypted=isinstance(channel, PagerDutyChannel))
            if problem is not None:
                raise ConfigError(f"{path}.url {problem}. Mend it there.")
        if isinstance(channel, EmailChannel):
            _check_mail(channel, path)
    for name, link in links.items():
        _check_link(link, f"{source}: links.{name}")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    import ipaddress  # noqa: PLC0415 - it takes its time, and programs load their configuration, too

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def http_problem(url: str, *, encrypted: bool = False) -> str | None:
    """Say why an HTTP client could not post to an address; None: it could. The address itself may be a secret.

    Args:
        url: the address.
        encrypted: refuse http, unless the address is this machine.
    """
    from urllib.parse import urlsplit  # noqa: PLC0415 - as below

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no http or https address, or has no such port"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii() or not _SENDABLE.fullmatch(url):
        return "is no http or https address"
    if port == 0:
        return "has no such port"
    if "@" in parts.netloc:
        return "has a user before its host, who would not be sent"
    if encrypted and parts.scheme != "https" and not is_loopback(parts.hostname):
        return "must begin with https://: what goes there is secret"
    return None


def _check_zone(name: str, path: str) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - as above

    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ConfigError(f"{path}: no such time zone here. Write one such as Asia/Jakarta or UTC.") from None


def _check_mail(channel: EmailChannel, path: str) -> None:
    for key, addresses in (("sender", (channel.sender,)), ("to", channel.to)):
        if not all(_MAIL.fullmatch(address) for address in addresses):
            raise ConfigError(f"{path}.{key}: expected plain addresses such as team@example.com.")
    if channel.tls == "none" and not is_loopback(channel.host):
        raise ConfigError(
            f"{path}.tls: none is for a mail server on this machine: alerts would cross the network in the open. "
            "Use starttls or ssl."
        )
    if (channel.username is None) != (channel.password is None):
        raise ConfigError(f"{path}: username and password belong together. Give both, or none.")


def _check_link(link: str, path: str) -> None:
    try:
        named = [name for _, name, _, _ in string.Formatter().parse(link) if name is not None]
    except ValueError:  # a brace without its other half
        named = [""]
    if not set(named) <= set(PLACES):
        raise ConfigError(f"{path}: between braces there may be {', '.join(PLACES)}.")
    if not link.startswith(("https://", "http://")) or not link.isprintable() or " " in link:
        raise ConfigError(
            f"{path}: expected an address such as https://grafana.example.com/d/outwarden?var-service={{service}}."
        )

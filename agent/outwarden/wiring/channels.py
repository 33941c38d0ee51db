"""`notify` -> live channels. Each is loaded when it is configured; every secret they use is registered first."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from outwarden.alert import Alert
from outwarden.config import Config
from outwarden.config import notify as settings
from outwarden.config.alarm_set import TERMINAL
from outwarden.errors import ConfigError
from outwarden.notify import Channel, Reached
from outwarden.notify.outbox import AT_ONCE
from outwarden.redact import Registry
from outwarden.wiring.secrets_env import resolve


def channels(
    config: Config, registry: Registry, *, terminal: bool, environ: Mapping[str, str] = os.environ
) -> dict[str, Reached]:
    """Make all channels; nothing is sent yet.

    Args:
        config: the settings.
        registry: learns every address, key and password.
        terminal: tell alarms that name nobody on standard error.
        environ: where references lead.

    Raises:
        UsageError: one cannot be made.
    """

    def secret(reference: str, path: str) -> str:
        value = resolve(reference, environ)
        if value is None:
            raise ConfigError(f"{path}: the environment variable it refers to is not set. Set it.")
        registry.register(value, path)
        return value

    def address(url: str, path: str) -> str:
        found = url if "://" in url else secret(url, path)
        if (tail := _secret_part(found)) is not None:
            registry.register(tail, path)
        return found

    made: dict[str, Reached] = {}
    for name, one in config.notify.items():
        channel = _channel(config, one, f"notify.{name}", secret, address)
        made[name] = Reached(channel, one if isinstance(one, settings.Manners) else AT_ONCE)
    if terminal and TERMINAL not in made:
        from outwarden.notify.terminal import TerminalChannel

        made[TERMINAL] = Reached(TerminalChannel())
    return made


def told_here(config: Config, name: str, alert: Alert) -> bool:
    """Say whether the sidecar tells a channel of an alert: a topic that CloudWatch tells must not hear it twice.

    CloudWatch knows nothing of anomalies; they are always ours.
    """
    one = config.notify.get(name)
    if isinstance(one, settings.SnsChannel) and one.publisher == "cloudwatch":
        return alert.kind == "anomaly"
    return True


def untold(config: Config) -> list[str]:
    """Name the topics that nobody tells: CloudWatch is to, and nothing is published there."""
    if config.sinks.cloudwatch is not None:
        return []
    return [
        f"notify.{name}: nobody tells this topic. CloudWatch would, but sinks.cloudwatch is not set. Set it and run "
        "`outwarden infra apply`, or write `publisher: sidecar` here."
        for name, one in config.notify.items()
        if isinstance(one, settings.SnsChannel) and one.publisher == "cloudwatch"
    ]


def by_sidecar(one: settings.Channel) -> bool:
    """Say whether it is a topic that the sidecar itself publishes to."""
    return isinstance(one, settings.SnsChannel) and one.publisher == "sidecar"


def aws_place(config: Config) -> tuple[str | None, str | None]:
    """Give region and endpoint of everything that goes to AWS."""
    cloudwatch = config.sinks.cloudwatch
    return (cloudwatch.region, cloudwatch.endpoint_url) if cloudwatch is not None else (None, None)


def _channel(
    config: Config,
    one: settings.Channel,
    path: str,
    secret: Callable[[str, str], str],
    address: Callable[[str, str], str],
) -> Channel:
    match one:
        case settings.WebhookChannel():
            from outwarden.notify.webhook import WebhookChannel

            url = address(one.url, f"{path}.url")
            signing = secret(one.secret, f"{path}.secret") if one.secret is not None else None
            return WebhookChannel(url, secret=signing, timeout_s=one.timeout_s)
        case settings.SlackChannel():
            from outwarden.notify.slack import SlackChannel

            return SlackChannel(address(one.url, f"{path}.url"), timeout_s=one.timeout_s)
        case settings.PagerDutyChannel():
            from outwarden.notify.pagerduty import URL, PagerDutyChannel

            url = one.url if one.url == URL else address(one.url, f"{path}.url")
            return PagerDutyChannel(secret(one.routing_key, f"{path}.routing_key"), url=url, timeout_s=one.timeout_s)
        case settings.EmailChannel():
            from outwarden.notify.email import EmailChannel

            return EmailChannel(one, login=_login(one, path, secret))
        case settings.SnsChannel():
            return _sns(config, one)
        case settings.DesktopChannel():
            from outwarden.notify.desktop import DesktopChannel

            return DesktopChannel()
        case settings.TerminalChannel():
            from outwarden.notify.terminal import TerminalChannel

            return TerminalChannel()


def _sns(config: Config, one: settings.SnsChannel) -> Channel:
    from outwarden.notify.sns import SnsChannel, Topic

    place = aws_place(config)

    def connect() -> tuple[Any, Any]:
        from outwarden.sinks import aws

        return aws.client("sns", *place), aws.client("sts", *place)

    return SnsChannel(Topic(one.topic, connect), namespace=config.metrics.namespace)


def _login(one: settings.EmailChannel, path: str, secret: Callable[[str, str], str]) -> tuple[str, str] | None:
    if one.username is None or one.password is None:
        return None
    username = secret(one.username, f"{path}.username") if one.username.startswith("env:") else one.username
    return username, secret(one.password, f"{path}.password")


def _secret_part(url: str) -> str | None:
    """Give what of an address is not its host: in many that is the secret, and it may turn up alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None  # the channel says so
    tail = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    return tail if len(tail) >= 16 else None

"""What one key alone cannot say, of the sections that a program reads: rules between keys, and the values that AWS accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from outwarden.config.program import ProgramConfig
from outwarden.config.redact import ExtraRule
from outwarden.errors import ConfigError

RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096),
    *(1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
_LAST_PORT: Final = 65_535


def check(config: ProgramConfig, source: str) -> None:
    """Refuse what cannot work.

    Raises:
        ConfigError: the first rule that is broken.
    """
    cloudwatch = config.sinks.cloudwatch
    if cloudwatch is not None and cloudwatch.retention_days not in RETENTION_DAYS:
        days = ", ".join(map(str, RETENTION_DAYS))
        raise ConfigError(f"{source}: sinks.cloudwatch.retention_days: expected one of: {days}.")
    if cloudwatch is not None and not (cloudwatch.endpoint_url or "https://").startswith(("http://", "https://")):
        raise ConfigError(
            f"{source}: sinks.cloudwatch.endpoint_url: expected an address such as http://127.0.0.1:4566."
        )
    listen = config.sidecar.listen
    if listen is not None and listen != "none" and int(listen.rpartition(":")[2]) > _LAST_PORT:
        raise ConfigError(f"{source}: sidecar.listen: expected a port up to {_LAST_PORT}, or 0 for any that is free.")
    if config.redact.extra_rules:
        _check_extra_rules(config.redact.extra_rules, source)
    for number, host in enumerate(config.apis.sectors.hosts):
        if not host or set(host) & set("/@ ?#"):
            raise ConfigError(f"{source}: apis.sectors.hosts[{number}]: expected name or name:port, without https://.")
    for number, host in enumerate(config.capture.own_hosts):
        if not host.removeprefix("*.") or set(host.removeprefix("*.")) & set("/@ ?#*:"):
            raise ConfigError(
                f"{source}: capture.own_hosts[{number}]: expected a name such as api.example.com or *.example.com."
            )


def _check_extra_rules(rules: Sequence[ExtraRule], source: str) -> None:
    from outwarden.config import patterns  # noqa: PLC0415 - few have any

    names = [rule.name for rule in rules]
    for number, rule in enumerate(rules):
        path = f"{source}: redact.extra_rules[{number}]"
        if rule.name in names[:number]:
            raise ConfigError(f"{path}.name: another rule has this name already. Give each its own.")
        try:
            patterns.compiled(rule.pattern)
        except patterns.Refused as reason:
            raise ConfigError(f"{path}.pattern is refused: {reason}.") from None

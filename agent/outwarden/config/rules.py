"""What one key alone cannot say: rules between keys, and the lists of values that AWS accepts."""

from __future__ import annotations

import math
from typing import Final

from outwarden.config.alarms import AlarmSpec
from outwarden.config.check import nearest
from outwarden.config.root import Config
from outwarden.errors import ConfigError

RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096),
    *(1827, 2192, 2557, 2922, 3288, 3653),
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

_DAY_S: Final = 86400


def check(config: Config, source: str) -> None:
    """Refuse what cannot work.

    Raises:
        ConfigError: the first rule that is broken.
    """
    seen: set[str] = set()
    for number, alarm in enumerate(config.alarms):
        path = f"{source}: alarms[{number}]"
        if alarm.name in seen:
            raise ConfigError(f"{path}.name: another alarm has this name already. Give each its own.")
        seen.add(alarm.name)
        _check_alarm(alarm, path)
        for name in alarm.notify:
            if name not in config.notify:
                near = nearest(name, config.notify)
                hint = f" Did you mean {near}?" if near else " Add it under notify, or take it out here."
                raise ConfigError(f"{path}.notify names a channel that is not under notify.{hint}")
    cloudwatch = config.sinks.cloudwatch
    if cloudwatch is not None and cloudwatch.retention_days not in RETENTION_DAYS:
        days = ", ".join(map(str, RETENTION_DAYS))
        raise ConfigError(f"{source}: sinks.cloudwatch.retention_days: expected one of: {days}.")
    if cloudwatch is not None and not (cloudwatch.endpoint_url or "https://").startswith(("http://", "https://")):
        raise ConfigError(
            f"{source}: sinks.cloudwatch.endpoint_url: expected an address such as http://127.0.0.1:4566."
        )
    for number, host in enumerate(config.apis.sectors.hosts):
        if not host or set(host) & set("/@ ?#"):
            raise ConfigError(f"{source}: apis.sectors.hosts[{number}]: expected name or name:port, without https://.")
    for number, host in enumerate(config.capture.own_hosts):
        if not host.removeprefix("*.") or set(host.removeprefix("*.")) & set("/@ ?#*:"):
            raise ConfigError(
                f"{source}: capture.own_hosts[{number}]: expected a name such as api.example.com or *.example.com."
            )


def _check_alarm(alarm: AlarmSpec, path: str) -> None:
    if not math.isfinite(alarm.threshold):
        raise ConfigError(f"{path}.threshold: expected a finite number.")
    if alarm.datapoints_to_alarm is not None and alarm.datapoints_to_alarm > alarm.evaluation_periods:
        raise ConfigError(f"{path}.datapoints_to_alarm is more than evaluation_periods. Make it at most that.")
    longest = 7 * _DAY_S if alarm.period_s >= 3600 else _DAY_S  # CloudWatch's own limit
    if alarm.period_s * alarm.evaluation_periods > longest:
        raise ConfigError(
            f"{path}: period_s times evaluation_periods is more than {longest} seconds, which CloudWatch refuses. "
            "Shorten one of them."
        )

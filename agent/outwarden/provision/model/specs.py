"""The alarms that are made in AWS, and the one name that is ours."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import CompositeSpec

DEAD_LETTERS_ALARM: Final = "UndeliveredNotifications"


def metric_specs(config: Config) -> list[AlarmSpec]:
    """Give the alarms over metrics."""
    return list(alarm_set(config).alarms)


def composite_specs(config: Config) -> list[CompositeSpec]:
    """Give the alarms over alarms."""
    return list(alarm_set(config).composites)


def specs(config: Config) -> list[Any]:
    """Give both, children first."""
    return [*metric_specs(config), *composite_specs(config)]

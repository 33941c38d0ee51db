"""The alarms that are made in AWS, and the one name that is ours."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import AlarmSpec, Config

DEAD_LETTERS_ALARM: Final = "UndeliveredNotifications"


def metric_specs(config: Config) -> list[AlarmSpec]:
    """Give the alarms over metrics."""
    return list(config.alarms)


def composite_specs(_: Config) -> list[Any]:
    """Give the alarms over alarms."""
    return []


def specs(config: Config) -> list[Any]:
    """Give both, children first."""
    return [*metric_specs(config), *composite_specs(config)]

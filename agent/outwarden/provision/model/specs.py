"""The alarms that are made in AWS, and the one name that is ours."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Final

from outwarden.config import Config

DEAD_LETTERS_ALARM: Final = "UndeliveredNotifications"


def metric_specs(config: Config) -> list[Any]:
    """Give the alarms over metrics."""
    return list(_set(config).alarms)


def composite_specs(config: Config) -> list[Any]:
    """Give the alarms over alarms."""
    return list(getattr(_set(config), "composites", ()))


def specs(config: Config) -> list[Any]:
    """Give both, children first."""
    return [*metric_specs(config), *composite_specs(config)]


def _set(config: Config) -> Any:
    # Until the set of all alarms has a place of its own, the configuration's list is all there is.
    if importlib.util.find_spec("outwarden.config.alarm_set") is None:
        return config
    return importlib.import_module("outwarden.config.alarm_set").alarm_set(config)

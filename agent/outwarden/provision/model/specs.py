"""The alarms that are made in AWS, and the one name that is ours."""

from __future__ import annotations

from typing import Final

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import AlarmSpec, CompositeSpec

DEAD_LETTERS_ALARM: Final = "UndeliveredNotifications"


def specs(config: Config) -> list[AlarmSpec | CompositeSpec]:
    """Give all alarms, those over alarms last."""
    found = alarm_set(config)
    return [*found.alarms, *found.composites]


def whom(spec: AlarmSpec | CompositeSpec) -> tuple[str, ...]:
    """Give the channels that an alarm of the set tells."""
    assert spec.notify is not None, "the set has resolved it"
    return spec.notify

"""Mute windows as CloudWatch's alarm mute rules: states change, actions wait."""

from __future__ import annotations

from typing import Final

from outwarden.config import Config
from outwarden.config.alarms import MuteSpec
from outwarden.errors import ConfigError
from outwarden.provision.model.logical import logical
from outwarden.provision.model.specs import specs
from outwarden.provision.placeholders import literal
from outwarden.provision.policy import arn
from outwarden.provision.resource import Resource

PREFIX: Final = "outwarden-${Service}-${Environment}-"
MOST_ALARMS: Final = 100
"""CloudWatch lets a rule name so many."""


def mutes(config: Config) -> list[Resource]:
    """Give a rule for each window.

    Raises:
        ConfigError: a window is for more alarms than a rule can name.
    """
    if config.infra.mute_rules != "enabled":
        return []
    everything = tuple(spec.name for spec in specs(config))
    return [_rule(mute, mute.alarms or everything) for mute in config.mutes]


def _rule(mute: MuteSpec, alarms: tuple[str, ...]) -> Resource:
    if len(alarms) > MOST_ALARMS:
        raise ConfigError(
            f"infra: the window {mute.name} under mutes is for {len(alarms)} alarms, and CloudWatch takes {MOST_ALARMS}. "
            "Name fewer under its alarms, or make two of it."
        )
    name = PREFIX + literal(mute.name)
    schedule = {"Expression": _when(mute), "Duration": _length(mute.duration_min), "Timezone": mute.timezone}
    return Resource(
        logical=logical(mute.name, "Mute"),
        type="AWS::CloudWatch::AlarmMuteRule",
        name=name,
        properties={
            "Name": name,
            "Description": "These alarms change their state in this window, but tell nobody.",
            "Rule": {"Schedule": schedule},
            "MuteTargets": {"AlarmNames": sorted(map(literal, alarms))},
        },
        arn=arn("cloudwatch", f"alarm-mute-rule:{name}"),
        after=tuple(logical(alarm, "Alarm") for alarm in alarms),
    )


def _when(mute: MuteSpec) -> str:
    if mute.once is not None:
        return f"at({mute.once})"
    hour, minute = map(int, (mute.start or "00:00").split(":"))
    return f"cron({minute} {hour} * * {','.join(day.upper() for day in mute.days) or '*'})"


def _length(minutes: int) -> str:
    """Give a duration of ISO 8601, in its shortest form."""
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"

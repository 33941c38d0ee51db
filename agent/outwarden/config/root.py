"""The one model of config.yaml."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.alarms import AlarmSpec, CompositeSpec, MuteSpec, SloSpec
from outwarden.config.infra import Infra
from outwarden.config.links import Links
from outwarden.config.metrics import Metrics
from outwarden.config.notify import Channel
from outwarden.config.program import ProgramConfig


class Config(ProgramConfig, frozen=True, kw_only=True):
    """The whole of config.yaml; every key is optional."""

    metrics: Annotated[Metrics, Meta(description="What is counted and published.")] = Metrics()
    default_alarms: Annotated[bool, Meta(description="Whether the alarms are there that need not be written.")] = True
    alarms: Annotated[
        tuple[AlarmSpec, ...],
        Meta(description="Alarms over metrics; one with the name of a default takes its place."),
    ] = ()
    composites: Annotated[tuple[CompositeSpec, ...], Meta(description="Alarms over other alarms.")] = ()
    slos: Annotated[tuple[SloSpec, ...], Meta(description="Service level objectives, with alarms on burn rates.")] = ()
    mutes: Annotated[tuple[MuteSpec, ...], Meta(description="Windows in which alarms tell nobody.")] = ()
    alarm_notify: Annotated[
        tuple[str, ...] | None,
        Meta(description="Names under `notify` that are told of alarms which name nobody; default: all of them."),
    ] = None
    notify: Annotated[dict[str, Channel], Meta(description="Who is told, by a name of your own.")] = {}
    links: Annotated[Links, Meta(description="Addresses that every message to people carries.")] = Links()
    infra: Annotated[
        Infra, Meta(description="What `outwarden infra` makes in AWS beside log group, topics and alarms.")
    ] = Infra()

    def _has_aims(self) -> bool:
        return super()._has_aims() or bool(self.notify)


def whole(config: ProgramConfig) -> Config:
    """Give a configuration with all its sections; those that are not in it are as if nobody had written them."""
    if isinstance(config, Config):
        return config
    return Config(**{name: getattr(config, name) for name in config.__struct_fields__})

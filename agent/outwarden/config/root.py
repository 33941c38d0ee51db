"""The one model of config.yaml."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from outwarden.config.alarms import AlarmSpec, CompositeSpec, MuteSpec, SloSpec
from outwarden.config.apis import Apis
from outwarden.config.capture import Capture
from outwarden.config.infra import Infra
from outwarden.config.journal import History, Journal
from outwarden.config.links import Links
from outwarden.config.metrics import Metrics
from outwarden.config.notify import Channel
from outwarden.config.redact import Redact
from outwarden.config.section import Section
from outwarden.config.sidecar import Sidecar
from outwarden.config.sinks import Sinks

NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
"""What a service or an environment may be called."""


class Config(Section, frozen=True, kw_only=True):
    """The whole of config.yaml; every key is optional."""

    service: Annotated[
        Annotated[str, Meta(pattern=NAME)] | None,
        Meta(description="Name of the watched service; default: the program's name."),
    ] = None
    env: Annotated[str, Meta(description="Environment, such as dev, staging or prod.", pattern=NAME)] = "dev"
    apis: Annotated[Apis, Meta(description="Which APIs the program talks to.")] = Apis()
    capture: Annotated[Capture, Meta(description="What is seen inside the program.")] = Capture()
    redact: Annotated[Redact, Meta(description="What may be kept.")] = Redact()
    journal: Annotated[Journal, Meta(description="Where the program writes its events.")] = Journal()
    history: Annotated[History, Meta(description="What `status`, `tail` and the summary read.")] = History()
    sinks: Annotated[Sinks, Meta(description="Where events go; without any, nothing leaves this machine.")] = Sinks()
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
    sidecar: Annotated[Sidecar, Meta(description="The companion beside the program.")] = Sidecar()

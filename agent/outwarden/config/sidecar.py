"""`sidecar`: the companion beside the program."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section
from outwarden.config.units import Duration


class Sidecar(Section, frozen=True, kw_only=True):
    """The companion beside the program."""

    mode: Annotated[
        Literal["none", "thread", "process"],
        Meta(
            description="Who ships what a program records that is watched from inside: a sidecar beside it (none), a thread of its own, or a companion process."
        ),
    ] = "process"
    linger: Annotated[
        Duration, Meta(description="How long the companion process stays when nobody writes any more.")
    ] = Duration(60)
    poll: Annotated[Duration, Meta(description="Pause between two looks at the journal.")] = Duration(0.2)
    flush: Annotated[Duration, Meta(description="A batch that is not full is shipped after this long.")] = Duration(1.0)
    drain: Annotated[
        Duration,
        Meta(
            description="How long `outwarden run` waits at its end for events to be shipped; what is left is shipped by the next run or sidecar."
        ),
    ] = Duration(10)
    listen: Annotated[
        Annotated[str, Meta(pattern=r"^(none|[^\s:]+:[0-9]{1,5}|\[[0-9a-fA-F:]+\]:[0-9]{1,5})$")] | None,
        Meta(
            description="Address of /metrics and /healthz, or none; default: 127.0.0.1:4390 of `outwarden sidecar`, where that is free."
        ),
    ] = None
    names: Annotated[
        tuple[str, ...],
        Meta(description="Host names by which others ask at `listen`, besides localhost and addresses."),
    ] = ()
    by_route: Annotated[bool, Meta(description="Show calls by route as well: at most 25 routes of each API.")] = True

"""`sidecar`: the companion beside the program."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.section import Section
from outwarden.config.units import Duration


class Sidecar(Section, frozen=True, kw_only=True):
    """The companion beside the program."""

    poll: Annotated[Duration, Meta(description="Pause between two looks at the journal.")] = Duration(0.2)
    flush: Annotated[Duration, Meta(description="A batch that is not full is shipped after this long.")] = Duration(1.0)
    drain: Annotated[
        Duration,
        Meta(
            description="How long `outwarden run` waits at its end for events to be shipped; what is left is shipped by the next run or sidecar."
        ),
    ] = Duration(10)

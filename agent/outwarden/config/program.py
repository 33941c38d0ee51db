"""What a watched program reads of config.yaml; the rest is for those beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from outwarden.config import units
from outwarden.config.apis import Apis
from outwarden.config.capture import Capture
from outwarden.config.journal import History, Journal
from outwarden.config.redact import Redact
from outwarden.config.section import Section
from outwarden.config.sidecar import Sidecar
from outwarden.config.sinks import Sinks

NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
"""What a service or an environment may be called."""


class ProgramConfig(Section, frozen=True, kw_only=True):
    """The sections that a watched program goes by: of what it does not read it need not know the types."""

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
    sidecar: Annotated[Sidecar, Meta(description="The companion beside the program.")] = Sidecar()

    def asks_for_company(self) -> bool:
        """Say whether a program sees to it that somebody ships: events go somewhere or people are told, and nobody else does."""
        return self.journal.to == "files" and self.sidecar.mode != "none" and self._has_aims()

    def _has_aims(self) -> bool:
        return any(getattr(self.sinks, name) is not None for name in self.sinks.__struct_fields__)


_DEFAULT: Final = ProgramConfig()


def differences(config: ProgramConfig) -> dict[str, Any]:
    """Give the sections that a program reads, as far as they are not the defaults."""
    sections = {name: getattr(config, name) for name in ProgramConfig.__struct_fields__}
    return {name: section for name, section in sections.items() if section != getattr(_DEFAULT, name)}


def with_differences(plain: Mapping[str, Any]) -> ProgramConfig:
    """Make the configuration again of what JSON has kept; the types of what is as ever are not even looked at.

    Raises:
        msgspec.ValidationError: a section is not what it should be.
        TypeError: there is no section of this name.
    """
    found = dict(plain)
    for name, section in plain.items():
        kind = type(getattr(_DEFAULT, name, None))
        if issubclass(kind, Section):
            found[name] = msgspec.convert(section, kind, dec_hook=units.decode)
    return ProgramConfig(**found)

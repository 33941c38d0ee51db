"""Config -> Redactor, the same for the program, the sidecar and the commands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from outwarden.redact import Redactor, Registry, checks
from outwarden.wiring.secrets_env import pseudonym_key

if TYPE_CHECKING:
    from outwarden.apis import Catalogue
    from outwarden.config.program import ProgramConfig


def redactor(
    config: ProgramConfig, registry: Registry, *, key_file: Path, catalogue: Catalogue | None = None, service: str = ""
) -> Redactor:
    """Make what cleans, as the configuration says.

    Args:
        config: the settings.
        registry: the known secrets.
        key_file: where the key of the pseudonyms lies, or is to lie.
        catalogue: the API profiles, for those who clean calls.
        service: name of the watched service.

    Raises:
        ConfigError: a rule that cannot be used, or a reference that we cannot follow.
    """
    chosen = config.redact
    return Redactor(
        catalogue,
        registry,
        service=service,
        env=config.env,
        query_allow=chosen.query_allow,
        pseudonym_key=pseudonym_key(config, key_file),
        extra_names=chosen.extra_names,
        extra_rules=rules(config),
        unsafe_switch_off=chosen.unsafe_switch_off,
    )


def check(config: ProgramConfig) -> None:
    """Refuse what a configuration adds to the rules and cannot be used, before any program is started with it.

    Raises:
        ConfigError: the first thing that is wrong.
    """
    checks.names(config.redact.extra_names)
    checks.patterns(rules(config))
    checks.switched_off(config.redact.unsafe_switch_off)


def rules(config: ProgramConfig) -> Mapping[str, str]:
    """Give the expressions of a configuration by the names of their rules."""
    return {rule.name: rule.pattern for rule in config.redact.extra_rules}

"""What a configuration may add to the rules, and what it may switch off: checked before anything is built."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Final

from outwarden.errors import ConfigError
from outwarden.redact.names import written_as_one

logger = logging.getLogger(__name__)

_RULE: Final = r"[a-z][a-z0-9_.-]{0,39}"
_SHORTEST_NAME: Final = 3


def names(given: Iterable[str]) -> tuple[str, ...]:
    """Check names that stand before a secret.

    Raises:
        ConfigError: one has no letters to recognise it by.
    """
    found = tuple(given)
    for name in found:
        if len(written_as_one(name)) < _SHORTEST_NAME:
            raise ConfigError(
                f"redact.extra_names: each needs at least {_SHORTEST_NAME} letters (a to z). Shorter ones are in everything."
            )
    return found


def patterns(given: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """Compile expressions by the names of their rules.

    Raises:
        ConfigError: a name or an expression cannot be used; the message says why.
    """
    if not given:
        return {}
    from outwarden.config.patterns import Refused, compiled  # noqa: PLC0415 - few programs have any

    found = {}
    for name, pattern in given.items():
        if re.fullmatch(_RULE, name) is None:
            raise ConfigError("redact.extra_rules: a name is made of small letters, digits and _.- only.")
        try:
            found[name] = compiled(pattern)
        except Refused as reason:
            raise ConfigError(f"redact.extra_rules: the pattern of {name} is refused: {reason}.") from None
    return found


def switched_off(given: Iterable[str]) -> frozenset[str]:
    """Check built-in rules that are to be switched off, and log each.

    Raises:
        ConfigError: there is no such rule.
    """
    off = frozenset(given)
    if not off:
        return off
    import difflib  # noqa: PLC0415 - nobody should need it

    from outwarden.redact.rule_names import NAMES  # noqa: PLC0415 - as above

    for rule in sorted(off):
        if rule not in NAMES:
            near = difflib.get_close_matches(rule, NAMES, n=1)
            hint = f" Did you mean {near[0]}?" if near else " docs/redaction.md lists them."
            raise ConfigError(f"redact.unsafe_switch_off: no built-in rule has one of these names.{hint}")
        logger.warning("A built-in redaction rule is switched off: what it would find goes out.", extra={"rule": rule})
    return off

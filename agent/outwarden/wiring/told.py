"""What the program tells us by itself: its users, and secrets that no configuration knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outwarden import labels
from outwarden.geo import Countries

if TYPE_CHECKING:
    from outwarden.redact import Redactor, Registry

_secrets: dict[str, None] = {}
_registry: Registry | None = None
_countries = Countries()


def secret(value: str) -> str:
    """Recognise a value everywhere from now on, in whatever encoding, and let it out nowhere. Gives the value back.

    It may be told before `install()`. Values of less than 8 characters are refused, with a warning in the log: masking
    them everywhere would destroy more than it protects.
    """
    if not isinstance(value, str):
        raise TypeError(f"outwarden.secret: the value must be a str, not {type(value).__name__}.")
    _secrets[value] = None
    if _registry is not None:
        _registry.register(value)
    return value


def listen(redactor: Redactor) -> None:
    """Take from now on what the program tells."""
    global _registry  # noqa: PLW0603 - a process is watched once
    _registry = redactor.registry
    for value in list(_secrets):
        _registry.register(value)
    labels.bind(labels.Naming(redactor.pseudonyms.user, _countries.of))


def forget() -> None:
    """Take nothing any more; secrets stay known for the next `install()`."""
    global _registry  # noqa: PLW0603 - a process is watched once
    _registry = None
    labels.bind(None)

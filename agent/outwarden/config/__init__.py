"""One model of config.yaml, loading, JSON Schema.

`Config` is the whole of it, `ProgramConfig` (in `program`) the part that a watched program reads. Nothing is loaded here
before it is asked for: the program's side needs a third of this room.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outwarden.config.alarms import AlarmSpec
    from outwarden.config.program import ProgramConfig
    from outwarden.config.root import Config

__all__ = ["AlarmSpec", "Config", "ProgramConfig"]

_HOMES = {"AlarmSpec": "alarms", "Config": "root", "ProgramConfig": "program"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'outwarden.config' has no attribute {name!r}")
    return getattr(import_module(f"outwarden.config.{_HOMES[name]}"), name)

"""outwarden watches the calls that a program makes to other people's APIs.

`import outwarden` pulls in nothing outside the standard library; each name below loads when it is first used (PEP 562).
"""

from __future__ import annotations

TYPE_CHECKING = False  # not from `typing`: every Python process of a watched program would pay for loading it
if TYPE_CHECKING:
    from typing import Any

    from outwarden.event import CallEvent as CallEvent
    from outwarden.labels import call as call
    from outwarden.labels import carry as carry
    from outwarden.labels import user as user
    from outwarden.wiring.inside import install as install
    from outwarden.wiring.inside import uninstall as uninstall
    from outwarden.wiring.told import secret as secret

__version__ = "0.1.0"

__all__ = ["CallEvent", "call", "carry", "install", "secret", "uninstall", "user"]

_HOMES = {
    "load_ipython_extension": "outwarden.wiring.notebook",
    "unload_ipython_extension": "outwarden.wiring.notebook",
    "CallEvent": "outwarden.event",
    "call": "outwarden.labels",
    "carry": "outwarden.labels",
    "install": "outwarden.wiring.inside",
    "secret": "outwarden.wiring.told",
    "uninstall": "outwarden.wiring.inside",
    "user": "outwarden.labels",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 - as late as the names themselves

    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'outwarden' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

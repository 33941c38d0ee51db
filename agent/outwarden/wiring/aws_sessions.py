"""AWS sessions: the credentials that the program's botocore loads, from wherever it does, are known secrets from then on.

A shared credentials file, SSO, an assumed role, a container or an instance: all end in a few objects of botocore, which are
filled anew at each rotation. botocore is never imported here; what is read off it is what it has in memory anyway.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from outwarden.capture.late import when_imported
from outwarden.capture.patch import Patch
from outwarden.polite import swallow
from outwarden.redact import Registry
from outwarden.wiring import early

PLACE: Final = "wiring.aws_sessions"

_BOTOCORE, _AIOBOTOCORE = early.AWS
_PLACES: Final = {
    _BOTOCORE: (
        # Called by botocore whenever an object has got its values: at first, and at each refresh. aiobotocore inherits both.
        (_BOTOCORE, "Credentials", "_normalize"),
        (_BOTOCORE, "RefreshableCredentials", "_normalize"),
        # Called to sign a request: for what was loaded before we came.
        (_BOTOCORE, "Credentials", "get_frozen_credentials"),
        (_BOTOCORE, "RefreshableCredentials", "get_frozen_credentials"),
        # Gives the cached token with which SSO is asked for credentials.
        ("botocore.utils", "SSOTokenLoader", "__call__"),
    ),
    _AIOBOTOCORE: (
        (_AIOBOTOCORE, "AioCredentials", "get_frozen_credentials"),
        (_AIOBOTOCORE, "AioRefreshableCredentials", "get_frozen_credentials"),
    ),
}
_KEYS: Final = ("access_key", "secret_key", "token", "_access_key", "_secret_key", "_token")
_SSO_KEYS: Final = ("accessToken", "refreshToken", "clientSecret")


def listen(registry: Registry) -> Callable[[], None]:
    """Register what botocore loads from now on, wherever the program imports it; gives what ends that."""
    sessions = AwsSessions(registry)
    sessions.install()
    return sessions.uninstall


class AwsSessions:
    """The places in botocore where credentials appear, wrapped."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._undo: list[Callable[[], None]] = []
        self._learned: WeakKeyDictionary[Any, tuple[str, ...]] = WeakKeyDictionary()

    def install(self) -> None:
        """Wait for botocore to be imported, or begin at once where it has been."""
        for module, places in _PLACES.items():
            for place in places:
                self._undo.append(when_imported(module, partial(self._wrap, *place)))

    def uninstall(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def _wrap(self, module: str, owner: str, name: str) -> None:
        try:
            patch = Patch(getattr(sys.modules[module], owner), name, self._watched)
            patch.apply()
            self._undo.append(patch.remove)
        except Exception as fault:  # of a version that we do not know
            swallow(PLACE, fault)

    def _watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        learn = self._learn

        @functools.wraps(original)
        def watched(holder: Any, *args: Any, **kwargs: Any) -> Any:
            given = original(holder, *args, **kwargs)
            try:
                learn(holder, given)
            except Exception as fault:
                swallow(PLACE, fault)
            return given

        return watched

    def _learn(self, holder: Any, given: Any) -> None:
        if isinstance(given, dict):
            self._registry.observe_session(_texts(given, _SSO_KEYS))
            return
        found = _texts(vars(holder), _KEYS)
        if self._learned.get(holder) != found:  # requests are signed by the same all day
            self._registry.observe_session(found)
            self._learned[holder] = found


def _texts(held: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([value for name in names if isinstance(value := held.get(name), str)])

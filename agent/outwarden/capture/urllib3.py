"""urllib3 by itself: one event for each attempt on the wire.

`urlopen` of a pool manager or of a pool is the logical call. It calls itself for each retry and redirect, so that each
entry into a pool's `urlopen` is an attempt: that is what the wire sees.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from urllib3 import PoolManager

from outwarden.capture.asked import Asked, read
from outwarden.capture.call import Call, Ignored, current
from outwarden.capture.hook import Hook, leave
from outwarden.capture.patch import Patch
from outwarden.capture.urllib3_ends import returned
from outwarden.capture.wire import wire
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.urllib3"


class Urllib3Hook(Hook):
    """Sees every call that goes through urllib3."""

    def _made(self) -> list[Patch]:
        return [Patch(PoolManager, "urlopen", self._wrap_manager)]

    def install(self) -> None:
        """Watch from now on, also pools that exist already."""
        wire.watch(self)
        super().install()
        wire.own = self

    def uninstall(self) -> None:
        """Put everything back."""
        super().uninstall()  # first: instrumentors have put their wrappers over that of the wire
        if wire.own is self:
            wire.own = None
        wire.forget(self)

    def new(self, owner: object) -> Call | Ignored:
        """Begin a call."""
        if self._tracing is not None and self._watches():
            self._tracing.engage()
        return self._begin(owner)

    def at_wire(self, raw: RawCall) -> None:
        """Note the span around an attempt that leaves now."""
        if self._tracing is not None:
            self._tracing.at_wire(raw)

    @property
    def strips(self) -> bool:
        """Tracing headers of the program's own are taken off."""
        return self._tracing is not None and self._tracing.strips

    def begins_anew(self) -> bool:
        """Say whether spans begin just now, so that `urlopen` is another one from here on. Never raises."""
        tracing, outer = self._tracing, current.get()
        if tracing is None or tracing.settled or not (outer is None or outer.over):
            return False
        try:
            return self._watches() and tracing.engage()
        except Exception as fault:
            swallow(PLACE, fault)
            return False

    # What follows runs in the middle of the program's calls, see requests.py.

    def _wrap_manager(self, original: Callable[..., Any]) -> Callable[..., Any]:
        enter = wire.enter

        @functools.wraps(original, updated=())
        def urlopen(self: PoolManager, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            call: Call | Ignored | None = None
            begins = False
            try:
                call, begins = enter(self, url)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None or not begins:
                return original(self, method, url, *args, **kwargs)
            token = current.set(call)
            asked = Asked(None, method, url, kwargs.get("body"), kwargs.get("headers"))
            try:
                response = original(self, method, url, *args, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    if isinstance(call, Call):
                        call.raised(read, asked, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                leave(token)
                if isinstance(call, Call):
                    returned(call, asked, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return urlopen

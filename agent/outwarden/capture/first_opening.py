"""Act when urllib.request is first used. Many import it and never open anything, other HTTP clients among them."""

from __future__ import annotations

import functools
import sys

TYPE_CHECKING = False  # nothing is imported here that urllib.request has not loaded already, see `late`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def when_opened(action: Callable[[], None]) -> Callable[[], None]:
    """Do something right before an address is opened; that opening then goes on as if it had begun after it.

    The action is done once, unless somebody has wrapped us since and we cannot be taken away: it must bear that. What
    goes wrong in it is swallowed and counted.

    Returns:
        A function that calls the wait off.
    """
    director = sys.modules["urllib.request"].OpenerDirector
    original = director.__dict__["open"]

    def call_off() -> None:
        if director.__dict__["open"] is open:
            director.open = original

    @functools.wraps(original, updated=())
    def open(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A001 - its name
        opener = original
        try:
            alone = director.__dict__["open"] is open
            call_off()
            action()
            opener = director.__dict__["open"] if alone else original
        except Exception as fault:
            from outwarden.polite import swallow  # noqa: PLC0415 - as above

            swallow("capture.first_opening", fault)
        return opener(self, *args, **kwargs)

    director.open = open
    return call_off

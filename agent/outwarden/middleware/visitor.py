"""Visitor: who is behind a request, found out when the first outbound call of the request asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from outwarden import labels
from outwarden.labels import Who
from outwarden.polite import is_the_programs

if TYPE_CHECKING:
    from outwarden.geo import Address

logger = logging.getLogger(__name__)

Request = TypeVar("Request")


class Visitors(Generic[Request]):
    """Make a `Who` for each request.

    Args:
        identify: the program's own way to the user's id; None or empty: nobody.
        locate: the way to the client's address.
    """

    def __init__(
        self, identify: Callable[[Request], object] | None, locate: Callable[[Request], Address | None]
    ) -> None:
        self._identify = identify
        self._locate = locate
        self._complained = False

    def of(self, request: Request) -> Who:
        """Give who is behind this request; close it when the request is over."""
        identify = (lambda: self._user(request)) if self._identify is not None else None
        return Who(identify, lambda: self._country(request))

    def _user(self, request: Request) -> str | None:
        naming = labels.naming()
        if naming is None or self._identify is None:
            return None
        try:
            found = self._identify(request)
        except Exception as error:
            if is_the_programs(error):
                raise
            self._complain("it raised an error", type(error).__name__)
            return None
        if found is None or found == "":
            return None
        if hasattr(found, "__await__"):
            if hasattr(found, "close"):
                found.close()
            self._complain("it is a coroutine function: an ordinary one is needed", "")
            return None
        return naming.user(str(found))

    def _country(self, request: Request) -> str | None:
        naming = labels.naming()
        where = self._locate(request) if naming is not None else None
        return naming.country(str(where)) if naming is not None and where is not None else None

    def _complain(self, reason: str, error_type: str) -> None:
        """Say once what is wrong with the program's function; its calls have no user then."""
        if not self._complained:
            self._complained = True
            logger.warning("The user function gave no user.", extra={"reason": reason, "error_type": error_type})

"""Registry: the secrets that we know by value: from the configuration, and those seen in use."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from outwarden.redact.needles import Needles

logger = logging.getLogger(__name__)

SHORTEST: Final = 8
"""Values below this length are refused: masking "abc" everywhere destroys more than it protects."""

_MOST_OBSERVED: Final = 32
_MOST_SESSIONS: Final = 16


class Registry:
    """Known secrets. Thread-safe: readers use one compiled set of needles, which is swapped whole."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._registered: dict[str, str] = {}
        self._observed: OrderedDict[str, None] = OrderedDict()
        self._sessions: OrderedDict[tuple[str, ...], None] = OrderedDict()
        self.needles = Needles()

    def register(self, value: str, name: str = "secret") -> None:
        """Know this value from now on. One that is too short is refused, and the log says so by its name."""
        value = value.strip()
        if len(value) < SHORTEST:
            logger.warning(
                "A secret is too short to be recognised in text and was not registered.", extra={"secret_name": name}
            )
            return
        with self._lock:
            if value not in self._registered:
                self._registered[value] = name
                self._compile()

    def register_all(self, values: Iterable[str]) -> None:
        """Know many values at once, as from a file; those that are too short are passed over."""
        with self._lock:
            self._registered.update({value.strip(): "secret" for value in values if len(value.strip()) >= SHORTEST})
            self._compile()

    def observe(self, value: str) -> None:
        """Know a credential that the program was seen to use; only the latest ones are kept."""
        if value in self._registered or value in self._observed or len(value) < SHORTEST:
            return
        with self._lock:
            self._observed[value] = None
            if len(self._observed) > _MOST_OBSERVED:
                self._observed.popitem(last=False)
            self._compile()

    def observe_session(self, values: tuple[str, ...]) -> None:
        """Know the parts of a session that the program has loaded; only the latest sessions are kept."""
        values = tuple([value for value in values if len(value) >= SHORTEST])
        if not values or values in self._sessions:
            return
        with self._lock:
            self._sessions[values] = None
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
            self._compile()

    def scrub(self, text: str) -> str:
        """Mask every known secret in a text."""
        return self.needles.scrub(text)

    def hits(self, data: bytes) -> bool:
        """Say whether a known secret is in these bytes."""
        return self.needles.hits(data)

    def _compile(self) -> None:
        known: Iterable[str] = self._registered
        if self._observed or self._sessions:
            sessions = [value for values in self._sessions for value in values]
            known = dict.fromkeys([*self._registered, *self._observed, *sessions])
        self.needles = Needles(known, self.needles.generation + 1)
